// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Structs, arrays and mappings inside one another: what moves is what lies behind the hash.

contract mapping_of_arrays_stride_V1 { struct P { uint256 a; uint256 b; } mapping(address => P[]) ps; }
/// @custom:expect corruption storage-moved
contract mapping_of_arrays_stride_V2 { struct P { uint256 a; uint256 b; uint256 c; } mapping(address => P[]) ps; }

contract mapping_of_arrays_padding_V1 { struct P { uint256 a; uint128 b; } mapping(address => P[]) ps; }
/// @custom:expect safe
contract mapping_of_arrays_padding_V2 { struct P { uint256 a; uint128 b; uint128 c; } mapping(address => P[]) ps; }

contract deep_mapping_append_V1 { struct P { uint256 a; } mapping(address => mapping(uint256 => mapping(bytes32 => P))) ps; }
/// @custom:expect safe
contract deep_mapping_append_V2 { struct P { uint256 a; string note; } mapping(address => mapping(uint256 => mapping(bytes32 => P))) ps; }

contract inner_struct_not_last_V1 { struct Q { uint256 a; } struct P { Q q; uint256 z; } mapping(address => P) ps; }
/// @custom:expect corruption storage-moved
contract inner_struct_not_last_V2 { struct Q { uint256 a; uint256 b; } struct P { Q q; uint256 z; } mapping(address => P) ps; }

contract mapping_in_struct_in_mapping_V1 { struct Q { uint256 a; } struct P { mapping(address => Q) qs; uint256 z; } mapping(address => P) ps; }
/// @custom:expect safe
contract mapping_in_struct_in_mapping_V2 { struct Q { uint256 a; uint256 b; } struct P { mapping(address => Q) qs; uint256 z; } mapping(address => P) ps; }

contract array_in_struct_in_mapping_V1 { struct P { uint8[4] legs; uint256 z; } mapping(address => P) ps; }
/// @custom:expect safe
contract array_in_struct_in_mapping_V2 { struct P { uint8[32] legs; uint256 z; } mapping(address => P) ps; }

contract array_in_struct_over_word_V1 { struct P { uint8[32] legs; uint256 z; } mapping(address => P) ps; }
/// @custom:expect corruption storage-moved
contract array_in_struct_over_word_V2 { struct P { uint8[33] legs; uint256 z; } mapping(address => P) ps; }

contract fixed_struct_array_padding_V1 { struct P { uint128 a; } P[4] ps; uint256 z; }
/// @custom:expect safe
contract fixed_struct_array_padding_V2 { struct P { uint128 a; uint64 b; uint64 c; } P[4] ps; uint256 z; }

contract fixed_struct_array_stride_V1 { struct P { uint128 a; } P[4] ps; uint256 z; }
/// @custom:expect corruption storage-moved
contract fixed_struct_array_stride_V2 { struct P { uint128 a; uint256 b; } P[4] ps; uint256 z; }

contract last_struct_array_grows_V1 { struct P { uint256 a; uint256 b; } uint256 x; P[4] ps; }
/// @custom:expect safe
contract last_struct_array_grows_V2 { struct P { uint256 a; uint256 b; } uint256 x; P[9] ps; uint256 y; }

contract packed_array_same_word_V1 { uint16[10] rates; uint256 z; }
/// @custom:expect corruption storage-moved
contract packed_array_same_word_V2 { uint24[10] rates; uint256 z; }

contract array_of_arrays_outer_grows_V1 { uint256 x; uint256[2][3] grid; }
/// @custom:expect safe
contract array_of_arrays_outer_grows_V2 { uint256 x; uint256[2][4] grid; }

contract array_of_arrays_inner_grows_V1 { uint256 x; uint256[2][3] grid; }
/// @custom:expect corruption storage-moved
contract array_of_arrays_inner_grows_V2 { uint256 x; uint256[3][3] grid; }

contract dynamic_of_fixed_grows_V1 { uint256[2][] grid; }
/// @custom:expect corruption storage-moved
contract dynamic_of_fixed_grows_V2 { uint256[3][] grid; }

contract dynamic_to_fixed_V1 { uint256[] xs; uint256 z; }
/// @custom:expect corruption storage-reinterpreted
contract dynamic_to_fixed_V2 { uint256[1] xs; uint256 z; }

contract bytes_to_byte_array_V1 { bytes data; }
/// @custom:expect corruption storage-reinterpreted
contract bytes_to_byte_array_V2 { bytes1[] data; }

contract string_to_bytes32_V1 { string name; }
/// @custom:expect corruption storage-reinterpreted
contract string_to_bytes32_V2 { bytes32 name; }

contract bool_array_to_uint8_V1 { bool[] flags; }
/// @custom:expect safe
contract bool_array_to_uint8_V2 { uint8[] flags; }

contract uint8_array_to_bool_V1 { uint8[] flags; }
/// @custom:expect corruption storage-narrowed
contract uint8_array_to_bool_V2 { bool[] flags; }

contract bytes32_array_to_uint_V1 { bytes32[] ids; }
/// @custom:expect hazard storage-recast
contract bytes32_array_to_uint_V2 { uint256[] ids; }

contract token_array_to_address_V1 { TokenLike[] tokens; mapping(TokenLike => TokenLike) pairs; }
/// @custom:expect safe
contract token_array_to_address_V2 { address[] tokens; mapping(address => address) pairs; }
interface TokenLike { function balanceOf(address) external view returns (uint256); }

contract payable_everywhere_V1 { struct P { address to; } mapping(address => P[]) ps; address[3] tos; }
/// @custom:expect safe
contract payable_everywhere_V2 { struct P { address payable to; } mapping(address => P[]) ps; address payable[3] tos; }

contract names_everywhere_V1 { struct P { string a; } mapping(string => P) ps; string[] names; }
/// @custom:expect safe
contract names_everywhere_V2 { struct P { bytes a; } mapping(bytes => P) ps; bytes[] names; }

contract struct_becomes_mapping_value_V1 { struct P { uint256 a; } P p; }
/// @custom:expect corruption storage-reused
contract struct_becomes_mapping_value_V2 { struct P { uint256 a; } mapping(uint256 => P) p; }

contract member_becomes_array_V1 { struct P { address who; uint256 n; } mapping(uint256 => P) ps; }
/// @custom:expect corruption storage-reinterpreted
contract member_becomes_array_V2 { struct P { address who; uint256[] n; } mapping(uint256 => P) ps; }

contract mutual_recursion_V1 { struct A { uint256 x; B[] bs; } struct B { uint256 y; mapping(uint256 => A) more; } mapping(uint256 => A) m; }
/// @custom:expect safe
contract mutual_recursion_V2 { struct A { uint256 x; B[] bs; bool last; } struct B { uint256 y; mapping(uint256 => A) more; } mapping(uint256 => A) m; }

contract mutual_recursion_bad_V1 { struct A { uint256 x; B[] bs; } struct B { uint256 y; mapping(uint256 => A) more; } mapping(uint256 => A) m; }
/// @custom:expect corruption storage-moved
contract mutual_recursion_bad_V2 { struct A { uint256 x; B[] bs; } struct B { uint256 y; mapping(uint256 => A) more; bool closed; } mapping(uint256 => A) m; }

contract struct_split_off_V1 { struct P { uint128 a; uint128 b; uint256 c; } mapping(uint256 => P) ps; }
/// @custom:expect safe
contract struct_split_off_V2 { struct Q { uint128 a; uint128 b; } struct P { Q q; uint256 c; } mapping(uint256 => P) ps; }

contract struct_split_off_bad_V1 { struct P { uint128 a; uint64 b; uint64 c; } mapping(uint256 => P) ps; }
/// @custom:expect corruption storage-moved
contract struct_split_off_bad_V2 { struct Q { uint128 a; uint64 b; } struct P { Q q; uint64 c; } mapping(uint256 => P) ps; }

contract unused_struct_changes_V1 { struct P { uint256 a; } uint256 x; function f(P calldata p) external pure returns (uint256) { return p.a; } }
/// @custom:expect safe
contract unused_struct_changes_V2 { struct P { uint256 a; } struct Memo { uint256 z; uint256 y; } uint256 x; function f(P calldata p) external pure returns (uint256) { return Memo(p.a, 1).z; } }

contract array_of_one_V1 { struct P { uint128 a; } mapping(uint256 => P[1]) ps; }
/// @custom:expect safe
contract array_of_one_V2 { struct P { uint128 a; uint128 b; uint256 c; } mapping(uint256 => P[1]) ps; }

contract array_of_one_longer_V1 { struct P { uint128 a; } mapping(uint256 => P[1]) ps; }
/// @custom:expect safe
contract array_of_one_longer_V2 { struct P { uint128 a; uint256 b; } mapping(uint256 => P[3]) ps; }

contract array_of_one_moved_V1 { struct P { uint128 a; uint128 b; } mapping(uint256 => P[1]) ps; }
/// @custom:expect corruption storage-moved
contract array_of_one_moved_V2 { struct P { uint256 c; uint128 a; uint128 b; } mapping(uint256 => P[1]) ps; }

contract array_of_one_before_V1 { struct P { uint128 a; } struct Q { P[1] ps; uint256 last; } mapping(uint256 => Q) qs; }
/// @custom:expect corruption storage-moved
contract array_of_one_before_V2 { struct P { uint128 a; uint256 b; } struct Q { P[1] ps; uint256 last; } mapping(uint256 => Q) qs; }

contract array_of_two_V1 { struct P { uint128 a; } mapping(uint256 => P[2]) ps; }
/// @custom:expect corruption storage-moved
contract array_of_two_V2 { struct P { uint128 a; uint256 b; } mapping(uint256 => P[2]) ps; }

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// What the bytes of a value mean: sign, width, ordinals, signatures, interfaces.

contract int_sign_V1 { int256 pnl; }
contract int_sign_V2 { uint256 pnl; }

contract uint_sign_V1 { uint64 size; uint64 other; }
contract uint_sign_V2 { int64 size; uint64 other; }

contract uint_widen_padding_V1 { uint128 a; uint256 b; }
contract uint_widen_padding_V2 { uint256 a; uint256 b; }

contract uint_widen_over_neighbour_V1 { uint128 a; uint128 b; }
contract uint_widen_over_neighbour_V2 { uint256 a; uint128 b; }

contract int_widen_V1 { int128 a; uint256 b; }
contract int_widen_V2 { int256 a; uint256 b; }

contract uint_to_wider_int_V1 { uint128 a; uint256 b; }
contract uint_to_wider_int_V2 { int256 a; uint256 b; }

contract bytes_widen_V1 { bytes16 a; uint256 b; }
contract bytes_widen_V2 { bytes32 a; uint256 b; }

contract uint_narrow_V1 { uint256 a; }
contract uint_narrow_V2 { uint128 a; }

contract bool_to_uint8_V1 { bool a; }
contract bool_to_uint8_V2 { uint8 a; }

contract uint8_to_bool_V1 { uint8 a; }
contract uint8_to_bool_V2 { bool a; }

contract enum_to_uint8_V1 { enum E { A, B } E e; }
contract enum_to_uint8_V2 { uint8 e; }

contract uint8_to_enum_V1 { uint8 e; }
contract uint8_to_enum_V2 { enum E { A, B } E e; }

contract enum_reorder_V1 { enum E { A, B, C } E e; }
contract enum_reorder_V2 { enum E { A, C, B } E e; }

contract enum_drop_last_V1 { enum E { A, B, C } E e; }
contract enum_drop_last_V2 { enum E { A, B } E e; }

contract enum_drop_middle_V1 { enum E { A, B, C } E e; }
contract enum_drop_middle_V2 { enum E { A, C } E e; }

contract enum_member_renamed_V1 { enum E { Open, Closed } E e; }
contract enum_member_renamed_V2 { enum E { Open, Settled } E e; }

contract enum_in_struct_insert_V1 { enum E { A, B } struct S { E e; uint8 n; } mapping(uint256 => S) m; }
contract enum_in_struct_insert_V2 { enum E { Z, A, B } struct S { E e; uint8 n; } mapping(uint256 => S) m; }

contract udvt_to_int_V1 { type P is uint256; P x; }
contract udvt_to_int_V2 { type P is int256; P x; }

contract udvt_same_V1 { type P is uint256; P x; mapping(P => P) m; }
contract udvt_same_V2 { type Q is uint256; Q x; mapping(Q => Q) m; }

contract udvt_narrow_V1 { type P is uint256; P x; }
contract udvt_narrow_V2 { type P is uint128; P x; }

contract external_signature_V1 { function(uint256) external view returns (uint256) f; }
contract external_signature_V2 { function(int256) external view returns (uint256) f; }

contract external_same_V1 { function(uint256) external view returns (uint256) f; }
contract external_same_V2 { function(uint256) external view returns (uint256) f; uint256 n; }

contract internal_to_external_V1 { function(uint256) internal f; uint256 z; }
contract internal_to_external_V2 { function(uint256) external f; uint256 z; }

contract internal_pointer_V1 { function(uint256) internal f; }
contract internal_pointer_V2 { function(uint256) internal f; uint256 z; }

interface IBook { function price() external view returns (uint256); }
interface IBookMore { function price() external view returns (uint256); function size() external view returns (uint256); }
contract interface_grown_V1 { IBook book; }
contract interface_grown_V2 { IBookMore book; }

contract contract_to_address_V1 { IBook book; }
contract contract_to_address_V2 { address book; }

contract address_to_uint256_V1 { address a; uint256 b; }
contract address_to_uint256_V2 { uint256 a; uint256 b; }

contract uint160_to_address_V1 { uint160 a; }
contract uint160_to_address_V2 { address a; }

contract bytes20_to_address_V1 { bytes20 a; }
contract bytes20_to_address_V2 { address a; }

contract string_to_uint_V1 { string a; }
contract string_to_uint_V2 { uint256 a; }

contract mapping_to_array_V1 { mapping(uint256 => uint256) a; }
contract mapping_to_array_V2 { uint256[] a; }

contract array_to_mapping_V1 { uint256[] a; }
contract array_to_mapping_V2 { mapping(uint256 => uint256) a; }

contract bytes_to_array_V1 { bytes a; }
contract bytes_to_array_V2 { bytes1[] a; }

interface ISame1 { function price() external view returns (uint256); }
contract interface_replaced_V1 { ISame1 book; }
library Other { struct X { uint256 a; } }
interface ISame2 { function mark() external view returns (int256); }
contract interface_replaced_V2 { ISame2 book; }

contract enum_over_256_V1 { enum E { A, B } mapping(uint256 => E) m; E e; }
contract enum_over_256_V2 { enum E { A, B, C, D } mapping(uint256 => E) m; E e; }

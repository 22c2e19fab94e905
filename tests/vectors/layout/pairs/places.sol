// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Where bytes lie: structs, arrays, mappings, packing, order.

contract struct_last_append_V1 { uint256 a; struct S { uint256 x; } S s; }
contract struct_last_append_V2 { uint256 a; struct S { uint256 x; uint256 y; } S s; }

contract struct_middle_append_V1 { struct S { uint256 x; } S s; uint256 z; }
contract struct_middle_append_V2 { struct S { uint256 x; uint256 y; } S s; uint256 z; }

contract struct_padding_append_V1 { struct S { uint128 x; } S s; uint256 z; }
contract struct_padding_append_V2 { struct S { uint128 x; uint64 y; } S s; uint256 z; }

contract struct_in_array_padding_V1 { struct S { uint128 x; } S[] s; }
contract struct_in_array_padding_V2 { struct S { uint128 x; uint128 y; } S[] s; }

contract struct_in_mapping_append_V1 { struct S { uint256 x; } mapping(uint256 => S) m; }
contract struct_in_mapping_append_V2 { struct S { uint256 x; uint256 y; } mapping(uint256 => S) m; }

contract nested_last_in_mapping_V1 { struct I { uint256 x; } struct S { uint256 a; I i; } mapping(uint256 => S) m; }
contract nested_last_in_mapping_V2 { struct I { uint256 x; uint256 y; } struct S { uint256 a; I i; } mapping(uint256 => S) m; }

contract nested_first_in_mapping_V1 { struct I { uint256 x; } struct S { I i; uint256 a; } mapping(uint256 => S) m; }
contract nested_first_in_mapping_V2 { struct I { uint256 x; uint256 y; } struct S { I i; uint256 a; } mapping(uint256 => S) m; }

contract struct_in_mapping_insert_V1 { struct S { uint256 x; uint256 y; } mapping(uint256 => S) m; }
contract struct_in_mapping_insert_V2 { struct S { uint256 w; uint256 x; uint256 y; } mapping(uint256 => S) m; }

contract struct_in_mapping_swap_V1 { struct S { uint256 x; uint256 y; } mapping(uint256 => S) m; }
contract struct_in_mapping_swap_V2 { struct S { uint256 y; uint256 x; } mapping(uint256 => S) m; }

contract struct_unwrapped_V1 { struct S { uint256 x; address y; } S s; uint256 z; }
contract struct_unwrapped_V2 { uint256 x; address y; uint256 z; }

contract struct_wrapped_V1 { uint256 x; address y; uint256 z; }
contract struct_wrapped_V2 { struct S { uint256 x; address y; } S s; uint256 z; }

contract recursive_same_V1 { struct N { uint256 v; mapping(bytes32 => N) next; } N root; }
contract recursive_same_V2 { struct N { uint256 v; mapping(bytes32 => N) next; } N root; uint256 z; }

contract recursive_insert_V1 { struct N { uint256 v; mapping(bytes32 => N) next; } mapping(bytes32 => N) root; }
contract recursive_insert_V2 { struct N { address w; uint256 v; mapping(bytes32 => N) next; } mapping(bytes32 => N) root; }

contract recursive_array_V1 { struct N { uint256 v; N[] next; } N[] root; }
contract recursive_array_V2 { struct N { uint256 v; N[] next; uint256 w; } N[] root; }

contract fixed_array_grow_middle_V1 { uint256[3] r; uint256 z; }
contract fixed_array_grow_middle_V2 { uint256[5] r; uint256 z; }

contract fixed_array_shrink_last_V1 { uint256[5] r; }
contract fixed_array_shrink_last_V2 { uint256[3] r; }

contract fixed_array_shrink_taken_V1 { uint256[5] r; }
contract fixed_array_shrink_taken_V2 { uint256[3] r; uint256 z; }

contract fixed_array_element_padding_V1 { uint160[3] r; uint256 z; }
contract fixed_array_element_padding_V2 { uint256[3] r; uint256 z; }

contract fixed_array_element_packed_V1 { uint64[4] r; uint256 z; }
contract fixed_array_element_packed_V2 { uint128[2] r; uint256 z; }

contract dynamic_array_element_widen_V1 { uint128[] r; }
contract dynamic_array_element_widen_V2 { uint256[] r; }

contract dynamic_array_element_sign_V1 { uint256[] r; }
contract dynamic_array_element_sign_V2 { int256[] r; }

contract packed_insert_V1 { uint64 a; uint64 b; }
contract packed_insert_V2 { uint64 a; uint64 c; uint64 b; }

contract padding_insert_V1 { uint64 a; uint256 b; }
contract padding_insert_V2 { uint64 a; uint64 c; uint256 b; }

contract insert_first_V1 { uint256 a; mapping(address => uint256) m; address o; }
contract insert_first_V2 { uint256 n; uint256 a; mapping(address => uint256) m; address o; }

contract delete_middle_V1 { uint256 a; uint256 b; uint256 c; }
contract delete_middle_V2 { uint256 a; uint256 c; }

contract delete_replaced_V1 { uint256 a; address b; uint256 c; }
contract delete_replaced_V2 { uint256 a; mapping(uint256 => uint256) d; uint256 c; }

contract moved_to_base_V1 { uint256 a; uint256 b; }
contract MovedBase { uint256 a; }
contract moved_to_base_V2 is MovedBase { uint256 b; }

contract rotate_three_V1 { uint256 a; uint256 b; uint256 c; }
contract rotate_three_V2 { uint256 c; uint256 a; uint256 b; }

contract swap_two_types_V1 { uint256 a; address b; }
contract swap_two_types_V2 { address b; uint256 a; }

contract key_narrow_V1 { mapping(uint256 => uint256) m; }
contract key_narrow_V2 { mapping(uint128 => uint256) m; }

contract key_address_to_uint_V1 { mapping(address => uint256) m; }
contract key_address_to_uint_V2 { mapping(uint256 => uint256) m; }

contract key_bytes32_to_uint_V1 { mapping(bytes32 => uint256) m; }
contract key_bytes32_to_uint_V2 { mapping(uint256 => uint256) m; }

contract key_bytes4_to_uint32_V1 { mapping(bytes4 => uint256) m; }
contract key_bytes4_to_uint32_V2 { mapping(uint32 => uint256) m; }

contract key_bytes4_widen_V1 { mapping(bytes4 => uint256) m; }
contract key_bytes4_widen_V2 { mapping(bytes32 => uint256) m; }

contract key_uint_to_wider_int_V1 { mapping(uint128 => uint256) m; }
contract key_uint_to_wider_int_V2 { mapping(int256 => uint256) m; }

contract key_string_to_bytes_V1 { mapping(string => uint256) m; }
contract key_string_to_bytes_V2 { mapping(bytes => uint256) m; }

contract key_string_to_bytes32_V1 { mapping(string => uint256) m; }
contract key_string_to_bytes32_V2 { mapping(bytes32 => uint256) m; }

contract key_enum_insert_V1 { enum E { A, B } mapping(E => uint256) m; }
contract key_enum_insert_V2 { enum E { Z, A, B } mapping(E => uint256) m; }

contract key_struct_value_widen_V1 { mapping(uint256 => uint128) m; }
contract key_struct_value_widen_V2 { mapping(uint256 => uint256) m; }

contract nested_mapping_sign_V1 { mapping(address => mapping(address => uint256)) m; }
contract nested_mapping_sign_V2 { mapping(address => mapping(address => int256)) m; }

contract nested_mapping_depth_V1 { mapping(address => uint256) m; }
contract nested_mapping_depth_V2 { mapping(address => mapping(address => uint256)) m; }

contract storage_to_transient_V1 { uint256 a; uint256 lock; }
contract storage_to_transient_V2 { uint256 a; uint256 transient lock; }

contract transient_to_storage_V1 { uint256 a; uint256 transient lock; }
contract transient_to_storage_V2 { uint256 a; uint256 lock; }

contract array_to_scalars_V1 { uint256[2] r; uint256 z; function g() external view returns (uint256) { return r[1]; } }
contract array_to_scalars_V2 { uint256 r0; uint256 r1; uint256 z; }

contract scalars_to_array_V1 { uint64 a; uint64 b; uint256 z; }
contract scalars_to_array_V2 { uint64[2] ab; uint256 z; function g() external view returns (uint64) { return ab[1]; } }

contract array_of_structs_unrolled_V1 { struct S { uint256 x; address y; } S[2] s; uint256 z; function g() external view returns (uint256) { return s[1].x; } }
contract array_of_structs_unrolled_V2 { struct S { uint256 x; address y; } S first; S second; uint256 z; }

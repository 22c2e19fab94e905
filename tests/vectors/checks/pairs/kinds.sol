// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

// Values, keys and elements that change their kind in one place, alone and inside one another.

interface Token { function transfer(address, uint256) external returns (bool); }

contract fixed_mid_grow_V1 { uint256 a; uint256[4] xs; uint256 z; function f(uint256 i) external { xs[i] = z; } }
/// @custom:expect corruption
contract fixed_mid_grow_V2 { uint256 a; uint256[5] xs; uint256 z; function f(uint256 i) external { xs[i] = z; } }

contract fixed_shrunk_used_V1 { uint256[5] xs; function f(uint256 i) external { xs[i] = 1; } }
/// @custom:expect corruption
contract fixed_shrunk_used_V2 { uint256[4] xs; address w; function f(uint256 i) external { xs[i] = 1; } function g() external view returns (address) { return w; } }

contract fixed_shrunk_V1 { uint256[5] xs; function f(uint256 i) external { xs[i] = 1; } }
/// @custom:expect hazard
contract fixed_shrunk_V2 { uint256[4] xs; function f(uint256 i) external { xs[i] = 1; } }

contract dyn_pack_V1 { uint256[] xs; }
/// @custom:expect corruption
contract dyn_pack_V2 { uint128[] xs; }

contract dyn_unpack_V1 { uint128[] xs; }
/// @custom:expect corruption
contract dyn_unpack_V2 { uint256[] xs; }

contract bytes4_to_bytes8_V1 { bytes4 s; uint256 z; }
/// @custom:expect corruption
contract bytes4_to_bytes8_V2 { bytes8 s; uint256 z; }

contract one_member_struct_V1 { struct P { uint256 a; } P p; uint256 z; }
/// @custom:expect safe
contract one_member_struct_V2 { uint256 a; uint256 z; }

contract bools_to_flags_V1 { bool a; bool b; uint256 z; }
/// @custom:expect hazard
contract bools_to_flags_V2 { uint8 flags; uint256 z; }

contract flags_to_bools_V1 { uint256 flags; uint256 z; }
/// @custom:expect corruption
contract flags_to_bools_V2 { bool a; bool b; uint256 z; }

contract fn_ext_to_int_V1 { function(uint256) external hook; }
/// @custom:expect corruption
contract fn_ext_to_int_V2 { function(uint256) internal hook; }

contract val_narrow_V1 { mapping(address => uint256) m; }
/// @custom:expect corruption
contract val_narrow_V2 { mapping(address => uint128) m; }

contract val_widen_V1 { mapping(address => uint128) m; }
/// @custom:expect safe
contract val_widen_V2 { mapping(address => uint256) m; }

contract val_struct_widen_V1 { struct P { uint128 a; uint128 b; } mapping(address => P) m; }
/// @custom:expect corruption
contract val_struct_widen_V2 { struct P { uint256 a; uint128 b; } mapping(address => P) m; }

contract level_added_V1 { mapping(address => uint256) m; }
/// @custom:expect corruption
contract level_added_V2 { mapping(address => mapping(uint256 => uint256)) m; }

contract level_dropped_V1 { mapping(address => mapping(uint256 => uint256)) m; }
/// @custom:expect corruption
contract level_dropped_V2 { mapping(address => uint256) m; }

contract map_to_array_V1 { mapping(uint256 => uint256) m; }
/// @custom:expect corruption
contract map_to_array_V2 { uint256[] m; }

contract enum_shrunk_V1 { enum S { A, B, C } S s; }
/// @custom:expect hazard
contract enum_shrunk_V2 { enum S { A, B } S s; }

contract enum_reordered_key_V1 { enum S { A, B, C } mapping(S => uint256) m; }
/// @custom:expect corruption
contract enum_reordered_key_V2 { enum S { B, A, C } mapping(S => uint256) m; }

contract int_key_V1 { mapping(int256 => uint256) m; }
/// @custom:expect corruption
contract int_key_V2 { mapping(uint256 => uint256) m; }

contract uint_key_to_int_V1 { mapping(uint256 => uint256) m; }
/// @custom:expect corruption
contract uint_key_to_int_V2 { mapping(int256 => uint256) m; }

contract key_b32_uint_V1 { mapping(bytes32 => uint256) m; }
/// @custom:expect safe
contract key_b32_uint_V2 { mapping(uint256 => uint256) m; }

contract key_addr_uint_V1 { mapping(address => uint256) m; }
/// @custom:expect safe
contract key_addr_uint_V2 { mapping(uint256 => uint256) m; }

contract key_uint_addr_V1 { mapping(uint256 => uint256) m; }
/// @custom:expect corruption
contract key_uint_addr_V2 { mapping(address => uint256) m; }

contract key_string_bytes_V1 { mapping(string => uint256) m; }
/// @custom:expect safe
contract key_string_bytes_V2 { mapping(bytes => uint256) m; }

contract key_enum_u8_V1 { enum S { A, B } mapping(uint8 => uint256) m; }
/// @custom:expect hazard storage-recast
contract key_enum_u8_V2 { enum S { A, B } mapping(S => uint256) m; }
type Wad is uint256;
type SWad is int256;
type B32 is bytes32;

contract udvt_underlying_V1 { Wad x; mapping(address => Wad) m; }
/// @custom:expect corruption
contract udvt_underlying_V2 { SWad x; mapping(address => SWad) m; }

contract udvt_arr_V1 { Wad[] x; }
/// @custom:expect corruption
contract udvt_arr_V2 { SWad[] x; }

contract member_swap_nested_V1 { struct I { uint256 longs; uint256 shorts; } struct O { I[2] legs; uint256 z; } mapping(address => O) m; }
/// @custom:expect corruption
contract member_swap_nested_V2 { struct I { uint256 shorts; uint256 longs; } struct O { I[2] legs; uint256 z; } mapping(address => O) m; }

contract append_in_fixed_in_map_V1 { struct I { uint256 a; } struct O { I[2] legs; } mapping(address => O) m; }
/// @custom:expect corruption
contract append_in_fixed_in_map_V2 { struct I { uint256 a; uint256 b; } struct O { I[2] legs; } mapping(address => O) m; }

contract self_ref_V1 { struct N { uint256 v; mapping(uint256 => N) kids; } N root; uint256 z; }
/// @custom:expect corruption
contract self_ref_V2 { struct N { mapping(uint256 => N) kids; uint256 v; } N root; uint256 z; }

contract self_ref_arr_V1 { struct N { uint256 v; N[] kids; } N[] roots; }
/// @custom:expect corruption
contract self_ref_arr_V2 { struct N { uint256 v; N[] kids; uint256 w; } N[] roots; }

contract token_addr_V1 { Token t; uint96 n; }
/// @custom:expect safe
contract token_addr_V2 { address t; uint96 n; }

contract reorder_packed_V1 { uint8 a; uint16 b; uint8 c; }
/// @custom:expect corruption
contract reorder_packed_V2 { uint16 b; uint8 a; uint8 c; }

contract split_word_V1 { uint256 pair; uint256 z; }
/// @custom:expect corruption
contract split_word_V2 { uint128 lo; uint128 hi; uint256 z; }

contract join_word_V1 { uint128 lo; uint128 hi; uint256 z; }
/// @custom:expect corruption
contract join_word_V2 { uint256 pair; uint256 z; }

contract shadow_V1 { uint256 a; function f() external view returns (uint256 b) { uint256 c = a; b = c; } }
/// @custom:expect safe
contract shadow_V2 { uint256 a; uint256 private c; function f() external view returns (uint256) { return a; } function g() external { c++; } }

contract tail_rename_chain_V1 { uint256 a; uint256 b; }
/// @custom:expect corruption
contract tail_rename_chain_V2 { /// @custom:oz-renamed-from b
    uint256 x; /// @custom:oz-renamed-from a
    uint256 y; }

contract double_renamed_V1 { uint256 a; uint256 b; }
/// @custom:expect corruption
contract double_renamed_V2 { uint256 b; uint256 c; }

contract insert_before_gap_V1 { uint256 a; uint256[50] __gap; }
/// @custom:expect safe
contract insert_before_gap_V2 { uint256 a; uint256[3] __spare; uint256[47] __gap; }

contract string_short_V1 { bytes32 n; uint256 z; }
/// @custom:expect corruption
contract string_short_V2 { string n; uint256 z; }

contract map_dropped_V1 { uint256 a; mapping(address => uint256) m; function f() external { m[msg.sender] = a; } }
/// @custom:expect hazard
contract map_dropped_V2 { uint256 a; }

contract map_replaced_V1 { uint256 a; mapping(address => uint256) debts; function f() external { debts[msg.sender] = a; } }
/// @custom:expect hazard
contract map_replaced_V2 { uint256 a; mapping(address => uint256) credits; function g() external { credits[msg.sender] = a; } }

contract arr_to_set_V1 { address[] xs; uint256 z; }
/// @custom:expect corruption
contract arr_to_set_V2 { struct Set { address[] vals; mapping(address => uint256) pos; } Set xs; uint256 z; }

contract arr_to_set_last_V1 { uint256 z; address[] xs; }
/// @custom:expect hazard
contract arr_to_set_last_V2 { struct Set { address[] vals; mapping(address => uint256) pos; } uint256 z; Set xs; }

contract key_names_exchanged_V1 { mapping(address owner => mapping(address spender => uint256)) al; function f(address o, address s) external view returns (uint256) { return al[o][s]; } }
/// @custom:expect hazard mapping-keys-exchanged
contract key_names_exchanged_V2 { mapping(address spender => mapping(address owner => uint256)) al; function f(address o, address s) external view returns (uint256) { return al[s][o]; } }

contract key_name_changed_V1 { mapping(address owner => mapping(address spender => uint256)) al; }
/// @custom:expect safe
contract key_name_changed_V2 { mapping(address holder => mapping(address spender => uint256)) al; }

contract key_names_in_namespace_V1 { /// @custom:storage-location erc7201:k.a
    struct M { mapping(uint256 market => mapping(uint256 series => uint256)) open; }
    function l() private pure returns (M storage r) { uint256 s = erc7201("k.a"); assembly { r.slot := s } } function f() external view returns (uint256) { return l().open[1][2]; } }
/// @custom:expect hazard mapping-keys-exchanged
contract key_names_in_namespace_V2 { /// @custom:storage-location erc7201:k.a
    struct M { mapping(uint256 series => mapping(uint256 market => uint256)) open; }
    function l() private pure returns (M storage r) { uint256 s = erc7201("k.a"); assembly { r.slot := s } } function f() external view returns (uint256) { return l().open[1][2]; } }

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

// What layouts before the last one left: bytes, ordinals, and the places that are kept for them.

contract earlier_enum_V0 { enum E { A, B, C } E e; uint256 z; }
contract earlier_enum_V1 { enum E { A, B } E e; uint256 z; }
/// @custom:expect corruption storage-reinterpreted
contract earlier_enum_V2 { enum E { A, B, D } E e; uint256 z; }

contract earlier_enum_deep_V0 { enum E { A, B, C } struct P { E e; uint64 n; } mapping(uint256 => P[]) ps; }
contract earlier_enum_deep_V1 { enum E { A, B } struct P { E e; uint64 n; } mapping(uint256 => P[]) ps; }
/// @custom:expect corruption
contract earlier_enum_deep_V2 { enum E { A, B, D } struct P { E e; uint64 n; } mapping(uint256 => P[]) ps; }

contract earlier_enum_back_V0 { enum E { A, B, C } E e; uint256 z; }
contract earlier_enum_back_V1 { enum E { A, B } E e; uint256 z; }
/// @custom:expect safe
contract earlier_enum_back_V2 { enum E { A, B, C, D } E e; uint256 z; }

contract earlier_arr_V0 { uint256[3] xs; }
contract earlier_arr_V1 { uint256[2] xs; }
/// @custom:expect corruption
contract earlier_arr_V2 { uint256[2] xs; uint256 y; }

contract earlier_pack_V0 { uint8 a; uint8 b; }
contract earlier_pack_V1 { uint8 a; }
/// @custom:expect corruption
contract earlier_pack_V2 { uint8 a; bool c; }

contract earlier_pack_beside_V0 { uint8 a; uint8 b; }
contract earlier_pack_beside_V1 { uint8 a; }
/// @custom:expect safe
contract earlier_pack_beside_V2 { uint8 a; uint8 b_deprecated_; bool c; }

contract earlier_keep_wide_V0 { uint256 z; uint128 a; uint64 b; }
contract earlier_keep_wide_V1 { uint256 z; }
/// @custom:expect safe
contract earlier_keep_wide_V2 { uint256 z; uint256 __spacer; uint256 c; }

contract earlier_keep_read_V0 { uint256 z; uint128 a; uint64 b; }
contract earlier_keep_read_V1 { uint256 z; }
/// @custom:expect corruption
contract earlier_keep_read_V2 { uint256 z; uint256 spacer_; uint256 c; function g() external view returns (uint256) { return spacer_; } }

contract earlier_keep_short_V0 { uint256 z; uint128 a; uint64 b; }
contract earlier_keep_short_V1 { uint256 z; }
/// @custom:expect corruption
contract earlier_keep_short_V2 { uint256 z; uint128 __spacer; uint64 c; }

contract earlier_gap_V0 { uint256 a; uint256 b; uint256[8] __gap; uint256 z; }
contract earlier_gap_V1 { uint256 a; uint256[9] __gap; uint256 z; }
/// @custom:expect corruption
contract earlier_gap_V2 { uint256 a; uint256 c; uint256[8] __gap; uint256 z; }

contract earlier_gap_other_V0 { uint256 a; uint256 b; uint256[8] __gap; uint256 z; }
contract earlier_gap_other_V1 { uint256 a; uint256[9] __gap; uint256 z; }
/// @custom:expect safe
contract earlier_gap_other_V2 { uint256 a; uint256[1] __gap0; uint256 c; uint256[7] __gap; uint256 z; }

contract earlier_wide_V0 { uint256 z; uint8 a; }
contract earlier_wide_V1 { uint256 z; }
/// @custom:expect corruption
contract earlier_wide_V2 { uint256 z; uint256 b; }

contract earlier_tr_V0 { uint256 z; uint256 transient t; }
contract earlier_tr_V1 { uint256 z; }
/// @custom:expect safe
contract earlier_tr_V2 { uint256 z; uint256 b; }

contract earlier_map_V0 { uint256 z; mapping(address => uint256) m; }
contract earlier_map_V1 { uint256 z; }
/// @custom:expect corruption
contract earlier_map_V2 { uint256 z; mapping(address => address) n; }

contract earlier_lib_V0 { struct S { uint256 x; uint256 y; } function l() private pure returns (S storage s) { bytes32 k = keccak256("hi.l"); assembly { s.slot := k } } function g() external view returns (uint256) { return l().y + l().x; } }
contract earlier_lib_V1 { struct S { uint256 x; } function l() private pure returns (S storage s) { bytes32 k = keccak256("hi.l"); assembly { s.slot := k } } function g() external view returns (uint256) { return l().x; } }
/// @custom:expect corruption
contract earlier_lib_V2 { struct S { uint256 x; address q; } function l() private pure returns (S storage s) { bytes32 k = keccak256("hi.l"); assembly { s.slot := k } } function g() external view returns (address) { return l().q; } }

contract earlier_enum_renamed_V0 { enum E { Open, Closed } E e; uint256 z; }
contract earlier_enum_renamed_V1 { enum E { Open, Settled } E e; uint256 z; }
/// @custom:expect safe
contract earlier_enum_renamed_V2 { enum E { Open, Settled, Expired } E e; uint256 z; }

contract earlier_enum_renamed_and_given_again_V0 { enum E { Open, Closed, Void } E e; uint256 z; }
contract earlier_enum_renamed_and_given_again_V1 { enum E { Open, Settled } E e; uint256 z; }
/// @custom:expect corruption storage-reinterpreted
contract earlier_enum_renamed_and_given_again_V2 { enum E { Open, Settled, Expired } E e; uint256 z; }

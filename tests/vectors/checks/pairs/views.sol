// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";

// One place, seen by the compiler in one version and by assembly in the other; structs of one name at several places.

contract literal_to_root_V1 { uint256[5] private __gap; struct S { uint256 v; address w; } function l() private pure returns (S storage s) { assembly { s.slot := 5 } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract literal_to_root_V2 { uint256[5] private __gap; struct S { uint256 v; address w; } S s; function g() external view returns (uint256) { return s.v; } }

contract literal_to_root_one_V1 { uint256[5] private __gap; struct S { uint256 v; } function l() private pure returns (S storage s) { assembly { s.slot := 5 } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract literal_to_root_one_V2 { uint256[5] private __gap; struct S { uint256 v; } S s; function g() external view returns (uint256) { return s.v; } }

contract literal_to_root_grows_V1 { uint256[5] private __gap; struct S { uint256 v; address w; } function l() private pure returns (S storage s) { assembly { s.slot := 5 } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract literal_to_root_grows_V2 { uint256[5] private __gap; struct S { uint256 v; address w; uint96 t; } S s; uint256 more; function g() external view returns (uint256) { return s.v; } }

contract literal_to_root_beside_V1 { uint256[5] private __gap; struct S { uint256 v; address w; } function l() private pure returns (S storage s) { assembly { s.slot := 5 } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption
contract literal_to_root_beside_V2 { uint256[6] private __gap; struct S { uint256 v; address w; } S s; function g() external view returns (uint256) { return s.v; } }

contract literal_to_root_turned_V1 { uint256[5] private __gap; struct S { uint256 v; address w; } function l() private pure returns (S storage s) { assembly { s.slot := 5 } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption
contract literal_to_root_turned_V2 { uint256[5] private __gap; struct S { address w; uint256 v; } S s; function g() external view returns (uint256) { return s.v; } }

contract literal_to_other_V1 { uint256[5] private __gap; struct S { uint256 v; } function l() private pure returns (S storage s) { assembly { s.slot := 5 } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption
contract literal_to_other_V2 { uint256[5] private __gap; address feed; function g() external view returns (address) { return feed; } }

contract root_to_literal_V1 { uint256[5] private __gap; struct S { uint256 v; address w; } S s; function g() external view returns (uint256) { return s.v; } }
/// @custom:expect safe hard-coded-slot
contract root_to_literal_V2 { uint256[5] private __gap; struct S { uint256 v; address w; } function l() private pure returns (S storage s) { assembly { s.slot := 5 } } function g() external view returns (uint256) { return l().v; } }

contract root_to_literal_beside_V1 { uint256[5] private __gap; struct S { uint256 v; address w; } S s; function g() external view returns (uint256) { return s.v; } }
/// @custom:expect corruption
contract root_to_literal_beside_V2 { uint256[5] private __gap; struct S { uint256 v; address w; } function l() private pure returns (S storage s) { assembly { s.slot := 6 } } function g() external view returns (uint256) { return l().v; } }

contract word_to_root_V1 { uint256[5] private __gap; function g() external view returns (uint256 v) { assembly { v := sload(5) } } }
/// @custom:expect safe storage-recast
contract word_to_root_V2 { uint256[5] private __gap; uint256 value; function g() external view returns (uint256) { return value; } }

contract slot_library_to_root_V1 { uint256[5] private __gap; function g() external view returns (uint256) { return StorageSlot.getUint256Slot(bytes32(uint256(5))).value; } }
/// @custom:expect safe storage-renamed
contract slot_library_to_root_V2 { uint256[5] private __gap; uint256 total; function g() external view returns (uint256) { return total; } }

contract slot_library_to_narrower_V1 { uint256[5] private __gap; function g() external view returns (uint256) { return StorageSlot.getUint256Slot(bytes32(uint256(5))).value; } }
/// @custom:expect corruption
contract slot_library_to_narrower_V2 { uint256[5] private __gap; uint128 total; function g() external view returns (uint128) { return total; } }

contract namespace_to_layout_at_V1 { /// @custom:storage-location erc7201:v.home
    struct Home { uint256 v; address w; } function l() private pure returns (Home storage s) { uint256 at = erc7201("v.home"); assembly { s.slot := at } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract namespace_to_layout_at_V2 layout at erc7201("v.home") { uint256 v; address w; function g() external view returns (uint256) { return v; } }

contract namespace_to_layout_at_turned_V1 { /// @custom:storage-location erc7201:v.home
    struct Home { uint256 v; address w; } function l() private pure returns (Home storage s) { uint256 at = erc7201("v.home"); assembly { s.slot := at } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption
contract namespace_to_layout_at_turned_V2 layout at erc7201("v.home") { address w; uint256 v; function g() external view returns (uint256) { return v; } }

contract facet_grows_over_V1 { uint256 a; struct S { uint256 v; address w; } function l() private pure returns (S storage s) { assembly { s.slot := 2 } } function g() external view returns (uint256) { return l().v + a; } }
/// @custom:expect corruption
contract facet_grows_over_V2 { uint256 a; uint256 b; uint256 c; struct S { uint256 v; address w; } function l() private pure returns (S storage s) { assembly { s.slot := 2 } } function g() external view returns (uint256) { return l().v + a; } }

library DataA { struct Data { uint256 v; address w; } function at(bytes32 s) internal pure returns (Data storage d) { assembly { d.slot := s } } }
library DataB { struct Data { bool on; uint64 t; uint128 n; } function at(bytes32 s) internal pure returns (Data storage d) { assembly { d.slot := s } } }
library DataC { struct Data { bytes32 root; uint256 n; uint256 m; } function at(bytes32 s) internal pure returns (Data storage d) { assembly { d.slot := s } } }
contract same_name_V1 { function a(bytes32 s) external view returns (uint256) { return DataA.at(s).v; } }
/// @custom:expect safe
contract same_name_V2 { function a(bytes32 s) external view returns (uint256) { return DataA.at(s).v; } function b(bytes32 s) external view returns (bool) { return DataB.at(s).on; } }

contract same_name_reached_first_V1 { function b(bytes32 s) external view returns (bool) { return DataB.at(s).on; } function a(bytes32 s) external view returns (uint256) { return DataA.at(s).v; } }
/// @custom:expect safe abi-removed
contract same_name_reached_first_V2 { function a(bytes32 s) external view returns (uint256) { return DataA.at(s).v; } function c(bytes32 s) external view returns (uint256) { return DataC.at(s).n; } }

library DataA2 { struct Data { address w; uint256 v; } function at(bytes32 s) internal pure returns (Data storage d) { assembly { d.slot := s } } }
contract same_name_moved_V1 { function a(bytes32 s) external view returns (uint256) { return DataA.at(s).v; } function b(bytes32 s) external view returns (bool) { return DataB.at(s).on; } }
/// @custom:expect corruption storage-moved
contract same_name_moved_V2 { function a(bytes32 s) external view returns (uint256) { return DataA2.at(s).v; } function b(bytes32 s) external view returns (bool) { return DataB.at(s).on; } }

contract run_time_renamed_V1 { struct D { uint256 v; address w; } function g(bytes32 s) external view returns (uint256) { return l(s).v; } function l(bytes32 s) private pure returns (D storage d) { assembly { d.slot := s } } }
/// @custom:expect safe
contract run_time_renamed_V2 { struct DataV2 { uint256 v; address w; uint96 t; } function g(bytes32 s) external view returns (uint256) { return l(s).v; } function l(bytes32 s) private pure returns (DataV2 storage d) { assembly { d.slot := s } } }

contract run_time_renamed_turned_V1 { struct D { uint256 v; address w; } function g(bytes32 s) external view returns (uint256) { return l(s).v; } function l(bytes32 s) private pure returns (D storage d) { assembly { d.slot := s } } }
/// @custom:expect corruption storage-moved
contract run_time_renamed_turned_V2 { struct DataV2 { address w; uint256 v; } function g(bytes32 s) external view returns (uint256) { return l(s).v; } function l(bytes32 s) private pure returns (DataV2 storage d) { assembly { d.slot := s } } }

contract struct_to_words_V1 { struct S { uint256 a; uint256 b; } function l() private pure returns (S storage s) { bytes32 p = keccak256("l.d"); assembly { s.slot := p } } function g() external view returns (uint256) { return l().b; } function f() external view returns (uint256) { return l().a; } }
/// @custom:expect safe storage-recast
contract struct_to_words_V2 { function g() external view returns (uint256 v) { bytes32 p = keccak256("l.d"); assembly { v := sload(add(p, 1)) } } function f() external view returns (uint256 v) { bytes32 p = keccak256("l.d"); assembly { v := sload(p) } } }

contract words_to_struct_V1 { function g() external view returns (uint256 v) { bytes32 p = keccak256("l.d"); assembly { v := sload(add(p, 1)) } } function f() external view returns (uint256 v) { bytes32 p = keccak256("l.d"); assembly { v := sload(p) } } }
/// @custom:expect safe storage-recast
contract words_to_struct_V2 { struct S { uint256 a; uint256 b; uint256 c; } function l() private pure returns (S storage s) { bytes32 p = keccak256("l.d"); assembly { s.slot := p } } function g() external view returns (uint256) { return l().b; } function f() external view returns (uint256) { return l().a; } }

contract struct_to_parts_V1 { struct S { uint128 a; uint128 b; uint256 c; } function l() private pure returns (S storage s) { bytes32 p = keccak256("l.d"); assembly { s.slot := p } } function g() external view returns (uint256) { return l().b; } function f() external view returns (uint256) { return l().a; } }
/// @custom:expect corruption
contract struct_to_parts_V2 { function g() external view returns (uint256 v) { bytes32 p = keccak256("l.d"); assembly { v := sload(add(p, 1)) } } function f() external view returns (uint256 v) { bytes32 p = keccak256("l.d"); assembly { v := sload(p) } } }

contract words_to_parts_V1 { function g() external view returns (uint256 v) { bytes32 p = keccak256("l.d"); assembly { v := sload(add(p, 1)) } } function f() external view returns (uint256 v) { bytes32 p = keccak256("l.d"); assembly { v := sload(p) } } }
/// @custom:expect corruption
contract words_to_parts_V2 { struct S { uint128 a; uint128 b; uint256 c; } function l() private pure returns (S storage s) { bytes32 p = keccak256("l.d"); assembly { s.slot := p } } function g() external view returns (uint256) { return l().b; } function f() external view returns (uint256) { return l().a; } }

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";

// Slots reached by unusual ways: arguments, unchecked sums, aliases of aliases, variables that only the chain knows.

library Cst { bytes32 internal constant ROOT = keccak256("r.root"); bytes32 internal constant ALIAS = ROOT; }
library Cst2 { bytes32 internal constant ROOT = keccak256("r.root2"); bytes32 internal constant ALIAS = ROOT; }
bytes32 constant THIRD = Cst.ALIAS;
bytes32 constant THIRD2 = Cst2.ALIAS;

contract alias_chain_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = THIRD; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract alias_chain_V2 { struct D { uint256 v; address w; uint64 t; } function l() private pure returns (D storage d) { bytes32 s = Cst.ROOT; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract alias_chain_moved_V1 { struct D { uint256 v; } function l() private pure returns (D storage d) { bytes32 s = THIRD; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract alias_chain_moved_V2 { struct D { uint256 v; } function l() private pure returns (D storage d) { bytes32 s = THIRD2; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract param_slot_V1 { struct D { uint256 v; address w; } function at(uint256 n) private pure returns (bytes32) { return bytes32(uint256(keccak256("r.param")) + n); } function l() private pure returns (D storage d) { bytes32 s = at(5); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract param_slot_V2 { struct D { uint256 v; address w; } function at(uint256 n) private pure returns (bytes32) { return bytes32(uint256(keccak256("r.param")) + n); } function l() private pure returns (D storage d) { bytes32 s = at(6); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract param_alike_V1 { struct D { uint256 v; address w; } function at(uint256 n) private pure returns (bytes32) { return bytes32(uint256(keccak256("r.param")) + n); } function l() private pure returns (D storage d) { bytes32 s = at(5); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract param_alike_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = bytes32(uint256(keccak256("r.param")) + 5); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract unchecked_slot_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { uint256 s; unchecked { s = uint256(keccak256("r.unchecked")) - 1; } assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-moved
contract unchecked_slot_V2 { struct D { address w; uint256 v; } function l() private pure returns (D storage d) { uint256 s; unchecked { s = uint256(keccak256("r.unchecked")) - 1; } assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract wraps_V1 { struct D { uint256 v; } function l() private pure returns (D storage d) { uint256 s; unchecked { s = uint256(0) - 3; } assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract wraps_V2 { struct D { uint256 v; } function l() private pure returns (D storage d) { uint256 s = type(uint256).max - 2; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

library At { struct D { uint256 v; address w; } function at(bytes32 s) internal pure returns (D storage d) { assembly { d.slot := s } } }
library At2 { struct D { address w; uint256 v; } function at(bytes32 s) internal pure returns (D storage d) { assembly { d.slot := s } } }
contract using_for_V1 { using At for bytes32; bytes32 private constant S = keccak256("r.using"); function g() external view returns (uint256) { return S.at().v; } }
/// @custom:expect corruption storage-moved
contract using_for_V2 { using At2 for bytes32; bytes32 private constant S = keccak256("r.using"); function g() external view returns (uint256) { return S.at().v; } }

contract using_for_moved_V1 { using At for bytes32; bytes32 private constant S = keccak256("r.using"); function g() external view returns (uint256) { return S.at().v; } }
/// @custom:expect corruption storage-region-moved
contract using_for_moved_V2 { using At for bytes32; bytes32 private constant S = keccak256("r.using."); function g() external view returns (uint256) { return S.at().v; } }

contract slot_in_storage_V1 { bytes32 private place; struct D { uint256 v; address w; } function set(bytes32 p) external { place = p; } function l() private view returns (D storage d) { bytes32 s = place; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption
contract slot_in_storage_V2 { bytes32 private place; struct D { address w; uint256 v; } function set(bytes32 p) external { place = p; } function l() private view returns (D storage d) { bytes32 s = place; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract slot_in_storage_same_V1 { bytes32 private place; struct D { uint256 v; address w; } function set(bytes32 p) external { place = p; } function l() private view returns (D storage d) { bytes32 s = place; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract slot_in_storage_same_V2 { bytes32 private place; struct D { uint256 v; address w; uint256 t; } function set(bytes32 p) external { place = p; } function l() private view returns (D storage d) { bytes32 s = place; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract slot_from_caller_V1 { struct D { uint256 v; address w; } function g(bytes32 s) external view returns (uint256) { return l(s).v; } function l(bytes32 s) private pure returns (D storage d) { assembly { d.slot := s } } }
/// @custom:expect corruption
contract slot_from_caller_V2 { struct D { address w; uint256 v; } function g(bytes32 s) external view returns (uint256) { return l(s).v; } function l(bytes32 s) private pure returns (D storage d) { assembly { d.slot := s } } }

contract bytes_at_slot_V1 { struct D { uint256[] xs; mapping(address => uint256) m; } function l() private pure returns (D storage d) { assembly { d.slot := 0x9999 } } function g() external view returns (uint256) { return l().xs[0]; } }
/// @custom:expect corruption
contract bytes_at_slot_V2 { struct D { mapping(address => uint256) m; uint256[] xs; } function l() private pure returns (D storage d) { assembly { d.slot := 0x9999 } } function g() external view returns (uint256) { return l().xs[0]; } }

contract named_return_loop_V1 { struct D { uint256 v; address w; } function l(uint256 i) private pure returns (D storage d) { bytes32 s = keccak256(abi.encode("r.series", i)); assembly { d.slot := s } } function sum() external view returns (uint256 t) { for (uint256 i; i < 3; ++i) t += l(i).v; } }
/// @custom:expect safe
contract named_return_loop_V2 { struct D { uint256 v; address w; uint256 x; } function l(uint256 series) private pure returns (D storage d) { bytes32 s = keccak256(abi.encode("r.series", series)); assembly { d.slot := s } } function sum() external view returns (uint256 t) { for (uint256 i; i < 3; ++i) t += l(i).v; } }

contract hashed_otherwise_V1 { struct D { uint256 v; address w; } bytes32 constant S = keccak256("r.it"); function l() private pure returns (D storage d) { bytes32 s = S; assembly { d.slot := s } } function g() external view returns (uint256) { D storage d = l(); return d.v; } function h() external { delete l().v; } }
/// @custom:expect corruption storage-region-moved
contract hashed_otherwise_V2 { struct D { uint256 v; address w; } bytes32 constant S = sha256("r.it"); function l() private pure returns (D storage d) { bytes32 s = S; assembly { d.slot := s } } function g() external view returns (uint256) { D storage d = l(); return d.v; } function h() external { delete l().v; } }

contract array_ref_slot_V1 { function xs() private pure returns (uint256[] storage r) { assembly { r.slot := 0x4444 } } function g() external view returns (uint256) { return xs()[0]; } }
/// @custom:expect corruption
contract array_ref_slot_V2 { function xs() private pure returns (uint128[] storage r) { assembly { r.slot := 0x4444 } } function g() external view returns (uint256) { return xs()[0]; } }

contract string_slot_V1 { bytes32 constant S = keccak256("r.name"); function n() external view returns (string memory) { return StorageSlot.getStringSlot(S).value; } }
/// @custom:expect corruption
contract string_slot_V2 { bytes32 constant S = keccak256("r.name"); function n() external view returns (string memory) { return string(abi.encodePacked(StorageSlot.getBytes32Slot(S).value)); } }

contract int_slot_V1 { bytes32 constant S = keccak256("r.int"); function n() external view returns (int256) { return StorageSlot.getInt256Slot(S).value; } }
/// @custom:expect corruption
contract int_slot_V2 { bytes32 constant S = keccak256("r.int"); function n() external view returns (int256) { return int256(StorageSlot.getUint256Slot(S).value); } }

/// @custom:storage-location erc7201:r.lib
struct LibNs { uint256 a; address b; }
library NsOfFile { function l() internal pure returns (LibNs storage r) { bytes32 s = bytes32(erc7201("r.lib")); assembly { r.slot := s } } }
library NsOfLib { /// @custom:storage-location erc7201:r.lib
    struct M { uint256 a; address b; uint96 c; } function l() internal pure returns (M storage r) { bytes32 s = bytes32(erc7201("r.lib")); assembly { r.slot := s } } }
contract file_to_library_V1 { function g() external view returns (uint256) { return NsOfFile.l().a; } }
/// @custom:expect safe
contract file_to_library_V2 { function g() external view returns (uint256) { return NsOfLib.l().a; } }

library NsWrong { /// @custom:storage-location erc7201:r.lib
    struct M { uint256 a; uint96 c; address b; } function l() internal pure returns (M storage r) { bytes32 s = bytes32(erc7201("r.lib")); assembly { r.slot := s } } }
contract library_packs_otherwise_V1 { function g() external view returns (uint256) { return NsOfFile.l().a; } }
/// @custom:expect corruption storage-moved
contract library_packs_otherwise_V2 { function g() external view returns (uint256) { return NsWrong.l().a; } }

contract transient_beside_V1 { uint256 depth; uint256 a; function f() external { depth++; a++; } }
/// @custom:expect corruption storage-moved
contract transient_beside_V2 { uint256 transient depth; uint256 a; function f() external { depth++; a++; } }

abstract contract Held { uint256 private depth; function d() public view returns (uint256) { return depth; } }
contract transient_of_the_same_name_V1 is Held { uint256 a; function f() external { a++; } }
/// @custom:expect safe
contract transient_of_the_same_name_V2 is Held { uint256 a; uint256 transient depth; function f() external { a++; depth++; } }

contract transient_to_storage_V1 { uint256 a; uint256 transient nonce; function f() external { nonce++; a++; } }
/// @custom:expect safe
contract transient_to_storage_V2 { uint256 a; uint256 nonce; function f() external { nonce++; a++; } }

contract tstore_words_V1 { uint256 a; function f() external { a++; assembly { tstore(0, 1) } } }
/// @custom:expect safe
contract tstore_words_V2 { uint256 a; function f() external { a++; assembly { tstore(0, 2) tstore(1, 3) } } }

uint256 constant BIG = 2 ** 200;
contract layout_power_V1 layout at BIG { uint256 a; address b; }
/// @custom:expect safe
contract layout_power_V2 layout at 1 << 200 { uint256 a; address b; uint96 c; }

contract layout_hex_V1 layout at 0xff_00 { uint256 a; address b; }
/// @custom:expect corruption storage-region-moved
contract layout_hex_V2 layout at 0xff_00 % 0xff { uint256 a; address b; }

abstract contract Fore { uint256 internal f0; }
contract layout_shifted_by_base_V1 layout at 100 { uint256 a; address b; }
/// @custom:expect corruption storage-moved
contract layout_shifted_by_base_V2 is Fore layout at 100 { uint256 a; address b; }

contract layout_back_by_base_V1 layout at 100 { uint256 a; address b; }
/// @custom:expect safe
contract layout_back_by_base_V2 is Fore layout at 99 { uint256 a; address b; }

contract layout_back_onto_another_V1 layout at 100 { uint256 a; address b; struct D { uint256 v; } function l() private pure returns (D storage d) { assembly { d.slot := 99 } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption
contract layout_back_onto_another_V2 is Fore layout at 99 { uint256 a; address b; }

contract layout_back_too_far_V1 layout at 100 { uint256 a; address b; }
/// @custom:expect corruption storage-region-moved
contract layout_back_too_far_V2 is Fore layout at 98 { uint256 a; address b; }

contract slot_of_caller_grows_V1 { struct D { uint256 v; address w; } function g(bytes32 s) external view returns (uint256) { return l(s).v; } function l(bytes32 s) private pure returns (D storage d) { assembly { d.slot := s } } }
/// @custom:expect safe
contract slot_of_caller_grows_V2 { struct D { uint256 v; address w; uint96 t; } function g(bytes32 s) external view returns (uint256) { return l(s).v; } function l(bytes32 s) private pure returns (D storage d) { assembly { d.slot := s } } }

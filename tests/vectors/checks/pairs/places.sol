// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;
import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";

// Slots that code chooses: computed, handed on, overridden, held by immutables; and arrays whose words are in doubt.
contract ss_moved_V1 { bytes32 constant S = keccak256("h.a"); function g() external view returns (address) { return StorageSlot.getAddressSlot(S).value; } }
/// @custom:expect corruption storage-region-moved
contract ss_moved_V2 { bytes32 constant S = keccak256("h.b"); function g() external view returns (address) { return StorageSlot.getAddressSlot(S).value; } }

contract ss_retyped_V1 { bytes32 constant S = keccak256("h.a"); function g() external view returns (uint256) { return StorageSlot.getUint256Slot(S).value; } }
/// @custom:expect corruption storage-narrowed
contract ss_retyped_V2 { bytes32 constant S = keccak256("h.a"); function g() external view returns (uint256) { return StorageSlot.getBooleanSlot(S).value ? 1 : 0; } }

contract ss_same_V1 { bytes32 constant S = keccak256("h.a"); function g() external view returns (address) { return StorageSlot.getAddressSlot(S).value; } }
/// @custom:expect safe
contract ss_same_V2 { bytes32 constant T = keccak256("h.a"); function g() external view returns (address) { return StorageSlot.getAddressSlot(T).value; } }
/// @custom:storage-location erc7201:h.file
struct FileNs_V1 { uint256 a; address b; }
/// @custom:storage-location erc7201:h.file
struct FileNs_V2 { address b; uint256 a; }

contract file_ns_V1 { function l() private pure returns (FileNs_V1 storage r) { uint256 s = erc7201("h.file"); assembly { r.slot := s } } function g() external view returns (uint256) { return l().a; } }
/// @custom:expect corruption storage-moved
contract file_ns_V2 { function l() private pure returns (FileNs_V2 storage r) { uint256 s = erc7201("h.file"); assembly { r.slot := s } } function g() external view returns (uint256) { return l().a; } }
library NsLib { /// @custom:storage-location erc7201:h.lib
    struct M { uint256 a; address b; } function l() internal pure returns (M storage r) { uint256 s = erc7201("h.lib"); assembly { r.slot := s } } }

contract ns_to_lib_V1 { /// @custom:storage-location erc7201:h.lib
    struct M { uint256 a; address b; } function l() private pure returns (M storage r) { uint256 s = erc7201("h.lib"); assembly { r.slot := s } } function g() external view returns (uint256) { return l().a; } }
/// @custom:expect safe
contract ns_to_lib_V2 { function g() external view returns (uint256) { return NsLib.l().a; } }
abstract contract NsA { /// @custom:storage-location erc7201:h.two
    struct A { uint256 a; } function la() internal pure returns (A storage r) { uint256 s = erc7201("h.two"); assembly { r.slot := s } } }
abstract contract NsB { struct B { address b; } function lb() internal pure returns (B storage r) { uint256 s = erc7201("h.two"); assembly { r.slot := s } } }

contract ns_twice_V1 is NsA { function g() external view returns (uint256) { return la().a; } }
/// @custom:expect corruption storage-region-overlap
contract ns_twice_V2 is NsA, NsB { function g() external view returns (uint256) { return la().a; } function h() external view returns (address) { return lb().b; } }
uint256 constant LBASE = 0x100;

contract layout_const_V1 layout at 0x200 { uint256 a; }
/// @custom:expect safe
contract layout_const_V2 layout at LBASE * 2 { uint256 a; }

contract layout_const_moved_V1 layout at LBASE { uint256 a; }
/// @custom:expect corruption storage-region-moved
contract layout_const_moved_V2 layout at LBASE + 1 { uint256 a; }
abstract contract LB { uint256 internal q; }

contract layout_base_V1 layout at 0x500 { uint256 q; uint256 a; }
/// @custom:expect safe
contract layout_base_V2 is LB layout at 0x500 { uint256 a; }

contract layout_dropped_V1 layout at 0x500 { uint256 a; }
/// @custom:expect corruption storage-region-moved
contract layout_dropped_V2 { uint256 a; }

contract stride_V1 { bytes32 constant S = keccak256("h.arr"); function g(uint256 i) external view returns (uint256 v) { bytes32 s = S; assembly { v := sload(add(s, mul(i, 2))) } } function p(uint256 i, uint256 v) external { bytes32 s = S; assembly { sstore(add(s, mul(i, 2)), v) } } }
/// @custom:expect corruption storage-region-moved
contract stride_V2 { bytes32 constant S = keccak256("h.arr"); function g(uint256 i) external view returns (uint256 v) { bytes32 s = S; assembly { v := sload(add(s, mul(i, 3))) } } function p(uint256 i, uint256 v) external { bytes32 s = S; assembly { sstore(add(s, mul(i, 3)), v) } } }

contract key_order_V1 { struct D { uint256 v; } function at(address k) private pure returns (D storage d) { bytes32 s = keccak256(abi.encode(k, keccak256("h.m"))); assembly { d.slot := s } } function g(address k) external view returns (uint256) { return at(k).v; } }
/// @custom:expect corruption storage-region-moved
contract key_order_V2 { struct D { uint256 v; } function at(address k) private pure returns (D storage d) { bytes32 s = keccak256(abi.encode(keccak256("h.m"), k)); assembly { d.slot := s } } function g(address k) external view returns (uint256) { return at(k).v; } }

contract key_packed_V1 { struct D { uint256 v; } function at(address k) private pure returns (D storage d) { bytes32 s = keccak256(abi.encode("h.m", k)); assembly { d.slot := s } } function g(address k) external view returns (uint256) { return at(k).v; } }
/// @custom:expect corruption storage-region-moved
contract key_packed_V2 { struct D { uint256 v; } function at(address k) private pure returns (D storage d) { bytes32 s = keccak256(abi.encodePacked("h.m", k)); assembly { d.slot := s } } function g(address k) external view returns (uint256) { return at(k).v; } }

contract concat_const_V1 { bytes32 constant S = keccak256(abi.encodePacked("h.", "pos")); struct D { uint256 v; } function l() private pure returns (D storage d) { bytes32 s = S; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract concat_const_V2 { bytes32 constant S = keccak256("h.pos"); struct D { uint256 v; } function l() private pure returns (D storage d) { bytes32 s = S; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract concat_const_bad_V1 { string constant N = "h."; bytes32 constant S = keccak256(bytes(string.concat("h.", "pos"))); struct D { uint256 v; } function l() private pure returns (D storage d) { bytes32 s = S; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract concat_const_bad_V2 { bytes32 constant S = keccak256(bytes(string.concat("h.", "poz"))); struct D { uint256 v; } function l() private pure returns (D storage d) { bytes32 s = S; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract offset_slot_V1 { struct D { uint256 v; } bytes32 constant S = keccak256("h.o"); function l() private pure returns (D storage d) { bytes32 s = S; assembly { d.slot := add(s, 1) } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract offset_slot_V2 { struct D { uint256 v; } bytes32 constant S = keccak256("h.o"); function l() private pure returns (D storage d) { bytes32 s = S; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
abstract contract SlotBase1 { struct D { uint256 v; } function S() internal pure virtual returns (bytes32) { return keccak256("h.v1"); } function l() internal pure returns (D storage d) { bytes32 s = S(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract virtual_slot_V1 is SlotBase1 { }
/// @custom:expect corruption storage-region-moved
contract virtual_slot_V2 is SlotBase1 { function S() internal pure override returns (bytes32) { return keccak256("h.v2"); } }

contract ternary_slot_V1 { struct D { uint256 v; } function l(bool t) private pure returns (D storage d) { bytes32 s = t ? keccak256("h.t1") : keccak256("h.t2"); assembly { d.slot := s } } function g(bool t) external view returns (uint256) { return l(t).v; } }
/// @custom:expect corruption storage-region-moved
contract ternary_slot_V2 { struct D { uint256 v; } function l(bool t) private pure returns (D storage d) { bytes32 s = t ? keccak256("h.t1") : keccak256("h.t3"); assembly { d.slot := s } } function g(bool t) external view returns (uint256) { return l(t).v; } }

contract ctor_slot_V1 { bytes32 immutable S; struct D { uint256 v; } /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(bytes32 s) { S = s; } function l() private view returns (D storage d) { bytes32 s = S; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-moved
contract ctor_slot_V2 { bytes32 immutable S; struct D { address w; uint256 v; } /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(bytes32 s) { S = s; } function l() private view returns (D storage d) { bytes32 s = S; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract gap_asm_V1 { uint256 a; uint256[10] private __gap; uint256 z; function f(uint256 i, uint256 v) external { assembly { sstore(add(__gap.slot, i), v) } } }
/// @custom:expect corruption storage-moved
contract gap_asm_V2 { uint256 a; uint256 b; uint256[9] private __gap; uint256 z; function f() external view returns (uint256) { return b; } }

contract dead_array_asm_V1 { uint256 a; uint256[10] private store; uint256 z; function f(uint256 i, uint256 v) external { assembly { sstore(add(store.slot, i), v) } } }
/// @custom:expect hazard storage-deleted
contract dead_array_asm_V2 { uint256 a; uint256[10] private __gap; uint256 z; uint256 y; }

contract gap_names_V1 { uint256 a; uint256[10] private __storageGap; uint256 z; }
/// @custom:expect safe
contract gap_names_V2 { uint256 a; uint256 b; uint256[9] private __storageGap; uint256 z; }

contract gap_reserved_V1 { uint256 a; uint256[10] private reservedSpace; uint256 z; }
/// @custom:expect safe
contract gap_reserved_V2 { uint256 a; uint256 b; uint256[9] private reservedSpace; uint256 z; }

contract gap_v2_V1 { uint256 a; uint256[10] private ____gap_V2; uint256 z; }
/// @custom:expect safe
contract gap_v2_V2 { uint256 a; uint128 b; uint128 c; uint256[9] private ____gap_V3; uint256 z; }

contract gap_addr_V1 { uint256 a; address[10] private __gap; uint256 z; }
/// @custom:expect safe
contract gap_addr_V2 { uint256 a; uint256 b; address[9] private __gap; uint256 z; }

contract gap_half_V1 { uint128 x; uint256[10] private __gap; uint256 z; }
/// @custom:expect safe
contract gap_half_V2 { uint128 x; uint128 y; uint256[10] private __gap; uint256 z; }

contract gap_half_bad_V1 { uint128 x; uint256[10] private __gap; uint256 z; }
/// @custom:expect corruption storage-moved
contract gap_half_bad_V2 { uint128 x; uint128 y; uint256[9] private __gap; uint256 z; }

contract gap_taken_by_array_V1 { uint256 a; uint256[10] private __gap; uint256 z; }
/// @custom:expect safe
contract gap_taken_by_array_V2 { uint256 a; uint256[4] live; uint256[6] private __gap; uint256 z; function f(uint256 i) external { live[i] = 1; } }

contract drop_live_array_V1 { uint256 a; uint256[10] private xs; uint256 z; function f(uint256 i) external { xs[i] = 1; } }
/// @custom:expect corruption storage-moved
contract drop_live_array_V2 { uint256 a; uint256 z; }

contract drop_live_array_last_V1 { uint256 a; uint256[10] private xs; function f(uint256 i) external { xs[i] = 1; } }
/// @custom:expect hazard storage-deleted
contract drop_live_array_last_V2 { uint256 a; }

// A virtual function that nothing overrides, one that is overridden alike, and one that is asked for by its base.
abstract contract SlotBase2 { struct D { uint256 v; } function S() internal pure virtual returns (bytes32) { return keccak256("h.w"); } function l() internal pure returns (D storage d) { bytes32 s = S(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract virtual_slot_alike_V1 is SlotBase2 { }
/// @custom:expect safe
contract virtual_slot_alike_V2 is SlotBase2 { function S() internal pure override returns (bytes32) { return keccak256(bytes("h.w")); } }
abstract contract SlotBase3 is SlotBase2 { function S() internal pure virtual override returns (bytes32) { return super.S(); } }

contract virtual_slot_super_V1 is SlotBase2 { }
/// @custom:expect safe
contract virtual_slot_super_V2 is SlotBase3 { }

contract set_twice_V1 { struct D { uint256 v; } function l(bool t) private pure returns (D storage d) { bytes32 s = keccak256("h.s1"); if (t) s = keccak256("h.s2"); assembly { d.slot := s } } function g(bool t) external view returns (uint256) { return l(t).v; } }
/// @custom:expect corruption storage-region-moved
contract set_twice_V2 { struct D { uint256 v; } function l(bool t) private pure returns (D storage d) { bytes32 s = keccak256("h.s1"); if (t) s = keccak256("h.s3"); assembly { d.slot := s } } function g(bool t) external view returns (uint256) { return l(t).v; } }

contract array_head_taken_V1 { uint256 a; uint256[10] private xs; function f(uint256 i) external { xs[i] = a; } }
/// @custom:expect corruption storage-reused
contract array_head_taken_V2 { uint256 a; uint256 z; function f(uint256 i) external { z = i; } }

contract array_unrolled_V1 { uint256 a; uint256[2] private fees; function f(uint256 i) external { fees[i] = a; } }
/// @custom:expect hazard storage-renamed
contract array_unrolled_V2 { uint256 a; uint256 maker; uint256 taker; function f(uint256 i) external { maker = i; taker = a; } }

contract array_rolled_V1 { uint256 a; uint256 maker; uint256 taker; function f(uint256 i) external { maker = i; taker = a; } }
/// @custom:expect hazard storage-renamed
contract array_rolled_V2 { uint256 a; uint256[2] private fees; function f(uint256 i) external { fees[i] = a; } }

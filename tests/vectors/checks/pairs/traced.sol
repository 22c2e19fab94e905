// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

// Slots that are constants, spelled so that they have to be followed: tuples, memory structs, function values, Yul.

contract tuple_parts_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { (bytes32 s, uint256 n) = (keccak256("t.tuple.a"), 1); assert(n == 1); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract tuple_parts_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { (bytes32 s, uint256 n) = (keccak256("t.tuple.b"), 1); assert(n == 1); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract tuple_parts_same_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { (bytes32 s, uint256 n) = (keccak256("t.tuple.a"), 1); assert(n == 1); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract tuple_parts_same_V2 { struct D { uint256 v; address w; uint64 t; } function l() private pure returns (D storage d) { bytes32 s = keccak256("t.tuple.a"); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract tuple_of_call_V1 { struct D { uint256 v; address w; } function both() private pure returns (uint256, bytes32) { return (1, keccak256("t.call.a")); } function l() private pure returns (D storage d) { (, bytes32 s) = both(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract tuple_of_call_V2 { struct D { uint256 v; address w; } function both() private pure returns (uint256, bytes32) { return (1, keccak256("t.call.b")); } function l() private pure returns (D storage d) { (, bytes32 s) = both(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract tuple_of_call_other_part_V1 { struct D { uint256 v; address w; } function both() private pure returns (uint256, bytes32) { return (1, keccak256("t.call.a")); } function l() private pure returns (D storage d) { (, bytes32 s) = both(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract tuple_of_call_other_part_V2 { struct D { uint256 v; address w; } function both() private pure returns (uint256 n, bytes32 s) { n = 2; s = keccak256("t.call.a"); } function l() private pure returns (D storage d) { (, bytes32 s) = both(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract tuple_assigned_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s; uint256 n; (n, s) = (1, keccak256("t.set.a")); assert(n == 1); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract tuple_assigned_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s; uint256 n; (n, s) = (1, keccak256("t.set.b")); assert(n == 1); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract tuple_assigned_alike_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s; uint256 n; (n, s) = (1, keccak256("t.set.a")); assert(n == 1); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract tuple_assigned_alike_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s; uint256 n; (s, n) = (keccak256("t.set.a"), 7); assert(n == 7); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract memory_member_V1 { struct C { uint256 n; bytes32 slot; } struct D { uint256 v; address w; } function l() private pure returns (D storage d) { C memory c = C(1, keccak256("t.member.a")); bytes32 s = c.slot; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract memory_member_V2 { struct C { uint256 n; bytes32 slot; } struct D { uint256 v; address w; } function l() private pure returns (D storage d) { C memory c = C(1, keccak256("t.member.b")); bytes32 s = c.slot; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract memory_member_named_V1 { struct C { uint256 n; bytes32 slot; } struct D { uint256 v; address w; } function l() private pure returns (D storage d) { C memory c = C(1, keccak256("t.member.a")); bytes32 s = c.slot; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract memory_member_named_V2 { struct C { bytes32 slot; uint256 n; } struct D { uint256 v; address w; uint64 t; } function l() private pure returns (D storage d) { C memory c = C({slot: keccak256("t.member.a"), n: 2}); bytes32 s = c.slot; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract memory_member_set_V1 { struct C { uint256 n; bytes32 slot; } struct D { uint256 v; address w; } function c() private pure returns (C memory r) { r.slot = keccak256("t.member.a"); } function l() private pure returns (D storage d) { bytes32 s = c().slot; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract memory_member_set_V2 { struct C { uint256 n; bytes32 slot; } struct D { uint256 v; address w; } function c() private pure returns (C memory r) { r.slot = keccak256("t.member.b"); } function l() private pure returns (D storage d) { bytes32 s = c().slot; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract memory_member_of_caller_V1 { struct C { uint256 n; bytes32 slot; } struct D { uint256 v; address w; } function at(C memory c) private pure returns (D storage d) { bytes32 s = c.slot; assembly { d.slot := s } } function g(C memory c) external view returns (uint256) { return at(c).v; } }
/// @custom:expect safe
contract memory_member_of_caller_V2 { struct C { uint256 n; bytes32 slot; } struct D { uint256 v; address w; uint96 t; } function at(C memory c) private pure returns (D storage d) { bytes32 s = c.slot; assembly { d.slot := s } } function g(C memory c) external view returns (uint256) { return at(c).v; } }

contract pointer_slot_V1 { struct D { uint256 v; address w; } function a() private pure returns (bytes32) { return keccak256("t.pointer.a"); } function l() private pure returns (D storage d) { function () internal pure returns (bytes32) f = a; bytes32 s = f(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract pointer_slot_V2 { struct D { uint256 v; address w; } function a() private pure returns (bytes32) { return keccak256("t.pointer.b"); } function l() private pure returns (D storage d) { function () internal pure returns (bytes32) f = a; bytes32 s = f(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract pointer_slot_other_function_V1 { struct D { uint256 v; address w; } function a() private pure returns (bytes32) { return keccak256("t.pointer.a"); } function b() private pure returns (bytes32) { return keccak256("t.pointer.b"); } function l() private pure returns (D storage d) { function () internal pure returns (bytes32) f = a; bytes32 s = f(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } function h() external pure returns (bytes32) { return b(); } }
/// @custom:expect corruption storage-region-moved
contract pointer_slot_other_function_V2 { struct D { uint256 v; address w; } function a() private pure returns (bytes32) { return keccak256("t.pointer.a"); } function b() private pure returns (bytes32) { return keccak256("t.pointer.b"); } function l() private pure returns (D storage d) { function () internal pure returns (bytes32) f = b; bytes32 s = f(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } function h() external pure returns (bytes32) { return a(); } }

contract pointer_slot_same_V1 { struct D { uint256 v; address w; } function a() private pure returns (bytes32) { return keccak256("t.pointer.a"); } function l() private pure returns (D storage d) { function () internal pure returns (bytes32) f = a; bytes32 s = f(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract pointer_slot_same_V2 { struct D { uint256 v; address w; uint96 t; } function a() private pure returns (bytes32) { return keccak256("t.pointer.a"); } function at(function () internal pure returns (bytes32) f) private pure returns (D storage d) { bytes32 s = f(); assembly { d.slot := s } } function g() external view returns (uint256) { return at(a).v; } }

contract pointer_passed_V1 { struct D { uint256 v; address w; } function a() private pure returns (bytes32) { return keccak256("t.passed.a"); } function at(function () internal pure returns (bytes32) f) private pure returns (D storage d) { bytes32 s = f(); assembly { d.slot := s } } function g() external view returns (uint256) { return at(a).v; } }
/// @custom:expect corruption storage-region-moved
contract pointer_passed_V2 { struct D { uint256 v; address w; } function a() private pure returns (bytes32) { return keccak256("t.passed.b"); } function at(function () internal pure returns (bytes32) f) private pure returns (D storage d) { bytes32 s = f(); assembly { d.slot := s } } function g() external view returns (uint256) { return at(a).v; } }

contract yul_function_slot_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { assembly { function place() -> r { r := 0xa11ce0000000000000000000000000000000000000000000000000000000000 } d.slot := place() } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract yul_function_slot_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { assembly { function place() -> r { r := 0xb0b000000000000000000000000000000000000000000000000000000000000 } d.slot := place() } } function g() external view returns (uint256) { return l().v; } }

contract yul_function_slot_same_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { assembly { function place() -> r { r := 0xa11ce0000000000000000000000000000000000000000000000000000000000 } d.slot := place() } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract yul_function_slot_same_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { assembly { d.slot := 0xa11ce0000000000000000000000000000000000000000000000000000000000 } } function g() external view returns (uint256) { return l().v; } }

contract yul_words_moved_V1 { function g() external view returns (uint256 v) { assembly { function place(n) -> r { r := add(0xa11ce0000000000000000000000000000000000000000000000000000000000, n) } v := sload(place(1)) } } function h(uint256 v) external { assembly { function place(n) -> r { r := add(0xa11ce0000000000000000000000000000000000000000000000000000000000, n) } sstore(place(1), v) } } }
/// @custom:expect corruption storage-region-moved
contract yul_words_moved_V2 { function g() external view returns (uint256 v) { assembly { function place(n) -> r { r := add(0xa11ce0000000000000000000000000000000000000000000000000000000000, n) } v := sload(place(2)) } } function h(uint256 v) external { assembly { function place(n) -> r { r := add(0xa11ce0000000000000000000000000000000000000000000000000000000000, n) } sstore(place(2), v) } } }

contract loop_slot_V1 { struct D { uint256 v; address w; } function place() private pure returns (bytes32 s) { s = "t.loop.a"; for (uint256 i; i < 3; ++i) s = keccak256(abi.encode(s)); } function l() private pure returns (D storage d) { bytes32 s = place(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption
contract loop_slot_V2 { struct D { uint256 v; address w; } function place() private pure returns (bytes32 s) { s = "t.loop.b"; for (uint256 i; i < 3; ++i) s = keccak256(abi.encode(s)); } function l() private pure returns (D storage d) { bytes32 s = place(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract loop_count_V1 { struct D { uint256 v; } function place() private pure returns (bytes32 s) { s = "t.loop.a"; for (uint256 i; i < 3; ++i) s = keccak256(abi.encode(s)); } function l() private pure returns (D storage d) { bytes32 s = place(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption
contract loop_count_V2 { struct D { uint256 v; } function place() private pure returns (bytes32 s) { s = "t.loop.a"; for (uint256 i; i < 4; ++i) s = keccak256(abi.encode(s)); } function l() private pure returns (D storage d) { bytes32 s = place(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract loop_slot_same_V1 { struct D { uint256 v; address w; } function place() private pure returns (bytes32 s) { s = "t.loop.a"; for (uint256 i; i < 3; ++i) s = keccak256(abi.encode(s)); } function l() private pure returns (D storage d) { bytes32 s = place(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract loop_slot_same_V2 { struct D { uint256 v; address w; uint96 t; } function place() private pure returns (bytes32 s) { s = "t.loop.a"; for (uint256 i; i < 3; ++i) s = keccak256(abi.encode(s)); } function l() private pure returns (D storage d) { bytes32 s = place(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract loop_slot_members_V1 { struct D { uint256 v; address w; } function place() private pure returns (bytes32 s) { s = "t.loop.a"; for (uint256 i; i < 3; ++i) s = keccak256(abi.encode(s)); } function l() private pure returns (D storage d) { bytes32 s = place(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-moved
contract loop_slot_members_V2 { struct D { address w; uint256 v; } function place() private pure returns (bytes32 s) { s = "t.loop.a"; for (uint256 i; i < 3; ++i) s = keccak256(abi.encode(s)); } function l() private pure returns (D storage d) { bytes32 s = place(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract branch_slot_V1 { struct D { uint256 v; address w; } function place(bool late) private pure returns (bytes32) { if (late) return keccak256("t.late"); return keccak256("t.early"); } function l(bool late) private pure returns (D storage d) { bytes32 s = place(late); assembly { d.slot := s } } function g(bool late) external view returns (uint256) { return l(late).v; } }
/// @custom:expect corruption
contract branch_slot_V2 { struct D { uint256 v; address w; } function place(bool late) private pure returns (bytes32) { if (late) return keccak256("t.later"); return keccak256("t.early"); } function l(bool late) private pure returns (D storage d) { bytes32 s = place(late); assembly { d.slot := s } } function g(bool late) external view returns (uint256) { return l(late).v; } }

contract branch_slot_same_V1 { struct D { uint256 v; address w; } function place(bool late) private pure returns (bytes32) { if (late) return keccak256("t.late"); return keccak256("t.early"); } function l(bool late) private pure returns (D storage d) { bytes32 s = place(late); assembly { d.slot := s } } function g(bool late) external view returns (uint256) { return l(late).v; } }
/// @custom:expect safe
contract branch_slot_same_V2 { struct D { uint256 v; address w; } function place(bool late) private pure returns (bytes32) { if (late) return keccak256("t.late"); return keccak256("t.early"); } function l(bool late) private pure returns (D storage d) { bytes32 s = place(late); assembly { d.slot := s } } function g(bool late) external view returns (uint256) { return l(late).v + 1; } }

contract assembly_sets_slot_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s; assembly { s := 0xa11ce0000000000000000000000000000000000000000000000000000000000 } assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract assembly_sets_slot_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s; assembly { s := 0xb0b000000000000000000000000000000000000000000000000000000000000 } assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract assembly_sets_slot_same_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s; assembly { s := 0xa11ce0000000000000000000000000000000000000000000000000000000000 } assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract assembly_sets_slot_same_V2 { struct D { uint256 v; address w; uint96 t; } bytes32 constant S = bytes32(uint256(0xa11ce) << 232); function l() private pure returns (D storage d) { bytes32 s = S; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract copied_parameter_V1 { struct D { uint256 v; address w; } function at(bytes32 p) private pure returns (D storage d) { bytes32 s = p; assembly { d.slot := s } } function g() external view returns (uint256) { return at(keccak256("t.copied.a")).v; } }
/// @custom:expect corruption storage-region-moved
contract copied_parameter_V2 { struct D { uint256 v; address w; } function at(bytes32 p) private pure returns (D storage d) { bytes32 s = p; assembly { d.slot := s } } function g() external view returns (uint256) { return at(keccak256("t.copied.b")).v; } }

contract copied_parameter_same_V1 { struct D { uint256 v; address w; } function at(bytes32 p) private pure returns (D storage d) { bytes32 s = p; assembly { d.slot := s } } function g() external view returns (uint256) { return at(keccak256("t.copied.a")).v; } }
/// @custom:expect safe
contract copied_parameter_same_V2 { struct D { uint256 v; address w; uint96 t; } function at(bytes32 p) private pure returns (D storage d) { assembly { d.slot := p } } function g() external view returns (uint256) { return at(keccak256("t.copied.a")).v; } }

contract parameter_hashed_V1 { struct D { uint256 v; address w; } function at(bytes32 p) private pure returns (D storage d) { p = keccak256(abi.encode(p)); assembly { d.slot := p } } function g() external view returns (uint256) { return at("t.hashed").v; } }
/// @custom:expect corruption storage-region-moved
contract parameter_hashed_V2 { struct D { uint256 v; address w; } function at(bytes32 p) private pure returns (D storage d) { assembly { d.slot := p } } function g() external view returns (uint256) { return at("t.hashed").v; } }

contract parameter_hashed_same_V1 { struct D { uint256 v; address w; } function at(bytes32 p) private pure returns (D storage d) { p = keccak256(abi.encode(p)); assembly { d.slot := p } } function g() external view returns (uint256) { return at("t.hashed").v; } }
/// @custom:expect safe
contract parameter_hashed_same_V2 { struct D { uint256 v; address w; uint96 t; } function at(bytes32 p) private pure returns (D storage d) { assembly { d.slot := p } } function g() external view returns (uint256) { return at(keccak256(abi.encode(bytes32("t.hashed")))).v; } }

library Derived { function index(bytes32 slot, uint256 n) internal pure returns (bytes32 r) { assembly ("memory-safe") { mstore(0, slot) r := add(keccak256(0, 32), n) } } }
contract assembly_function_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = Derived.index("t.derived", 1); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract assembly_function_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = Derived.index("t.derived", 2); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract assembly_function_same_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = Derived.index("t.derived", 1); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract assembly_function_same_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = bytes32(uint256(keccak256(abi.encode(bytes32("t.derived")))) + 1); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract of_a_registry_V1 { struct D { uint256 v; address w; } function l(IPlaces r) private view returns (D storage d) { bytes32 s = r.place(); assembly { d.slot := s } } function g(IPlaces r) external view returns (uint256) { return l(r).v; } }
/// @custom:expect safe
contract of_a_registry_V2 { struct D { uint256 v; address w; uint96 t; } function l(IPlaces r) private view returns (D storage d) { require(address(r) != address(0)); bytes32 s = r.place(); assembly { d.slot := s } } function g(IPlaces r) external view returns (uint256) { return l(r).v; } }
interface IPlaces { function place() external view returns (bytes32); }

library Places { enum Id { Token, Market, Vault } uint256 constant EXP = 1 << 128; function at(Id id) internal pure returns (uint256) { return (uint256(id) + 1) * EXP; } }
library PlacesGrown { enum Id { Token, Market, Vault, Oracle } uint256 constant EXP = 1 << 128; function at(Id id) internal pure returns (uint256) { return (uint256(id) + 1) * EXP; } }
library PlacesInserted { enum Id { Token, Oracle, Market, Vault } uint256 constant EXP = 1 << 128; function at(Id id) internal pure returns (uint256) { return (uint256(id) + 1) * EXP; } }
contract enum_slot_moved_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { uint256 s = Places.at(Places.Id.Market); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract enum_slot_moved_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { uint256 s = PlacesInserted.at(PlacesInserted.Id.Market); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract enum_slot_grown_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { uint256 s = Places.at(Places.Id.Market); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract enum_slot_grown_V2 { struct D { uint256 v; address w; uint96 t; } function l() private pure returns (D storage d) { uint256 s = PlacesGrown.at(PlacesGrown.Id.Market); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

interface IPart { function a() external; } interface IPartGrown { function a() external; function b() external; }
contract interface_slot_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = keccak256(abi.encode(type(IPart).interfaceId)); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract interface_slot_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = keccak256(abi.encode(type(IPartGrown).interfaceId)); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract selector_slot_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = keccak256(abi.encode(IPart.a.selector)); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect safe
contract selector_slot_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = keccak256(abi.encode(bytes4(keccak256("a()")))); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract bit_slot_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = bytes32(~uint256(0) ^ uint160(0xBEEF)); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract bit_slot_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = bytes32(~uint256(0) ^ uint160(0xBEEE)); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract address_slot_V1 { struct D { uint256 v; address w; } address constant AT = 0xBEeFbeefbEefbeEFbeEfbEEfBEeFbeEfBeEfBeef; function l() private pure returns (D storage d) { bytes32 s = keccak256(abi.encodePacked(AT, "desk")); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract address_slot_V2 { struct D { uint256 v; address w; } address constant AT = 0xBEeFbeefbEefbeEFbeEfbEEfBEeFbeEfBeEfBeef; function l() private pure returns (D storage d) { bytes32 s = keccak256(abi.encodePacked("desk", AT)); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract name_slot_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = keccak256(bytes(type(IPart).name)); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption
contract name_slot_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = keccak256(bytes(type(IPartGrown).name)); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

// Storage beyond the compiler's list: namespaces, slot constants, assembly, `layout at`, transient.

contract ns_to_layout_at_V1 { /// @custom:storage-location erc7201:u.a
    struct M { uint256 a; address b; }
    function l() private pure returns (M storage r) { uint256 s = erc7201("u.a"); assembly { r.slot := s } }
    function g() external view returns (uint256) { return l().a; } }
/// @custom:expect safe
contract ns_to_layout_at_V2 layout at erc7201("u.a") { uint256 a; address b; function g() external view returns (uint256) { return a; } }

contract ns_to_layout_at_bad_V1 { /// @custom:storage-location erc7201:u.b
    struct M { uint256 a; address b; }
    function l() private pure returns (M storage r) { uint256 s = erc7201("u.b"); assembly { r.slot := s } }
    function g() external view returns (uint256) { return l().a; } }
/// @custom:expect corruption storage-moved
contract ns_to_layout_at_bad_V2 layout at erc7201("u.b") { address b; uint256 a; function g() external view returns (uint256) { return a; } }

contract layout_at_off_by_one_V1 layout at erc7201("u.c") { uint256 a; }
/// @custom:expect corruption storage-region-moved
contract layout_at_off_by_one_V2 layout at erc7201("u.c") + 1 { uint256 a; }

contract layout_at_onto_namespace_V1 layout at 0x1000 { uint256 a; /// @custom:storage-location erc7201:u.d
    struct M { uint256 v; }
    function l() private pure returns (M storage r) { assembly { r.slot := 0x1001 } }
    function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-overlap
contract layout_at_onto_namespace_V2 layout at 0x1000 { uint256 a; uint256 b; /// @custom:storage-location erc7201:u.d
    struct M { uint256 v; }
    function l() private pure returns (M storage r) { assembly { r.slot := 0x1001 } }
    function g() external view returns (uint256) { return l().v; } }

abstract contract NsBase_V1 { /// @custom:storage-location erc7201:u.e
    struct B { uint128 a; mapping(uint256 => uint256) m; } }
abstract contract NsBase_V2 { /// @custom:storage-location erc7201:u.e
    struct B { uint128 a; uint64 pad; mapping(uint256 => uint256) m; } }
abstract contract NsBase_V3 { /// @custom:storage-location erc7201:u.e
    struct B { mapping(uint256 => uint256) m; uint128 a; } }
contract ns_in_base_padding_V1 is NsBase_V1 { uint256 x; }
/// @custom:expect safe
contract ns_in_base_padding_V2 is NsBase_V2 { uint256 x; }
contract ns_in_base_reordered_V1 is NsBase_V1 { uint256 x; }
/// @custom:expect corruption storage-moved
contract ns_in_base_reordered_V2 is NsBase_V3 { uint256 x; }

contract ns_member_to_root_V1 { /// @custom:storage-location erc7201:u.f
    struct M { uint256 a; uint256 cap; } uint256 x; }
/// @custom:expect corruption storage-moved
contract ns_member_to_root_V2 { /// @custom:storage-location erc7201:u.f
    struct M { uint256 a; } uint256 x; uint256 cap; }

contract ns_members_exchanged_V1 { /// @custom:storage-location erc7201:u.g
    struct M { uint256 a; } /// @custom:storage-location erc7201:u.h
    struct N { uint256 b; } }
/// @custom:expect corruption storage-moved
contract ns_members_exchanged_V2 { /// @custom:storage-location erc7201:u.g
    struct M { uint256 b; } /// @custom:storage-location erc7201:u.h
    struct N { uint256 a; } }

contract ns_id_typo_V1 { /// @custom:storage-location erc7201:perp.Clearing
    struct M { uint256 a; } }
/// @custom:expect corruption storage-region-moved
contract ns_id_typo_V2 { /// @custom:storage-location erc7201:perp.clearing
    struct M { uint256 a; } }

contract ns_annotation_fixed_V1 { /// @custom:storage-location erc7201:wrong.id
    struct M { uint256 a; }
    function l() private pure returns (M storage r) { uint256 s = erc7201("u.i"); assembly { r.slot := s } }
    function g() external view returns (uint256) { return l().a; } }
/// @custom:expect safe
contract ns_annotation_fixed_V2 { /// @custom:storage-location erc7201:u.i
    struct M { uint256 a; }
    function l() private pure returns (M storage r) { uint256 s = erc7201("u.i"); assembly { r.slot := s } }
    function g() external view returns (uint256) { return l().a; } }

contract ns_annotation_broken_V1 { /// @custom:storage-location erc7201:u.j
    struct M { uint256 a; }
    function l() private pure returns (M storage r) { uint256 s = erc7201("u.j"); assembly { r.slot := s } }
    function g() external view returns (uint256) { return l().a; } }
/// @custom:expect hazard storage-region-mislabelled
contract ns_annotation_broken_V2 { /// @custom:storage-location erc7201:u.jj
    struct M { uint256 a; }
    function l() private pure returns (M storage r) { uint256 s = erc7201("u.j"); assembly { r.slot := s } }
    function g() external view returns (uint256) { return l().a; } }

contract ns_annotation_added_V1 { struct M { uint256 a; }
    function l() private pure returns (M storage r) { bytes32 s = keccak256(abi.encode(uint256(keccak256("u.k")) - 1)) & ~bytes32(uint256(0xff)); assembly { r.slot := s } }
    function g() external view returns (uint256) { return l().a; } }
/// @custom:expect safe
contract ns_annotation_added_V2 { /// @custom:storage-location erc7201:u.k
    struct M { uint256 a; uint256 b; }
    function l() private pure returns (M storage r) { uint256 s = erc7201("u.k"); assembly { r.slot := s } }
    function g() external view returns (uint256) { return l().a; } }

library LibHold_V1 { struct S { uint256 a; address b; } bytes32 constant POS = keccak256("u.diamond");
    function s() internal pure returns (S storage d) { bytes32 p = POS; assembly { d.slot := p } } }
library LibHold_V2 { struct S { uint256 a; address b; } bytes32 constant POS = bytes32(uint256(keccak256("u.diamond")) - 1);
    function s() internal pure returns (S storage d) { bytes32 p = POS; assembly { d.slot := p } } }

library LibHold_V4 { struct S { uint256 a; address b; } 
    function s() internal pure returns (S storage d) { bytes32 p; p = keccak256(bytes("u.diamond")); assembly { d.slot := p } } }
contract diamond_minus_one_V1 { function g() external view returns (uint256) { return LibHold_V1.s().a; } }
/// @custom:expect corruption storage-region-moved
contract diamond_minus_one_V2 { function g() external view returns (uint256) { return LibHold_V2.s().a; } }
contract diamond_spelled_otherwise_V1 { function g() external view returns (uint256) { return LibHold_V1.s().a; } }
/// @custom:expect safe
contract diamond_spelled_otherwise_V2 { function g() external view returns (uint256) { return LibHold_V4.s().a; } }
contract diamond_dropped_V1 { uint256 x; function g() external view returns (uint256) { return LibHold_V1.s().a; } }
/// @custom:expect corruption storage-region-vanished
contract diamond_dropped_V2 { uint256 x; function g() external view returns (uint256) { return x; } }

abstract contract DiamondUser_V1 { struct H { address b; uint256 a; } function at(bytes32 p) private pure returns (H storage d) { assembly { d.slot := p } } function held() internal pure returns (H storage) { return at(keccak256("u.held")); } }
abstract contract DiamondUser_V2 { struct H { uint256 a; address b; } function at(bytes32 p) private pure returns (H storage d) { assembly { d.slot := p } } function held() internal pure returns (H storage) { return at(keccak256("u.held")); } }
contract diamond_through_base_V1 is DiamondUser_V1 { function g() external view returns (uint256) { return held().a; } }
/// @custom:expect corruption storage-moved
contract diamond_through_base_V2 is DiamondUser_V2 { function g() external view returns (uint256) { return held().a; } }

contract solady_seed_V1 { uint256 private constant SEED = 0x87a211a2;
    function balanceOf(address owner) external view returns (uint256 r) { assembly { mstore(0x0c, SEED) mstore(0x00, owner) r := sload(keccak256(0x0c, 0x20)) } } }
/// @custom:expect corruption
contract solady_seed_V2 { uint256 private constant SEED = 0x87a211a3;
    function balanceOf(address owner) external view returns (uint256 r) { assembly { mstore(0x0c, SEED) mstore(0x00, owner) r := sload(keccak256(0x0c, 0x20)) } } }

contract solady_same_V1 { uint256 private constant SEED = 0x87a211a2;
    function balanceOf(address owner) external view returns (uint256 r) { assembly { mstore(0x0c, SEED) mstore(0x00, owner) r := sload(keccak256(0x0c, 0x20)) } } }
/// @custom:expect safe
contract solady_same_V2 { uint256 private constant SEED_ = 0x87a211a2; uint256 extra;
    function balanceOf(address who) external view returns (uint256 r) { assembly { mstore(0x0c, SEED_) mstore(0x00, who) r := sload(keccak256(0x0c, 0x20)) } } }

contract yul_hashed_struct_V1 { struct P { uint256 size; } bytes32 private constant P_SLOT = keccak256("u.positions");
    function p(uint256 id) private pure returns (P storage r) { bytes32 s = P_SLOT; assembly { mstore(0, id) mstore(32, s) r.slot := keccak256(0, 64) } }
    function g(uint256 id) external view returns (uint256) { return p(id).size; } }
/// @custom:expect corruption storage-moved
contract yul_hashed_struct_V2 { struct P { address who; uint256 size; } bytes32 private constant P_SLOT = keccak256("u.positions");
    function p(uint256 id) private pure returns (P storage r) { bytes32 s = P_SLOT; assembly { mstore(0, id) mstore(32, s) r.slot := keccak256(0, 64) } }
    function g(uint256 id) external view returns (uint256) { return p(id).size; } }

contract yul_hashed_moved_V1 { struct P { uint256 size; } bytes32 private constant P_SLOT = keccak256("u.positions");
    function p(uint256 id) private pure returns (P storage r) { bytes32 s = P_SLOT; assembly { mstore(0, id) mstore(32, s) r.slot := keccak256(0, 64) } }
    function g(uint256 id) external view returns (uint256) { return p(id).size; } }
/// @custom:expect corruption storage-region-moved
contract yul_hashed_moved_V2 { struct P { uint256 size; } bytes32 private constant P_SLOT = keccak256("u.positions.v2");
    function p(uint256 id) private pure returns (P storage r) { bytes32 s = P_SLOT; assembly { mstore(0, id) mstore(32, s) r.slot := keccak256(0, 64) } }
    function g(uint256 id) external view returns (uint256) { return p(id).size; } }

contract word_offset_moved_V1 { bytes32 private constant BASE = keccak256("u.base");
    function g() external view returns (uint256 v) { bytes32 s = BASE; assembly { v := sload(add(s, 1)) } } }
/// @custom:expect corruption storage-region-moved
contract word_offset_moved_V2 { bytes32 private constant BASE = keccak256("u.base");
    function g() external view returns (uint256 v) { bytes32 s = BASE; assembly { v := sload(add(s, 2)) } } }

contract sstore_into_live_root_V1 { uint256 a; uint256 b; function f() external { a = 1; b = 2; } }
/// @custom:expect corruption
contract sstore_into_live_root_V2 { uint256 a; uint256 b; function f(uint256 v) external { a = 1; b = 2; assembly { sstore(1, v) } } }

contract root_grows_over_word_V1 { uint256 a; function g() external view returns (uint256 v) { assembly { v := sload(1) } } }
/// @custom:expect corruption storage-region-overlap
contract root_grows_over_word_V2 { uint256 a; uint256 b; function g() external view returns (uint256 v) { assembly { v := sload(1) } } }

contract slot_of_variable_V1 { uint256 a; uint256 b; function g() external view returns (uint256 v) { assembly { v := sload(b.slot) } } }
/// @custom:expect safe
contract slot_of_variable_V2 { uint256 a; uint256 b; uint256 c; function g() external view returns (uint256 v) { assembly { v := sload(b.slot) } } }

contract transient_grows_V1 { uint256 a; bool transient locked; }
/// @custom:expect safe
contract transient_grows_V2 { uint256 a; address transient caller_; bool transient locked; }

contract lock_to_transient_V1 { uint256 a; uint256 private status; uint256 z; }
/// @custom:expect corruption storage-moved
contract lock_to_transient_V2 { uint256 a; uint256 transient private status; uint256 z; }

contract constant_in_between_V1 { uint256 a; uint256 b; }
/// @custom:expect safe immutable-changed
contract constant_in_between_V2 { uint256 a; uint256 public constant VERSION = 2; uint256 private immutable started = block.timestamp; uint256 b; }

contract storage_to_immutable_V1 { uint256 a; uint256 cap; uint256 z; function g() external view returns (uint256) { return cap; } }
/// @custom:expect corruption storage-moved
contract storage_to_immutable_V2 { uint256 a; uint256 immutable cap = 5; uint256 z; function g() external view returns (uint256) { return cap; } }

contract constant_to_storage_first_V1 { uint256 constant cap = 5; uint256 z; function g() external view returns (uint256) { return cap + z; } }
/// @custom:expect corruption storage-moved initializer-missing
contract constant_to_storage_first_V2 { uint256 cap = 5; uint256 z; function g() external view returns (uint256) { return cap + z; } }

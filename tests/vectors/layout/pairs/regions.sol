// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Regions: namespaces, `layout at`, diamond and library storage, slot constants.

contract layout_at_moved_V1 layout at 0x1000 { uint256 a; uint256 b; }
contract layout_at_moved_V2 layout at 0x2000 { uint256 a; uint256 b; }

contract layout_at_appeared_V1 { uint256 a; uint256 b; }
contract layout_at_appeared_V2 layout at 0x2000 { uint256 a; uint256 b; }

contract layout_at_written_differently_V1 layout at 4096 { uint256 a; }
contract layout_at_written_differently_V2 layout at 0x10 * 0x100 { uint256 a; uint256 b; }

contract ns_reorder_V1 { /// @custom:storage-location erc7201:t.a
    struct M { uint256 a; address b; } }
contract ns_reorder_V2 { /// @custom:storage-location erc7201:t.a
    struct M { address b; uint256 a; } }

contract ns_append_V1 { /// @custom:storage-location erc7201:t.b
    struct M { uint256 a; } }
contract ns_append_V2 { /// @custom:storage-location erc7201:t.b
    struct M { uint256 a; uint256 b; } }

contract ns_deleted_V1 { uint256 x; /// @custom:storage-location erc7201:t.c
    struct M { uint256 a; } }
contract ns_deleted_V2 { uint256 x; }

contract ns_renamed_V1 { /// @custom:storage-location erc7201:t.d
    struct M { uint256 a; uint256 b; } }
contract ns_renamed_V2 { /// @custom:storage-location erc7201:t.d.v2
    struct M { uint256 a; uint256 b; } }

contract ns_added_V1 { uint256 x; }
contract ns_added_V2 { uint256 x; /// @custom:storage-location erc7201:t.e
    struct M { uint256 a; } }

contract ns_from_root_V1 { address owner; uint256 x; }
contract ns_from_root_V2 { /// @custom:storage-location erc7201:t.f
    struct M { address owner; uint256 x; } }

contract ns_right_then_wrong_V1 {
    /// @custom:storage-location erc7201:t.g
    struct M { uint256 a; }
    function l() private pure returns (M storage r) {
        bytes32 s = keccak256(abi.encode(uint256(keccak256("t.g")) - 1)) & ~bytes32(uint256(0xff));
        assembly { r.slot := s }
    }
    function g() external view returns (uint256) { return l().a; }
}
contract ns_right_then_wrong_V2 {
    /// @custom:storage-location erc7201:t.g
    struct M { uint256 a; }
    function l() private pure returns (M storage r) {
        bytes32 s = keccak256(abi.encode(uint256(keccak256("t.G")) - 1)) & ~bytes32(uint256(0xff));
        assembly { r.slot := s }
    }
    function g() external view returns (uint256) { return l().a; }
}

contract ns_formula_to_literal_V1 {
    /// @custom:storage-location erc7201:t.h
    struct M { uint256 a; }
    bytes32 private constant LOC = keccak256(abi.encode(uint256(keccak256("t.h")) - 1)) & ~bytes32(uint256(0xff));
    function l() private pure returns (M storage r) { bytes32 s = LOC; assembly { r.slot := s } }
    function g() external view returns (uint256) { return l().a; }
}
contract ns_formula_to_literal_V2 {
    /// @custom:storage-location erc7201:t.h
    struct M { uint256 a; uint256 b; }
    function l() private pure returns (M storage r) { uint256 s = erc7201("t.h"); assembly { r.slot := s } }
    function g() external view returns (uint256) { return l().a; }
}

contract ns_two_on_one_V1 {
    /// @custom:storage-location erc7201:t.i
    struct M { uint256 a; }
    bytes32 private constant LOC = 0x00000000000000000000000000000000000000000000000000000000000abc00;
    function l() private pure returns (M storage r) { assembly { r.slot := LOC } }
    function g() external view returns (uint256) { return l().a; }
}
contract ns_two_on_one_V2 {
    /// @custom:storage-location erc7201:t.i
    struct M { uint256 a; }
    /// @custom:storage-location erc7201:t.j
    struct N { address b; }
    bytes32 private constant LOC = 0x00000000000000000000000000000000000000000000000000000000000abc00;
    function l() private pure returns (M storage r) { assembly { r.slot := LOC } }
    function n() private pure returns (N storage r) { assembly { r.slot := LOC } }
    function g() external view returns (uint256) { return l().a; }
    function h() external view returns (address) { return n().b; }
}

library DiamondA { struct S { uint256 a; mapping(address => uint256) m; } bytes32 constant P = keccak256("diamond.a");
    function s() internal pure returns (S storage d) { bytes32 p = P; assembly { d.slot := p } } }
library DiamondB { struct S { uint256 a; mapping(address => uint256) m; uint256 b; } bytes32 constant P = keccak256("diamond.a");
    function s() internal pure returns (S storage d) { bytes32 p = P; assembly { d.slot := p } } }
library DiamondC { struct S { address x; uint256 a; mapping(address => uint256) m; } bytes32 constant P = keccak256("diamond.a");
    function s() internal pure returns (S storage d) { bytes32 p = P; assembly { d.slot := p } } }
library DiamondD { struct S { uint256 a; mapping(address => uint256) m; } bytes32 constant P = keccak256("diamond.d");
    function s() internal pure returns (S storage d) { bytes32 p = P; assembly { d.slot := p } } }

contract diamond_append_V1 { function g() external view returns (uint256) { return DiamondA.s().a; } }
contract diamond_append_V2 { function g() external view returns (uint256) { return DiamondB.s().a; } }

contract diamond_insert_V1 { function g() external view returns (uint256) { return DiamondA.s().a; } }
contract diamond_insert_V2 { function g() external view returns (uint256) { return DiamondC.s().a; } }

contract diamond_moved_V1 { function g() external view returns (uint256) { return DiamondA.s().a; } }
contract diamond_moved_V2 { function g() external view returns (uint256) { return DiamondD.s().a; } }

contract word_constant_moved_V1 { bytes32 private constant FEE = keccak256("fee"); function g() external view returns (uint256 v) { bytes32 s = FEE; assembly { v := sload(s) } } }
contract word_constant_moved_V2 { bytes32 private constant FEE = keccak256("fees"); function g() external view returns (uint256 v) { bytes32 s = FEE; assembly { v := sload(s) } } }

contract word_constant_same_V1 { bytes32 private constant FEE = keccak256("fee"); function g() external view returns (uint256 v) { bytes32 s = FEE; assembly { v := sload(s) } } }
contract word_constant_same_V2 { bytes32 private constant FEE_SLOT = keccak256("fee"); function g() external view returns (uint256 v) { bytes32 s = FEE_SLOT; assembly { v := sload(s) } } uint256 z; }

library Market_V1 { struct Data { uint256 size; } function load(uint128 id) internal pure returns (Data storage d) { bytes32 s = keccak256(abi.encode("market", id)); assembly { d.slot := s } } }
library Market_V2 { struct Data { uint256 size; uint256 skew; } function load(uint128 id) internal pure returns (Data storage d) { bytes32 s = keccak256(abi.encode("market", id)); assembly { d.slot := s } } }
library Market_V3 { struct Data { int256 skew; uint256 size; } function load(uint128 id) internal pure returns (Data storage d) { bytes32 s = keccak256(abi.encode("market", id)); assembly { d.slot := s } } }
library Market_V4 { struct Data { uint256 size; } function load(uint128 id) internal pure returns (Data storage d) { bytes32 s = keccak256(abi.encode("markets", id)); assembly { d.slot := s } } }

contract keyed_append_V1 { function g(uint128 i) external view returns (uint256) { return Market_V1.load(i).size; } }
contract keyed_append_V2 { function g(uint128 i) external view returns (uint256) { return Market_V2.load(i).size; } }

contract keyed_reorder_V1 { function g(uint128 i) external view returns (uint256) { return Market_V2.load(i).size; } }
contract keyed_reorder_V2 { function g(uint128 i) external view returns (uint256) { return Market_V3.load(i).size; } }

contract keyed_moved_V1 { function g(uint128 i) external view returns (uint256) { return Market_V1.load(i).size; } }
contract keyed_moved_V2 { function g(uint128 i) external view returns (uint256) { return Market_V4.load(i).size; } }

contract root_into_constant_V1 { uint256 a; function g() external view returns (uint256 v) { assembly { v := sload(5) } } }
contract root_into_constant_V2 { uint256 a; uint256[10] b; function g() external view returns (uint256 v) { assembly { v := sload(5) } } }

/// @custom:storage-location erc7201:t.file
struct FileLevel_V1 { uint256 a; address b; }
/// @custom:storage-location erc7201:t.file
struct FileLevel_V2 { address b; uint256 a; }
contract ns_file_level_V1 { function l() private pure returns (FileLevel_V1 storage r) { uint256 s = erc7201("t.file"); assembly { r.slot := s } } function g() external view returns (uint256) { return l().a; } }
contract ns_file_level_V2 { function l() private pure returns (FileLevel_V2 storage r) { uint256 s = erc7201("t.file"); assembly { r.slot := s } } function g() external view returns (uint256) { return l().a; } }

contract ns_enum_insert_V1 { enum E { A, B } /// @custom:storage-location erc7201:t.k
    struct M { E e; mapping(uint256 => E) m; } }
contract ns_enum_insert_V2 { enum E { Z, A, B } /// @custom:storage-location erc7201:t.k
    struct M { E e; mapping(uint256 => E) m; } }

contract ns_gap_not_shrunk_V1 { /// @custom:storage-location erc7201:t.l
    struct M { uint256 a; uint256[5] __gap; uint256 z; } }
contract ns_gap_not_shrunk_V2 { /// @custom:storage-location erc7201:t.l
    struct M { uint256 a; uint256 b; uint256[5] __gap; uint256 z; } }

contract ns_mislabelled_same_V1 { /// @custom:storage-location erc7201:t.m
    struct M { uint256 a; } function l() private pure returns (M storage r) { assembly { r.slot := 0x7700 } } function g() external view returns (uint256) { return l().a; } }
contract ns_mislabelled_same_V2 { /// @custom:storage-location erc7201:t.m
    struct M { uint256 a; uint256 b; } function l() private pure returns (M storage r) { assembly { r.slot := 0x7700 } } function g() external view returns (uint256) { return l().a; } }

library Words {
    struct Word { uint256 value; }
    function at(bytes32 slot) internal pure returns (Word storage w) { assembly ("memory-safe") { w.slot := slot } }
}
contract word_helper_moved_V1 {
    bytes32 private constant CAP = bytes32(uint256(keccak256("cap")) - 1);
    function g() external view returns (uint256) { return Words.at(CAP).value; }
}
contract word_helper_moved_V2 {
    bytes32 private constant CAP = bytes32(uint256(keccak256("CAP")) - 1);
    function g() external view returns (uint256) { return Words.at(CAP).value; }
}
contract word_helper_same_V1 {
    bytes32 private constant CAP = bytes32(uint256(keccak256("cap")) - 1);
    function g() external view returns (uint256) { return Words.at(CAP).value; }
}
contract word_helper_same_V2 {
    using Words for bytes32;
    bytes32 private constant CAP = bytes32(uint256(keccak256("cap")) - 1);
    function g() external view returns (uint256) { return CAP.at().value; }
}

library MapStore {
    function balances() internal pure returns (mapping(address => uint256) storage m) { assembly { m.slot := 0xbeef } }
}
library MapStoreMoved {
    function balances() internal pure returns (mapping(address => uint256) storage m) { assembly { m.slot := 0xbeed } }
}
library MapStoreSigned {
    function balances() internal pure returns (mapping(address => int256) storage m) { assembly { m.slot := 0xbeef } }
}
contract mapping_pointer_moved_V1 { function g() external view returns (uint256) { return MapStore.balances()[msg.sender]; } }
contract mapping_pointer_moved_V2 { function g() external view returns (uint256) { return MapStoreMoved.balances()[msg.sender]; } }
contract mapping_pointer_sign_V1 { function g() external view returns (uint256) { return MapStore.balances()[msg.sender]; } }
contract mapping_pointer_sign_V2 { function g() external view returns (int256) { return MapStoreSigned.balances()[msg.sender]; } }

contract slot_function_V1 {
    struct S { uint256 a; address b; }
    function _slot() private pure returns (bytes32) { return keccak256("t.slot"); }
    function s() private pure returns (S storage d) { bytes32 p = _slot(); assembly { d.slot := p } }
    function g() external view returns (uint256) { return s().a; }
}
contract slot_function_V2 {
    struct S { address b; uint256 a; }
    function _slot() private pure returns (bytes32 p) { p = keccak256("t.slot"); }
    function s() private pure returns (S storage d) { bytes32 p = _slot(); assembly { d.slot := p } }
    function g() external view returns (uint256) { return s().a; }
}

contract ns_into_library_V1 { /// @custom:storage-location erc7201:t.n
    struct M { uint256 a; uint256 b; } function l() private pure returns (M storage r) { uint256 s = erc7201("t.n"); assembly { r.slot := s } } function g() external view returns (uint256) { return l().a; } }
library NamespaceN { /// @custom:storage-location erc7201:t.n
    struct Store { uint256 a; uint256 b; uint256 c; } function l() internal pure returns (Store storage r) { uint256 s = erc7201("t.n"); assembly { r.slot := s } } }
contract ns_into_library_V2 { function g() external view returns (uint256) { return NamespaceN.l().a; } }

interface IVault { function total() external view returns (uint256); }
contract Elsewhere { struct S { uint256 x; } function l() internal pure returns (S storage r) { assembly { r.slot := 0x1234 } } function total() external view returns (uint256) { return l().x; } }
contract other_contracts_storage_V1 { uint256 a; function g(Elsewhere v) external view returns (uint256) { return v.total(); } }
contract other_contracts_storage_V2 { uint256 a; function g(IVault v) external view returns (uint256) { return v.total(); } }

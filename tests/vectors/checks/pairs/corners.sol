// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

// Corners: names that stand twice, slots that are spelled in roundabout ways, types that moved house.

abstract contract HoldsA { uint256 private held; function ga() public view returns (uint256) { return held; } }
abstract contract HoldsB { uint256 private held; function gb() public view returns (uint256) { return held; } }
contract same_name_twice_V1 is HoldsA, HoldsB { uint256 x; }
/// @custom:expect corruption storage-swapped
contract same_name_twice_V2 is HoldsB, HoldsA { uint256 x; }

contract same_name_kept_V1 is HoldsA, HoldsB { uint256 x; }
/// @custom:expect safe
contract same_name_kept_V2 is HoldsA, HoldsB { uint256 x; uint256 y; }

contract same_name_dropped_V1 is HoldsA, HoldsB { }
/// @custom:expect corruption storage-moved
contract same_name_dropped_V2 is HoldsB { uint256 y; }

abstract contract OnlyGap { uint256[50] private __gap; }
abstract contract Named { uint256 internal n; uint256[49] private __gap; }
contract gap_base_inserted_V1 is Named { uint256 x; }
/// @custom:expect corruption storage-moved
contract gap_base_inserted_V2 is Named, OnlyGap { uint256 x; }

contract gap_base_dropped_last_V1 is Named, OnlyGap { }
/// @custom:expect safe
contract gap_base_dropped_last_V2 is Named { uint256 x; }

abstract contract FilledGap { mapping(address => bool) private allowed; uint256[49] private __gap; }
contract gap_base_filled_V1 is OnlyGap, Named { uint256 x; }
/// @custom:expect safe
contract gap_base_filled_V2 is FilledGap, Named { uint256 x; }

library Types { struct P { uint128 size; uint128 margin; } enum Side { Long, Short } }
contract type_moved_house_V1 { struct P { uint128 size; uint128 margin; } enum Side { Long, Short } mapping(uint256 => P) ps; Side side; }
/// @custom:expect safe
contract type_moved_house_V2 { mapping(uint256 => Types.P) ps; Types.Side side; }

contract packed_address_first_V1 { address a; uint96 n; }
/// @custom:expect corruption storage-moved
contract packed_address_first_V2 { uint96 n; address a; }

library Keyed_V1 { struct D { uint256 size; } function load(uint128 id) internal pure returns (D storage d) { bytes32 s = keccak256(abi.encode("k.market", id)); assembly { d.slot := s } } }
library Keyed_V2 { struct D { uint256 size; } function load(uint256 id) internal pure returns (D storage d) { bytes32 s = keccak256(abi.encode("k.market", id)); assembly { d.slot := s } } }
library Keyed_V3 { struct D { uint256 size; } function load(string memory id) internal pure returns (D storage d) { bytes32 s = keccak256(abi.encode("k.market", id)); assembly { d.slot := s } } }
contract keyed_widens_V1 { function g(uint128 i) external view returns (uint256) { return Keyed_V1.load(i).size; } }
/// @custom:expect safe
contract keyed_widens_V2 { function g(uint128 i) external view returns (uint256) { return Keyed_V2.load(i).size; } }
contract keyed_by_text_V1 { function g(uint128 i) external view returns (uint256) { return Keyed_V1.load(i).size; } }
/// @custom:expect corruption storage-region-moved
contract keyed_by_text_V2 { function g(string memory i) external view returns (uint256) { return Keyed_V3.load(i).size; } }

contract block_comment_V1 { /**
     * @notice Everything.
     * @custom:storage-location erc7201:c.block
     */
    struct M { uint256 a; address b; } }
/// @custom:expect corruption storage-moved
contract block_comment_V2 { ///@custom:storage-location   erc7201:c.block
    struct M { address b; uint256 a; } }

contract nested_in_namespace_V1 { struct In { uint128 x; uint128 y; } /// @custom:storage-location erc7201:c.nested
    struct M { uint256 a; In i; mapping(address => In) ins; } }
/// @custom:expect corruption storage-swapped
contract nested_in_namespace_V2 { struct In { uint128 y; uint128 x; } /// @custom:storage-location erc7201:c.nested
    struct M { uint256 a; In i; mapping(address => In) ins; } }

bytes32 constant FILE_SLOT = bytes32(uint256(keccak256("c.file")) - 1);
library Slots { bytes32 internal constant PLACE = FILE_SLOT; }
contract slot_of_file_V1 { struct M { uint256 a; address b; } function m() private pure returns (M storage r) { bytes32 s = Slots.PLACE; M storage p; assembly { p.slot := s } return p; } function g() external view returns (uint256) { return m().a; } }
/// @custom:expect corruption storage-moved
contract slot_of_file_V2 { struct M { address b; uint256 a; } function m() private pure returns (M storage r) { bytes32 q = FILE_SLOT; assembly { let s := q r.slot := s } } function g() external view returns (uint256) { return m().a; } }

contract slot_immutable_V1 { bytes32 private immutable PLACE = keccak256("c.immutable"); struct M { uint256 a; address b; } function m() private view returns (M storage r) { bytes32 s = PLACE; assembly { r.slot := s } } function g() external view returns (uint256) { return m().a; } }
/// @custom:expect corruption storage-moved
contract slot_immutable_V2 { bytes32 private immutable PLACE = keccak256("c.immutable"); struct M { address b; uint256 a; } function m() private view returns (M storage r) { bytes32 s = PLACE; assembly { r.slot := s } } function g() external view returns (uint256) { return m().a; } }

contract slot_immutable_moved_V1 { bytes32 private immutable PLACE; /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { PLACE = keccak256("c.immutable"); } struct M { uint256 a; } function m() private view returns (M storage r) { bytes32 s = PLACE; assembly { r.slot := s } } function g() external view returns (uint256) { return m().a; } }
/// @custom:expect corruption storage-region-moved
contract slot_immutable_moved_V2 { bytes32 private immutable PLACE; /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { PLACE = keccak256("c.immutable.v2"); } struct M { uint256 a; } function m() private view returns (M storage r) { bytes32 s = PLACE; assembly { r.slot := s } } function g() external view returns (uint256) { return m().a; } }

contract word_read_as_address_V1 { uint256 x; function g() external view returns (uint256 v) { bytes32 s = keccak256("c.word"); assembly { v := sload(s) } } }
/// @custom:expect safe abi-changed-return
contract word_read_as_address_V2 { uint256 x; function g() external view returns (address v) { bytes32 s = keccak256("c.word"); assembly { v := sload(s) } } }

contract solady_to_solidity_V1 { function m(uint256 id) private pure returns (mapping(address => uint256) storage r) { assembly { mstore(0, id) mstore(32, 0x1234567800000000000000000000000000000000000000000000000000000000) r.slot := keccak256(0, 64) } } function g() external view returns (uint256) { return m(1)[msg.sender]; } }
/// @custom:expect safe
contract solady_to_solidity_V2 { bytes32 constant K = 0x1234567800000000000000000000000000000000000000000000000000000000; function m(uint256 id) private pure returns (mapping(address => uint256) storage r) { bytes32 s = keccak256(abi.encode(id, K)); assembly { r.slot := s } } function g() external view returns (uint256) { return m(1)[msg.sender]; } }

contract two_views_of_one_place_V1 { struct A { uint256 a; } struct B { uint256 a; } function l() private pure returns (A storage r) { assembly { r.slot := 0x777 } } function k() private pure returns (B storage r) { assembly { r.slot := 0x777 } } function g() external view returns (uint256) { return l().a + k().a; } }
/// @custom:expect safe
contract two_views_of_one_place_V2 { struct A { uint256 a; uint256 b; } struct B { uint256 a; uint256 b; } function l() private pure returns (A storage r) { assembly { r.slot := 0x777 } } function k() private pure returns (B storage r) { assembly { r.slot := 0x777 } } function g() external view returns (uint256) { return l().a + k().a; } }

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";

// What is of one shape and means another thing: structs, words and namespaces that took one another's slots.

abstract contract LongsAtA { bytes32 private constant S = keccak256("d.a"); struct Longs { uint256 open; } function longs() internal pure returns (Longs storage $) { bytes32 L = S; assembly { $.slot := L } } function ga() external view returns (uint256) { return longs().open; } }
abstract contract LongsAtB { bytes32 private constant S = keccak256("d.b"); struct Longs { uint256 open; } function longs() internal pure returns (Longs storage $) { bytes32 L = S; assembly { $.slot := L } } function ga() external view returns (uint256) { return longs().open; } }
abstract contract ShortsAtB { bytes32 private constant S = keccak256("d.b"); struct Shorts { uint256 open; } function shorts() internal pure returns (Shorts storage $) { bytes32 L = S; assembly { $.slot := L } } function gb() external view returns (uint256) { return shorts().open; } }
abstract contract ShortsAtA { bytes32 private constant S = keccak256("d.a"); struct Shorts { uint256 open; } function shorts() internal pure returns (Shorts storage $) { bytes32 L = S; assembly { $.slot := L } } function gb() external view returns (uint256) { return shorts().open; } }
abstract contract ShortsAtC { bytes32 private constant S = keccak256("d.c"); struct Shorts { uint256 open; } function shorts() internal pure returns (Shorts storage $) { bytes32 L = S; assembly { $.slot := L } } function gb() external view returns (uint256) { return shorts().open; } }
abstract contract ShortSalesAtB { bytes32 private constant S = keccak256("d.b"); struct ShortSales { uint256 open; } function shorts() internal pure returns (ShortSales storage $) { bytes32 L = S; assembly { $.slot := L } } function gb() external view returns (uint256) { return shorts().open; } }

contract places_exchanged_V1 is LongsAtA, ShortsAtB { }
/// @custom:expect corruption storage-region-moved
contract places_exchanged_V2 is LongsAtB, ShortsAtA { }

contract place_handed_on_V1 is LongsAtA, ShortsAtB { }
/// @custom:expect corruption
contract place_handed_on_V2 is ShortsAtA { }

contract place_of_bases_turned_V1 is LongsAtA, ShortsAtB { }
/// @custom:expect safe
contract place_of_bases_turned_V2 is ShortsAtB, LongsAtA { }

contract place_of_one_moved_V1 is LongsAtA, ShortsAtB { }
/// @custom:expect corruption storage-region-moved
contract place_of_one_moved_V2 is LongsAtA, ShortsAtC { }

contract place_under_a_new_name_V1 is LongsAtA, ShortsAtB { }
/// @custom:expect safe
contract place_under_a_new_name_V2 is LongsAtA, ShortSalesAtB { }

contract words_exchanged_V1 { bytes32 constant CAP = keccak256("d.cap"); bytes32 constant FEE = keccak256("d.fee"); function cap() external view returns (uint256 v) { bytes32 s = CAP; assembly { v := sload(s) } } function fee() external view returns (uint256 v) { bytes32 s = FEE; assembly { v := sload(s) } } }
/// @custom:expect corruption storage-region-moved
contract words_exchanged_V2 { bytes32 constant FEE = keccak256("d.cap"); bytes32 constant CAP = keccak256("d.fee"); function cap() external view returns (uint256 v) { bytes32 s = CAP; assembly { v := sload(s) } } function fee() external view returns (uint256 v) { bytes32 s = FEE; assembly { v := sload(s) } } }

contract slots_exchanged_V1 { bytes32 constant ADMIN = keccak256("d.x"); bytes32 constant KEEPER = keccak256("d.y"); function a() external view returns (address) { return StorageSlot.getAddressSlot(ADMIN).value; } function k() external view returns (address) { return StorageSlot.getAddressSlot(KEEPER).value; } }
/// @custom:expect corruption storage-region-moved
contract slots_exchanged_V2 { bytes32 constant ADMIN = keccak256("d.y"); bytes32 constant KEEPER = keccak256("d.x"); function a() external view returns (address) { return StorageSlot.getAddressSlot(ADMIN).value; } function k() external view returns (address) { return StorageSlot.getAddressSlot(KEEPER).value; } }

contract slots_renamed_V1 { bytes32 constant ADMIN = keccak256("d.x"); bytes32 constant KEEPER = keccak256("d.y"); function a() external view returns (address) { return StorageSlot.getAddressSlot(ADMIN).value; } function k() external view returns (address) { return StorageSlot.getAddressSlot(KEEPER).value; } }
/// @custom:expect safe
contract slots_renamed_V2 { bytes32 constant ADMIN_SLOT = keccak256("d.x"); bytes32 constant KEEPER_SLOT = keccak256("d.y"); function a() external view returns (address) { return StorageSlot.getAddressSlot(ADMIN_SLOT).value; } function k() external view returns (address) { return StorageSlot.getAddressSlot(KEEPER_SLOT).value; } }

contract namespaces_exchanged_V1 { /// @custom:storage-location erc7201:d.longs
    struct Longs { uint256 open; mapping(address => uint256) held; } /// @custom:storage-location erc7201:d.shorts
    struct Shorts { uint256 open; mapping(address => uint256) held; } }
/// @custom:expect corruption storage-region-moved
contract namespaces_exchanged_V2 { /// @custom:storage-location erc7201:d.shorts
    struct Longs { uint256 open; mapping(address => uint256) held; } /// @custom:storage-location erc7201:d.longs
    struct Shorts { uint256 open; mapping(address => uint256) held; } }

contract namespaces_renamed_V1 { /// @custom:storage-location erc7201:d.longs
    struct Longs { uint256 open; mapping(address => uint256) held; } /// @custom:storage-location erc7201:d.shorts
    struct Shorts { uint256 open; mapping(address => uint256) held; } }
/// @custom:expect safe
contract namespaces_renamed_V2 { /// @custom:storage-location erc7201:d.shorts
    struct ShortStorage { uint256 open; mapping(address => uint256) held; } /// @custom:storage-location erc7201:d.longs
    struct LongStorage { uint256 open; mapping(address => uint256) held; } }

contract slot_taken_over_V1 { bytes32 constant ADMIN = keccak256("d.x"); bytes32 constant KEEPER = keccak256("d.y"); function a() external view returns (address) { return StorageSlot.getAddressSlot(ADMIN).value; } function k() external view returns (address) { return StorageSlot.getAddressSlot(KEEPER).value; } }
/// @custom:expect corruption storage-region-moved
contract slot_taken_over_V2 { bytes32 constant KEEPER = keccak256("d.x"); function a() external view returns (address) { return address(this); } function k() external view returns (address) { return StorageSlot.getAddressSlot(KEEPER).value; } }

contract slots_in_a_ring_V1 { bytes32 constant A = keccak256("d.x"); bytes32 constant B = keccak256("d.y"); bytes32 constant C = keccak256("d.z"); function v() external view returns (uint256 x) { bytes32 a = A; bytes32 b = B; bytes32 c = C; assembly { x := add(sload(a), add(sload(b), sload(c))) } } }
/// @custom:expect corruption storage-region-moved
contract slots_in_a_ring_V2 { bytes32 constant B = keccak256("d.x"); bytes32 constant C = keccak256("d.y"); bytes32 constant A = keccak256("d.z"); function v() external view returns (uint256 x) { bytes32 a = A; bytes32 b = B; bytes32 c = C; assembly { x := add(sload(a), add(sload(b), sload(c))) } } }

library Rates { uint256 internal constant FEE = 30; uint256 internal constant CAP = 5; }
library Rates2 { uint256 internal constant FEE = 3000; uint256 internal constant CAP = 4 + 1; }

contract library_constant_V1 { uint256 a; function f() external view returns (uint256) { return a * Rates.FEE; } }
/// @custom:expect hazard constant-changed
contract library_constant_V2 { uint256 a; function f() external view returns (uint256) { return a * Rates2.FEE; } }

contract library_constant_same_V1 { uint256 a; function f() external view returns (uint256) { return a * Rates.CAP; } }
/// @custom:expect safe
contract library_constant_same_V2 { uint256 a; function f() external view returns (uint256) { return a * Rates2.CAP; } }

contract set_of_addresses_V1 { EnumerableSet.AddressSet s; uint256 z; }
/// @custom:expect hazard struct-exchanged
contract set_of_addresses_V2 { EnumerableSet.UintSet s; uint256 z; }

contract sets_in_mapping_V1 { struct Book { uint256 n; EnumerableSet.Bytes32Set ids; } mapping(address => Book[]) books; }
/// @custom:expect hazard struct-exchanged
contract sets_in_mapping_V2 { struct Book { uint256 n; EnumerableSet.UintSet ids; } mapping(address => Book[]) books; }

contract sets_kept_V1 { struct Book { uint256 n; EnumerableSet.Bytes32Set ids; } mapping(address => Book[]) books; }
/// @custom:expect safe
contract sets_kept_V2 { struct Book { uint256 n; EnumerableSet.Bytes32Set ids; } mapping(address => Book[]) books; EnumerableSet.UintSet more; }

contract struct_beside_V1 { struct Long { uint256 size; } struct Short { uint256 size; } mapping(address => Long) longs; mapping(address => Short) shorts; }
/// @custom:expect hazard struct-exchanged
contract struct_beside_V2 { struct Long { uint256 size; } struct Short { uint256 size; } mapping(address => Short) longs; mapping(address => Short) shorts; }

contract struct_renamed_only_V1 { struct Long { uint256 size; } struct Short { uint256 size; } mapping(address => Long) longs; mapping(address => Short) shorts; }
/// @custom:expect safe
contract struct_renamed_only_V2 { struct LongPosition { uint256 size; } struct Short { uint256 size; } mapping(address => LongPosition) longs; mapping(address => Short) shorts; }

contract set_written_out_V1 { struct Set { bytes32[] _values; mapping(bytes32 => uint256) _positions; } Set s; uint256 z; }
/// @custom:expect safe
contract set_written_out_V2 { EnumerableSet.Bytes32Set s; uint256 z; }

contract node_of_itself_V1 { struct N { uint256 v; mapping(uint256 => N) kids; } N root; uint256 z; }
/// @custom:expect safe
contract node_of_itself_V2 { struct N { uint256 v; mapping(uint256 => N) kids; } N root; uint256 z; uint256 y; }

contract namespace_struct_V1 { struct A { uint256 x; } struct B { uint256 x; } /// @custom:storage-location erc7201:x.ns
    struct M { mapping(address => A) held; } }
/// @custom:expect hazard struct-exchanged
contract namespace_struct_V2 { struct A { uint256 x; } struct B { uint256 x; } /// @custom:storage-location erc7201:x.ns
    struct M { mapping(address => B) held; } }

contract namespaces_exchanged_and_more_V1 { /// @custom:storage-location erc7201:d.bids
    struct Bids { uint256 open; } /// @custom:storage-location erc7201:d.asks
    struct Asks { uint256 open; } /// @custom:storage-location erc7201:d.gone
    struct Gone { uint256 what; } }
/// @custom:expect corruption storage-region-moved storage-region-vanished
contract namespaces_exchanged_and_more_V2 { /// @custom:storage-location erc7201:d.asks
    struct Bids { uint256 open; } /// @custom:storage-location erc7201:d.bids
    struct Asks { uint256 open; } /// @custom:storage-location erc7201:d.came
    struct Came { uint256 other; } }

contract name_given_to_a_fresh_place_V1 { /// @custom:storage-location erc7201:d.main
    struct Main { uint256 cap; } }
/// @custom:expect safe
contract name_given_to_a_fresh_place_V2 { /// @custom:storage-location erc7201:d.main
    struct MainOfOne { uint256 cap; } /// @custom:storage-location erc7201:d.main.two
    struct Main { uint256 floor; uint256 roof; } }

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";
import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";
import {AccessControlUpgradeable} from "@openzeppelin/contracts-upgradeable/access/AccessControlUpgradeable.sol";
import {MulticallUpgradeable} from "@openzeppelin/contracts-upgradeable/utils/MulticallUpgradeable.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {SlotDerivation} from "@openzeppelin/contracts/utils/SlotDerivation.sol";
import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";

// Turns that look harmless: shapes that read alike and do not, guards that ask the wrong one, doors beside the door.

abstract contract Closed is Initializable { /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { _disableInitializers(); } }
abstract contract Run is Closed, UUPSUpgradeable, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function _authorizeUpgrade(address) internal virtual override onlyOwner {} function set(uint256 x) external onlyOwner { a = x; } }

contract derived_moved_V1 { using SlotDerivation for bytes32; using StorageSlot for bytes32; bytes32 constant S = keccak256("turns.a"); function g(address k) external view returns (uint256) { return S.deriveMapping(k).offset(1).getUint256Slot().value; } function p(address k) external { S.deriveMapping(k).offset(1).getUint256Slot().value = 1; } }
/// @custom:expect corruption
contract derived_moved_V2 { using SlotDerivation for bytes32; using StorageSlot for bytes32; bytes32 constant S = keccak256("turns.b"); function g(address k) external view returns (uint256) { return S.deriveMapping(k).offset(1).getUint256Slot().value; } function p(address k) external { S.deriveMapping(k).offset(1).getUint256Slot().value = 1; } }

contract derived_offset_V1 { using SlotDerivation for bytes32; using StorageSlot for bytes32; bytes32 constant S = keccak256("turns.a"); function g(address k) external view returns (uint256) { return S.deriveMapping(k).offset(1).getUint256Slot().value; } function p(address k) external { S.deriveMapping(k).offset(1).getUint256Slot().value = 1; } }
/// @custom:expect corruption
contract derived_offset_V2 { using SlotDerivation for bytes32; using StorageSlot for bytes32; bytes32 constant S = keccak256("turns.a"); function g(address k) external view returns (uint256) { return S.deriveMapping(k).offset(2).getUint256Slot().value; } function p(address k) external { S.deriveMapping(k).offset(2).getUint256Slot().value = 1; } }

contract derived_same_V1 { using SlotDerivation for bytes32; using StorageSlot for bytes32; bytes32 constant S = keccak256("turns.a"); function g(address k) external view returns (uint256) { return S.deriveMapping(k).offset(1).getUint256Slot().value; } function p(address k) external { S.deriveMapping(k).offset(1).getUint256Slot().value = 1; } }
/// @custom:expect safe
contract derived_same_V2 { using SlotDerivation for bytes32; using StorageSlot for bytes32; bytes32 constant T = keccak256("turns.a"); function g(address k) external view returns (uint256) { return T.deriveMapping(k).offset(1).getUint256Slot().value; } function p(address k) external { T.deriveMapping(k).offset(1).getUint256Slot().value = 1; } }

struct Lot { uint64 size; uint64 price; } struct LotLong { uint64 size; uint64 price; uint256 note; } struct LotNote { uint64 size; uint64 price; uint128 note; }
library Desk { struct Data { uint256 count; mapping(address => Lot[]) lots; } function data() internal pure returns (Data storage d) { bytes32 s = keccak256("turns.desk"); assembly { d.slot := s } } }
library DeskLong { struct Data { uint256 count; mapping(address => LotLong[]) lots; } function data() internal pure returns (Data storage d) { bytes32 s = keccak256("turns.desk"); assembly { d.slot := s } } }
library DeskNote { struct Data { uint256 count; mapping(address => LotNote[]) lots; } function data() internal pure returns (Data storage d) { bytes32 s = keccak256("turns.desk"); assembly { d.slot := s } } }
contract facet_lots_longer_V1 { function g() external view returns (uint64) { return Desk.data().lots[msg.sender][1].size; } function p() external { Desk.data().lots[msg.sender].push(Lot(1, 1)); Desk.data().count++; } }
/// @custom:expect corruption storage-moved
contract facet_lots_longer_V2 { function g() external view returns (uint64) { return DeskLong.data().lots[msg.sender][1].size; } function p() external { DeskLong.data().lots[msg.sender].push(LotLong(1, 1, 1)); DeskLong.data().count++; } }

contract facet_lots_noted_V1 { function g() external view returns (uint64) { return Desk.data().lots[msg.sender][1].size; } function p() external { Desk.data().lots[msg.sender].push(Lot(1, 1)); Desk.data().count++; } }
/// @custom:expect safe
contract facet_lots_noted_V2 { function g() external view returns (uint64) { return DeskNote.data().lots[msg.sender][1].size; } function p() external { DeskNote.data().lots[msg.sender].push(LotNote(1, 1, 1)); DeskNote.data().count++; } }

contract owner_is_sender_V1 is Run { }
/// @custom:expect corruption uups-open-authorize
contract owner_is_sender_V2 is Run { function owner() public view override returns (address) { return msg.sender; } }

contract sender_is_owner_V1 is Run { }
/// @custom:expect hazard uups-open-authorize
contract sender_is_owner_V2 is Run { function _msgSender() internal view override returns (address) { return owner(); } }

contract sender_forwarded_V1 is Run { address immutable forwarder = address(0x99); function _msgSender() internal view virtual override returns (address s) { s = msg.sender; if (msg.sender == forwarder && msg.data.length >= 20) assembly { s := shr(96, calldataload(sub(calldatasize(), 20))) } } }
/// @custom:expect safe
contract sender_forwarded_V2 is Run { address immutable forwarder = address(0x99); uint96 b; function _msgSender() internal view virtual override returns (address s) { s = msg.sender; if (msg.sender == forwarder && msg.data.length >= 20) assembly { s := shr(96, calldataload(sub(calldatasize(), 20))) } } }

contract transfer_opened_V1 is Run { }
/// @custom:expect hazard owner-open
contract transfer_opened_V2 is Run { function transferOwnership(address to) public override { _transferOwnership(to); } }

contract transfer_checked_V1 is Run { }
/// @custom:expect safe
contract transfer_checked_V2 is Run { function transferOwnership(address to) public override onlyOwner { require(to.code.length > 0); _transferOwnership(to); } }

contract owner_by_slot_V1 is Run { }
/// @custom:expect hazard owner-open
contract owner_by_slot_V2 is Run { function rescue() external { assembly { sstore(0x9016d09d72d40fdae2fd8ceac6b6234c7706214fd39c1cd1e609a0528c199300, caller()) } } }

contract owner_by_slot_guarded_V1 is Run { }
/// @custom:expect safe
contract owner_by_slot_guarded_V2 is Run { function rescue(address to) external onlyOwner { assembly { sstore(0x9016d09d72d40fdae2fd8ceac6b6234c7706214fd39c1cd1e609a0528c199300, to) } } }

contract marks_to_word_V1 { uint8[32] marks; function g() external view returns (uint8) { return marks[0]; } function p() external { marks[0] = 1; } }
/// @custom:expect hazard
contract marks_to_word_V2 { bytes32 marks; function g() external view returns (uint8) { return uint8(marks[0]); } function p() external { marks = bytes32(uint256(1)); } }

contract flags_to_bits_V1 { bool[8] flags; function g() external view returns (bool) { return flags[1]; } function p() external { flags[1] = true; } }
/// @custom:expect corruption
contract flags_to_bits_V2 { uint8 flags; function g() external view returns (bool) { return flags & 2 != 0; } function p() external { flags |= 2; } }

contract halves_to_whole_V1 { uint128[2] halves; function g() external view returns (uint128) { return halves[1]; } function p() external { halves[0] = 1; } }
/// @custom:expect corruption
contract halves_to_whole_V2 { uint256 halves; function g() external view returns (uint256) { return halves; } function p() external { halves = 1; } }

struct Three { address a; address b; address c; } struct Two { uint256 a; uint256 b; }
contract array_to_struct_V1 { address[3] who; mapping(uint256 => uint256[2]) pairs; function g() external view returns (address) { return who[1]; } function p() external { pairs[1][1] = 1; } }
/// @custom:expect safe storage-renamed
contract array_to_struct_V2 { Three who; mapping(uint256 => Two) pairs; function g() external view returns (address) { return who.b; } function p() external { pairs[1].b = 1; } }

contract text_key_to_word_V1 { mapping(string => uint256) m; function g(string calldata k) external view returns (uint256) { return m[k]; } function p(string calldata k) external { m[k] = 1; } }
/// @custom:expect corruption storage-reinterpreted
contract text_key_to_word_V2 { mapping(bytes32 => uint256) m; function g(string calldata k) external view returns (uint256) { return m[keccak256(bytes(k))]; } function p(string calldata k) external { m[keccak256(bytes(k))] = 1; } }

contract list_to_mapping_V1 { uint256[] all; function g() external view returns (uint256) { return all[0]; } function p() external { all.push(1); } }
/// @custom:expect corruption storage-reinterpreted
contract list_to_mapping_V2 { mapping(uint256 => uint256) all; function g() external view returns (uint256) { return all[0]; } function p() external { all[0] = 1; } }

contract signed_key_wider_V1 { mapping(int8 => uint256) m; function g(int8 k) external view returns (uint256) { return m[k]; } }
/// @custom:expect safe
contract signed_key_wider_V2 { mapping(int24 => uint256) m; function g(int8 k) external view returns (uint256) { return m[k]; } }

contract set_admins_V1 is Closed { using EnumerableSet for EnumerableSet.AddressSet; EnumerableSet.AddressSet admins; uint256 a; function initialize() external initializer { admins.add(msg.sender); a = 1; } function set(uint256 x) external { require(admins.contains(msg.sender)); a = x; } }
/// @custom:expect hazard owner-open
contract set_admins_V2 is Closed { using EnumerableSet for EnumerableSet.AddressSet; EnumerableSet.AddressSet admins; uint256 a; function initialize() external initializer { admins.add(msg.sender); a = 1; } function set(uint256 x) external { require(admins.contains(msg.sender)); a = x; } function join() external { admins.add(msg.sender); } }

contract oz_multicall_V1 is Run { }
/// @custom:expect safe
contract oz_multicall_V2 is Run, MulticallUpgradeable { }

contract stored_V1 is Run { mapping(uint256 => bytes) todo; }
/// @custom:expect corruption uups-open-authorize
contract stored_V2 is Run { mapping(uint256 => bytes) todo; function _authorizeUpgrade(address) internal view override { require(msg.sender == address(this)); } function propose(uint256 id, bytes calldata d) external { todo[id] = d; } function run(uint256 id) external { (bool ok,) = address(this).call(todo[id]); require(ok); } }

contract ns_struct_reordered_deep_V1 is Run { struct P { uint128 size; uint128 cost; } /// @custom:storage-location erc7201:t.x
    struct S { mapping(address => mapping(uint256 => P[])) book; } function l() private pure returns (S storage s) { uint256 x = erc7201("t.x"); assembly { s.slot := x } } function g() external view returns (uint128) { return l().book[msg.sender][0][0].size; } function p() external { l().book[msg.sender][0].push(P(1, 1)); } }
/// @custom:expect corruption
contract ns_struct_reordered_deep_V2 is Run { struct P { uint128 cost; uint128 size; } /// @custom:storage-location erc7201:t.x
    struct S { mapping(address => mapping(uint256 => P[])) book; } function l() private pure returns (S storage s) { uint256 x = erc7201("t.x"); assembly { s.slot := x } } function g() external view returns (uint128) { return l().book[msg.sender][0][0].size; } function p() external { l().book[msg.sender][0].push(P(1, 1)); } }

contract role_changed_V1 is Closed, UUPSUpgradeable, AccessControlUpgradeable { bytes32 constant UP = keccak256("UP"); function initialize() external initializer { _grantRole(DEFAULT_ADMIN_ROLE, msg.sender); _grantRole(UP, msg.sender); } function _authorizeUpgrade(address) internal override onlyRole(UP) {} }
/// @custom:expect hazard
contract role_changed_V2 is Closed, UUPSUpgradeable, AccessControlUpgradeable { bytes32 constant UP = keccak256("UPGRADER"); function initialize() external initializer { _grantRole(DEFAULT_ADMIN_ROLE, msg.sender); _grantRole(UP, msg.sender); } function _authorizeUpgrade(address) internal override onlyRole(UP) {} }

contract role_public_V1 is Closed, UUPSUpgradeable, AccessControlUpgradeable { bytes32 constant UP = keccak256("UP"); function initialize() external initializer { _grantRole(DEFAULT_ADMIN_ROLE, msg.sender); } function _authorizeUpgrade(address) internal override onlyRole(UP) {} }
/// @custom:expect hazard
contract role_public_V2 is Closed, UUPSUpgradeable, AccessControlUpgradeable { bytes32 constant UP = keccak256("UP"); function initialize() external initializer { _grantRole(DEFAULT_ADMIN_ROLE, msg.sender); } function _authorizeUpgrade(address) internal override onlyRole(UP) {} function grantRole(bytes32 r, address a) public override { _grantRole(r, a); } }

contract stored_by_owner_V1 is Run { mapping(uint256 => bytes) todo; }
/// @custom:expect safe
contract stored_by_owner_V2 is Run { mapping(uint256 => bytes) todo; function _authorizeUpgrade(address) internal view override { require(msg.sender == address(this)); } function propose(uint256 id, bytes calldata d) external onlyOwner { todo[id] = d; } function run(uint256 id) external { (bool ok,) = address(this).call(todo[id]); require(ok); } }

contract set_users_V1 is Closed { using EnumerableSet for EnumerableSet.AddressSet; EnumerableSet.AddressSet admins; EnumerableSet.AddressSet users; uint256 a; function initialize() external initializer { admins.add(msg.sender); a = 1; } function set(uint256 x) external { require(admins.contains(msg.sender)); a = x; } }
/// @custom:expect safe
contract set_users_V2 is Closed { using EnumerableSet for EnumerableSet.AddressSet; EnumerableSet.AddressSet admins; EnumerableSet.AddressSet users; uint256 a; function initialize() external initializer { admins.add(msg.sender); a = 1; } function set(uint256 x) external { require(admins.contains(msg.sender)); a = x; } function join() external { users.add(msg.sender); } function hire(address who) external { require(admins.contains(msg.sender)); admins.add(who); } }

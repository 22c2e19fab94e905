// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";
import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {PausableUpgradeable} from "@openzeppelin/contracts-upgradeable/utils/PausableUpgradeable.sol";
import {AccessControlUpgradeable} from "@openzeppelin/contracts-upgradeable/access/AccessControlUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

// What the code itself does to its proxy: who may upgrade, what runs once, what it calls.

abstract contract Locked is Initializable { /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { _disableInitializers(); } }

contract yul_function_destroys_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect hazard unsafe-selfdestruct
contract yul_function_destroys_V2 { uint256 a; function f() external returns (uint256 r) { r = a; assembly { function bye(to) { if gt(to, 1) { selfdestruct(to) } } bye(caller()) } } }

contract callcode_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect hazard unsafe-delegatecall
contract callcode_V2 { uint256 a; function f(address to) external returns (uint256 r) { r = a; assembly { pop(delegatecall(gas(), to, 0, 0, 0, 0)) } } }

contract delegate_through_library_V1 { address target; function f() external view returns (address) { return target; } }
/// @custom:expect hazard unsafe-delegatecall
contract delegate_through_library_V2 { using Address for address; address target; function f() external view returns (address) { return target; } function g(bytes calldata d) external { target.functionDelegateCall(d); } }

library Reaper { function reap() external { selfdestruct(payable(msg.sender)); } }
library Adder { function add(uint256 a, uint256 b) external pure returns (uint256) { return a + b; } }
contract linked_reaper_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect hazard unsafe-selfdestruct
contract linked_reaper_V2 { uint256 a; function f() external view returns (uint256) { return a; } function g() external { Reaper.reap(); } }

contract linked_adder_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract linked_adder_V2 { uint256 a; function f() external view returns (uint256) { return Adder.add(a, 1); } }

contract Child { function end() external { selfdestruct(payable(msg.sender)); } }
contract makes_children_V1 { address last; function f() external view returns (address) { return last; } }
/// @custom:expect safe
contract makes_children_V2 { address last; function f() external view returns (address) { return last; } function make() external { last = address(new Child()); } }

contract calls_another_V1 { Child child; function f() external view returns (Child) { return child; } }
/// @custom:expect safe
contract calls_another_V2 { Child child; function f() external view returns (Child) { return child; } function end() external { child.end(); } }

contract multicall_to_itself_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract multicall_to_itself_V2 { uint256 a; function f() external view returns (uint256) { return a; }
    function multicall(bytes[] calldata d) external { for (uint256 i; i < d.length; ++i) { (bool ok,) = address(this).delegatecall(d[i]); require(ok); } } }

contract two_reinitializers_V1 is Locked, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } }
/// @custom:expect hazard reinitializer-skipped
contract two_reinitializers_V2 is Locked, OwnableUpgradeable { uint256 a; uint256 b; uint256 c; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; }
    function initializeV2() external onlyOwner reinitializer(2) { b = 2; } function initializeV3() external onlyOwner reinitializer(3) { c = 3; }
    function g() external view returns (uint256) { return a / b / c; } }

contract reinitializer_below_V1 is Locked { uint256 a; function initialize() external initializer { a = 1; } function initializeV3() external reinitializer(3) { a = 3; } function g() external view returns (uint256) { return a; } }
/// @custom:expect hazard reinitializer-never-runs
contract reinitializer_below_V2 is Locked { uint256 a; uint256 b; function initialize() external initializer { a = 1; } function initializeV2() external reinitializer(2) { b = 2; } function g() external view returns (uint256) { return a / b; } }

contract new_state_set_V1 is Locked { uint256 a; function initialize() external initializer { a = 1; } function g() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract new_state_set_V2 is Locked { uint256 a; uint256 b; function initialize() external initializer { a = 1; b = 2; } function initializeV2() external reinitializer(2) { b = 2; } function g() external view returns (uint256) { return a / b; } }

contract new_ledger_V1 is Locked { uint256 a; function initialize() external initializer { a = 1; } function g() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract new_ledger_V2 is Locked { using EnumerableSet for EnumerableSet.AddressSet; uint256 a; mapping(address => uint256) seen; uint256 count; EnumerableSet.AddressSet all;
    function initialize() external initializer { a = 1; } function g() external view returns (uint256) { return a + count + all.length(); } function h() external { seen[msg.sender]++; count++; all.add(msg.sender); } }

contract sorts_in_memory_V1 { uint256[] marks; function f() external view returns (uint256) { return marks.length; } }
/// @custom:expect safe
contract sorts_in_memory_V2 { using Arrays for uint256[]; uint256[] marks; uint256 extra; function f() external view returns (uint256) { return marks.length; } function g(uint256 x) external view returns (uint256) { return marks.lowerBound(x); } }

contract sorts_no_more_V1 { using Arrays for uint256[]; uint256[] marks; function f() external view returns (uint256) { return marks.length; } function g(uint256 x) internal view returns (uint256) { return marks.lowerBound(x); } function h() external view returns (uint256) { return g(1); } }
/// @custom:expect safe
contract sorts_no_more_V2 { uint256[] marks; function f() external view returns (uint256) { return marks.length; } function h() external view returns (uint256) { return marks.length; } }

contract new_base_unset_V1 is Locked { uint256 a; function initialize() external initializer { a = 1; } function f() external { a = 2; } }
/// @custom:expect hazard initializer-missing
contract new_base_unset_V2 is Locked, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function f() external onlyOwner { a = 2; } }

contract new_base_set_V1 is Locked { uint256 a; function initialize() external initializer { a = 1; } function f() external { a = 2; } }
/// @custom:expect safe
contract new_base_set_V2 is Locked, OwnableUpgradeable { uint256 a; function initialize() external initializer { a = 1; } function initializeV2(address o) external reinitializer(2) { __Ownable_init(o); } function f() external onlyOwner { a = 2; } }

contract pausable_added_V1 is Locked, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function f() external { a = 2; } }
/// @custom:expect safe
contract pausable_added_V2 is Locked, OwnableUpgradeable, PausableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function f() external whenNotPaused { a = 2; } function pause() external onlyOwner { _pause(); } }

contract lock_removed_V1 is Locked, UUPSUpgradeable, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect hazard implementation-unlocked
contract lock_removed_V2 is Initializable, UUPSUpgradeable, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function _authorizeUpgrade(address) internal override onlyOwner {} }

contract lock_other_style_V1 is Locked { uint256 a; function initialize() external initializer { a = 1; } }
/// @custom:expect safe
contract lock_other_style_V2 is Initializable { uint256 a; constructor() initializer {} function initialize() external initializer { a = 1; } }

contract uups_role_V1 is Locked, UUPSUpgradeable, AccessControlUpgradeable { function initialize() external initializer { _grantRole(DEFAULT_ADMIN_ROLE, msg.sender); } function _authorizeUpgrade(address) internal override onlyRole(DEFAULT_ADMIN_ROLE) {} }
/// @custom:expect safe
contract uups_role_V2 is Locked, UUPSUpgradeable, AccessControlUpgradeable { bytes32 constant UPGRADER = keccak256("UPGRADER"); function initialize() external initializer { _grantRole(DEFAULT_ADMIN_ROLE, msg.sender); } function _authorizeUpgrade(address) internal view override { if (!hasRole(UPGRADER, _msgSender())) revert(); } }

contract uups_wrong_condition_V1 is Locked, UUPSUpgradeable, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect hazard uups-open-authorize
contract uups_wrong_condition_V2 is Locked, UUPSUpgradeable, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function _authorizeUpgrade(address next) internal view override { require(next != address(0) && next.code.length > 0); } }

contract uups_second_door_V1 is Locked, UUPSUpgradeable, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect hazard uups-open-authorize
contract uups_second_door_V2 is Locked, UUPSUpgradeable, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function _authorizeUpgrade(address) internal override onlyOwner {}
    function migrate(address next) external { assembly { sstore(0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc, next) } } }

contract uups_to_plain_V1 is Locked, UUPSUpgradeable, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect hazard uups-lost
contract uups_to_plain_V2 is Locked, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } }

contract immutable_value_V1 { uint256 public immutable FEE = 5; }
/// @custom:expect hazard immutable-changed
contract immutable_value_V2 { uint256 public immutable FEE = 6; }

contract constant_value_V1 { uint256 public constant FEE = 5; }
/// @custom:expect hazard constant-changed
contract constant_value_V2 { uint256 public constant FEE = 5e2; }

contract constant_spelled_V1 { uint256 public constant FEE = 5e2; bytes32 constant ROLE = keccak256("A"); }
/// @custom:expect safe
contract constant_spelled_V2 { uint256 public constant FEE = 500; bytes32 constant ROLE = keccak256(bytes("A")); }

contract constant_to_immutable_V1 { uint256 public constant FEE = 5; }
/// @custom:expect hazard immutable-changed
contract constant_to_immutable_V2 { uint256 public immutable FEE; /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(uint256 fee) { FEE = fee; } }

contract event_topic_V1 { event Traded(address indexed who, uint256 size); function f() external { emit Traded(msg.sender, 1); } }
/// @custom:expect hazard event-changed
contract event_topic_V2 { event Traded(address indexed who, int256 size); function f() external { emit Traded(msg.sender, 1); } }

contract error_gone_V1 { error Paused(); uint256 a; function f() external view { if (a > 0) revert Paused(); } }
/// @custom:expect hazard error-changed
contract error_gone_V2 { uint256 a; function f() external view { if (a > 0) revert("paused"); } }

contract function_renamed_V1 { uint256 a; function markPrice() external view returns (uint256) { return a; } }
/// @custom:expect hazard abi-removed
contract function_renamed_V2 { uint256 a; function price() external view returns (uint256) { return a; } }

contract getter_lost_V1 { uint256 public a; }
/// @custom:expect hazard abi-removed
contract getter_lost_V2 { uint256 internal a; }

contract getter_to_function_V1 { uint256 public a; mapping(address => uint256) public m; }
/// @custom:expect safe storage-renamed
contract getter_to_function_V2 { uint256 internal _a; mapping(address => uint256) internal m_; function a() external view returns (uint256) { return _a; } function m(address who) external view returns (uint256) { return m_[who]; } }

contract receive_gone_V1 { uint256 a; receive() external payable { a++; } }
/// @custom:expect hazard abi-removed
contract receive_gone_V2 { uint256 a; function f() external { a++; } }

contract initial_value_V1 { uint256 a; function g() external view returns (uint256) { return a; } }
/// @custom:expect hazard constructor-writes
contract initial_value_V2 { uint256 a; uint256 cap = 5; function g() external view returns (uint256) { return a + cap; } }

contract open_initializer_V1 is Locked { uint256 a; address owner; function initialize() external initializer { a = 1; owner = msg.sender; } }
/// @custom:expect hazard initializer-recallable
contract open_initializer_V2 is Locked { uint256 a; address owner; function initialize() external { a = 1; owner = msg.sender; } }

contract struct_renamed_in_namespace_V1 is Locked { /// @custom:storage-location erc7201:w.a
    struct Market { uint256 fee; address feed; }
    function l() private pure returns (Market storage r) { uint256 s = erc7201("w.a"); assembly { r.slot := s } }
    function initialize(address feed) external initializer { l().fee = 1; l().feed = feed; } function g() external view returns (uint256) { return 1 / l().fee; } }
/// @custom:expect safe
contract struct_renamed_in_namespace_V2 is Locked { /// @custom:storage-location erc7201:w.a
    struct MarketStorage { uint256 fee; address feed; }
    function l() private pure returns (MarketStorage storage r) { uint256 s = erc7201("w.a"); assembly { r.slot := s } }
    function initialize(address feed) external initializer { l().fee = 1; l().feed = feed; } function g() external view returns (uint256) { return 1 / l().fee; } }

contract new_member_unset_V1 is Locked { /// @custom:storage-location erc7201:w.b
    struct Market { uint256 fee; }
    function l() private pure returns (Market storage r) { uint256 s = erc7201("w.b"); assembly { r.slot := s } }
    function initialize() external initializer { l().fee = 1; } function g() external view returns (uint256) { return 1 / l().fee; } }
/// @custom:expect hazard initializer-missing
contract new_member_unset_V2 is Locked { /// @custom:storage-location erc7201:w.b
    struct Market { uint256 fee; uint256 tick; }
    function l() private pure returns (Market storage r) { uint256 s = erc7201("w.b"); assembly { r.slot := s } }
    function initialize() external initializer { l().fee = 1; l().tick = 2; } function g() external view returns (uint256) { return 1 / l().fee / l().tick; } }

abstract contract OldOwnable { address internal _owner; modifier onlyOwner() { require(msg.sender == _owner); _; } uint256[49] private __gap; }
contract root_owner_to_namespace_V1 is OldOwnable { uint256 x; function f() external onlyOwner { x = 1; } function initialize() external { require(_owner == address(0)); _owner = msg.sender; } }
/// @custom:expect corruption storage-moved
contract root_owner_to_namespace_V2 is Locked, OwnableUpgradeable { uint256 x; function f() external onlyOwner { x = 1; } function initialize() external initializer { __Ownable_init(msg.sender); } }

contract reused_after_two_V0 { uint256 a; mapping(address => uint256) debts; uint256 b; }
contract reused_after_two_V1 { uint256 a; uint256[1] private __gap; uint256 b; }
/// @custom:expect corruption storage-reused
contract reused_after_two_V2 { uint256 a; mapping(address => uint256) credits; uint256 b; }

contract reused_in_namespace_V0 { /// @custom:storage-location erc7201:w.c
    struct M { uint256 a; uint256 b; } }
contract reused_in_namespace_V1 { /// @custom:storage-location erc7201:w.c
    struct M { uint256 a; } }
/// @custom:expect corruption storage-reused
contract reused_in_namespace_V2 { /// @custom:storage-location erc7201:w.c
    struct M { uint256 a; address c; } }

contract namespace_back_V0 { uint256 x; /// @custom:storage-location erc7201:w.d
    struct M { uint256 a; } }
contract namespace_back_V1 { uint256 x; }
/// @custom:expect corruption storage-reused
contract namespace_back_V2 { uint256 x; /// @custom:storage-location erc7201:w.d
    struct M { address owner; } }

contract member_reused_in_mapping_V0 { struct P { uint256 a; uint256 b; } mapping(uint256 => P) ps; }
contract member_reused_in_mapping_V1 { struct P { uint256 a; } mapping(uint256 => P) ps; }
/// @custom:expect corruption storage-reused
contract member_reused_in_mapping_V2 { struct P { uint256 a; address who; } mapping(uint256 => P) ps; }

contract back_with_another_sign_V0 { uint256 a; int256 pnl; }
contract back_with_another_sign_V1 { uint256 a; }
/// @custom:expect corruption storage-reused
contract back_with_another_sign_V2 { uint256 a; uint256 pnl; }

contract mapping_back_with_another_value_V0 { struct P { uint128 size; uint128 margin; } uint256 a; mapping(uint256 => P) ps; }
contract mapping_back_with_another_value_V1 { uint256 a; }
/// @custom:expect corruption storage-reused
contract mapping_back_with_another_value_V2 { struct P { address who; uint128 size; uint128 margin; } uint256 a; mapping(uint256 => P) ps; }

contract namespace_back_as_it_was_V0 { uint256 x; /// @custom:storage-location erc7201:w.e
    struct M { uint256 a; } }
contract namespace_back_as_it_was_V1 { uint256 x; }
/// @custom:expect safe storage-restored
contract namespace_back_as_it_was_V2 { uint256 x; /// @custom:storage-location erc7201:w.e
    struct M { uint256 a; uint256 b; } }

contract behind_everything_V0 { uint256 a; uint256 b; }
contract behind_everything_V1 { uint256 a; }
/// @custom:expect safe
contract behind_everything_V2 { uint256 a; /// @custom:oz-renamed-from b
    uint256[1] private __gap; uint256 c; }

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;
import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";
import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";
import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";

// Conditions that compare amounts, upgrades by another door, initializers inside initializers.

abstract contract Locked is Initializable { /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { _disableInitializers(); } }
abstract contract U is Locked, UUPSUpgradeable, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } }
abstract contract G is U { function _authorizeUpgrade(address) internal virtual override onlyOwner {} }
interface Token { function balanceOf(address) external view returns (uint256); function levelOf(address) external view returns (uint256); }

contract door_by_utils_V1 is G { }
/// @custom:expect safe
contract door_by_utils_V2 is G { function fix(address n) external onlyOwner { ERC1967Utils.upgradeToAndCall(n, ""); } }

contract door_by_utils_open_V1 is G { }
/// @custom:expect corruption uups-open-authorize
contract door_by_utils_open_V2 is G { function fix(address n) external { ERC1967Utils.upgradeToAndCall(n, ""); } }

contract door_and_more_V1 is G { }
/// @custom:expect corruption unsafe-delegatecall
contract door_and_more_V2 is G { function fix(address n, address t) external onlyOwner { ERC1967Utils.upgradeToAndCall(n, ""); _upgradeToAndCallOther(t); } function _upgradeToAndCallOther(address t) internal { (bool ok,) = t.delegatecall(""); require(ok); } }

contract nested_initializer_V1 is Locked { uint256 a; function initialize() external initializer { a = 1; } }
/// @custom:expect hazard reinitializer-never-runs
contract nested_initializer_V2 is Locked { uint256 a; uint256 b; function initialize() external initializer { a = 1; } function _part() internal initializer { b = 1; } function initializeV2() external reinitializer(2) { _part(); } function g() external view returns (uint256) { return b; } }

contract nested_reinitializer_V1 is Locked { uint256 a; function initialize() external initializer { a = 1; } }
/// @custom:expect hazard reinitializer-never-runs
contract nested_reinitializer_V2 is Locked { uint256 a; uint256 b; function initialize() external initializer { a = 1; } function initializeV2() public reinitializer(2) { b = 1; } function initializeV3() external reinitializer(3) { initializeV2(); a = 2; } function g() external view returns (uint256) { return b; } }

contract nested_only_initializing_V1 is Locked { uint256 a; function initialize() external initializer { a = 1; } }
/// @custom:expect safe
contract nested_only_initializing_V2 is Locked { uint256 a; uint256 b; function initialize() external initializer { a = 1; } function _part() internal onlyInitializing { b = 1; } function initializeV2() external reinitializer(2) { _part(); } function g() external view returns (uint256) { return b; } }

contract anybody_above_zero_V1 is G { }
/// @custom:expect hazard uups-open-authorize
contract anybody_above_zero_V2 is U { function _authorizeUpgrade(address) internal view override { require(uint160(msg.sender) > 0, "o"); } }

contract anybody_below_V1 is G { }
/// @custom:expect hazard uups-open-authorize
contract anybody_below_V2 is U { function _authorizeUpgrade(address) internal view override { if (msg.sender <= address(0xff)) revert(); } }

contract holders_V1 is G { }
/// @custom:expect hazard uups-open-authorize
contract holders_V2 is U { Token constant T = Token(address(9)); function _authorizeUpgrade(address) internal view override { require(T.balanceOf(msg.sender) > 0, "o"); } }

contract holders_by_local_V1 is G { }
/// @custom:expect hazard uups-open-authorize
contract holders_by_local_V2 is U { Token constant T = Token(address(9)); function _authorizeUpgrade(address) internal view override { uint256 held = T.balanceOf(msg.sender); require(held >= 1e18, "o"); } }

contract at_a_level_V1 is G { }
/// @custom:expect safe
contract at_a_level_V2 is U { Token constant T = Token(address(9)); function _authorizeUpgrade(address) internal view override { require(T.levelOf(msg.sender) == 7, "o"); } }

contract exactly_V1 is G { }
/// @custom:expect safe
contract exactly_V2 is U { function _authorizeUpgrade(address) internal view override { require(msg.sender == address(0xBEEF), "o"); } }

contract wards_above_zero_V1 is G { }
/// @custom:expect safe
contract wards_above_zero_V2 is U { mapping(address => uint256) wards; function rely(address w) external onlyOwner { wards[w] = 1; } function _authorizeUpgrade(address) internal view override { require(wards[msg.sender] > 0, "o"); } }

contract slot_of_its_own_V1 is Locked { uint256 z; function initialize() external initializer { z = 1; } }
/// @custom:expect corruption uups-open-authorize
contract slot_of_its_own_V2 is Locked { uint256 z; struct Mine { uint256 v; } function m() private pure returns (Mine storage r) { assembly { r.slot := 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc } } function g(uint256 x) external { m().v = x; } function initialize() external initializer { z = 1; } }

contract slot_of_its_own_read_V1 is Locked { uint256 z; function initialize() external initializer { z = 1; } }
/// @custom:expect safe
contract slot_of_its_own_read_V2 is Locked { uint256 z; struct Mine { uint256 v; } function m() private pure returns (Mine storage r) { assembly { r.slot := 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc } } function g(uint256 x) external { z = x; } function i() external view returns (uint256) { return m().v; } function initialize() external initializer { z = 1; } }

contract slot_of_its_own_guarded_V1 is G { }
/// @custom:expect safe
contract slot_of_its_own_guarded_V2 is G { struct Mine { uint256 v; } function m() private pure returns (Mine storage r) { assembly { r.slot := 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc } } function g(uint256 x) external onlyOwner { m().v = x; } }

contract list_inverted_V1 is Locked, OwnableUpgradeable { mapping(address => bool) ok; uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); } function allow(address w) external onlyOwner { ok[w] = true; } function f() external { require(ok[msg.sender]); a = 1; } }
/// @custom:expect hazard guard-lost
contract list_inverted_V2 is Locked, OwnableUpgradeable { mapping(address => bool) ok; uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); } function allow(address w) external onlyOwner { ok[w] = true; } function f() external { require(!ok[msg.sender]); a = 1; } }

contract list_dropped_V1 is Locked, OwnableUpgradeable { mapping(address who => bool may) ok; uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); } function allow(address w) external onlyOwner { ok[w] = true; } function f() external { require(ok[msg.sender]); a = 1; } }
/// @custom:expect hazard guard-lost
contract list_dropped_V2 is Locked, OwnableUpgradeable { mapping(address who => bool may) ok; uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); } function allow(address w) external onlyOwner { ok[w] = true; } function f() external { a = 1; } }

contract list_of_whoever_joins_V1 is Locked { mapping(address => bool) joined; uint256 a; function initialize() external initializer { a = 1; } function join() external { joined[msg.sender] = true; } function f() external { require(joined[msg.sender]); a = 1; } }
/// @custom:expect safe
contract list_of_whoever_joins_V2 is Locked { mapping(address => bool) joined; uint256 a; function initialize() external initializer { a = 1; } function join() external { joined[msg.sender] = true; } function f() external { a = 1; } }

contract list_said_otherwise_V1 is Locked, OwnableUpgradeable { mapping(address => bool) ok; uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); } function allow(address w) external onlyOwner { ok[w] = true; } function f() external { require(ok[msg.sender]); a = 1; } }
/// @custom:expect safe
contract list_said_otherwise_V2 is Locked, OwnableUpgradeable { mapping(address => bool) ok; uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); } function allow(address w) external onlyOwner { ok[w] = true; } function f() external { if (!_may(msg.sender)) revert(); a = 1; } function _may(address w) private view returns (bool) { return ok[w]; } }

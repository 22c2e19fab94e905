// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;
import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";
import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {ERC20Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/ERC20Upgradeable.sol";

// Numbers that live in code: what a function always answers, which version an initializer is of.

abstract contract Locked is Initializable { /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { _disableInitializers(); } }
abstract contract Coin is Locked, ERC20Upgradeable { function initialize() external initializer { __ERC20_init("a", "A"); } function deposit(uint256 n) external { _mint(msg.sender, n); } }
abstract contract Owned is Locked, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); } }

contract decimals_overridden_V1 is Coin { }
/// @custom:expect hazard constant-changed
contract decimals_overridden_V2 is Coin { function decimals() public pure override returns (uint8) { return 6; } }

contract decimals_said_again_V1 is Coin { }
/// @custom:expect safe
contract decimals_said_again_V2 is Coin { function decimals() public pure override returns (uint8) { return 9 * 2; } }

contract internal_number_V1 is Coin { function _scale() internal pure returns (uint256) { return 1e18; } function v(uint256 x) external pure returns (uint256) { return x / _scale(); } }
/// @custom:expect hazard constant-changed
contract internal_number_V2 is Coin { function _scale() internal pure returns (uint256) { return 1e8; } function v(uint256 x) external pure returns (uint256) { return x / _scale(); } }

contract version_number_V1 is Coin { function version() external pure returns (uint256) { return 1; } function getRevision() external pure returns (uint256) { return 1; } }
/// @custom:expect safe
contract version_number_V2 is Coin { function version() external pure returns (uint256) { return 2; } function getRevision() external pure returns (uint256) { return 2; } }

contract number_now_stored_V1 is Owned { function cap() external pure returns (uint256) { return 5; } }
/// @custom:expect safe
contract number_now_stored_V2 is Owned { uint256 limit; function cap() external view returns (uint256) { return limit; } function initializeV2(uint256 n) external onlyOwner reinitializer(2) { limit = n; } }

contract version_of_the_caller_V1 is Owned { }
/// @custom:expect corruption initializer-recallable
contract version_of_the_caller_V2 is Owned { function reinitialize(uint64 v, address o) external reinitializer(v) { _transferOwnership(o); } }

contract version_of_the_owner_V1 is Owned { }
/// @custom:expect safe
contract version_of_the_owner_V2 is Owned { function reinitialize(uint64 v, address o) external onlyOwner reinitializer(v) { _transferOwnership(o); } }

contract last_version_V1 is Owned { }
/// @custom:expect hazard reinitializer-skipped
contract last_version_V2 is Owned { function initializeV2() external reinitializer(type(uint64).max) { a = 2; } }

contract next_version_V1 is Owned { }
/// @custom:expect safe
contract next_version_V2 is Owned { uint64 constant NEXT = 2; function initializeV2() external reinitializer(NEXT) { a = 2; } }

contract locked_by_anybody_V1 is Owned { }
/// @custom:expect hazard reinitializer-skipped
contract locked_by_anybody_V2 is Owned { function lockNow() external { _disableInitializers(); } }

contract locked_by_the_owner_V1 is Owned { }
/// @custom:expect safe
contract locked_by_the_owner_V2 is Owned { function lockNow() external onlyOwner { _disableInitializers(); } }

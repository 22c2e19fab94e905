// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {ClearingHouseV2} from "../v2/ClearingHouse.sol";

/// @title Broken on purpose: an upgrade function behind a transparent proxy, a second way to upgrade past its admin
/// @dev The proxy answers `upgradeToAndCall` to its ProxyAdmin alone: everybody else reaches this one.
/// Expected finding: selector-clash.
contract SelectorClash is ClearingHouseV2, UUPSUpgradeable {
    function _authorizeUpgrade(address) internal override onlyRole(RISK_ADMIN_ROLE) {}
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {OptionsMarketSpreads} from "../v2/OptionsMarketSpreads.sol";

/// @title Broken on purpose: version 2 without `initializeV2`, so that its spread width is read and never set
/// @dev Expected finding: initializer-missing.
contract MissingReinitializer is OptionsMarketSpreads, UUPSUpgradeable {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "2";
    }

    function _authorizeUpgrade(address) internal override onlyRole(UPGRADER_ROLE) {}
}

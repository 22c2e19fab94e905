// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {OptionsMarketSpreads} from "../v2/OptionsMarketSpreads.sol";

/// @title Broken on purpose: no constructor disables the initializers, so that a stranger can own the implementation
/// @dev Expected finding: implementation-unlocked.
contract ConstructorLockDropped is OptionsMarketSpreads, UUPSUpgradeable {
    /// @notice Takes a proxy of version 1 to version 2; runs once.
    function initializeV2(uint256 width) external reinitializer(2) {
        _setMaximumSpreadWidth(width);
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "2";
    }

    function _authorizeUpgrade(address) internal override onlyRole(UPGRADER_ROLE) {}
}

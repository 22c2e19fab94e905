// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {OptionsMarketSpreads} from "./OptionsMarketSpreads.sol";

/// @title Options market, version 2: calls, puts and put spreads
/// @notice The implementation behind the market's UUPS proxy. Upgrade with a call of `initializeV2` in the same
/// transaction: without a spread width no spread can be listed, and until it is set anyone may set it.
contract OptionsMarketV2 is OptionsMarketSpreads, UUPSUpgradeable {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Takes a proxy of version 1 to version 2; runs once.
    /// @param width Widest spread as a share of its upper strike, 18 decimals.
    function initializeV2(uint256 width) external reinitializer(2) {
        _setMaximumSpreadWidth(width);
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "2";
    }

    function _authorizeUpgrade(address) internal override onlyRole(UPGRADER_ROLE) {}
}

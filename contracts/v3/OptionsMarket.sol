// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {OptionsMarketSurface} from "./OptionsMarketSurface.sol";

/// @title Options market, version 3: packed positions, and prices by a volatility surface, once one is activated
/// @notice The implementation behind the market's UUPS proxy. Upgrade with a call of `initializeV3` in the same
/// transaction: until the shift is set a surface has no effect, and anyone may set it.
contract OptionsMarketV3 is OptionsMarketSurface, UUPSUpgradeable {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Takes a proxy of version 2 to version 3; runs once.
    /// @param shift Farthest that a surface counts from the flat volatility, as a share of it, 18 decimals.
    /// @param seriesIds Whose positions are rewritten at once.
    function initializeV3(uint64 shift, uint256[] memory seriesIds) external reinitializer(3) {
        _setMaximumShift(shift);
        _migratePositions(seriesIds);
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "3";
    }

    function _authorizeUpgrade(address) internal override onlyRole(UPGRADER_ROLE) {}
}

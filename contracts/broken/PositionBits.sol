// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {OptionsMarketPositions} from "../v3/OptionsMarketPositions.sol";

/// @title Broken on purpose: positions are packed in the upgrade's own transaction, and their size is read a byte off
/// @dev The declared layout is unchanged, and nothing reverts. Whoever wrote this took the layout byte, which is declared
/// first, for the lowest one: every migrated position reads as a 256th of its size. Expected difference:
/// exposures(address).
contract PositionBits is OptionsMarketPositions, UUPSUpgradeable {
    uint256 private constant LAYOUT_OFFSET = 248;
    uint256 private constant SIZE_OFFSET = 8;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Takes a proxy of version 1 to version 2, with the positions of every series migrated; runs once.
    /// @param width Widest new spread as a share of its upper strike, 18 decimals.
    function initializeV2(uint256 width) external reinitializer(2) {
        _setMaximumSpreadWidth(width);
        uint256[] memory seriesIds = new uint256[](_book().seriesCount);
        for (uint256 index; index < seriesIds.length; ++index) {
            seriesIds[index] = index + 1;
        }
        _migratePositions(seriesIds);
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "2";
    }

    function _sizeIn(uint256 word) internal view override returns (uint256) {
        return word >> LAYOUT_OFFSET == 0 ? word : uint96(word >> SIZE_OFFSET);
    }

    function _authorizeUpgrade(address) internal override onlyRole(UPGRADER_ROLE) {}
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Exposure} from "../interfaces/IOptionsMarket.sol";
import {CollateralMath} from "../libraries/CollateralMath.sol";
import {ClearingHouseCore} from "../v1/ClearingHouseCore.sol";

/// @title Margin of put spreads for the clearing house
/// @notice A written spread is margined by what it can lose at most, at both levels no less than all of it; calls and
/// puts are margined as before.
/// @dev The body of version 2, without constructor and initializer, which are the version's own. Its state takes the
/// first words of version 1's reserve.
abstract contract ClearingHouseSpreads is ClearingHouseCore {
    using CollateralMath for uint256;

    /// @notice Largest share of the loss that may be asked for: twice.
    uint64 public constant MAXIMUM_SPREAD_RATE = 2e18;

    uint64 private _spreadInitialRate;
    uint64 private _spreadMaintenanceRate;

    /// @dev Reserve for later versions: version 1's fifty words less the one above.
    uint256[49] private __gap;

    event SpreadMarginSet(uint64 initialRate, uint64 maintenanceRate);

    error SpreadMarginUnset();

    /// @notice Sets the margin of written spreads as shares of their largest loss, 18 decimals, each at least 1e18.
    function setSpreadMargin(uint64 initialRate, uint64 maintenanceRate) external onlyRole(RISK_ADMIN_ROLE) {
        _setSpreadMargin(initialRate, maintenanceRate);
    }

    /// @notice Initial and maintenance margin of written spreads as shares of their largest loss, 18 decimals.
    function spreadMargin() external view returns (uint64 initialRate, uint64 maintenanceRate) {
        return (_spreadInitialRate, _spreadMaintenanceRate);
    }

    /// @inheritdoc ClearingHouseCore
    function _marginEach(Exposure memory short) internal view override returns (uint256 initial, uint256 maintenance) {
        bool isSpread = !short.isCall && short.maximumLoss < short.strike;
        if (!isSpread || short.isFinal) return super._marginEach(short);
        require(_spreadMaintenanceRate != 0, SpreadMarginUnset());
        initial = short.maximumLoss.shareUp(_spreadInitialRate);
        maintenance = short.maximumLoss.shareUp(_spreadMaintenanceRate);
    }

    function _setSpreadMargin(uint64 initialRate, uint64 maintenanceRate) internal {
        require(
            maintenanceRate >= CollateralMath.ONE && maintenanceRate <= initialRate
                && initialRate <= MAXIMUM_SPREAD_RATE,
            BadParameter()
        );
        _spreadInitialRate = initialRate;
        _spreadMaintenanceRate = maintenanceRate;
        emit SpreadMarginSet(initialRate, maintenanceRate);
    }
}

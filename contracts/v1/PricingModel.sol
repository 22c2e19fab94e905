// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IPricingModel} from "../interfaces/IPricingModel.sol";
import {FixedPointMath} from "../libraries/FixedPointMath.sol";

/// @title Black-Scholes without interest, in fixed point
/// @notice Collateral earns nothing at the venue, so the forward is the spot. The option that is out of the money is
/// computed, its twin follows from put-call parity, which therefore holds to the wei; no price is below its
/// intrinsic value. The error is below 1e-15 of the larger of spot and strike.
/// @dev Stateless and not behind a proxy: the market is pointed at another model when it changes.
/// Source: F. Black and M. Scholes, "The Pricing of Options and Corporate Liabilities", 1973.
contract PricingModel is IPricingModel {
    uint256 private constant RAY = 1e27;

    /// @notice 365 days, as the venues quote volatility.
    uint256 public constant YEAR = 365 days;

    /// @notice Largest accepted spot and strike: 1e12 whole units.
    uint256 public constant MAXIMUM_PRICE = 1e30;

    /// @notice Largest accepted annual volatility: 10,000 %.
    uint256 public constant MAXIMUM_VOLATILITY = 100e18;

    /// @dev Far beyond the distribution's tail; keeps products within a word.
    int256 private constant DEVIATIONS_LIMIT = 100e27;

    error OutOfRange();

    /// @inheritdoc IPricingModel
    function price(bool isCall, uint256 spot, uint256 strike, uint256 secondsToExpiry, uint256 volatility)
        external
        pure
        returns (uint256)
    {
        _requireInRange(spot, strike, secondsToExpiry, volatility);
        uint256 timeValue = _outOfTheMoney(spot, strike, _deviation(secondsToExpiry, volatility));
        if (isCall) return timeValue + (spot > strike ? spot - strike : 0);
        return timeValue + (strike > spot ? strike - spot : 0);
    }

    /// @notice Change of an option's price with the spot, 18 decimals; negative for puts.
    /// @dev Arguments as in `price`; at expiry the step function, 0 at the money.
    function delta(bool isCall, uint256 spot, uint256 strike, uint256 secondsToExpiry, uint256 volatility)
        external
        pure
        returns (int256)
    {
        _requireInRange(spot, strike, secondsToExpiry, volatility);
        uint256 deviation = _deviation(secondsToExpiry, volatility);
        int256 callDelta = spot > strike ? int256(RAY) : int256(0);
        if (deviation != 0) callDelta = FixedPointMath.normalCdf(_d1(spot, strike, deviation));
        else if (spot == strike) return 0;
        return (isCall ? callDelta : callDelta - int256(RAY)) / 1e9;
    }

    /// @notice Change of delta with the spot, 18 decimals: for calls and puts alike; 0 at expiry.
    /// @dev Arguments as in `price`.
    function gamma(uint256 spot, uint256 strike, uint256 secondsToExpiry, uint256 volatility)
        external
        pure
        returns (uint256)
    {
        (uint256 density, uint256 deviation) = _density(spot, strike, secondsToExpiry, volatility);
        return deviation == 0 ? 0 : Math.mulDiv(density, 1e36, spot * deviation);
    }

    /// @notice Change of the price with the volatility, for a change of 100 %, 18 decimals: for calls and puts alike.
    /// @dev Arguments as in `price`.
    function vega(uint256 spot, uint256 strike, uint256 secondsToExpiry, uint256 volatility)
        external
        pure
        returns (uint256)
    {
        (uint256 density, uint256 deviation) = _density(spot, strike, secondsToExpiry, volatility);
        return deviation == 0 ? 0 : Math.mulDiv(spot * density, _rootOfTime(secondsToExpiry), RAY * RAY);
    }

    /// @notice Change of the price with time passing, for a year, 18 decimals: for calls and puts alike; never positive
    /// without interest.
    /// @dev Arguments as in `price`.
    function theta(uint256 spot, uint256 strike, uint256 secondsToExpiry, uint256 volatility)
        external
        pure
        returns (int256)
    {
        (uint256 density, uint256 deviation) = _density(spot, strike, secondsToExpiry, volatility);
        if (deviation == 0) return 0;
        return -int256(Math.mulDiv(spot * density, volatility, 2e18 * _rootOfTime(secondsToExpiry)));
    }

    /// @dev Value of the call when spot < strike, else of the put.
    function _outOfTheMoney(uint256 spot, uint256 strike, uint256 deviation) private pure returns (uint256) {
        if (deviation == 0) return 0;
        int256 d1 = _d1(spot, strike, deviation);
        int256 d2 = d1 - int256(deviation);
        (int256 gain, int256 cost) = spot < strike
            ? (
                int256(spot) * FixedPointMath.normalCdf(d1), //
                int256(strike) * FixedPointMath.normalCdf(d2)
            )
            : (
                int256(strike) * FixedPointMath.normalCdf(-d2), //
                int256(spot) * FixedPointMath.normalCdf(-d1)
            );
        return gain > cost ? uint256(gain - cost) / RAY : 0;
    }

    /// @dev Density of the normal distribution at d1 and the deviation, in rays; zeros where nothing can move.
    function _density(uint256 spot, uint256 strike, uint256 secondsToExpiry, uint256 volatility)
        private
        pure
        returns (uint256 density, uint256 deviation)
    {
        _requireInRange(spot, strike, secondsToExpiry, volatility);
        deviation = _deviation(secondsToExpiry, volatility);
        if (deviation != 0) density = FixedPointMath.normalDensity(_d1(spot, strike, deviation));
    }

    /// @dev sqrt(time in years), in rays.
    function _rootOfTime(uint256 secondsToExpiry) private pure returns (uint256) {
        return Math.sqrt((RAY * RAY * secondsToExpiry) / YEAR);
    }

    function _requireInRange(uint256 spot, uint256 strike, uint256 secondsToExpiry, uint256 volatility) private pure {
        require(spot != 0 && spot <= MAXIMUM_PRICE && strike != 0 && strike <= MAXIMUM_PRICE, OutOfRange());
        require(volatility <= MAXIMUM_VOLATILITY && secondsToExpiry <= 100 * YEAR, OutOfRange());
    }

    /// @dev volatility * sqrt(time in years), in rays.
    function _deviation(uint256 secondsToExpiry, uint256 volatility) private pure returns (uint256) {
        return Math.sqrt((volatility * volatility * 1e18 * secondsToExpiry) / YEAR);
    }

    /// @dev (ln(spot / strike) + deviation ** 2 / 2) / deviation, in rays, cut at +-100.
    function _d1(uint256 spot, uint256 strike, uint256 deviation) private pure returns (int256) {
        uint256 ratio = Math.max(Math.mulDiv(spot, RAY, strike), 1);
        int256 d1 = (FixedPointMath.ln(ratio) * int256(RAY)) / int256(deviation) + int256(deviation / 2);
        if (d1 > DEVIATIONS_LIMIT) return DEVIATIONS_LIMIT;
        return d1 < -DEVIATIONS_LIMIT ? -DEVIATIONS_LIMIT : d1;
    }
}

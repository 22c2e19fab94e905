// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title From option amounts and prices to units of the collateral token
/// @notice Amounts and prices have 18 decimals; `unit` is 10 ** decimals of the collateral token. What the venue owes
/// is rounded down, what it is owed is rounded up, so that rounding can never make it insolvent.
library CollateralMath {
    /// @dev Decimals of an amount times decimals of a price.
    uint256 internal constant SCALE = 1e36;

    /// @dev 100 % as a rate.
    uint256 internal constant ONE = 1e18;

    /// @notice Worth of `amount` options at `price` each, rounded down.
    function owedByVenue(uint256 amount, uint256 price, uint256 unit) internal pure returns (uint256) {
        return Math.mulDiv(amount * price, unit, SCALE);
    }

    /// @notice Worth of `amount` options at `price` each, rounded up.
    function owedToVenue(uint256 amount, uint256 price, uint256 unit) internal pure returns (uint256) {
        return Math.mulDiv(amount * price, unit, SCALE, Math.Rounding.Ceil);
    }

    /// @notice `rate` (18 decimals) of `value`, rounded up.
    function shareUp(uint256 value, uint256 rate) internal pure returns (uint256) {
        return Math.mulDiv(value, rate, ONE, Math.Rounding.Ceil);
    }

    /// @notice `rate` (18 decimals) of `value`, rounded down.
    function shareDown(uint256 value, uint256 rate) internal pure returns (uint256) {
        return Math.mulDiv(value, rate, ONE);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Logarithm, exponential and normal distribution in fixed point
/// @notice Every value is a ray: 27 decimals, 1e27 = 1. The series are cut where the next term is below 1e-27, so that
/// the error of `ln` and `exp` is a few units of the last decimal; the distribution carries its published
/// coefficients' absolute error of about 1e-15.
library FixedPointMath {
    int256 internal constant RAY = 1e27;

    /// @dev ln 2 in rays.
    int256 private constant LN_2 = 693147180559945309417232121;

    /// @dev sqrt(1/2) in rays: mantissas below it are doubled, which keeps the series argument within +-0.172.
    uint256 private constant SQRT_HALF = 707106781186547524400844362;

    /// @dev floor(log2(1e27)).
    uint256 private constant RAY_BITS = 89;

    /// @dev Terms of the area hyperbolic tangent series: 0.0295 ** 17 < 1e-26.
    int256 private constant LN_TERMS = 18;

    /// @dev Terms of the exponential series: (ln 2 / 2) ** 20 / 20! < 1e-27.
    int256 private constant EXP_TERMS = 20;

    /// @dev e ** -62.2 < 1e-27.
    int256 private constant EXP_UNDERFLOW = -63e27;

    /// @dev Where the rational approximation of the normal distribution ends.
    int256 private constant RATIONAL_LIMIT = 7071067811865475000000000000;

    /// @dev Beyond this many standard deviations the tail is below 1e-27.
    int256 private constant TAIL_LIMIT = 11e27;

    /// @dev sqrt(2 pi) in rays.
    int256 private constant SQRT_TWO_PI = 2506628274631000502415765285;

    error LogarithmOfZero();
    error PositiveExponent();

    /// @notice Natural logarithm.
    /// @param x Ray above zero.
    function ln(uint256 x) internal pure returns (int256) {
        require(x != 0, LogarithmOfZero());
        unchecked {
            // x = mantissa * 2 ** exponent, mantissa in [sqrt(1/2), sqrt(2)).
            int256 exponent = int256(Math.log2(x)) - int256(RAY_BITS);
            uint256 mantissa = exponent >= 0 ? x >> uint256(exponent) : x << uint256(-exponent);
            if (mantissa < SQRT_HALF) {
                mantissa <<= 1;
                --exponent;
            }
            // ln m = 2 artanh z with z = (m - 1) / (m + 1).
            int256 z = ((int256(mantissa) - RAY) * RAY) / (int256(mantissa) + RAY);
            int256 square = (z * z) / RAY;
            int256 sum = RAY / (2 * LN_TERMS + 1);
            for (int256 term = LN_TERMS - 1; term >= 0; --term) {
                sum = RAY / (2 * term + 1) + (square * sum) / RAY;
            }
            return 2 * ((z * sum) / RAY) + exponent * LN_2;
        }
    }

    /// @notice The exponential of a number that is not positive.
    /// @param x Ray of at most zero.
    function expOfNegative(int256 x) internal pure returns (int256) {
        require(x <= 0, PositiveExponent());
        if (x < EXP_UNDERFLOW) return 0;
        unchecked {
            // x = remainder - halvings * ln 2, |remainder| <= ln 2 / 2.
            int256 halvings = (LN_2 / 2 - x) / LN_2;
            int256 remainder = x + halvings * LN_2;
            int256 sum = RAY;
            for (int256 term = EXP_TERMS; term > 0; --term) {
                sum = RAY + (remainder * sum) / (term * RAY);
            }
            return sum >> uint256(halvings);
        }
    }

    /// @notice Distribution function of the standard normal distribution.
    /// @dev Hart's rational approximation 5666 with the continued fraction beyond it, as in G. West, "Better
    /// approximations to cumulative normal functions", Wilmott 2005; absolute error about 1e-15.
    /// @param x Ray.
    function normalCdf(int256 x) internal pure returns (int256) {
        unchecked {
            int256 size = x < 0 ? -x : x;
            int256 tail = size > TAIL_LIMIT ? int256(0) : _upperTail(size);
            return x > 0 ? RAY - tail : tail;
        }
    }

    /// @notice Density of the standard normal distribution.
    /// @param x Ray.
    function normalDensity(int256 x) internal pure returns (uint256) {
        if (x > TAIL_LIMIT || x < -TAIL_LIMIT) return 0;
        unchecked {
            return uint256((expOfNegative(-(x * x) / (2 * RAY)) * RAY) / SQRT_TWO_PI);
        }
    }

    /// @dev P(X > size) for a standard normal X; unchecked by the caller's bounds: size <= 11 rays.
    function _upperTail(int256 size) private pure returns (int256) {
        unchecked {
            int256 density = expOfNegative(-(size * size) / (2 * RAY));
            if (size >= RATIONAL_LIMIT) {
                int256 fraction = size + (65 * RAY) / 100;
                for (int256 level = 4; level > 0; --level) {
                    fraction = size + (level * RAY * RAY) / fraction;
                }
                return (((density * RAY) / fraction) * RAY) / SQRT_TWO_PI;
            }
            int256 above = 35262496599891100000000000;
            above = (above * size) / RAY + 700383064443688000000000000;
            above = (above * size) / RAY + 6373962203531650000000000000;
            above = (above * size) / RAY + 33912866078383000000000000000;
            above = (above * size) / RAY + 112079291497871000000000000000;
            above = (above * size) / RAY + 221213596169931000000000000000;
            above = (above * size) / RAY + 220206867912376000000000000000;
            int256 below = 88388347648318400000000000;
            below = (below * size) / RAY + 1755667163182640000000000000;
            below = (below * size) / RAY + 16064177579207000000000000000;
            below = (below * size) / RAY + 86780732202946100000000000000;
            below = (below * size) / RAY + 296564248779674000000000000000;
            below = (below * size) / RAY + 637333633378831000000000000000;
            below = (below * size) / RAY + 793826512519948000000000000000;
            below = (below * size) / RAY + 440413735824752000000000000000;
            return (density * above) / below;
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What the market asks a pricing model
interface IPricingModel {
    /// @notice Fair value of one European option.
    /// @param isCall Call or put.
    /// @param spot Price of the underlying, 18 decimals, above zero.
    /// @param strike Strike price, 18 decimals, above zero.
    /// @param secondsToExpiry Time left; zero gives the intrinsic value.
    /// @param volatility Annual volatility, 18 decimals (0.6e18 = 60 %); zero gives the intrinsic value.
    /// @return Price of one option, 18 decimals.
    function price(bool isCall, uint256 spot, uint256 strike, uint256 secondsToExpiry, uint256 volatility)
        external
        view
        returns (uint256);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What the market asks a volatility surface
interface IVolatilitySurface {
    /// @notice Annual volatility for one strike and expiry; reverts where the surface says nothing.
    /// @param underlying Symbol, for example bytes32("ETH").
    /// @param strike 18 decimals.
    /// @param secondsToExpiry Time left.
    /// @return 18 decimals (0.6e18 = 60 %).
    function volatility(bytes32 underlying, uint256 strike, uint256 secondsToExpiry) external view returns (uint256);
}

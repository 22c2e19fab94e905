// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What the market asks an oracle
interface IOracleAdapter {
    /// @notice Price of an underlying, 18 decimals; reverts rather than answer with a price that cannot be trusted.
    /// @param underlying The symbol as left-aligned ASCII, for example bytes32("ETH").
    function price(bytes32 underlying) external view returns (uint256);
}

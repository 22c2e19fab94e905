// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISeriesToken} from "./ISeriesToken.sol";

/// @title What the market asks of a token factory
interface ISeriesTokenFactory {
    /// @notice Creates the token of a series; the caller alone may mint and burn it.
    function createToken(uint256 seriesId) external returns (ISeriesToken token);
}

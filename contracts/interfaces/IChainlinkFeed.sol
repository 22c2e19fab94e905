// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title As much of Chainlink's AggregatorV3Interface as is read
/// @dev Source: https://docs.chain.link/data-feeds/api-reference
interface IChainlinkFeed {
    /// @notice Decimals of the answer.
    function decimals() external view returns (uint8);

    /// @notice The latest round.
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChainlinkFeed} from "../interfaces/IChainlinkFeed.sol";

/// @title A Chainlink-form feed for tests: anyone sets what it answers
contract TestFeed is IChainlinkFeed {
    /// @inheritdoc IChainlinkFeed
    uint8 public decimals;

    uint80 private _round;
    int256 private _answer;
    uint256 private _startedAt;
    uint256 private _updatedAt;

    /// @param decimals_ Of the answer; Chainlink's dollar feeds have 8.
    /// @param answer The first answer.
    constructor(uint8 decimals_, int256 answer) {
        decimals = decimals_;
        setAnswer(answer);
    }

    /// @notice Begins a round now.
    function setAnswer(int256 answer) public {
        setRound(answer, block.timestamp, block.timestamp);
    }

    /// @notice Begins a round with any times.
    function setRound(int256 answer, uint256 startedAt, uint256 updatedAt) public {
        ++_round;
        (_answer, _startedAt, _updatedAt) = (answer, startedAt, updatedAt);
    }

    /// @notice Changes the decimals, as a feed behind a proxy may.
    function setDecimals(uint8 decimals_) external {
        decimals = decimals_;
    }

    /// @inheritdoc IChainlinkFeed
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (_round, _answer, _startedAt, _updatedAt, _round);
    }
}

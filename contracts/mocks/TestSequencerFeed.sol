// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestFeed} from "./TestFeed.sol";

/// @title A rollup's sequencer uptime feed for tests: 0 is up, 1 is down, since the round's start
contract TestSequencerFeed is TestFeed {
    constructor() TestFeed(0, 0) {}

    /// @notice Takes the sequencer down or brings it back, now.
    function setUp(bool up) external {
        setAnswer(up ? int256(0) : int256(1));
    }
}

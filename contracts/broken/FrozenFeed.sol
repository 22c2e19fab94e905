// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChainlinkFeed} from "../interfaces/IChainlinkFeed.sol";
import {OracleAdapter} from "../v1/OracleAdapter.sol";

/// @title Broken on purpose: the age of an answer is not looked at, so that a frozen feed goes on being a price
/// @dev As Venus and Blizz, May 2022. Expected difference: price(bytes32) after the feed's heartbeat.
contract FrozenFeed is OracleAdapter {
    constructor(address admin, address oracleAdmin, IChainlinkFeed sequencer, uint256 grace)
        OracleAdapter(admin, oracleAdmin, sequencer, grace)
    {}

    function _isFresh(uint256 updatedAt, uint32) internal pure override returns (bool) {
        return updatedAt != 0;
    }
}

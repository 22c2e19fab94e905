// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChainlinkFeed} from "../interfaces/IChainlinkFeed.sol";
import {OracleAdapter} from "../v1/OracleAdapter.sol";
import {CompositeOracleAdapter} from "../v3/CompositeOracleAdapter.sol";

/// @title Broken on purpose: a staked token's ratio to ether is taken for its price
/// @dev As Moonwell, February 2026: 1.12 for 2,200. Expected difference: price(bytes32) of a composite underlying.
contract MissingFactor is CompositeOracleAdapter {
    constructor(address admin, address oracleAdmin, IChainlinkFeed sequencer, uint256 grace)
        CompositeOracleAdapter(admin, oracleAdmin, sequencer, grace)
    {}

    function price(bytes32 underlying) public view override returns (uint256) {
        return OracleAdapter.price(underlying);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IChainlinkFeed} from "../interfaces/IChainlinkFeed.sol";
import {OracleAdapter} from "../v1/OracleAdapter.sol";

/// @title Broken on purpose: prices in the feed's decimals where 18 are expected
/// @dev As the options vaults of Ribbon, December 2025, whose pricer had 18 decimals for one asset and 8 for others.
/// Expected difference: price(bytes32).
contract OracleDecimals is OracleAdapter {
    constructor(address admin, address oracleAdmin, IChainlinkFeed sequencer, uint256 grace)
        OracleAdapter(admin, oracleAdmin, sequencer, grace)
    {}

    function price(bytes32 underlying) public view override returns (uint256) {
        return super.price(underlying) / 10 ** (18 - feedOf(underlying).decimals);
    }
}

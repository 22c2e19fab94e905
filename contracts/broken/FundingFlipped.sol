// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PerpetualMarketV1} from "../perpetual/PerpetualMarket.sol";

/// @title Broken on purpose: the side that should be paid pays the funding
/// @dev Expected difference: fundingRate().
contract FundingFlipped is PerpetualMarketV1 {
    function _fundingRate(int256 premium) internal view override returns (int256) {
        return -super._fundingRate(premium);
    }
}

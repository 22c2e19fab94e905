// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Mode} from "../interfaces/IOptionsMarket.sol";
import {ClearingHouseV2} from "../v2/ClearingHouse.sol";

/// @title Broken on purpose: a pause also stops what is owed to holders of settled series
/// @dev Expected difference: redeem(uint256,uint256) while paused.
contract RedeemPaused is ClearingHouseV2 {
    function payHolder(uint256 seriesId, address holder, uint256 amount)
        external
        override
        onlyMarket
        upTo(Mode.SettleOnly)
    {
        _payHolder(seriesId, holder, amount);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClearingHouseV2} from "../v2/ClearingHouse.sol";

/// @title Broken on purpose: liquidations lost their mode, and go on at prices that the guardian paused for
/// @dev Expected difference: liquidate(address,uint256,uint256,uint256) while paused.
contract LiquidationNotPaused is ClearingHouseV2 {
    function liquidate(address account, uint256 seriesId, uint256 amount, uint256 minimumCompensation)
        external
        override
        nonReentrant
        returns (uint256 taken)
    {
        return _takeOver(account, seriesId, amount, minimumCompensation);
    }
}

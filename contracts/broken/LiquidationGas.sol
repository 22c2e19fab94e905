// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Mode} from "../interfaces/IOptionsMarket.sol";
import {ClearingHouseV2} from "../v2/ClearingHouse.sol";

/// @title Broken on purpose: a liquidation works the account's margin out again and again, and costs far more gas
/// @dev Expected difference: gas of liquidate(address,uint256,uint256,uint256).
contract LiquidationGas is ClearingHouseV2 {
    /// @dev Times that the margin is worked out besides.
    uint256 private constant REPEATS = 5;

    function liquidate(address account, uint256 seriesId, uint256 amount, uint256 minimumCompensation)
        external
        override
        nonReentrant
        returns (uint256 taken)
    {
        for (uint256 index; index < REPEATS; ++index) {
            (, uint256 maintenance) = marginOf(account);
            require(balanceOf(account) < maintenance, NotLiquidatable(account));
        }
        _requireMode(Mode.SettleOnly);
        return _takeOver(account, seriesId, amount, minimumCompensation);
    }
}

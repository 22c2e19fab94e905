// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClearingHouseV2} from "../v2/ClearingHouse.sol";

/// @title Broken on purpose: `>` for `>=`, so that one class of accounts, with no more than its margin, is shut out
/// @dev As Compound's proposal 62, September 2021: right for almost every account. Buyers that spend all they have and
/// writers of spreads that hold exactly their margin are refused.
/// Expected difference: buy(uint256,address,uint256,uint256) by an account whose balance is its margin.
contract AccountClass is ClearingHouseV2 {
    function requireInitialMargin(address account) public view override {
        (uint256 initial,) = marginOf(account);
        uint256 balance = balanceOf(account);
        require(balance > initial, MarginTooLow(account, balance, initial));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CollateralMath} from "../libraries/CollateralMath.sol";
import {OptionsMarketV2} from "../v2/OptionsMarket.sol";

/// @title Broken on purpose: payouts are rounded up, so that the last holder of a series finds too little
/// @dev Expected difference: redeem(uint256,uint256) of amounts that do not divide evenly.
contract SettlementRoundedUp is OptionsMarketV2 {
    using CollateralMath for uint256;

    function _payout(uint256 amount, uint256 payoutRate) internal view override returns (uint256) {
        return amount.owedToVenue(payoutRate, _book().unit);
    }
}

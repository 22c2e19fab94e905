// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OptionsMarketV2} from "../v2/OptionsMarket.sol";

/// @title Broken on purpose: `>` for `>=`, so that in the second of expiry positions still change hands
/// @dev Expected difference: close(uint256,uint256) and settle(uint256,uint256) in the second of expiry.
contract ExpiryComparison is OptionsMarketV2 {
    function _hasExpired(uint64 expiry) internal view override returns (bool) {
        return block.timestamp > expiry;
    }
}

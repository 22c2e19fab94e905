// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClearingHouseV2} from "../v2/ClearingHouse.sol";

/// @title Broken on purpose: an account's word became a packed record without a byte that tells old from new
/// @dev The declared layout is unchanged. The balance moved to the upper bits: whatever an account had reads as none.
/// Expected difference: balanceOf(address).
contract PackedBits is ClearingHouseV2 {
    uint256 private constant BALANCE_OFFSET = 128;

    function _balanceIn(uint256 word) internal pure override returns (uint256) {
        return word >> BALANCE_OFFSET;
    }

    function _record(uint256 balance) internal view override returns (uint256) {
        return (balance << BALANCE_OFFSET) | block.timestamp;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Mode} from "../interfaces/IOptionsMarket.sol";
import {OptionsMarketV2} from "../v2/OptionsMarket.sol";

/// @title Broken on purpose: every change of mode asks for the timelock, so that nobody can stop the market in time
/// @dev As Blizz, May 2022. Expected difference: pause() by the guardian.
contract PauseBehindTimelock is OptionsMarketV2 {
    function _setMode(Mode to) internal override onlyRole(DEFAULT_ADMIN_ROLE) {
        super._setMode(to);
    }
}

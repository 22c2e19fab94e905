// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ClearingHouseV2} from "../v2/ClearingHouse.sol";

/// @notice A relay that was meant to be called by its own forwarder.
abstract contract Relay {
    error CallFailed();

    /// @notice Calls `target` in this contract's name.
    function execute(address target, bytes calldata data) external {
        (bool success,) = target.call(data);
        require(success, CallFailed());
    }
}

/// @title Broken on purpose: a base brought a public `execute`, with which anyone moves the collateral
/// @dev As KiloEx, April 2025. Expected difference: collateral held after a stranger's calls.
contract PublicExecute is ClearingHouseV2, Relay {}

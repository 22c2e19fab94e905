// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SeriesToken} from "../v1/SeriesToken.sol";

/// @title Broken on purpose: anyone may run code of their own with a token's storage
/// @dev Expected finding: unsafe-delegatecall.
contract ReachableDelegatecall is SeriesToken {
    error CallFailed();

    /// @notice Runs `data` at `target` for the token.
    function run(address target, bytes calldata data) external {
        (bool success,) = target.delegatecall(data);
        require(success, CallFailed());
    }
}

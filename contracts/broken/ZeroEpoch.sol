// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountRegistryV1} from "../v4/AccountRegistry.sol";

/// @title Broken on purpose: zero means both "never approved" and "the epoch in force", so that everybody is allowed
/// @dev As Nomad's root of zero, June 2022: the value that initialises is the value of what was never written.
/// Expected difference: isAllowed(address).
contract ZeroEpoch is AccountRegistryV1 {
    uint256 private _epoch;
    mapping(address account => uint256) private _approvedIn;

    /// @notice Takes a proxy of version 1 to epochs; runs once.
    function initializeV2(uint256 epoch) external reinitializer(2) {
        _epoch = epoch;
    }

    /// @notice Approves an account for the epoch in force.
    function approve(address account) external onlyRole(COMPLIANCE_ROLE) {
        _approvedIn[account] = _epoch;
    }

    /// @notice Whether `account` is approved in the epoch in force.
    function isAllowed(address account) external view override returns (bool) {
        return _approvedIn[account] == _epoch;
    }
}

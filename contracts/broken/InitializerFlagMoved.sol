// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LegacyOwnable} from "./before/LegacyReserve.sol";

/// @notice A pause, whose state came to stand before the flag that `initialize` is guarded by.
abstract contract PauseFirst {
    bool private _paused;
    uint256[49] private __gap;

    /// @notice Whether the reserve may not be changed now.
    function paused() public view returns (bool) {
        return _paused;
    }

    function _setPaused(bool paused_) internal {
        _paused = paused_;
    }
}

/// @title Broken on purpose: a new base moves the initializer's flag, so that anyone may initialise the proxy again
/// @dev As Pike Finance, April 2024. Expected finding: storage-moved.
contract InitializerFlagMoved is PauseFirst, LegacyOwnable {
    uint256 private _reserved;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets the reserve up behind its proxy; runs once.
    function initialize(address owner_) external initializer {
        _setOwner(owner_);
    }

    /// @notice Stops or allows changes.
    function setPaused(bool paused_) external onlyOwner {
        _setPaused(paused_);
    }

    /// @notice Sets what is kept in reserve.
    function reserve(uint256 amount) external onlyOwner {
        _reserved = amount;
    }

    /// @notice What is kept in reserve.
    function reserved() external view returns (uint256) {
        return _reserved;
    }
}

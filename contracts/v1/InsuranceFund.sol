// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ShortfallCover} from "./ShortfallCover.sol";

/// @title The venue's insurance fund
/// @notice Grows by fees and liquidation penalties, pays what a writer cannot.
abstract contract InsuranceFund is ShortfallCover {
    uint256 private _fund;
    uint256 private _badDebt;

    /// @dev Reserve for later versions of this base.
    uint256[48] private __gap;

    event FundChanged(uint256 balance);
    event BadDebt(uint256 amount, uint256 total);

    error FundExceeded(uint256 available);

    /// @notice What the fund holds, collateral units.
    function insuranceFund() public view returns (uint256) {
        return _fund;
    }

    /// @notice What neither writers nor the fund could ever pay, collateral units.
    function badDebt() external view returns (uint256) {
        return _badDebt;
    }

    /// @inheritdoc ShortfallCover
    function _addToFund(uint256 amount) internal virtual override {
        _fund += amount;
        emit FundChanged(_fund);
    }

    /// @inheritdoc ShortfallCover
    function _takeFromFund(uint256 amount) internal virtual override {
        require(amount <= _fund, FundExceeded(_fund));
        _fund -= amount;
        emit FundChanged(_fund);
    }

    /// @inheritdoc ShortfallCover
    function _fundBalance() internal view virtual override returns (uint256) {
        return _fund;
    }

    /// @inheritdoc ShortfallCover
    function _recordBadDebt(uint256 amount) internal virtual override {
        _badDebt += amount;
        emit BadDebt(amount, _badDebt);
    }
}

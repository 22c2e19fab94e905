// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ShortfallCover} from "../v1/ShortfallCover.sol";
import {ClearingHouseSpreads} from "../v2/ClearingHouseSpreads.sol";

/// @notice The insurance fund with a target size, added without taking its word from the reserve.
abstract contract TargetedInsuranceFund is ShortfallCover {
    uint256 private _fund;
    uint256 private _badDebt;

    /// @notice Size that the fund should have.
    uint256 public fundTarget;

    /// @dev Reserve for later versions of this base; should have become 47.
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

/// @title Broken on purpose: a base gained a variable and kept its gap's size, so that its child's live state moves
/// @dev Expected finding: storage-moved.
contract GapNotShrunk is TargetedInsuranceFund, ClearingHouseSpreads {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Takes a proxy of version 1 to version 2; runs once.
    function initializeV2(uint64 initialRate, uint64 maintenanceRate) external reinitializer(2) {
        _setSpreadMargin(initialRate, maintenanceRate);
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "2";
    }
}

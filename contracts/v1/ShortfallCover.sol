// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What the clearing house asks of its insurance fund
/// @notice Amounts are units of the collateral token.
abstract contract ShortfallCover {
    /// @dev Adds to the fund.
    function _addToFund(uint256 amount) internal virtual;

    /// @dev Takes from the fund; reverts where it holds less.
    function _takeFromFund(uint256 amount) internal virtual;

    /// @dev What the fund holds.
    function _fundBalance() internal view virtual returns (uint256);

    /// @dev Remembers a loss that nobody covers.
    function _recordBadDebt(uint256 amount) internal virtual;
}

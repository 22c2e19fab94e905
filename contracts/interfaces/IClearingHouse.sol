// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What the market asks of the clearing house
/// @notice Amounts are units of the collateral token. Functions that change anything are for the market only.
interface IClearingHouse {
    /// @notice One whole collateral token: 10 ** decimals.
    function unit() external view returns (uint256);

    /// @notice Moves a premium from `payer` to `payee` and a fee from `payer` to the insurance fund.
    function transferPremium(address payer, address payee, uint256 premium, uint256 fee) external;

    /// @notice Reverts unless `account` holds its initial margin.
    function requireInitialMargin(address account) external view;

    /// @notice Takes what `writer` owes to the holders of a series; what is missing comes from the insurance fund,
    /// and what is missing there is bad debt.
    function chargeShort(uint256 seriesId, address writer, uint256 due) external;

    /// @notice What has been collected for the holders of a series and not been paid to them.
    function poolOf(uint256 seriesId) external view returns (uint256);

    /// @notice Pays a holder of a settled series.
    function payHolder(uint256 seriesId, address holder, uint256 amount) external;

    /// @notice Gives what rounding has left of a fully redeemed series to the insurance fund.
    function releasePool(uint256 seriesId) external;
}

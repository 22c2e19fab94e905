// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title The ERC-20 of one option series, as the market uses it
interface ISeriesToken is IERC20 {
    /// @notice Sets the token up; runs once.
    function initialize(address market, uint256 seriesId) external;

    /// @notice Creates `amount` for `holder`; the market only.
    function mint(address holder, uint256 amount) external;

    /// @notice Destroys `amount` of `holder`; the market only.
    function burn(address holder, uint256 amount) external;
}

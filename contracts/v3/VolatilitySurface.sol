// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVolatilitySurface} from "../interfaces/IVolatilitySurface.sol";

/// @title Volatility by strike and time to expiry
/// @notice A grid of annual volatilities for each underlying: linear in the strike between two columns, linear in total
/// variance (volatility squared times time) between two rows, flat beyond the grid's edges. Total variance may not fall
/// with time in any column, which would let a calendar spread be bought for less than nothing.
/// @dev Not behind a proxy: the market is pointed at another surface when it changes.
/// Source: J. Gatheral, "The Volatility Surface", 2006, chapters 1 and 3.
contract VolatilitySurface is IVolatilitySurface, AccessControl {
    /// @param strikes Rising, 18 decimals.
    /// @param times Rising, seconds to expiry, above zero.
    /// @param volatilities One row for each time, one entry for each strike, 18 decimals.
    struct Grid {
        uint256[] strikes;
        uint256[] times;
        uint256[][] volatilities;
    }

    /// @notice May set grids.
    bytes32 public constant RISK_ADMIN_ROLE = keccak256("RISK_ADMIN_ROLE");

    /// @notice Most strikes and most times of a grid; bounds the cost of a price.
    uint256 public constant MAXIMUM_POINTS = 16;

    /// @notice Largest strike, the pricing model's limit, and longest time: a variance times two times fits a word.
    uint256 public constant MAXIMUM_STRIKE = 1e30;
    uint256 public constant MAXIMUM_TIME = 3650 days;

    /// @notice Accepted annual volatilities: 1 % to 1,000 %.
    uint256 public constant MINIMUM_VOLATILITY = 0.01e18;
    uint256 public constant MAXIMUM_VOLATILITY = 10e18;

    mapping(bytes32 underlying => Grid) private _grids;

    event GridSet(bytes32 indexed underlying, Grid grid);

    error BadGrid();
    error UnknownUnderlying(bytes32 underlying);

    /// @param admin Grants and revokes the role.
    /// @param riskAdmin First holder of the risk role.
    constructor(address admin, address riskAdmin) {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(RISK_ADMIN_ROLE, riskAdmin);
    }

    /// @notice Sets or replaces the grid of an underlying; moves every mark of a market that uses this surface.
    function setGrid(bytes32 underlying, Grid calldata grid) external onlyRole(RISK_ADMIN_ROLE) {
        _requireRising(grid.strikes, MAXIMUM_STRIKE);
        _requireRising(grid.times, MAXIMUM_TIME);
        require(grid.volatilities.length == grid.times.length, BadGrid());
        for (uint256 row; row < grid.times.length; ++row) {
            uint256[] calldata entries = grid.volatilities[row];
            require(entries.length == grid.strikes.length, BadGrid());
            for (uint256 column; column < entries.length; ++column) {
                uint256 entry = entries[column];
                require(entry >= MINIMUM_VOLATILITY && entry <= MAXIMUM_VOLATILITY, BadGrid());
                if (row == 0) continue;
                uint256 before = grid.volatilities[row - 1][column];
                require(entry * entry * grid.times[row] >= before * before * grid.times[row - 1], BadGrid());
            }
        }
        _grids[underlying] = grid;
        emit GridSet(underlying, grid);
    }

    /// @notice The grid of an underlying; empty where none is set.
    function gridOf(bytes32 underlying) external view returns (Grid memory) {
        return _grids[underlying];
    }

    /// @inheritdoc IVolatilitySurface
    function volatility(bytes32 underlying, uint256 strike, uint256 secondsToExpiry) external view returns (uint256) {
        Grid storage grid = _grids[underlying];
        require(grid.times.length != 0, UnknownUnderlying(underlying));
        (uint256 row, bool isBetween) = _find(grid.times, secondsToExpiry);
        uint256 near = _inRow(grid, row, strike);
        if (!isBetween) return near;
        (uint256 begin, uint256 end) = (grid.times[row], grid.times[row + 1]);
        uint256 far = _inRow(grid, row + 1, strike);
        uint256 variance = near * near * begin * (end - secondsToExpiry) + far * far * end * (secondsToExpiry - begin);
        return Math.sqrt(variance / (end - begin) / secondsToExpiry);
    }

    function _inRow(Grid storage grid, uint256 row, uint256 strike) private view returns (uint256) {
        uint256[] storage entries = grid.volatilities[row];
        (uint256 column, bool isBetween) = _find(grid.strikes, strike);
        if (!isBetween) return entries[column];
        (uint256 begin, uint256 end) = (grid.strikes[column], grid.strikes[column + 1]);
        return Math.mulDiv(entries[column], end - strike, end - begin)
            + Math.mulDiv(entries[column + 1], strike - begin, end - begin);
    }

    /// @dev The last point at or below `value` (the first where there is none), and whether one follows that counts.
    function _find(uint256[] storage points, uint256 value) private view returns (uint256 index, bool isBetween) {
        uint256 last = points.length - 1;
        if (value <= points[0]) return (0, false);
        while (index < last && points[index + 1] <= value) ++index;
        return (index, index < last);
    }

    function _requireRising(uint256[] calldata points, uint256 maximum) private pure {
        require(points.length != 0 && points.length <= MAXIMUM_POINTS && points[0] != 0, BadGrid());
        for (uint256 index = 1; index < points.length; ++index) {
            require(points[index] > points[index - 1], BadGrid());
        }
        require(points[points.length - 1] <= maximum, BadGrid());
    }
}

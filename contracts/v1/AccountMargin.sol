// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Exposure, IOptionsMarket} from "../interfaces/IOptionsMarket.sol";
import {CollateralMath} from "../libraries/CollateralMath.sol";

/// @title What an account must hold, and how far it is from its liquidation
/// @notice Options are not linear: an account may be liquidated on a fall, on a rise, or on both. Both prices are
/// searched, step by step from the present one, and then by halving the step in which the headroom was lost.
/// @dev Without state.
abstract contract AccountMargin {
    using CollateralMath for uint256;
    using SafeCast for uint256;

    /// @dev The steps of the search are this part of the present price.
    uint256 private constant PARTS = 8;

    /// @dev Steps upwards: to three times the present price. Downwards there are only as many as there are parts.
    uint256 private constant STEPS_UP = 16;

    /// @dev Times that the step is halved: the prices are told to an 8,192nd of the present one.
    uint256 private constant HALVINGS = 10;

    /// @notice Initial and maintenance margin of an account, collateral units, rounded up; zeros without a position.
    function marginOf(address account) public view returns (uint256 initial, uint256 maintenance) {
        return _marginOf(_clearedMarket().exposures(account));
    }

    /// @notice What an account has above its maintenance margin, collateral units; below zero anyone may take over its
    /// positions.
    function headroomOf(address account) external view returns (int256) {
        return _headroom(account, _clearedMarket().exposures(account));
    }

    /// @notice The nearest prices of `underlying` at which an account may be liquidated, all else as it is now; both are
    /// the present price where it may be already, and zero stands for none.
    /// @param account Whose.
    /// @param underlying The one whose price moves.
    /// @return below The nearest on a fall, 18 decimals.
    /// @return above The nearest on a rise up to three times the present price.
    function liquidationPricesOf(address account, bytes32 underlying)
        external
        view
        returns (uint256 below, uint256 above)
    {
        Exposure[] memory shorts = _clearedMarket().exposures(account);
        uint256 spot;
        for (uint256 index; index < shorts.length; ++index) {
            if (shorts[index].underlying == underlying && !shorts[index].isFinal) spot = shorts[index].spot;
        }
        if (spot == 0) return (0, 0);
        if (_headroom(account, shorts) < 0) return (spot, spot);
        for (uint256 step = 1; step < PARTS && below == 0; ++step) {
            below = _lostBetween(account, underlying, spot - (spot * (step - 1)) / PARTS, spot - (spot * step) / PARTS);
        }
        for (uint256 step = 1; step <= STEPS_UP && above == 0; ++step) {
            above = _lostBetween(account, underlying, spot + (spot * (step - 1)) / PARTS, spot + (spot * step) / PARTS);
        }
    }

    /// @notice Collateral of `account`.
    function balanceOf(address account) public view virtual returns (uint256);

    /// @notice One whole collateral token.
    function unit() public view virtual returns (uint256);

    /// @dev The market that the house clears.
    function _clearedMarket() internal view virtual returns (IOptionsMarket);

    /// @dev Initial and maintenance margin of one option, 18 decimals.
    function _marginEach(Exposure memory short) internal view virtual returns (uint256 initial, uint256 maintenance);

    /// @dev The mark and a buffer above it, at most what the option can ever cost.
    function _buffered(Exposure memory short, uint256 outOfTheMoney, uint256 rate, uint256 floor)
        internal
        pure
        returns (uint256)
    {
        uint256 buffer = Math.max(
            Math.saturatingSub(short.spot.shareUp(rate), outOfTheMoney), //
            short.spot.shareUp(floor)
        );
        // The mark of a put is at most its strike, so that the difference below cannot underflow for the caller.
        return Math.max(Math.min(short.mark + buffer, short.maximumLoss), short.mark);
    }

    /// @dev Margin of some positions together; zeros without any.
    function _marginOf(Exposure[] memory shorts) private view returns (uint256 initial, uint256 maintenance) {
        for (uint256 index; index < shorts.length; ++index) {
            (uint256 initialEach, uint256 maintenanceEach) = _marginEach(shorts[index]);
            initial += shorts[index].amount.owedToVenue(initialEach, unit());
            maintenance += shorts[index].amount.owedToVenue(maintenanceEach, unit());
        }
    }

    /// @dev What an account with these positions has above its maintenance margin.
    function _headroom(address account, Exposure[] memory shorts) private view returns (int256) {
        (, uint256 maintenance) = _marginOf(shorts);
        return balanceOf(account).toInt256() - maintenance.toInt256();
    }

    /// @dev Where, from a price with headroom to one further away, it is lost; zero where it is not.
    function _lostBetween(address account, bytes32 underlying, uint256 safe, uint256 lost)
        private
        view
        returns (uint256)
    {
        if (_headroomAt(account, underlying, lost) >= 0) return 0;
        for (uint256 index; index < HALVINGS; ++index) {
            uint256 middle = (safe + lost) / 2;
            if (_headroomAt(account, underlying, middle) < 0) lost = middle;
            else safe = middle;
        }
        return lost;
    }

    function _headroomAt(address account, bytes32 underlying, uint256 spot) private view returns (int256) {
        return _headroom(account, _clearedMarket().exposuresAt(account, underlying, spot));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {Account, PerpetualBook, PerpetualState} from "./PerpetualBook.sol";

/// @title Index, mark and funding of the perpetual market
/// @notice The index is the oracle's price. Every trade has a premium over it; the average of the premiums, weighted
/// by the time that each stood, is the market's premium, and the mark is the index with it. While the premium is above
/// zero longs pay shorts, below it shorts pay longs: the premium of a period of eight hours, at most the limit; time
/// since the latest accrual counts with the premium and the index that it ends with.
///
/// What some accounts pay and others get goes through the funding pool as each is touched: both sides are rounded in
/// the pool's favour, and what is left when no position is open goes to the insurance fund.
abstract contract PerpetualFunding is PerpetualBook {
    using SafeCast for int256;
    using SafeCast for uint256;

    /// @notice Funding of the whole premium is paid in this time.
    uint256 public constant FUNDING_PERIOD = 8 hours;

    /// @notice A premium that stands this long is the average.
    uint256 public constant PREMIUM_TIME = 30 minutes;

    /// @notice Farthest that the mark may be from the index, as a share of it.
    int64 public constant MAXIMUM_PREMIUM = 0.05e18;

    /// @dev Decimals of a size times decimals of a price.
    int256 internal constant SCALE = 1e36;

    event FundingAccrued(int256 fundingIndex, int256 premium, uint256 indexPrice, uint256 time);
    event FundingSettled(address indexed account, int256 amount);

    /// @notice Brings premium and funding up to now; anyone, and every trade does.
    function accrue() public {
        PerpetualState storage $ = _state();
        uint256 elapsed = block.timestamp - $.accruedAt;
        if (elapsed == 0) return;
        uint256 index = indexPrice();
        ($.premium, $.fundingIndex) = _accrued(elapsed, index);
        $.accruedAt = uint64(block.timestamp);
        emit FundingAccrued($.fundingIndex, $.premium, index, block.timestamp);
    }

    /// @notice The oracle's price of the underlying, 18 decimals.
    function indexPrice() public view returns (uint256) {
        PerpetualState storage $ = _state();
        return $.oracle.price($.underlying);
    }

    /// @notice What positions are worth now, one contract, 18 decimals.
    function markPrice() public view returns (uint256) {
        uint256 index = indexPrice();
        (int64 premium,) = _accrued(block.timestamp - _state().accruedAt, index);
        return _moved(index, premium);
    }

    /// @notice Funding that longs pay to shorts in one period, as a share of the index; negative the other way.
    function fundingRate() external view returns (int256) {
        (int64 premium,) = _accrued(block.timestamp - _state().accruedAt, indexPrice());
        return _fundingRate(premium);
    }

    /// @notice Average of the trades' premium over the index, a share of it, 18 decimals: the mark is the index with it.
    function markPremium() external view returns (int64 premium) {
        (premium,) = _accrued(block.timestamp - _state().accruedAt, indexPrice());
    }

    /// @notice Funding that an account owes up to now and that is not in its cash yet, rounded up, collateral units;
    /// negative where it is owed.
    function pendingFundingOf(address account) public view returns (int256) {
        PerpetualState storage $ = _state();
        Account storage entry = $.accounts[account];
        if (entry.size == 0) return 0;
        (, int256 fundingIndex) = _accrued(block.timestamp - $.accruedAt, indexPrice());
        return _fundingOf(entry, fundingIndex);
    }

    /// @notice Funding taken from some accounts and not yet given to others, collateral units.
    function fundingPool() external view returns (int256) {
        return _state().fundingPool;
    }

    /// @dev Premium and funding index after `elapsed` seconds at one index price.
    function _accrued(uint256 elapsed, uint256 index) internal view returns (int64 premium, int256 fundingIndex) {
        PerpetualState storage $ = _state();
        uint256 weight = elapsed < PREMIUM_TIME ? elapsed : PREMIUM_TIME;
        int256 shift = (int256($.lastPremium) - $.premium) * int256(weight) / int256(PREMIUM_TIME);
        premium = (int256($.premium) + shift).toInt64();
        int256 paid = index.toInt256() * _fundingRate(premium) / int256(ONE);
        fundingIndex = $.fundingIndex + paid * int256(elapsed) / int256(FUNDING_PERIOD);
    }

    /// @dev What longs pay for one period at a premium.
    function _fundingRate(int256 premium) internal view virtual returns (int256) {
        int256 limit = int256(uint256(_state().parameters.fundingLimit));
        return SignedMath.max(SignedMath.min(premium, limit), -limit);
    }

    /// @dev Remembers the premium of a trade at `price`: in force from now on.
    function _observe(uint256 price, uint256 index) internal {
        int256 premium = price.toInt256() * int256(ONE) / index.toInt256() - int256(ONE);
        premium = SignedMath.max(SignedMath.min(premium, MAXIMUM_PREMIUM), -MAXIMUM_PREMIUM);
        _state().lastPremium = premium.toInt64();
    }

    /// @dev Brings an account's funding into its cash; after `accrue`.
    function _settleFunding(address account) internal {
        PerpetualState storage $ = _state();
        Account storage entry = $.accounts[account];
        int256 amount = _fundingOf(entry, $.fundingIndex);
        entry.fundingIndex = $.fundingIndex;
        if (amount == 0) return;
        _addCash(account, -amount);
        $.fundingPool += amount;
        emit FundingSettled(account, amount);
    }

    /// @dev What an account owes up to `fundingIndex`, rounded up, collateral units; negative where it is owed.
    function _fundingOf(Account storage entry, int256 fundingIndex) internal view returns (int256) {
        int256 product = int256(entry.size) * (fundingIndex - entry.fundingIndex) * int256(uint256(_state().unit));
        return product > 0 ? (product + SCALE - 1) / SCALE : product / SCALE;
    }

    function _addCash(address account, int256 amount) internal {
        PerpetualState storage $ = _state();
        Account storage entry = $.accounts[account];
        entry.cash = (int256(entry.cash) + amount).toInt128();
        $.totalCash += amount;
    }

    function _moved(uint256 index, int256 offset) internal pure returns (uint256) {
        return index * uint256(int256(ONE) + offset) / ONE;
    }
}

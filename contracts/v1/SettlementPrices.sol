// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Mode} from "../interfaces/IOptionsMarket.sol";
import {Book, MarketBook, Window} from "./MarketBook.sol";

/// @title The price at which an expiry settles
/// @notice The time-weighted average of the oracle over the 30 minutes before expiry, from observations that anyone
/// (a keeper, every minute) records:
/// - an observation is in force from its time to the next one, the last one to the expiry;
/// - the first one also counts for the time since the window opened;
/// - where any of these stretches is longer than five minutes there is no average.
/// Without an average the oracle admin proposes a price, the guardian may reject it, and after two hours it stands.
/// Once fixed a price never changes.
abstract contract SettlementPrices is MarketBook {
    using SafeCast for uint256;

    /// @notice Length of the averaging window; trading at model prices ends when it opens.
    uint64 public constant WINDOW = 30 minutes;

    /// @notice Longest time that one observation may stand for.
    uint64 public constant MAXIMUM_GAP = 5 minutes;

    /// @notice How long a proposed price can be disputed.
    uint64 public constant DISPUTE_PERIOD = 2 hours;

    uint64 private constant DAY = 1 days;

    /// @dev Options expire at 08:00 UTC.
    uint64 private constant EXPIRY_HOUR = 8 hours;

    event Observed(bytes32 indexed underlying, uint64 indexed expiry, uint256 price);
    event SettlementPriceProposed(bytes32 indexed underlying, uint64 indexed expiry, uint256 price);
    event SettlementPriceRejected(bytes32 indexed underlying, uint64 indexed expiry);
    event SettlementPriceFixed(bytes32 indexed underlying, uint64 indexed expiry, uint256 price);

    error NotAnExpiry(uint64 expiry);
    error OutsideWindow();
    error AlreadyObserved();
    error NotExpired();
    error SettlementPriceUnknown();
    error SettlementPriceKnown();

    /// @notice Records the oracle's price for an expiry; anyone, once a second, while the window is open.
    function observe(bytes32 underlying, uint64 expiry) external {
        _requireExpiry(expiry);
        uint64 time = uint64(block.timestamp);
        require(time >= expiry - WINDOW && time <= expiry, OutsideWindow());
        Window storage window = _book().windows[underlying][expiry];
        require(time > window.lastAt, AlreadyObserved());
        uint256 price = _book().oracle.price(underlying);
        uint64 since = window.lastAt == 0 ? expiry - WINDOW : window.lastAt;
        if (time - since > MAXIMUM_GAP) window.broken = true;
        window.weighted += (window.lastAt == 0 ? price : window.lastPrice) * (time - since);
        window.lastAt = time;
        window.lastPrice = price.toUint128();
        emit Observed(underlying, expiry, price);
    }

    /// @notice Proposes a price for an expiry that has no average.
    function proposeSettlementPrice(bytes32 underlying, uint64 expiry, uint128 price)
        external
        onlyRole(ORACLE_ADMIN_ROLE)
    {
        _requireExpiry(expiry);
        require(_hasExpired(expiry), NotExpired());
        Window storage window = _book().windows[underlying][expiry];
        require(window.settlementPrice == 0 && _average(window, expiry) == 0, SettlementPriceKnown());
        require(price != 0, BadParameter());
        window.proposal = price;
        window.proposedAt = uint64(block.timestamp);
        emit SettlementPriceProposed(underlying, expiry, price);
    }

    /// @notice Withdraws a proposed price.
    function rejectSettlementPrice(bytes32 underlying, uint64 expiry) external onlyRole(GUARDIAN_ROLE) {
        Window storage window = _book().windows[underlying][expiry];
        window.proposal = 0;
        window.proposedAt = 0;
        emit SettlementPriceRejected(underlying, expiry);
    }

    /// @notice Fixes the price of a past expiry; anyone.
    function fixSettlementPrice(bytes32 underlying, uint64 expiry) external upTo(Mode.SettleOnly) returns (uint256) {
        return _fixSettlementPrice(underlying, expiry);
    }

    /// @notice The fixed price of an expiry, 18 decimals; zero until it is fixed.
    function settlementPriceOf(bytes32 underlying, uint64 expiry) external view returns (uint256) {
        return _book().windows[underlying][expiry].settlementPrice;
    }

    /// @notice Everything recorded for an expiry.
    function windowOf(bytes32 underlying, uint64 expiry) external view returns (Window memory) {
        return _book().windows[underlying][expiry];
    }

    function _fixSettlementPrice(bytes32 underlying, uint64 expiry) internal returns (uint256 price) {
        require(_hasExpired(expiry), NotExpired());
        Window storage window = _book().windows[underlying][expiry];
        price = window.settlementPrice;
        if (price != 0) return price;
        price = _average(window, expiry);
        if (price == 0 && window.proposedAt != 0 && block.timestamp >= window.proposedAt + DISPUTE_PERIOD) {
            price = window.proposal;
        }
        require(price != 0, SettlementPriceUnknown());
        window.settlementPrice = price;
        emit SettlementPriceFixed(underlying, expiry, price);
    }

    /// @dev Expired from the second of the expiry on.
    function _hasExpired(uint64 expiry) internal view virtual returns (bool) {
        return block.timestamp >= expiry;
    }

    function _requireExpiry(uint64 expiry) internal pure {
        require(expiry > DAY && expiry % DAY == EXPIRY_HOUR, NotAnExpiry(expiry));
    }

    /// @dev The average over the window, or zero where there is none.
    function _average(Window storage window, uint64 expiry) private view returns (uint256) {
        uint64 lastAt = window.lastAt;
        if (lastAt == 0 || window.broken || expiry - lastAt > MAXIMUM_GAP) return 0;
        return (window.weighted + uint256(window.lastPrice) * (expiry - lastAt)) / WINDOW;
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {Exposure, IOptionsMarket} from "../interfaces/IOptionsMarket.sol";
import {Book, Series} from "./MarketBook.sol";
import {SettlementPrices} from "./SettlementPrices.sol";

/// @title Who is short how much of which series, and what margin sees of it
/// @dev A position is one word. What it says beside its size is a later version's matter, which overrides `_sizeIn` and
/// `_position` together.
abstract contract ShortPositions is SettlementPrices, IOptionsMarket {
    using EnumerableSet for EnumerableSet.AddressSet;
    using EnumerableSet for EnumerableSet.UintSet;

    /// @notice Most series that one account may be short in; bounds the cost of its margin.
    uint256 public constant MAXIMUM_OPEN_SERIES = 16;

    /// @dev The price at which options were written, where nobody traded them: a liquidation hands them over.
    uint256 internal constant UNKNOWN_PRICE = 0;

    error UnknownSeries(uint256 seriesId);
    error ShortExceeded(uint256 available);
    error TooManySeries(address account);

    /// @notice Options that `writer` is short, 18 decimals.
    function shortOf(uint256 seriesId, address writer) public view returns (uint256) {
        return _sizeIn(_book().shorts[seriesId][writer]);
    }

    /// @notice Everyone who is short in a series, in no order.
    function writersOf(uint256 seriesId) external view returns (address[] memory) {
        return _book().writers[seriesId].values();
    }

    /// @notice Every series that `account` is short in, in no order.
    function openSeriesOf(address account) external view returns (uint256[] memory) {
        return _book().openSeries[account].values();
    }

    /// @inheritdoc IOptionsMarket
    function hasShorts(address account) external view returns (bool) {
        return _book().openSeries[account].length() != 0;
    }

    /// @inheritdoc IOptionsMarket
    function exposures(address account) external view returns (Exposure[] memory) {
        return _exposures(account, 0, 0);
    }

    /// @inheritdoc IOptionsMarket
    function exposuresAt(address account, bytes32 underlying, uint256 spot) external view returns (Exposure[] memory) {
        return _exposures(account, underlying, spot);
    }

    /// @inheritdoc IOptionsMarket
    function exposure(address account, uint256 seriesId) external view returns (Exposure memory) {
        return _exposure(account, seriesId, 0, 0);
    }

    /// @dev What one option pays at `settlementPrice`, 18 decimals.
    function _payoff(uint256 seriesId, uint256 settlementPrice) internal view virtual returns (uint256);

    /// @dev Model price of one option at `spot`, 18 decimals; the intrinsic value from expiry on.
    function _mark(uint256 seriesId, uint256 spot) internal view virtual returns (uint256);

    /// @dev Most that one option can ever cost its writer, 18 decimals.
    function _maximumLoss(uint256 seriesId) internal view virtual returns (uint256);

    /// @dev The options that a position's word stands for.
    function _sizeIn(uint256 word) internal view virtual returns (uint256) {
        return word;
    }

    /// @dev The word that a changed position is kept as.
    /// @param seriesId The series.
    /// @param word The word that it was kept as.
    /// @param size Options written, now.
    /// @param price What each option that came to it was sold at, 18 decimals; zero where that is not known.
    function _position(uint256 seriesId, uint256 word, uint256 size, uint256 price)
        internal
        view
        virtual
        returns (uint256)
    {
        (seriesId, word, price); // a size is all that it is
        return size;
    }

    /// @dev Whatever changes a short position says so here, with the options written before and after.
    function _shortChanged(uint256 seriesId, address writer, uint256 from, uint256 to) internal virtual {}

    function _series(uint256 seriesId) internal view returns (Series storage entry) {
        entry = _book().series[seriesId];
        require(entry.expiry != 0, UnknownSeries(seriesId));
    }

    function _addShort(uint256 seriesId, address writer, uint256 amount, uint256 price) internal {
        Book storage $ = _book();
        uint256 word = $.shorts[seriesId][writer];
        uint256 short = _sizeIn(word);
        $.shorts[seriesId][writer] = _position(seriesId, word, short + amount, price);
        _shortChanged(seriesId, writer, short, short + amount);
        $.writers[seriesId].add(writer);
        if ($.openSeries[writer].add(seriesId)) {
            require($.openSeries[writer].length() <= MAXIMUM_OPEN_SERIES, TooManySeries(writer));
        }
    }

    function _removeShort(uint256 seriesId, address writer, uint256 amount) internal {
        Book storage $ = _book();
        uint256 word = $.shorts[seriesId][writer];
        uint256 short = _sizeIn(word);
        require(amount <= short, ShortExceeded(short));
        $.shorts[seriesId][writer] = _position(seriesId, word, short - amount, UNKNOWN_PRICE);
        _shortChanged(seriesId, writer, short, short - amount);
        if (amount == short) {
            $.writers[seriesId].remove(writer);
            $.openSeries[writer].remove(seriesId);
        }
    }

    /// @dev Every short position; `moved` is the underlying that stands at `spot` instead of its price, zero for none.
    function _exposures(address account, bytes32 moved, uint256 spot) private view returns (Exposure[] memory result) {
        uint256[] memory ids = _book().openSeries[account].values();
        result = new Exposure[](ids.length);
        for (uint256 index; index < ids.length; ++index) {
            result[index] = _exposure(account, ids[index], moved, spot);
        }
    }

    function _exposure(address account, uint256 seriesId, bytes32 moved, uint256 spot)
        private
        view
        returns (Exposure memory result)
    {
        Book storage $ = _book();
        Series storage entry = _series(seriesId);
        result.seriesId = seriesId;
        result.underlying = entry.underlying;
        result.isCall = entry.isCall;
        result.strike = entry.strike;
        result.maximumLoss = _maximumLoss(seriesId);
        result.amount = shortOf(seriesId, account);
        result.spot = $.windows[entry.underlying][entry.expiry].settlementPrice;
        if (result.spot != 0) {
            result.isFinal = true;
            result.mark = _payoff(seriesId, result.spot);
        } else {
            result.spot = entry.underlying == moved ? spot : $.oracle.price(entry.underlying);
            result.mark = _mark(seriesId, result.spot);
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Book} from "../v1/MarketBook.sol";
import {ShortPositions} from "../v1/ShortPositions.sol";
import {OptionsMarketSpreads} from "../v2/OptionsMarketSpreads.sol";

/// @title Packed position records for the options market
/// @notice A short position's word was its size; now it is a record, told apart by its last byte:
///
/// | bits | what |
/// |---|---|
/// | 0 to 95 | size: options written, 18 decimals |
/// | 96 to 199 | entry price: average of what they were sold at, 18 decimals; 0 where that is not known of all |
/// | 200 to 239 | expiry, Unix time |
/// | 240 to 247 | side: 1 = short |
/// | 248 to 255 | layout: 0 = the whole word is the size, 1 = this record |
///
/// Positions in the series named to the migration are rewritten in the upgrade's own transaction, all others with their
/// next change; both are read alike, so that no size depends on what was named. What a position was sold at before is
/// written down nowhere, and stays unknown until it is closed.
/// @dev Without state of its own: the book's mapping keeps its declared type, what its words mean is said here alone.
abstract contract OptionsMarketPositions is OptionsMarketSpreads {
    using EnumerableSet for EnumerableSet.AddressSet;
    using SafeCast for uint256;

    /// @notice One short position's record.
    struct PositionRecord {
        uint8 layoutByte;
        bool isShort;
        uint40 expiry;
        uint104 entryPrice;
        uint96 size;
    }

    uint256 private constant ENTRY_OFFSET = 96;
    uint256 private constant EXPIRY_OFFSET = 200;
    uint256 private constant SIDE_OFFSET = 240;
    uint256 private constant LAYOUT_OFFSET = 248;

    /// @dev The layout byte of the record above.
    uint256 private constant PACKED = 1;

    /// @dev The side of whoever wrote options.
    uint256 private constant SHORT = 1;

    event PositionMigrated(uint256 indexed seriesId, address indexed writer, uint256 size);

    error UnknownPositionLayout(uint256 layoutByte);

    /// @notice A position's record; one that was not migrated has layout, side, expiry and entry price zero.
    function positionOf(uint256 seriesId, address writer) external view returns (PositionRecord memory) {
        uint256 word = _book().shorts[seriesId][writer];
        if (word >> LAYOUT_OFFSET == 0) return PositionRecord(0, false, 0, 0, word.toUint96());
        return PositionRecord(
            uint8(word >> LAYOUT_OFFSET),
            uint8(word >> SIDE_OFFSET) == SHORT,
            uint40(word >> EXPIRY_OFFSET),
            uint104(word >> ENTRY_OFFSET),
            uint96(word)
        );
    }

    /// @dev For the initializer of a version: rewrites the positions of series that are still kept as version 1 did.
    function _migratePositions(uint256[] memory seriesIds) internal {
        Book storage $ = _book();
        for (uint256 index; index < seriesIds.length; ++index) {
            uint256 seriesId = seriesIds[index];
            address[] memory writers = $.writers[seriesId].values();
            for (uint256 place; place < writers.length; ++place) {
                uint256 word = $.shorts[seriesId][writers[place]];
                if (word >> LAYOUT_OFFSET != 0) continue;
                $.shorts[seriesId][writers[place]] = _packed(seriesId, word, UNKNOWN_PRICE);
                emit PositionMigrated(seriesId, writers[place], word);
            }
        }
    }

    /// @inheritdoc ShortPositions
    function _sizeIn(uint256 word) internal view virtual override returns (uint256) {
        uint256 layoutByte = word >> LAYOUT_OFFSET;
        if (layoutByte == 0) return word;
        require(layoutByte == PACKED, UnknownPositionLayout(layoutByte));
        return uint96(word);
    }

    /// @inheritdoc ShortPositions
    function _position(uint256 seriesId, uint256 word, uint256 size, uint256 price)
        internal
        view
        override
        returns (uint256)
    {
        return size == 0 ? 0 : _packed(seriesId, size, _entryPrice(word, size, price));
    }

    /// @dev What a position was sold at, once it is `size`: an average with a part that is not known is not known.
    function _entryPrice(uint256 word, uint256 size, uint256 price) private view returns (uint256) {
        uint256 before = _sizeIn(word);
        uint256 entry = word >> LAYOUT_OFFSET == 0 ? UNKNOWN_PRICE : uint104(word >> ENTRY_OFFSET);
        if (size <= before) return entry;
        if (price == UNKNOWN_PRICE || (before != 0 && entry == UNKNOWN_PRICE)) return UNKNOWN_PRICE;
        return (before * entry + (size - before) * price) / size;
    }

    function _packed(uint256 seriesId, uint256 size, uint256 entry) private view returns (uint256) {
        uint256 expiry = _series(seriesId).expiry;
        return uint256(size.toUint96()) | (uint256(entry.toUint104()) << ENTRY_OFFSET) | (expiry << EXPIRY_OFFSET)
            | (SHORT << SIDE_OFFSET) | (PACKED << LAYOUT_OFFSET);
    }
}

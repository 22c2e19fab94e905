// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Mode} from "../interfaces/IOptionsMarket.sol";
import {CollateralMath} from "../libraries/CollateralMath.sol";
import {Book} from "../v1/MarketBook.sol";
import {OptionsMarketCore} from "../v1/OptionsMarketCore.sol";

/// @title Cash-settled put spreads for the options market
/// @notice One spread is a long put at the upper strike and a short put at the lower one: it pays between nothing and
/// their distance, which is all that its writer can lose. A spread is a series like any other; calls and puts
/// listed before behave as before.
/// @dev The body of version 2, without constructor and initializer, which are the version's own.
abstract contract OptionsMarketSpreads is OptionsMarketCore {
    using CollateralMath for uint256;

    /// @param book The first version's state.
    /// @param maximumSpreadWidth Widest spread as a share of its upper strike, 18 decimals.
    /// @param lowerStrikes Lower strike of a spread, 18 decimals; zero for calls and puts.
    /// @custom:storage-location erc7201:options.storage.OptionsMarket
    struct MarketStorage {
        Book book;
        uint256 maximumSpreadWidth;
        mapping(uint256 seriesId => uint256) lowerStrikes;
    }

    /// @dev keccak256(abi.encode(uint256(keccak256("options.storage.OptionsMarket")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE_LOCATION = 0x0ef76cf5b6cc9a0108c809efbdcb7e0dab1aa80e61ac745114b63378d1f3c800;

    event MaximumSpreadWidthSet(uint256 width);
    event SpreadCreated(uint256 indexed seriesId, uint256 upperStrike, uint256 lowerStrike);

    error BadSpread();

    /// @notice Lists a put spread.
    /// @param upperStrike Strike of the long put, 18 decimals.
    /// @param lowerStrike Strike of the short put, 18 decimals.
    /// @param expiry Unix time, 08:00 UTC.
    function createSpread(bytes32 underlying, uint128 upperStrike, uint128 lowerStrike, uint64 expiry)
        external
        upTo(Mode.Running)
        onlyRole(RISK_ADMIN_ROLE)
        returns (uint256 seriesId)
    {
        MarketStorage storage $ = _storage();
        require(lowerStrike != 0 && lowerStrike < upperStrike, BadSpread());
        uint256 widest = uint256(upperStrike).shareDown($.maximumSpreadWidth);
        require(upperStrike - lowerStrike <= widest, BadSpread());
        bytes32 terms = keccak256(abi.encode(underlying, upperStrike, expiry, false, lowerStrike));
        seriesId = _createSeries(underlying, upperStrike, expiry, false, terms);
        $.lowerStrikes[seriesId] = lowerStrike;
        emit SpreadCreated(seriesId, upperStrike, lowerStrike);
    }

    /// @notice Widest new spread as a share of its upper strike, 18 decimals.
    function maximumSpreadWidth() external view returns (uint256) {
        return _storage().maximumSpreadWidth;
    }

    /// @notice Lower strike of a spread, 18 decimals; zero for calls and puts.
    function lowerStrikeOf(uint256 seriesId) external view returns (uint256) {
        return _storage().lowerStrikes[seriesId];
    }

    /// @inheritdoc OptionsMarketCore
    function _payoff(uint256 seriesId, uint256 settlementPrice) internal view override returns (uint256) {
        uint256 upper = super._payoff(seriesId, settlementPrice);
        return upper - Math.saturatingSub(_storage().lowerStrikes[seriesId], settlementPrice);
    }

    /// @inheritdoc OptionsMarketCore
    function _mark(uint256 seriesId, uint256 spot) internal view override returns (uint256) {
        uint256 upper = super._mark(seriesId, spot);
        uint256 lowerStrike = _storage().lowerStrikes[seriesId];
        if (lowerStrike == 0) return upper;
        uint256 lower = _model(_series(seriesId), false, spot, lowerStrike);
        // The model's last decimals must not take the difference outside what a spread can pay.
        return Math.min(Math.saturatingSub(upper, lower), _maximumLoss(seriesId));
    }

    /// @inheritdoc OptionsMarketCore
    function _maximumLoss(uint256 seriesId) internal view override returns (uint256) {
        return super._maximumLoss(seriesId) - _storage().lowerStrikes[seriesId];
    }

    function _book() internal view override returns (Book storage) {
        return _storage().book;
    }

    /// @dev For the initializer of a version: the width is part of the product's terms, and no role changes it.
    function _setMaximumSpreadWidth(uint256 width) internal {
        require(width != 0 && width <= CollateralMath.ONE, BadParameter());
        _storage().maximumSpreadWidth = width;
        emit MaximumSpreadWidthSet(width);
    }

    function _storage() private pure returns (MarketStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE_LOCATION
        }
    }
}

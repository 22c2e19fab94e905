// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {IOptionsMarket, Mode} from "../interfaces/IOptionsMarket.sol";
import {ISeriesToken} from "../interfaces/ISeriesToken.sol";
import {CollateralMath} from "../libraries/CollateralMath.sol";
import {Book, Quote, Series} from "./MarketBook.sol";
import {ShortPositions} from "./ShortPositions.sol";

/// @title A market of European, cash-settled options
/// @notice Writers quote, takers buy from and sell back to them at the model's price; the collateral, the margin and
/// the liquidations are the clearing house's. A series ends in three steps that anyone may take: its settlement
/// price is fixed, every writer is charged, holders redeem.
/// @dev What every version shares. A version derives from it, places the book, and adds its constructor.
abstract contract OptionsMarketCore is ShortPositions, ReentrancyGuardTransient {
    using CollateralMath for uint256;
    using EnumerableSet for EnumerableSet.AddressSet;
    using SafeCast for uint256;

    /// @notice Smallest purchase: a thousandth of an option.
    uint256 public constant MINIMUM_AMOUNT = 1e15;

    /// @notice Largest strike, the pricing model's limit.
    uint256 public constant MAXIMUM_STRIKE = 1e30;

    /// @notice A series is listed this long before its expiry, at least and at most.
    uint256 public constant MINIMUM_LIFE = 1 days;
    uint256 public constant MAXIMUM_LIFE = 400 days;

    event SeriesCreated(
        uint256 indexed seriesId, bytes32 indexed underlying, uint256 strike, uint64 expiry, bool isCall, address token
    );
    event QuoteSet(uint256 indexed seriesId, address indexed writer, Quote quote);
    event Bought(
        uint256 indexed seriesId,
        address indexed writer,
        address indexed buyer,
        uint256 amount,
        uint256 premium,
        uint256 fee
    );
    event SoldBack(
        uint256 indexed seriesId,
        address indexed writer,
        address indexed seller,
        uint256 amount,
        uint256 premium,
        uint256 fee
    );
    event Closed(uint256 indexed seriesId, address indexed writer, uint256 amount);
    event ShortTransferred(uint256 indexed seriesId, address indexed from, address indexed to, uint256 amount);
    event ShortSettled(uint256 indexed seriesId, address indexed writer, uint256 amount, uint256 due);
    event SeriesSettled(uint256 indexed seriesId, uint256 settlementPrice, uint256 payoutRate);
    event Redeemed(uint256 indexed seriesId, address indexed holder, uint256 amount, uint256 payout);

    error SeriesExists(uint256 seriesId);
    error UnknownUnderlying(bytes32 underlying);
    error TradingEnded(uint256 seriesId);
    error NotSettled(uint256 seriesId);
    error AlreadySettled(uint256 seriesId);
    error AmountTooSmall();
    error QuoteExceeded(uint256 available);
    error PriceLimit(uint256 price);
    error PremiumLimit(uint256 premium);
    error OwnQuote();

    /// @notice Lists a call or a put.
    /// @param strike 18 decimals.
    /// @param expiry Unix time, 08:00 UTC.
    function createSeries(bytes32 underlying, uint128 strike, uint64 expiry, bool isCall)
        external
        upTo(Mode.Running)
        onlyRole(RISK_ADMIN_ROLE)
        returns (uint256)
    {
        bytes32 terms = keccak256(abi.encode(underlying, strike, expiry, isCall));
        return _createSeries(underlying, strike, expiry, isCall, terms);
    }

    /// @notice Replaces the caller's quote in a series. Without an offer it is also possible while settling only.
    function setQuote(uint256 seriesId, Quote calldata quote) external {
        _requireMode(quote.offer == 0 ? Mode.SettleOnly : Mode.Running);
        _requireTrading(seriesId);
        _book().quotes[seriesId][msg.sender] = quote;
        emit QuoteSet(seriesId, msg.sender, quote);
    }

    /// @notice Withdraws the caller's quote; in every mode.
    function cancelQuote(uint256 seriesId) external {
        delete _book().quotes[seriesId][msg.sender];
        emit QuoteSet(seriesId, msg.sender, Quote(0, 0, 0, 0));
    }

    /// @notice Buys options from a writer's offer at the model's price.
    /// @param amount 18 decimals.
    /// @param maximumCost Most that premium and fee may be together, collateral units.
    /// @return premium What the writer got.
    function buy(uint256 seriesId, address writer, uint256 amount, uint256 maximumCost)
        external
        upTo(Mode.Running)
        nonReentrant
        returns (uint256 premium)
    {
        _requireTrading(seriesId);
        require(writer != msg.sender, OwnQuote());
        require(amount >= MINIMUM_AMOUNT, AmountTooSmall());
        Book storage $ = _book();
        Quote storage quote = $.quotes[seriesId][writer];
        require(amount <= quote.offer, QuoteExceeded(quote.offer));
        uint256 price = priceOf(seriesId);
        require(price >= quote.minimumPrice, PriceLimit(price));
        premium = amount.owedToVenue(price, $.unit);
        uint256 fee = premium.shareUp($.feeRate);
        require(premium != 0, AmountTooSmall());
        require(premium + fee <= maximumCost, PremiumLimit(premium + fee));

        quote.offer -= amount.toUint128();
        _addShort(seriesId, writer, amount, price);
        $.house.transferPremium(msg.sender, writer, premium, fee);
        ISeriesToken($.series[seriesId].token).mint(msg.sender, amount);
        $.house.requireInitialMargin(writer);
        $.house.requireInitialMargin(msg.sender);
        emit Bought(seriesId, writer, msg.sender, amount, premium, fee);
    }

    /// @notice Sells options back to a writer's bid at the model's price; both positions shrink.
    /// @param amount 18 decimals.
    /// @param minimumProceeds Least that premium less fee must be, collateral units.
    /// @return premium What the writer paid.
    function sell(uint256 seriesId, address writer, uint256 amount, uint256 minimumProceeds)
        external
        upTo(Mode.SettleOnly)
        nonReentrant
        returns (uint256 premium)
    {
        _requireTrading(seriesId);
        require(writer != msg.sender, OwnQuote());
        require(amount != 0, AmountTooSmall());
        Book storage $ = _book();
        Quote storage quote = $.quotes[seriesId][writer];
        require(amount <= quote.bid, QuoteExceeded(quote.bid));
        uint256 price = priceOf(seriesId);
        require(price <= quote.maximumPrice, PriceLimit(price));
        premium = amount.owedByVenue(price, $.unit);
        uint256 fee = premium.shareDown($.feeRate);
        require(premium - fee >= minimumProceeds, PremiumLimit(premium - fee));

        quote.bid -= amount.toUint128();
        _removeShort(seriesId, writer, amount);
        ISeriesToken($.series[seriesId].token).burn(msg.sender, amount);
        $.house.transferPremium(writer, msg.sender, premium - fee, fee);
        emit SoldBack(seriesId, writer, msg.sender, amount, premium, fee);
    }

    /// @notice Ends part of the caller's short position with options that the caller holds; until expiry.
    function close(uint256 seriesId, uint256 amount) external upTo(Mode.SettleOnly) nonReentrant {
        Series storage entry = _series(seriesId);
        require(!_hasExpired(entry.expiry), TradingEnded(seriesId));
        require(amount != 0, AmountTooSmall());
        _removeShort(seriesId, msg.sender, amount);
        ISeriesToken(entry.token).burn(msg.sender, amount);
        emit Closed(seriesId, msg.sender, amount);
    }

    /// @inheritdoc IOptionsMarket
    function transferShort(uint256 seriesId, address from, address to, uint256 amount) external onlyClearingHouse {
        require(!_hasExpired(_series(seriesId).expiry), TradingEnded(seriesId));
        _removeShort(seriesId, from, amount);
        _addShort(seriesId, to, amount, UNKNOWN_PRICE);
        emit ShortTransferred(seriesId, from, to, amount);
    }

    /// @notice Charges up to `maximum` writers of an expired series; anyone, until all are charged and holders can
    /// redeem. What writers and insurance fund cannot pay is lost to the holders of this series alike.
    function settle(uint256 seriesId, uint256 maximum) external upTo(Mode.SettleOnly) nonReentrant {
        Series storage entry = _series(seriesId);
        require(!entry.settled, AlreadySettled(seriesId));
        Book storage $ = _book();
        uint256 settlementPrice = _fixSettlementPrice(entry.underlying, entry.expiry);
        uint256 payoff = _payoff(seriesId, settlementPrice);
        EnumerableSet.AddressSet storage writers = $.writers[seriesId];
        for (uint256 left = Math.min(maximum, writers.length()); left != 0; --left) {
            address writer = writers.at(writers.length() - 1);
            uint256 amount = shortOf(seriesId, writer);
            uint256 due = amount.owedToVenue(payoff, $.unit);
            _removeShort(seriesId, writer, amount);
            $.house.chargeShort(seriesId, writer, due);
            emit ShortSettled(seriesId, writer, amount, due);
        }
        if (writers.length() != 0) return;
        uint256 supply = ISeriesToken(entry.token).totalSupply();
        if (supply != 0) {
            uint256 affordable = Math.mulDiv($.house.poolOf(seriesId), CollateralMath.SCALE, supply * $.unit);
            entry.payoutRate = Math.min(payoff, affordable);
        }
        entry.settled = true;
        emit SeriesSettled(seriesId, settlementPrice, entry.payoutRate);
    }

    /// @notice Turns options of a settled series into collateral at the clearing house; in every mode.
    /// @return payout Collateral units, rounded down.
    function redeem(uint256 seriesId, uint256 amount) external nonReentrant returns (uint256 payout) {
        Series storage entry = _series(seriesId);
        require(entry.settled, NotSettled(seriesId));
        Book storage $ = _book();
        payout = _payout(amount, entry.payoutRate);
        ISeriesToken token = ISeriesToken(entry.token);
        token.burn(msg.sender, amount);
        $.house.payHolder(seriesId, msg.sender, payout);
        if (token.totalSupply() == 0) $.house.releasePool(seriesId);
        emit Redeemed(seriesId, msg.sender, amount, payout);
    }

    /// @inheritdoc IOptionsMarket
    function mode() public view returns (Mode) {
        return _book().mode;
    }

    /// @notice Number of listed series; their ids are 1 to this.
    function seriesCount() external view returns (uint256) {
        return _book().seriesCount;
    }

    /// @notice Terms and state of a series.
    function seriesOf(uint256 seriesId) external view returns (Series memory) {
        return _series(seriesId);
    }

    /// @notice A writer's standing quote.
    function quoteOf(uint256 seriesId, address writer) external view returns (Quote memory) {
        return _book().quotes[seriesId][writer];
    }

    /// @notice Model price of one option now, 18 decimals.
    function priceOf(uint256 seriesId) public view returns (uint256) {
        return _mark(seriesId, _book().oracle.price(_series(seriesId).underlying));
    }

    /// @notice What one option would pay at a settlement price: its exercise value there, 18 decimals.
    function payoffAt(uint256 seriesId, uint256 settlementPrice) external view returns (uint256) {
        return _payoff(seriesId, settlementPrice);
    }

    /// @inheritdoc ShortPositions
    function _payoff(uint256 seriesId, uint256 settlementPrice) internal view virtual override returns (uint256) {
        Series storage entry = _series(seriesId);
        return entry.isCall
            ? Math.saturatingSub(settlementPrice, entry.strike)
            : Math.saturatingSub(entry.strike, settlementPrice);
    }

    /// @dev What `amount` options of a settled series are paid, collateral units.
    function _payout(uint256 amount, uint256 payoutRate) internal view virtual returns (uint256) {
        return amount.owedByVenue(payoutRate, _book().unit);
    }

    /// @inheritdoc ShortPositions
    function _mark(uint256 seriesId, uint256 spot) internal view virtual override returns (uint256) {
        Series storage entry = _series(seriesId);
        return _model(entry, entry.isCall, spot, entry.strike);
    }

    /// @inheritdoc ShortPositions
    function _maximumLoss(uint256 seriesId) internal view virtual override returns (uint256) {
        Series storage entry = _series(seriesId);
        return entry.isCall ? type(uint256).max : entry.strike;
    }

    /// @dev The pricing model with the time and volatility of a series.
    function _model(Series storage entry, bool isCall, uint256 spot, uint256 strike) internal view returns (uint256) {
        uint256 left = Math.saturatingSub(entry.expiry, block.timestamp);
        return _book().pricing.price(isCall, spot, strike, left, _volatility(entry, strike));
    }

    /// @dev Annual volatility that an option of a series' underlying and expiry is priced with, 18 decimals.
    function _volatility(Series storage entry, uint256 strike) internal view virtual returns (uint256) {
        strike; // the same for every strike
        return _book().volatility[entry.underlying];
    }

    /// @param terms Hash of everything that makes the series what it is; one series for the same terms.
    function _createSeries(bytes32 underlying, uint128 strike, uint64 expiry, bool isCall, bytes32 terms)
        internal
        returns (uint256 seriesId)
    {
        Book storage $ = _book();
        _requireExpiry(expiry);
        require(
            expiry >= block.timestamp + MINIMUM_LIFE && expiry <= block.timestamp + MAXIMUM_LIFE, NotAnExpiry(expiry)
        );
        require(strike != 0 && strike <= MAXIMUM_STRIKE, BadParameter());
        require($.volatility[underlying] != 0, UnknownUnderlying(underlying));
        require($.seriesByTerms[terms] == 0, SeriesExists($.seriesByTerms[terms]));
        seriesId = ++$.seriesCount;
        $.seriesByTerms[terms] = seriesId;
        address token = address($.tokenFactory.createToken(seriesId));
        $.series[seriesId] = Series(underlying, strike, expiry, isCall, false, token, 0);
        emit SeriesCreated(seriesId, underlying, strike, expiry, isCall, token);
    }

    /// @dev Model prices look at the spot, the settlement at an average: trading ends where averaging begins.
    function _requireTrading(uint256 seriesId) private view {
        require(block.timestamp < _series(seriesId).expiry - WINDOW, TradingEnded(seriesId));
    }
}

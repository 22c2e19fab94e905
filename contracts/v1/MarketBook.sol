// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessControlUpgradeable} from "@openzeppelin/contracts-upgradeable/access/AccessControlUpgradeable.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {Mode} from "../interfaces/IOptionsMarket.sol";
import {IOracleAdapter} from "../interfaces/IOracleAdapter.sol";
import {IPricingModel} from "../interfaces/IPricingModel.sol";
import {ISeriesTokenFactory} from "../interfaces/ISeriesTokenFactory.sol";

/// @notice One listed series.
/// @param underlying Symbol, for example bytes32("ETH").
/// @param strike 18 decimals.
/// @param expiry Unix time, 08:00 UTC of some day.
/// @param isCall Call or put.
/// @param settled Every writer has been charged; holders may redeem.
/// @param token The series' ERC-20.
/// @param payoutRate What one option pays once settled, 18 decimals.
struct Series {
    bytes32 underlying;
    uint128 strike;
    uint64 expiry;
    bool isCall;
    bool settled;
    address token;
    uint256 payoutRate;
}

/// @notice What a writer stands ready to trade in one series, at the model's price within limits.
/// @param offer Options that may still be bought from the writer.
/// @param bid Options that may still be sold back to the writer.
/// @param minimumPrice Below this price of one option (18 decimals) the offer does not stand.
/// @param maximumPrice Above this price of one option the bid does not stand.
struct Quote {
    uint128 offer;
    uint128 bid;
    uint128 minimumPrice;
    uint128 maximumPrice;
}

/// @notice The prices recorded before one expiry of one underlying.
/// @param lastAt Time of the latest observation; zero before the first.
/// @param broken Two observations lay too far apart: there is no average.
/// @param lastPrice The latest observation, 18 decimals.
/// @param weighted Sum of price times seconds in force.
/// @param proposal Price proposed where there is no average.
/// @param proposedAt When it was proposed; zero where nothing is.
/// @param settlementPrice The price that settles every series of this expiry; zero until it is fixed.
struct Window {
    uint64 lastAt;
    bool broken;
    uint128 lastPrice;
    uint256 weighted;
    uint128 proposal;
    uint64 proposedAt;
    uint256 settlementPrice;
}

/// @notice All state of the first version.
/// @dev A later version stores this struct first in its namespace and its own state behind it. Therefore this struct is
/// closed for ever: growing it would move what follows.
struct Book {
    IClearingHouse house;
    Mode mode;
    uint64 feeRate;
    IOracleAdapter oracle;
    IPricingModel pricing;
    ISeriesTokenFactory tokenFactory;
    uint64 unit;
    uint256 seriesCount;
    mapping(uint256 seriesId => Series) series;
    mapping(bytes32 terms => uint256) seriesByTerms;
    mapping(bytes32 underlying => uint256) volatility;
    mapping(bytes32 underlying => mapping(uint64 expiry => Window)) windows;
    mapping(uint256 seriesId => mapping(address writer => Quote)) quotes;
    mapping(uint256 seriesId => mapping(address writer => uint256)) shorts;
    mapping(uint256 seriesId => EnumerableSet.AddressSet) writers;
    mapping(address account => EnumerableSet.UintSet) openSeries;
}

/// @title State, roles and modes of the options market
/// @notice Who may do what:
/// - DEFAULT_ADMIN_ROLE (the timelock): roles, pricing model, oracle, resuming.
/// - UPGRADER_ROLE (the timelock): new implementations.
/// - GUARDIAN_ROLE (a small multisig, no delay): pause, settle-only, rejecting a proposed settlement price.
/// - RISK_ADMIN_ROLE: listing of underlyings and series, volatility, fee.
/// - ORACLE_ADMIN_ROLE: proposing a settlement price where recorded prices give none.
/// The guardian can only ever restrict: new risk starts again by governance alone.
abstract contract MarketBook is AccessControlUpgradeable {
    bytes32 public constant UPGRADER_ROLE = keccak256("UPGRADER_ROLE");
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");
    bytes32 public constant RISK_ADMIN_ROLE = keccak256("RISK_ADMIN_ROLE");
    bytes32 public constant ORACLE_ADMIN_ROLE = keccak256("ORACLE_ADMIN_ROLE");

    /// @notice Largest fee: 10 % of the premium.
    uint64 public constant MAXIMUM_FEE_RATE = 0.1e18;

    /// @notice Accepted annual volatilities: 1 % to 1,000 %.
    uint256 public constant MINIMUM_VOLATILITY = 0.01e18;
    uint256 public constant MAXIMUM_VOLATILITY = 10e18;

    /// @notice The contracts that a market works with.
    struct Parts {
        IClearingHouse house;
        IOracleAdapter oracle;
        IPricingModel pricing;
        ISeriesTokenFactory tokenFactory;
    }

    /// @notice The first holder of each role.
    struct Roles {
        address admin;
        address upgrader;
        address guardian;
        address riskAdmin;
        address oracleAdmin;
    }

    event ModeChanged(Mode from, Mode to, address indexed by);
    event FeeRateSet(uint64 feeRate);
    event OracleSet(address indexed oracle);
    event PricingModelSet(address indexed pricing);
    event VolatilitySet(bytes32 indexed underlying, uint256 volatility);

    error ModeForbids(Mode mode);
    error BadParameter();
    error ZeroAddress();
    error OnlyClearingHouse(address caller);

    /// @dev Allows a function in `strictest` and in every less restricted mode.
    modifier upTo(Mode strictest) {
        _requireMode(strictest);
        _;
    }

    modifier onlyClearingHouse() {
        require(msg.sender == address(_book().house), OnlyClearingHouse(msg.sender));
        _;
    }

    /// @dev Each version says where in its namespace the book stands.
    function _book() internal view virtual returns (Book storage);

    /// @notice Sets the market up behind its proxy; runs once, in the transaction that creates the proxy.
    /// @param parts_ The contracts it works with.
    /// @param roles The first holder of each role.
    /// @param feeRate_ Share of a premium that goes to the insurance fund, 18 decimals.
    function initialize(Parts calldata parts_, Roles calldata roles, uint64 feeRate_) external initializer {
        __AccessControl_init();
        require(address(parts_.tokenFactory).code.length != 0 && roles.admin != address(0), ZeroAddress());
        require(roles.upgrader != address(0) && roles.guardian != address(0), ZeroAddress());
        Book storage $ = _book();
        $.house = parts_.house;
        $.tokenFactory = parts_.tokenFactory;
        $.unit = uint64(parts_.house.unit());
        _setOracle(parts_.oracle);
        _setPricingModel(parts_.pricing);
        _setFeeRate(feeRate_);
        _grantRole(DEFAULT_ADMIN_ROLE, roles.admin);
        _grantRole(UPGRADER_ROLE, roles.upgrader);
        _grantRole(GUARDIAN_ROLE, roles.guardian);
        _grantRole(RISK_ADMIN_ROLE, roles.riskAdmin);
        _grantRole(ORACLE_ADMIN_ROLE, roles.oracleAdmin);
    }

    /// @notice Stops everything but redeeming, withdrawing free collateral, cancelling quotes and recording prices.
    function pause() external onlyRole(GUARDIAN_ROLE) {
        _setMode(Mode.Paused);
    }

    /// @notice Stops whatever adds risk; also the guardian's way back from a pause, so that liquidations need not wait
    /// for governance.
    function settleOnly() external onlyRole(GUARDIAN_ROLE) {
        _setMode(Mode.SettleOnly);
    }

    /// @notice Allows everything again.
    function resume() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setMode(Mode.Running);
    }

    /// @notice Lists an underlying, or changes its volatility, which moves every mark at once.
    /// @param volatility Annual, 18 decimals.
    function setVolatility(bytes32 underlying, uint256 volatility) external onlyRole(RISK_ADMIN_ROLE) {
        require(volatility >= MINIMUM_VOLATILITY && volatility <= MAXIMUM_VOLATILITY, BadParameter());
        Book storage $ = _book();
        // A new underlying needs a price; a listed one may need another volatility just because its feed is silent.
        if ($.volatility[underlying] == 0) $.oracle.price(underlying);
        $.volatility[underlying] = volatility;
        emit VolatilitySet(underlying, volatility);
    }

    /// @notice Sets the share of a premium that goes to the insurance fund.
    /// @param rate 18 decimals.
    function setFeeRate(uint64 rate) external onlyRole(RISK_ADMIN_ROLE) {
        _setFeeRate(rate);
    }

    /// @notice Replaces the oracle adapter.
    function setOracle(IOracleAdapter oracle_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setOracle(oracle_);
    }

    /// @notice Replaces the pricing model.
    function setPricingModel(IPricingModel pricing_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setPricingModel(pricing_);
    }

    /// @notice Annual volatility of an underlying, 18 decimals; zero where it is not listed.
    function volatilityOf(bytes32 underlying) external view returns (uint256) {
        return _book().volatility[underlying];
    }

    /// @notice Share of a premium that goes to the insurance fund, 18 decimals.
    function feeRate() external view returns (uint64) {
        return _book().feeRate;
    }

    /// @notice The contracts that this market works with.
    function parts() external view returns (Parts memory) {
        Book storage $ = _book();
        return Parts($.house, $.oracle, $.pricing, $.tokenFactory);
    }

    /// @dev Apart from its modifier, which is copied into every function that it stands on.
    function _requireMode(Mode strictest) internal view {
        Mode current = _book().mode;
        require(current <= strictest, ModeForbids(current));
    }

    function _setMode(Mode to) internal virtual {
        Book storage $ = _book();
        emit ModeChanged($.mode, to, msg.sender);
        $.mode = to;
    }

    function _setFeeRate(uint64 rate) private {
        require(rate <= MAXIMUM_FEE_RATE, BadParameter());
        _book().feeRate = rate;
        emit FeeRateSet(rate);
    }

    function _setOracle(IOracleAdapter oracle_) private {
        require(address(oracle_).code.length != 0, ZeroAddress());
        _book().oracle = oracle_;
        emit OracleSet(address(oracle_));
    }

    function _setPricingModel(IPricingModel pricing_) private {
        require(address(pricing_).code.length != 0, ZeroAddress());
        _book().pricing = pricing_;
        emit PricingModelSet(address(pricing_));
    }
}

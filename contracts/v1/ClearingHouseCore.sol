// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessControlUpgradeable} from "@openzeppelin/contracts-upgradeable/access/AccessControlUpgradeable.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {Exposure, IOptionsMarket, Mode} from "../interfaces/IOptionsMarket.sol";
import {CollateralMath} from "../libraries/CollateralMath.sol";
import {AccountMargin} from "./AccountMargin.sol";
import {CollateralVault} from "./CollateralVault.sol";
import {ShortfallCover} from "./ShortfallCover.sol";

/// @title Collateral, margin, liquidation and settlement accounting
/// @notice The token balance is at every moment the sum of the accounts, the pools of series in settlement and the
/// insurance fund.
///
/// Margin of one written option is its mark plus a buffer, `max(rate * spot - out of the money, floor * spot)`, and
/// never more than the option can cost at most. Below the maintenance margin anyone may take over just enough of the
/// positions to restore the initial margin, and is paid the mark and half the penalty; the other half goes to the fund.
/// @dev What every version shares, but for the insurance fund, which a version lists before this contract.
abstract contract ClearingHouseCore is
    CollateralVault,
    ShortfallCover,
    AccountMargin,
    AccessControlUpgradeable,
    ReentrancyGuardTransient,
    IClearingHouse
{
    using CollateralMath for uint256;

    /// @notice Margin of one underlying: shares of the spot, 18 decimals.
    /// @param initialRate Less what the option is out of the money, needed to open, withdraw and take over.
    /// @param initialFloor The least of it.
    /// @param maintenanceRate Likewise, below which a position may be liquidated.
    /// @param maintenanceFloor The least of it; zero only where nothing is set, which asks for the whole spot.
    struct MarginParameters {
        uint64 initialRate;
        uint64 initialFloor;
        uint64 maintenanceRate;
        uint64 maintenanceFloor;
    }

    bytes32 public constant RISK_ADMIN_ROLE = keccak256("RISK_ADMIN_ROLE");

    /// @notice Largest liquidation penalty: half of the maintenance buffer, so that a liquidation always helps.
    uint64 public constant MAXIMUM_PENALTY_RATE = 0.5e18;

    /// @dev Units: the cost of what is taken over, the penalty and the new margin are each rounded up by less than one.
    uint256 private constant ROUNDED_UP = 3;

    IOptionsMarket private _market;
    uint64 private _penaltyRate;
    mapping(bytes32 underlying => MarginParameters) private _marginParameters;
    mapping(uint256 seriesId => uint256) private _pools;
    uint256 private _totalPools;

    event MarketConnected(address indexed market);
    event MarginParametersSet(bytes32 indexed underlying, MarginParameters parameters);
    event PenaltyRateSet(uint64 penaltyRate);
    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event FundGranted(address indexed by, uint256 amount);
    event FundWithdrawn(address indexed to, uint256 amount);
    event Liquidated(
        address indexed account,
        address indexed liquidator,
        uint256 indexed seriesId,
        uint256 amount,
        uint256 compensation,
        uint256 toFund,
        uint256 fromFund
    );
    event ShortCharged(uint256 indexed seriesId, address indexed writer, uint256 due, uint256 paid, uint256 fromFund);

    error OnlyMarket(address caller);
    error AlreadyConnected();
    error BadParameter();
    error ModeForbids(Mode mode);
    error MarginTooLow(address account, uint256 balance, uint256 margin);
    error NotLiquidatable(address account);
    error NothingToLiquidate();
    error CompensationTooLow(uint256 compensation);
    error OwnPosition();

    modifier onlyMarket() {
        _requireMarket();
        _;
    }

    /// @dev Allows a function in `strictest` and in every less restricted mode.
    modifier upTo(Mode strictest) {
        _requireMode(strictest);
        _;
    }

    /// @notice Sets the house up behind its proxy; runs once, in the transaction that creates the proxy.
    /// @param token The collateral token.
    /// @param admin First holder of the admin role; connects the market.
    /// @param riskAdmin First holder of the risk role.
    /// @param penaltyRate_ Share of the maintenance buffer that a liquidated writer loses, 18 decimals.
    function initialize(IERC20Metadata token, address admin, address riskAdmin, uint64 penaltyRate_)
        external
        initializer
    {
        __AccessControl_init();
        require(admin != address(0), BadParameter());
        _setToken(token);
        _setPenaltyRate(penaltyRate_);
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(RISK_ADMIN_ROLE, riskAdmin);
    }

    /// @notice Names the one market that this house clears; once and for ever.
    function connectMarket(IOptionsMarket market_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        require(address(_market) == address(0), AlreadyConnected());
        require(address(market_).code.length != 0, BadParameter());
        _market = market_;
        emit MarketConnected(address(market_));
    }

    /// @notice Sets the margin of an underlying; moves every requirement at once.
    function setMarginParameters(bytes32 underlying, MarginParameters calldata parameters)
        external
        onlyRole(RISK_ADMIN_ROLE)
    {
        require(
            parameters.initialRate <= CollateralMath.ONE && parameters.initialFloor <= parameters.initialRate
                && parameters.maintenanceRate <= parameters.initialRate
                && parameters.maintenanceFloor <= parameters.initialFloor
                && parameters.maintenanceFloor <= parameters.maintenanceRate && parameters.maintenanceFloor != 0,
            BadParameter()
        );
        _marginParameters[underlying] = parameters;
        emit MarginParametersSet(underlying, parameters);
    }

    /// @notice Sets the share of the maintenance buffer that a liquidated writer loses.
    function setPenaltyRate(uint64 rate) external onlyRole(RISK_ADMIN_ROLE) {
        _setPenaltyRate(rate);
    }

    /// @notice Adds collateral to the caller's account.
    function deposit(uint256 amount) external upTo(Mode.SettleOnly) nonReentrant {
        _credit(msg.sender, amount);
        _pull(msg.sender, amount);
        emit Deposited(msg.sender, amount);
    }

    /// @notice Takes free collateral out. An account without short positions needs no price and no permission; one
    /// with positions must keep its initial margin, and waits while the venue is paused.
    function withdraw(uint256 amount) external nonReentrant {
        _debit(msg.sender, amount);
        if (_market.hasShorts(msg.sender)) {
            _requireMode(Mode.SettleOnly);
            requireInitialMargin(msg.sender);
        }
        _push(msg.sender, amount);
        emit Withdrawn(msg.sender, amount);
    }

    /// @notice Gives to the insurance fund; anyone.
    function grantToFund(uint256 amount) external nonReentrant {
        _addToFund(amount);
        _pull(msg.sender, amount);
        emit FundGranted(msg.sender, amount);
    }

    /// @notice Takes from the insurance fund.
    function withdrawFund(address to, uint256 amount) external nonReentrant onlyRole(DEFAULT_ADMIN_ROLE) {
        _takeFromFund(amount);
        _push(to, amount);
        emit FundWithdrawn(to, amount);
    }

    /// @notice Takes over part of a position of an account below its maintenance margin, up to what restores its
    /// initial margin; the caller must hold the initial margin of what it takes.
    /// @param amount Options, 18 decimals; more than allowed is cut.
    /// @param minimumCompensation Least that the caller wants to be paid, collateral units.
    /// @return taken Options taken over.
    function liquidate(address account, uint256 seriesId, uint256 amount, uint256 minimumCompensation)
        external
        virtual
        upTo(Mode.SettleOnly)
        nonReentrant
        returns (uint256 taken)
    {
        return _takeOver(account, seriesId, amount, minimumCompensation);
    }

    /// @dev `liquidate` without its guards.
    function _takeOver(address account, uint256 seriesId, uint256 amount, uint256 minimumCompensation)
        internal
        returns (uint256 taken)
    {
        require(account != msg.sender, OwnPosition());
        Exposure memory short = _market.exposure(account, seriesId);
        (uint256 limit, uint256 penaltyEach) = _liquidationLimit(account, short);
        taken = Math.min(amount, limit);
        require(taken != 0, NothingToLiquidate());
        uint256 compensation = _payLiquidator(account, seriesId, taken, short.mark, penaltyEach);
        require(compensation >= minimumCompensation, CompensationTooLow(compensation));
        _market.transferShort(seriesId, account, msg.sender, taken);
        requireInitialMargin(msg.sender);
    }

    /// @inheritdoc IClearingHouse
    function transferPremium(address payer, address payee, uint256 premium, uint256 fee) external onlyMarket {
        _debit(payer, premium + fee);
        _credit(payee, premium);
        if (fee != 0) _addToFund(fee);
    }

    /// @inheritdoc IClearingHouse
    function chargeShort(uint256 seriesId, address writer, uint256 due) external onlyMarket {
        uint256 paid = Math.min(due, balanceOf(writer));
        _debit(writer, paid);
        uint256 covered = _cover(due - paid);
        if (paid + covered < due) _recordBadDebt(due - paid - covered);
        _pools[seriesId] += paid + covered;
        _totalPools += paid + covered;
        emit ShortCharged(seriesId, writer, due, paid, covered);
    }

    /// @inheritdoc IClearingHouse
    function payHolder(uint256 seriesId, address holder, uint256 amount) external virtual onlyMarket {
        _payHolder(seriesId, holder, amount);
    }

    /// @inheritdoc IClearingHouse
    function releasePool(uint256 seriesId) external onlyMarket {
        uint256 left = _pools[seriesId];
        if (left == 0) return;
        _pools[seriesId] = 0;
        _totalPools -= left;
        _addToFund(left);
    }

    /// @inheritdoc IClearingHouse
    function requireInitialMargin(address account) public view virtual {
        (uint256 initial,) = marginOf(account);
        uint256 balance = balanceOf(account);
        require(balance >= initial, MarginTooLow(account, balance, initial));
    }

    /// @inheritdoc IClearingHouse
    function unit() public view override(AccountMargin, CollateralVault, IClearingHouse) returns (uint256) {
        return CollateralVault.unit();
    }

    /// @inheritdoc CollateralVault
    function balanceOf(address account) public view override(AccountMargin, CollateralVault) returns (uint256) {
        return CollateralVault.balanceOf(account);
    }

    /// @inheritdoc IClearingHouse
    function poolOf(uint256 seriesId) external view returns (uint256) {
        return _pools[seriesId];
    }

    /// @notice What has been collected for holders of all series and not been paid to them.
    function totalPools() external view returns (uint256) {
        return _totalPools;
    }

    /// @notice The market that this house clears.
    function market() external view returns (address) {
        return address(_market);
    }

    /// @notice Share of the maintenance buffer that a liquidated writer loses, 18 decimals.
    function penaltyRate() external view returns (uint64) {
        return _penaltyRate;
    }

    /// @notice Margin of an underlying.
    function marginParametersOf(bytes32 underlying) external view returns (MarginParameters memory) {
        return _marginParameters[underlying];
    }

    /// @inheritdoc AccountMargin
    function _marginEach(Exposure memory short)
        internal
        view
        virtual
        override
        returns (uint256 initial, uint256 maintenance)
    {
        if (short.isFinal) return (short.mark, short.mark);
        MarginParameters memory p = _marginParameters[short.underlying];
        // An underlying without parameters is fully margined.
        if (p.maintenanceFloor == 0) p = MarginParameters(1e18, 1e18, 1e18, 1e18);
        uint256 outOfTheMoney = short.isCall
            ? Math.saturatingSub(short.strike, short.spot)
            : Math.saturatingSub(short.spot, short.strike);
        initial = _buffered(short, outOfTheMoney, p.initialRate, p.initialFloor);
        maintenance = _buffered(short, outOfTheMoney, p.maintenanceRate, p.maintenanceFloor);
    }

    /// @inheritdoc AccountMargin
    function _clearedMarket() internal view override returns (IOptionsMarket) {
        return _market;
    }

    /// @dev `payHolder` without its guard.
    function _payHolder(uint256 seriesId, address holder, uint256 amount) internal {
        _pools[seriesId] -= amount;
        _totalPools -= amount;
        _credit(holder, amount);
    }

    function _requireMarket() private view {
        require(msg.sender == address(_market), OnlyMarket(msg.sender));
    }

    /// @dev Apart from its modifier, which is copied into every function that it stands on.
    function _requireMode(Mode strictest) internal view {
        Mode current = _market.mode();
        require(current <= strictest, ModeForbids(current));
    }

    /// @dev Options of one position that may be taken over, and the penalty for each. Every option taken frees its
    /// initial margin and costs the mark and the penalty, so that this many restore the initial margin.
    function _liquidationLimit(address account, Exposure memory short)
        private
        view
        returns (uint256 limit, uint256 penaltyEach)
    {
        (uint256 initial, uint256 maintenance) = marginOf(account);
        uint256 balance = balanceOf(account);
        require(balance < maintenance, NotLiquidatable(account));
        (uint256 initialEach, uint256 maintenanceEach) = _marginEach(short);
        penaltyEach = (maintenanceEach - short.mark).shareDown(_penaltyRate);
        uint256 gainEach = initialEach - short.mark - penaltyEach;
        if (gainEach == 0) return (short.amount, penaltyEach);
        uint256 missing = initial - balance + ROUNDED_UP;
        limit = Math.mulDiv(missing, CollateralMath.SCALE, gainEach * unit(), Math.Rounding.Ceil);
        limit = Math.min(limit, short.amount);
    }

    /// @dev Pays for `taken` options: the mark first (topped up by the fund), then the penalty, half to each side.
    function _payLiquidator(address account, uint256 seriesId, uint256 taken, uint256 mark, uint256 penaltyEach)
        private
        returns (uint256 compensation)
    {
        uint256 cost = taken.owedToVenue(mark, unit());
        uint256 balance = balanceOf(account);
        uint256 fromFund;
        uint256 toFund;
        if (balance < cost) {
            _debit(account, balance);
            fromFund = _cover(cost - balance);
            compensation = balance + fromFund;
        } else {
            uint256 penalty = Math.min(taken.owedToVenue(penaltyEach, unit()), balance - cost);
            toFund = penalty / 2;
            _debit(account, cost + penalty);
            if (toFund != 0) _addToFund(toFund);
            compensation = cost + penalty - toFund;
        }
        _credit(msg.sender, compensation);
        emit Liquidated(account, msg.sender, seriesId, taken, compensation, toFund, fromFund);
    }

    /// @dev Takes up to `shortfall` from the fund.
    function _cover(uint256 shortfall) private returns (uint256 covered) {
        covered = Math.min(shortfall, _fundBalance());
        if (covered != 0) _takeFromFund(covered);
    }

    function _setPenaltyRate(uint64 rate) private {
        require(rate <= MAXIMUM_PENALTY_RATE, BadParameter());
        _penaltyRate = rate;
        emit PenaltyRateSet(rate);
    }
}

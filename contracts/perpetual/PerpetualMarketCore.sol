// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {Mode} from "../interfaces/IOptionsMarket.sol";
import {CollateralMath} from "../libraries/CollateralMath.sol";
import {Account, PerpetualParameters, PerpetualQuote, PerpetualState} from "./PerpetualBook.sol";
import {PerpetualFunding} from "./PerpetualFunding.sol";

/// @title A market of one linear perpetual, collateral in one token
/// @notice Makers quote around the index, takers trade with them: every contract that one account is long another is
/// short. An account is worth its cash and its size at the mark; below the maintenance margin anyone may take over as
/// much of its position as restores the initial margin. What a liquidated account cannot pay the insurance fund pays.
///
/// At every moment: token balance + bad debt = cash of all accounts + funding pool + insurance fund.
/// @dev What every version shares.
abstract contract PerpetualMarketCore is PerpetualFunding, ReentrancyGuardTransient {
    using SafeCast for int256;
    using SafeCast for uint256;
    using SafeERC20 for IERC20Metadata;
    using CollateralMath for uint256;

    /// @notice Smallest trade: a thousandth of a contract.
    uint256 public constant MINIMUM_AMOUNT = 1e15;

    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event FundGranted(address indexed by, uint256 amount);
    event QuoteSet(address indexed maker, PerpetualQuote quote);
    event Traded(
        address indexed taker, address indexed maker, int256 amount, uint256 price, uint256 worth, uint256 fee
    );
    event Liquidated(
        address indexed account, address indexed liquidator, int256 amount, uint256 price, uint256 penalty, uint256 loss
    );

    error MarginTooLow(address account, int256 equity, uint256 margin);
    error NotLiquidatable(address account);
    error NothingToLiquidate();
    error AmountTooSmall();
    error QuoteExceeded(uint256 available);
    error PriceLimit(uint256 price);
    error OwnQuote();
    error AddsRisk();
    error UnsupportedToken();

    /// @notice Sets the market's rates; moves every requirement at once.
    function setParameters(PerpetualParameters calldata rates) external onlyRole(RISK_ADMIN_ROLE) {
        accrue();
        _setParameters(rates);
    }

    /// @notice Adds collateral to the caller's account; in every mode.
    function deposit(uint256 amount) external nonReentrant {
        _addCash(msg.sender, amount.toInt256());
        _pull(amount);
        emit Deposited(msg.sender, amount);
    }

    /// @notice Takes collateral out. Without a position it needs no price and no permission.
    function withdraw(uint256 amount) external nonReentrant {
        PerpetualState storage $ = _state();
        Account storage entry = $.accounts[msg.sender];
        if (entry.size != 0) {
            _requireMode(Mode.SettleOnly);
            accrue();
            _settleFunding(msg.sender);
        }
        _addCash(msg.sender, -amount.toInt256());
        _requireInitialMargin(msg.sender);
        $.token.safeTransfer(msg.sender, amount);
        emit Withdrawn(msg.sender, amount);
    }

    /// @notice Gives to the insurance fund; anyone.
    function grantToFund(uint256 amount) external nonReentrant {
        _addToFund(amount);
        _pull(amount);
        emit FundGranted(msg.sender, amount);
    }

    /// @notice Replaces the caller's quote; without amounts in every mode.
    function setQuote(PerpetualQuote calldata quote) external {
        if (quote.offer != 0 || quote.bid != 0) _requireMode(Mode.Running);
        require(quote.bidOffset <= quote.offerOffset, BadParameter());
        require(quote.offerOffset <= MAXIMUM_PREMIUM && quote.bidOffset >= -MAXIMUM_PREMIUM, BadParameter());
        _state().quotes[msg.sender] = quote;
        emit QuoteSet(msg.sender, quote);
    }

    /// @notice Buys (above zero) from a maker's offer or sells (below) to its bid. While only settling, the taker's
    /// position must get smaller.
    /// @param amount Contracts, 18 decimals.
    /// @param limit Price beyond which the taker does not trade, 18 decimals.
    function trade(address maker, int256 amount, uint256 limit) external upTo(Mode.SettleOnly) nonReentrant {
        require(maker != msg.sender, OwnQuote());
        uint256 size = SignedMath.abs(amount);
        require(size >= MINIMUM_AMOUNT, AmountTooSmall());
        accrue();
        uint256 index = indexPrice();
        uint256 price = _take(maker, amount, size, index);
        require(amount > 0 ? price <= limit : price >= limit, PriceLimit(price));
        PerpetualState storage $ = _state();
        int256 before = $.accounts[msg.sender].size;
        bool isSmaller = amount > 0 ? amount <= -before : -amount <= before;
        require(isSmaller || $.mode == Mode.Running, AddsRisk());

        uint256 worth = _exchange(msg.sender, maker, amount, price);
        uint256 fee = worth.shareUp($.parameters.feeRate);
        _addCash(msg.sender, -fee.toInt256());
        _addToFund(fee);
        _observe(price, index);
        // Whoever only gets smaller may end below the initial margin, and not where a liquidation is due.
        if (!isSmaller) _requireInitialMargin(msg.sender);
        else _requireMaintenanceMargin(msg.sender);
        _requireInitialMargin(maker);
        emit Traded(msg.sender, maker, amount, price, worth, fee);
    }

    /// @notice Takes over part of the position of an account below its maintenance margin, at the mark, up to what
    /// restores its initial margin; the caller must hold the initial margin of what it has then.
    /// @param amount Contracts without sign, 18 decimals; more than allowed is cut.
    /// @return taken Contracts taken over, with the position's sign.
    function liquidate(address account, uint256 amount)
        external
        upTo(Mode.SettleOnly)
        nonReentrant
        returns (int256 taken)
    {
        require(account != msg.sender, OwnQuote());
        accrue();
        _settleFunding(account);
        uint256 mark = markPrice();
        uint256 allowed = Math.min(amount, _liquidationLimit(account, mark));
        require(allowed != 0, NothingToLiquidate());
        taken = _state().accounts[account].size > 0 ? allowed.toInt256() : -allowed.toInt256();
        uint256 penalty = _penalty(account, allowed, mark);
        _exchange(msg.sender, account, taken, mark);
        _addCash(account, -penalty.toInt256());
        _addCash(msg.sender, (penalty - penalty / 2).toInt256());
        _addToFund(penalty / 2);
        uint256 loss = _coverAccount(account);
        _requireInitialMargin(msg.sender);
        emit Liquidated(account, msg.sender, taken, mark, penalty, loss);
    }

    /// @notice Size, cash and funding index of an account; funding since that index is not in its cash yet.
    function accountOf(address account) external view returns (Account memory) {
        return _state().accounts[account];
    }

    /// @notice What a maker stands ready to trade.
    function quoteOf(address maker) external view returns (PerpetualQuote memory) {
        return _state().quotes[maker];
    }

    /// @notice Worth of an account at the mark with all funding up to now, rounded down, collateral units.
    function equityOf(address account) public view returns (int256) {
        PerpetualState storage $ = _state();
        Account storage entry = $.accounts[account];
        if (entry.size == 0) return entry.cash;
        uint256 index = indexPrice();
        (int64 premium, int256 fundingIndex) = _accrued(block.timestamp - $.accruedAt, index);
        return entry.cash - _fundingOf(entry, fundingIndex) + _worthOf(entry.size, _moved(index, premium));
    }

    /// @notice Initial and maintenance margin of an account at the mark, rounded up, collateral units.
    function marginOf(address account) public view returns (uint256 initial, uint256 maintenance) {
        PerpetualState storage $ = _state();
        uint256 size = SignedMath.abs($.accounts[account].size);
        if (size == 0) return (0, 0);
        uint256 worth = size.owedToVenue(markPrice(), $.unit);
        return (worth.shareUp($.parameters.initialRate), worth.shareUp($.parameters.maintenanceRate));
    }

    /// @notice Worth of an account as a share of its position at the mark, 18 decimals, rounded down; the largest number
    /// without a position.
    function marginRatioOf(address account) external view returns (int256) {
        uint256 size = SignedMath.abs(_state().accounts[account].size);
        if (size == 0) return type(int256).max;
        int256 worth = size.owedToVenue(markPrice(), _state().unit).toInt256();
        int256 scaled = equityOf(account) * int256(ONE);
        return scaled >= 0 ? scaled / worth : -((worth - 1 - scaled) / worth);
    }

    /// @notice Mark at which an account is worth its maintenance margin, with all funding up to now: a long may be
    /// liquidated below it (rounded up), a short above it (rounded down). Zero where no mark does that.
    function liquidationPriceOf(address account) external view returns (uint256) {
        PerpetualState storage $ = _state();
        int256 size = $.accounts[account].size;
        int256 cash = $.accounts[account].cash - pendingFundingOf(account);
        // A long pays its debts from its worth less the margin; a short has cash for its worth and the margin.
        if (size == 0 || (size > 0) == (cash >= 0)) return 0;
        uint256 rate = size > 0 ? ONE - $.parameters.maintenanceRate : ONE + $.parameters.maintenanceRate;
        Math.Rounding rounding = size > 0 ? Math.Rounding.Ceil : Math.Rounding.Floor;
        uint256 worth = Math.mulDiv(SignedMath.abs(cash), ONE, rate, rounding);
        return Math.mulDiv(worth, CollateralMath.SCALE, SignedMath.abs(size) * $.unit, rounding);
    }

    /// @notice Contracts that are open: the sum of all long positions, 18 decimals.
    function openInterest() external view returns (uint256) {
        return _state().openInterest;
    }

    /// @notice Cash of all accounts together, collateral units.
    function totalCash() external view returns (int256) {
        return _state().totalCash;
    }

    /// @notice Address of the collateral token.
    function collateralToken() external view returns (address) {
        return address(_state().token);
    }

    /// @dev Price of a trade with a maker, whose quote shrinks by it.
    function _take(address maker, int256 amount, uint256 size, uint256 index) private returns (uint256) {
        PerpetualQuote storage quote = _state().quotes[maker];
        if (amount > 0) {
            require(size <= quote.offer, QuoteExceeded(quote.offer));
            quote.offer -= size.toUint128();
            return _moved(index, quote.offerOffset);
        }
        require(size <= quote.bid, QuoteExceeded(quote.bid));
        quote.bid -= size.toUint128();
        return _moved(index, quote.bidOffset);
    }

    /// @dev Gives `amount` contracts of `seller` to `buyer` at a price: the same cash leaves one and reaches the other.
    function _exchange(address buyer, address seller, int256 amount, uint256 price) private returns (uint256 worth) {
        PerpetualState storage $ = _state();
        _settleFunding(buyer);
        _settleFunding(seller);
        worth = SignedMath.abs(amount).owedToVenue(price, $.unit);
        int256 cash = amount > 0 ? worth.toInt256() : -worth.toInt256();
        _addCash(buyer, -cash);
        _addCash(seller, cash);
        _addSize(buyer, amount);
        _addSize(seller, -amount);
        if ($.openInterest == 0 && $.fundingPool > 0) {
            _addToFund($.fundingPool.toUint256());
            $.fundingPool = 0;
        }
    }

    function _addSize(address account, int256 amount) private {
        PerpetualState storage $ = _state();
        int256 before = $.accounts[account].size;
        int256 size = before + amount;
        $.accounts[account].size = size.toInt128();
        $.openInterest = $.openInterest + SignedMath.max(size, 0).toUint256() - SignedMath.max(before, 0).toUint256();
    }

    /// @dev Contracts that may be taken over. Each frees its initial margin and costs the penalty.
    function _liquidationLimit(address account, uint256 mark) private view returns (uint256) {
        int256 equity = equityOf(account);
        (uint256 initial, uint256 maintenance) = marginOf(account);
        require(equity < maintenance.toInt256(), NotLiquidatable(account));
        uint256 missing = (initial.toInt256() - equity).toUint256();
        uint256 limit = Math.mulDiv(missing, CollateralMath.SCALE, _gainEach(mark), Math.Rounding.Ceil);
        return Math.min(limit, SignedMath.abs(_state().accounts[account].size));
    }

    /// @dev What one contract less brings an account nearer to its initial margin, in price times units.
    function _gainEach(uint256 mark) private view returns (uint256) {
        PerpetualParameters memory rates = _state().parameters;
        uint256 rate = rates.initialRate - uint256(rates.maintenanceRate).shareUp(rates.penaltyRate);
        return mark.shareDown(rate) * _state().unit;
    }

    /// @dev What an account loses with `amount` contracts, as far as it still has it.
    function _penalty(address account, uint256 amount, uint256 mark) private view returns (uint256) {
        PerpetualState storage $ = _state();
        uint256 maintenance = amount.owedToVenue(mark, $.unit).shareDown($.parameters.maintenanceRate);
        uint256 left = SignedMath.max(equityOf(account), 0).toUint256();
        return Math.min(maintenance.shareDown($.parameters.penaltyRate), left);
    }

    /// @dev An account that has nothing left and owes: the fund pays.
    function _coverAccount(address account) private returns (uint256 loss) {
        Account storage entry = _state().accounts[account];
        if (entry.size != 0 || entry.cash >= 0) return 0;
        loss = (-int256(entry.cash)).toUint256();
        _addCash(account, loss.toInt256());
        _coverLoss(loss);
    }

    function _requireInitialMargin(address account) private view {
        (uint256 initial,) = marginOf(account);
        int256 equity = equityOf(account);
        require(equity >= initial.toInt256(), MarginTooLow(account, equity, initial));
    }

    function _requireMaintenanceMargin(address account) private view {
        (, uint256 maintenance) = marginOf(account);
        int256 equity = equityOf(account);
        require(equity >= maintenance.toInt256(), MarginTooLow(account, equity, maintenance));
    }

    /// @dev A position's worth at a price, rounded down: a long is owed that much, a short owes it.
    function _worthOf(int256 size, uint256 price) private view returns (int256) {
        uint256 unit = _state().unit;
        if (size >= 0) return size.toUint256().owedByVenue(price, unit).toInt256();
        return -(-size).toUint256().owedToVenue(price, unit).toInt256();
    }

    /// @dev Pulls `amount` in and proves that exactly this came.
    function _pull(uint256 amount) private {
        IERC20Metadata token = _state().token;
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        require(token.balanceOf(address(this)) - before == amount, UnsupportedToken());
    }
}

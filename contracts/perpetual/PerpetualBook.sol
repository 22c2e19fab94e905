// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessControlUpgradeable} from "@openzeppelin/contracts-upgradeable/access/AccessControlUpgradeable.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Mode} from "../interfaces/IOptionsMarket.sol";
import {IOracleAdapter} from "../interfaces/IOracleAdapter.sol";

/// @notice What one account has.
/// @param size Contracts, 18 decimals; negative for a short position.
/// @param cash Collateral units: deposits, less what longs cost, plus what shorts brought, fees and funding included.
/// A long position's cash is usually negative; what an account is worth is its cash and its size at the mark.
/// @param fundingIndex The market's index up to which the account's funding is in its cash.
struct Account {
    int128 size;
    int128 cash;
    int256 fundingIndex;
}

/// @notice What a maker stands ready to trade, at the index price moved by an offset.
/// @param offer Contracts that the maker still sells, 18 decimals.
/// @param bid Contracts that the maker still buys.
/// @param offerOffset Price of the offer over the index as a share of it, 18 decimals.
/// @param bidOffset Price of the bid likewise, not above the offer's.
struct PerpetualQuote {
    uint128 offer;
    uint128 bid;
    int64 offerOffset;
    int64 bidOffset;
}

/// @notice The market's rates, 18 decimals.
/// @param initialRate Margin needed to open, withdraw and take over, as a share of the position at the mark.
/// @param maintenanceRate Margin below which a position may be liquidated.
/// @param penaltyRate Share of the maintenance margin that a liquidated account loses.
/// @param feeRate Share of a trade's worth that the taker pays to the insurance fund.
/// @param fundingLimit Most funding of one period, as a share of the index.
struct PerpetualParameters {
    uint64 initialRate;
    uint64 maintenanceRate;
    uint64 penaltyRate;
    uint64 feeRate;
    uint64 fundingLimit;
}

/// @notice All state of the first version, closed for ever; a later version adds its own namespace.
/// @param fundingPool Funding taken from some accounts and not yet given to others; negative while it is the other way.
/// @param badDebt What neither accounts nor the fund could pay; the fund's next income repays it.
/// @param premium Average of the trades' premium over the index, a share of it, 18 decimals.
/// @param lastPremium Premium of the latest trade: in force since `accruedAt`.
struct PerpetualState {
    IERC20Metadata token;
    uint64 unit;
    Mode mode;
    IOracleAdapter oracle;
    bytes32 underlying;
    PerpetualParameters parameters;
    uint256 insuranceFund;
    uint256 badDebt;
    int256 totalCash;
    int256 fundingPool;
    int256 fundingIndex;
    uint256 openInterest;
    int64 premium;
    int64 lastPremium;
    uint64 accruedAt;
    mapping(address account => Account) accounts;
    mapping(address maker => PerpetualQuote) quotes;
}

/// @title State, roles and modes of the perpetual market
/// @notice Roles as in the options market: the admin (timelock) grants roles, replaces the oracle and resumes; the
/// guardian restricts at once; the risk admin sets the rates.
abstract contract PerpetualBook is AccessControlUpgradeable {
    bytes32 public constant UPGRADER_ROLE = keccak256("UPGRADER_ROLE");
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");
    bytes32 public constant RISK_ADMIN_ROLE = keccak256("RISK_ADMIN_ROLE");

    /// @dev 100 % as a rate, and one contract.
    uint256 internal constant ONE = 1e18;

    /// @notice Largest fee, largest penalty, largest funding of one period.
    uint64 public constant MAXIMUM_FEE_RATE = 0.01e18;
    uint64 public constant MAXIMUM_PENALTY_RATE = 0.5e18;
    uint64 public constant MAXIMUM_FUNDING = 0.05e18;

    /// @dev keccak256(abi.encode(uint256(keccak256("options.storage.PerpetualMarket")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE_LOCATION = 0x5f9ab82a57bafe52275b9869da97cb493b6a37e03b26bf9da9f17faf75934400;

    /// @custom:storage-location erc7201:options.storage.PerpetualMarket
    struct PerpetualStorage {
        PerpetualState state;
    }

    /// @notice The first holder of each role.
    struct PerpetualRoles {
        address admin;
        address upgrader;
        address guardian;
        address riskAdmin;
    }

    event ModeChanged(Mode from, Mode to, address indexed by);
    event ParametersSet(PerpetualParameters parameters);
    event OracleSet(address indexed oracle);
    event FundChanged(uint256 balance);
    event BadDebtChanged(uint256 total);

    error ModeForbids(Mode mode);
    error BadParameter();

    /// @dev Allows a function in `strictest` and in every less restricted mode.
    modifier upTo(Mode strictest) {
        _requireMode(strictest);
        _;
    }

    /// @notice Sets the market up behind its proxy; runs once, in the transaction that creates the proxy.
    /// @param token The collateral token, at most 18 decimals, without fee on transfer.
    /// @param oracle_ Where the index comes from.
    /// @param underlying_ Its symbol, for example bytes32("ETH").
    function initialize(
        IERC20Metadata token,
        IOracleAdapter oracle_,
        bytes32 underlying_,
        PerpetualRoles calldata roles,
        PerpetualParameters calldata rates
    ) external initializer {
        __AccessControl_init();
        require(roles.admin != address(0) && roles.upgrader != address(0), BadParameter());
        require(roles.guardian != address(0) && token.decimals() <= 18, BadParameter());
        PerpetualState storage $ = _state();
        $.token = token;
        $.unit = uint64(10 ** token.decimals());
        $.underlying = underlying_;
        $.accruedAt = uint64(block.timestamp);
        _setOracle(oracle_);
        _setParameters(rates);
        _grantRole(DEFAULT_ADMIN_ROLE, roles.admin);
        _grantRole(UPGRADER_ROLE, roles.upgrader);
        _grantRole(GUARDIAN_ROLE, roles.guardian);
        _grantRole(RISK_ADMIN_ROLE, roles.riskAdmin);
    }

    /// @notice Stops everything but deposits and the withdrawal of cash that backs no position.
    function pause() external onlyRole(GUARDIAN_ROLE) {
        _setMode(Mode.Paused);
    }

    /// @notice Allows only what takes risk away.
    function settleOnly() external onlyRole(GUARDIAN_ROLE) {
        _setMode(Mode.SettleOnly);
    }

    /// @notice Allows everything again.
    function resume() external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setMode(Mode.Running);
    }

    /// @notice Replaces the oracle adapter.
    function setOracle(IOracleAdapter oracle_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setOracle(oracle_);
    }

    /// @notice What the venue allows now.
    function mode() external view returns (Mode) {
        return _state().mode;
    }

    /// @notice The market's rates.
    function parameters() public view returns (PerpetualParameters memory) {
        return _state().parameters;
    }

    /// @notice What the insurance fund holds, collateral units.
    function insuranceFund() external view returns (uint256) {
        return _state().insuranceFund;
    }

    /// @notice What neither accounts nor the fund could pay and no later income has repaid, collateral units.
    function badDebt() external view returns (uint256) {
        return _state().badDebt;
    }

    function _setParameters(PerpetualParameters calldata rates) internal {
        require(
            rates.maintenanceRate != 0 && rates.maintenanceRate < rates.initialRate && rates.initialRate <= ONE
                && rates.penaltyRate <= MAXIMUM_PENALTY_RATE && rates.feeRate <= MAXIMUM_FEE_RATE
                && rates.fundingLimit <= MAXIMUM_FUNDING,
            BadParameter()
        );
        _state().parameters = rates;
        emit ParametersSet(rates);
    }

    /// @dev Income of the fund: what is owed to the accounts comes first.
    function _addToFund(uint256 amount) internal {
        PerpetualState storage $ = _state();
        uint256 repaid = amount < $.badDebt ? amount : $.badDebt;
        if (repaid != 0) {
            $.badDebt -= repaid;
            emit BadDebtChanged($.badDebt);
        }
        $.insuranceFund += amount - repaid;
        emit FundChanged($.insuranceFund);
    }

    /// @dev Pays a loss from the fund, as far as it goes; the rest is bad debt.
    function _coverLoss(uint256 loss) internal returns (uint256 covered) {
        PerpetualState storage $ = _state();
        covered = loss < $.insuranceFund ? loss : $.insuranceFund;
        $.insuranceFund -= covered;
        emit FundChanged($.insuranceFund);
        if (covered == loss) return covered;
        $.badDebt += loss - covered;
        emit BadDebtChanged($.badDebt);
    }

    function _requireMode(Mode strictest) internal view {
        Mode current = _state().mode;
        require(current <= strictest, ModeForbids(current));
    }

    function _state() internal view returns (PerpetualState storage) {
        PerpetualStorage storage $;
        assembly ("memory-safe") {
            $.slot := STORAGE_LOCATION
        }
        return $.state;
    }

    function _setMode(Mode to) private {
        emit ModeChanged(_state().mode, to, msg.sender);
        _state().mode = to;
    }

    function _setOracle(IOracleAdapter oracle_) private {
        require(address(oracle_).code.length != 0, BadParameter());
        _state().oracle = oracle_;
        emit OracleSet(address(oracle_));
    }
}

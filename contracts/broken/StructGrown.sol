// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessControlUpgradeable} from "@openzeppelin/contracts-upgradeable/access/AccessControlUpgradeable.sol";
import {IAccountRegistry} from "../interfaces/IAccountRegistry.sol";

/// @notice What compliance has decided about an account.
enum Standing {
    Unknown, // nobody looked at it yet: not allowed
    Allowed, // may do everything
    Suspended // may only get smaller
}

/// @title Broken on purpose: the struct in an array gained a member, so that its elements are read elsewhere
/// @dev Expected finding: storage-moved.
contract StructGrown is AccessControlUpgradeable, IAccountRegistry {
    /// @notice One decision, as it was taken.
    struct Decision {
        address account;
        Standing standing;
        uint64 time;
        bytes32 reason;
        address decidedBy;
    }

    /// @notice May decide.
    bytes32 public constant COMPLIANCE_ROLE = keccak256("COMPLIANCE_ROLE");

    mapping(address account => Standing) private _standings;
    Decision[] private _decisions;

    /// @dev Reserve for later versions of this base.
    uint256[48] private __gap;

    event StandingSet(address indexed account, Standing indexed standing);

    error BadParameter();

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets the registry up behind its proxy; runs once, in the transaction that creates the proxy.
    function initialize(address admin, address compliance) external initializer {
        __AccessControl_init();
        require(admin != address(0), BadParameter());
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(COMPLIANCE_ROLE, compliance);
    }

    /// @notice Decides about accounts.
    function decide(address[] calldata accounts, Standing standing, bytes32 reason)
        external
        onlyRole(COMPLIANCE_ROLE)
    {
        for (uint256 index; index < accounts.length; ++index) {
            address account = accounts[index];
            require(account != address(0), BadParameter());
            _standings[account] = standing;
            _decisions.push(Decision(account, standing, uint64(block.timestamp), reason, msg.sender));
            emit StandingSet(account, standing);
        }
    }

    /// @inheritdoc IAccountRegistry
    function isAllowed(address account) external view returns (bool) {
        return _standings[account] == Standing.Allowed;
    }

    /// @notice What compliance has decided about `account`.
    function standingOf(address account) external view returns (Standing) {
        return _standings[account];
    }

    /// @notice How many decisions there are.
    function decisionCount() external view returns (uint256) {
        return _decisions.length;
    }

    /// @notice One decision, from zero, oldest first.
    function decisionAt(uint256 index) external view returns (Decision memory) {
        return _decisions[index];
    }
}

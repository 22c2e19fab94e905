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

/// @title Who may take on positions
/// @notice An allow-list with its history: each decision is kept with its time and its reason's hash.
/// @dev Without constructor and initializer, which are the version's own.
abstract contract AccountRegistryCore is AccessControlUpgradeable, IAccountRegistry {
    /// @notice One decision, as it was taken.
    struct Decision {
        address account;
        Standing standing;
        uint64 time;
        bytes32 reason;
    }

    /// @notice May decide.
    bytes32 public constant COMPLIANCE_ROLE = keccak256("COMPLIANCE_ROLE");

    mapping(address account => Standing) private _standings;
    Decision[] private _decisions;

    /// @dev Reserve for later versions of this base.
    uint256[48] private __gap;

    error BadParameter();

    /// @notice Decides about accounts.
    /// @param reason Hash of the document that says why.
    function decide(address[] calldata accounts, Standing standing, bytes32 reason)
        external
        onlyRole(COMPLIANCE_ROLE)
    {
        for (uint256 index; index < accounts.length; ++index) {
            address account = accounts[index];
            require(account != address(0), BadParameter());
            _standings[account] = standing;
            _decisions.push(Decision(account, standing, uint64(block.timestamp), reason));
            _announce(account, standing);
        }
    }

    /// @inheritdoc IAccountRegistry
    function isAllowed(address account) external view virtual returns (bool) {
        return _standings[account] == Standing.Allowed;
    }

    /// @notice What compliance has decided about `account`.
    function standingOf(address account) public view returns (Standing) {
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

    function _announce(address account, Standing standing) internal virtual;
}

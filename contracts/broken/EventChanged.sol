// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountRegistryCore, Standing} from "../v4/AccountRegistryCore.sol";

/// @title Broken on purpose: the decisions' event is another one, so that whoever follows it hears nothing any more
/// @dev Expected finding: event-changed.
contract EventChanged is AccountRegistryCore {
    event StandingSet(address indexed account, Standing indexed standing, address by);

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

    function _announce(address account, Standing standing) internal override {
        emit StandingSet(account, standing, msg.sender);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountRegistryCore, Standing} from "./AccountRegistryCore.sol";

/// @title Account registry, version 1
/// @notice The implementation behind the registry's transparent proxy.
contract AccountRegistryV1 is AccountRegistryCore {
    event StandingSet(address indexed account, Standing indexed standing);

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets the registry up behind its proxy; runs once, in the transaction that creates the proxy.
    /// @param admin Grants and revokes the role.
    /// @param compliance First holder of the compliance role.
    function initialize(address admin, address compliance) external initializer {
        __AccessControl_init();
        require(admin != address(0), BadParameter());
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(COMPLIANCE_ROLE, compliance);
    }

    function _announce(address account, Standing standing) internal override {
        emit StandingSet(account, standing);
    }
}

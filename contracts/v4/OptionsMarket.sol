// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IAccountRegistry} from "../interfaces/IAccountRegistry.sol";
import {OptionsMarketMandate} from "./OptionsMarketMandate.sol";

/// @title Options market, version 4: positions for allowed accounts, and reported
/// @notice The implementation behind the market's UUPS proxy. Upgrade with a call of `initializeV4` in the same
/// transaction: without a registry nobody can take on a position, and until it is named anyone may name it.
contract OptionsMarketV4 is OptionsMarketMandate, UUPSUpgradeable {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Takes a proxy of version 3 to version 4; runs once.
    /// @param registry Who is allowed.
    function initializeV4(IAccountRegistry registry) external reinitializer(4) {
        _setAccountRegistry(registry);
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "4";
    }

    function _authorizeUpgrade(address) internal override onlyRole(UPGRADER_ROLE) {}
}

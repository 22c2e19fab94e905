// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {PerpetualMarketCore} from "./PerpetualMarketCore.sol";

/// @title Perpetual market, version 1
/// @notice The implementation behind the market's own UUPS proxy, beside the options market.
contract PerpetualMarketV1 is PerpetualMarketCore, UUPSUpgradeable {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "1";
    }

    function _authorizeUpgrade(address) internal override onlyRole(UPGRADER_ROLE) {}
}

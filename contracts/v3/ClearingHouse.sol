// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InsuranceFund} from "../v1/InsuranceFund.sol";
import {ClearingHousePacked} from "./ClearingHousePacked.sol";

/// @title Clearing house, version 3: packed account records
/// @notice The implementation behind the house's transparent proxy. Upgrade with a call of `initializeV3` in the same
/// transaction, naming the accounts that hold anything.
contract ClearingHouseV3 is InsuranceFund, ClearingHousePacked {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Takes a proxy of version 2 to version 3; runs once.
    /// @param accounts Whose records are rewritten at once.
    function initializeV3(address[] calldata accounts) external reinitializer(3) {
        _migrate(accounts);
    }

    /// @notice Version of this implementation.
    function version() external pure returns (string memory) {
        return "3";
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A collateral token for tests: anyone may mint
contract TestDollar is ERC20 {
    uint8 private immutable _decimals;

    /// @param decimals_ As the token to be imitated has them; 6 for most dollars.
    constructor(uint8 decimals_) ERC20("Test dollar", "tUSD") {
        _decimals = decimals_;
    }

    /// @notice Creates `amount` for `holder`.
    function mint(address holder, uint256 amount) external {
        _mint(holder, amount);
    }

    /// @inheritdoc ERC20
    function decimals() public view override returns (uint8) {
        return _decimals;
    }
}

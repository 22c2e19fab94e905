// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What market and tokens ask about an account
interface IAccountRegistry {
    /// @notice Whether `account` may take on positions and receive or give options.
    function isAllowed(address account) external view returns (bool);
}

/// @title A market that keeps to an account registry
interface IMandatedMarket {
    /// @notice The registry in force; zero where none was named, and then nobody is allowed anything new.
    function accountRegistry() external view returns (IAccountRegistry);
}

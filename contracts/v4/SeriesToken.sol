// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccountRegistry, IMandatedMarket} from "../interfaces/IAccountRegistry.sol";
import {SeriesToken} from "../v1/SeriesToken.sol";

/// @title The ERC-20 of one option series, transferable among allowed accounts
/// @notice The implementation behind the tokens' beacon from the market's version 4 on. Buying and both ends of a
/// transfer need the registry's permission; burning needs none, so that every holder can close, sell back and redeem.
/// @dev The registry is the market's, asked for at each transfer: no token has state of its own to initialise. Upgrade
/// the beacon behind the market in the same transaction; ahead of it no token moves.
contract SeriesTokenV4 is SeriesToken {
    /// @notice What `holder` has of this series now; for whoever reports positions.
    event HoldingReported(address indexed holder, uint256 amount);

    error AccountNotAllowed(address account);

    /// @dev Mints, burns and transfers all come by here.
    function _update(address from, address to, uint256 amount) internal override {
        if (to != address(0)) {
            IAccountRegistry registry = IMandatedMarket(market()).accountRegistry();
            _requireAllowed(registry, to);
            if (from != address(0)) _requireAllowed(registry, from);
        }
        super._update(from, to, amount);
        if (from != address(0)) emit HoldingReported(from, balanceOf(from));
        if (to != address(0)) emit HoldingReported(to, balanceOf(to));
    }

    function _requireAllowed(IAccountRegistry registry, address account) private view {
        require(address(registry) != address(0) && registry.isAllowed(account), AccountNotAllowed(account));
    }
}

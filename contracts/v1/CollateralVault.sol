// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Who owns how much of the collateral
/// @notice One collateral token, at most 18 decimals, without fee on transfer.
abstract contract CollateralVault {
    using SafeERC20 for IERC20Metadata;

    IERC20Metadata private _token;
    uint64 private _unit;
    mapping(address account => uint256) private _balances;
    uint256 private _totalBalances;

    /// @dev Reserve for later versions of this base.
    uint256[47] private __gap;

    event Credited(address indexed account, uint256 amount);
    event Debited(address indexed account, uint256 amount);

    error InsufficientCollateral(address account, uint256 balance, uint256 needed);
    error UnsupportedToken();

    /// @notice The collateral token.
    function collateralToken() external view returns (address) {
        return address(_token);
    }

    /// @notice One whole collateral token.
    function unit() public view virtual returns (uint256) {
        return _unit;
    }

    /// @notice Collateral of `account`.
    function balanceOf(address account) public view virtual returns (uint256) {
        return _balanceIn(_balances[account]);
    }

    /// @notice Collateral of all accounts together.
    function totalBalances() public view returns (uint256) {
        return _totalBalances;
    }

    /// @dev The collateral that an account's word stands for.
    function _balanceIn(uint256 word) internal view virtual returns (uint256) {
        return word;
    }

    /// @dev The word that a changed balance is kept as.
    function _record(uint256 balance) internal view virtual returns (uint256) {
        return balance;
    }

    /// @dev An account's word as it is stored.
    function _wordOf(address account) internal view returns (uint256) {
        return _balances[account];
    }

    /// @dev Writes an account's present balance anew, as this version keeps it.
    function _rewrite(address account) internal {
        _balances[account] = _record(balanceOf(account));
    }

    function _setToken(IERC20Metadata token) internal {
        uint8 decimals = token.decimals();
        require(decimals <= 18, UnsupportedToken());
        _token = token;
        _unit = uint64(10 ** decimals);
    }

    /// @dev Pulls `amount` in and proves that exactly this came.
    function _pull(address from, uint256 amount) internal {
        uint256 before = _token.balanceOf(address(this));
        _token.safeTransferFrom(from, address(this), amount);
        require(_token.balanceOf(address(this)) - before == amount, UnsupportedToken());
    }

    function _push(address to, uint256 amount) internal {
        _token.safeTransfer(to, amount);
    }

    function _credit(address account, uint256 amount) internal {
        _balances[account] = _record(balanceOf(account) + amount);
        _totalBalances += amount;
        emit Credited(account, amount);
    }

    function _debit(address account, uint256 amount) internal {
        uint256 balance = balanceOf(account);
        require(amount <= balance, InsufficientCollateral(account, balance, amount));
        _balances[account] = _record(balance - amount);
        _totalBalances -= amount;
        emit Debited(account, amount);
    }
}

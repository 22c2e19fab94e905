// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What the venue allows. The order is from least to most restricted.
enum Mode {
    Running, // everything
    SettleOnly, // nothing that adds risk: close, sell back, liquidate, settle, redeem, deposit, withdraw
    Paused // redeem what is settled, withdraw what backs no position, cancel quotes, record prices
}

/// @notice One short position as margin sees it.
struct Exposure {
    uint256 seriesId;
    bytes32 underlying;
    bool isCall;
    bool isFinal; // the settlement price is fixed: `mark` is what is owed, and no more margin is needed
    uint256 strike; // 18 decimals
    uint256 maximumLoss; // most that one option can ever cost its writer, 18 decimals; all ones where unbounded
    uint256 spot; // 18 decimals
    uint256 mark; // value of one option now, 18 decimals
    uint256 amount; // options written, 18 decimals
}

/// @title What the clearing house asks of the market
interface IOptionsMarket {
    /// @notice What the venue allows now.
    function mode() external view returns (Mode);

    /// @notice Whether `account` has any short position; needs no price.
    function hasShorts(address account) external view returns (bool);

    /// @notice Every short position of `account`.
    function exposures(address account) external view returns (Exposure[] memory);

    /// @notice The same if `underlying` stood at `spot` (18 decimals); what is settled, and others, stay as they are.
    function exposuresAt(address account, bytes32 underlying, uint256 spot) external view returns (Exposure[] memory);

    /// @notice One short position of `account`; `amount` is zero where there is none.
    function exposure(address account, uint256 seriesId) external view returns (Exposure memory);

    /// @notice Gives `amount` of `from`'s short position to `to`; the clearing house only, before expiry.
    function transferShort(uint256 seriesId, address from, address to, uint256 amount) external;
}

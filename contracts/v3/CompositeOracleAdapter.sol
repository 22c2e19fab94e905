// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IChainlinkFeed} from "../interfaces/IChainlinkFeed.sol";
import {OracleAdapter} from "../v1/OracleAdapter.sol";

/// @title Prices of which some are quoted in another underlying
/// @notice A staked token's feed often says how much ether it is worth: its price is that ratio times ether's.
/// Heartbeat and believable values of such a feed are the ratio's own.
contract CompositeOracleAdapter is OracleAdapter {
    /// @dev The underlying that a feed's answer is quoted in; zero for the unit of all prices.
    mapping(bytes32 underlying => bytes32) private _quotedIn;

    event QuotedIn(bytes32 indexed underlying, bytes32 indexed quote);

    constructor(address admin, address oracleAdmin, IChainlinkFeed sequencer, uint256 grace)
        OracleAdapter(admin, oracleAdmin, sequencer, grace)
    {}

    /// @notice Says that an underlying's feed is quoted in `quote`; zero takes that back.
    /// @dev When set, `quote` is not quoted in anything itself, so that no circle can be closed; it may be later.
    function setQuotedIn(bytes32 underlying, bytes32 quote) external onlyRole(ORACLE_ADMIN_ROLE) {
        require(quote != underlying && _quotedIn[quote] == 0, BadFeed(underlying));
        _quotedIn[underlying] = quote;
        emit QuotedIn(underlying, quote);
        if (quote != 0) price(quote);
    }

    /// @notice The underlying that a feed's answer is quoted in; zero for the unit of all prices.
    function quotedIn(bytes32 underlying) external view returns (bytes32) {
        return _quotedIn[underlying];
    }

    /// @inheritdoc OracleAdapter
    function price(bytes32 underlying) public view virtual override returns (uint256) {
        uint256 answer = super.price(underlying);
        bytes32 quote = _quotedIn[underlying];
        return quote == 0 ? answer : Math.mulDiv(answer, price(quote), 1e18);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IChainlinkFeed} from "../interfaces/IChainlinkFeed.sol";
import {IOracleAdapter} from "../interfaces/IOracleAdapter.sol";

/// @title Chainlink-form feeds as prices of 18 decimals
/// @notice A price that is stale, unfinished, not positive, outside the bounds set for its feed, of other decimals than
/// when the feed was set, or read while the rollup's sequencer is down or has just come back, is no price:
/// reading reverts.
/// @dev Not behind a proxy: the market is pointed at another adapter when it changes.
contract OracleAdapter is IOracleAdapter, AccessControl {
    /// @notice One feed.
    /// @param feed Chainlink-form aggregator.
    /// @param heartbeat Seconds after which an answer is stale.
    /// @param decimals Of the answer, read when the feed was set and compared at every reading.
    /// @param minimum Smallest believable price, 18 decimals, exclusive; above the aggregator's own clamp.
    /// @param maximum Largest believable price, 18 decimals, exclusive.
    struct Feed {
        IChainlinkFeed feed;
        uint32 heartbeat;
        uint8 decimals;
        uint128 minimum;
        uint128 maximum;
    }

    /// @notice May set feeds.
    bytes32 public constant ORACLE_ADMIN_ROLE = keccak256("ORACLE_ADMIN_ROLE");

    /// @notice Longest accepted heartbeat.
    uint32 public constant MAXIMUM_HEARTBEAT = 2 days;

    /// @notice The sequencer's uptime feed (0 = up); zero on a chain without sequencer.
    IChainlinkFeed public immutable sequencerFeed;

    /// @notice Seconds after the sequencer's return during which prices are refused, so that those who could not act
    /// while it was down are not liquidated at once.
    uint256 public immutable sequencerGrace;

    mapping(bytes32 underlying => Feed) private _feeds;

    event FeedSet(bytes32 indexed underlying, Feed feed);

    error BadFeed(bytes32 underlying);
    error UnknownUnderlying(bytes32 underlying);
    error StalePrice(bytes32 underlying, uint256 updatedAt);
    error BadPrice(bytes32 underlying, int256 answer);
    error DecimalsChanged(bytes32 underlying, uint8 expected, uint8 found);
    error SequencerDown();
    error SequencerGrace(uint256 until);

    /// @param admin Grants and revokes the roles.
    /// @param oracleAdmin First holder of the oracle role.
    /// @param sequencer Uptime feed of the rollup's sequencer, or zero.
    /// @param grace Seconds to wait after the sequencer's return (Chainlink's advice: 3,600).
    constructor(address admin, address oracleAdmin, IChainlinkFeed sequencer, uint256 grace) {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(ORACLE_ADMIN_ROLE, oracleAdmin);
        sequencerFeed = sequencer;
        sequencerGrace = grace;
    }

    /// @notice Sets or replaces the feed of an underlying; its present answer must pass every check.
    function setFeed(bytes32 underlying, IChainlinkFeed feed, uint32 heartbeat, uint128 minimum, uint128 maximum)
        external
        onlyRole(ORACLE_ADMIN_ROLE)
    {
        uint8 decimals = feed.decimals();
        require(decimals <= 18 && heartbeat != 0 && heartbeat <= MAXIMUM_HEARTBEAT, BadFeed(underlying));
        require(minimum < maximum, BadFeed(underlying));
        Feed memory entry = Feed(feed, heartbeat, decimals, minimum, maximum);
        _feeds[underlying] = entry;
        emit FeedSet(underlying, entry);
        price(underlying);
    }

    /// @notice The feed of an underlying; zeros where none is set.
    function feedOf(bytes32 underlying) public view returns (Feed memory) {
        return _feeds[underlying];
    }

    /// @inheritdoc IOracleAdapter
    function price(bytes32 underlying) public view virtual returns (uint256) {
        Feed memory entry = _feeds[underlying];
        require(address(entry.feed) != address(0), UnknownUnderlying(underlying));
        _requireSequencer();
        uint8 decimals = entry.feed.decimals();
        require(decimals == entry.decimals, DecimalsChanged(underlying, entry.decimals, decimals));
        (, int256 answer,, uint256 updatedAt,) = entry.feed.latestRoundData();
        require(_isFresh(updatedAt, entry.heartbeat), StalePrice(underlying, updatedAt));
        // Both bounds before scaling: an absurd answer must not overflow into another error.
        require(answer > 0 && uint256(answer) <= type(uint128).max, BadPrice(underlying, answer));
        uint256 value = uint256(answer) * 10 ** (18 - decimals);
        require(value > entry.minimum && value < entry.maximum, BadPrice(underlying, answer));
        return value;
    }

    /// @dev Whether an answer of that time still counts.
    function _isFresh(uint256 updatedAt, uint32 heartbeat) internal view virtual returns (bool) {
        return updatedAt != 0 && updatedAt <= block.timestamp && block.timestamp - updatedAt <= heartbeat;
    }

    /// @dev Source: https://docs.chain.link/data-feeds/l2-sequencer-feeds
    function _requireSequencer() private view {
        if (address(sequencerFeed) == address(0)) return;
        (, int256 answer, uint256 startedAt,,) = sequencerFeed.latestRoundData();
        require(answer == 0 && startedAt != 0, SequencerDown());
        uint256 until = startedAt + sequencerGrace;
        require(block.timestamp > until, SequencerGrace(until));
    }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";
import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";

// What a person says in the source, how far it reaches, and what initializers leave to one another.

abstract contract Shut is Initializable { /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { _disableInitializers(); } }
abstract contract OneA { uint256 internal a; }
abstract contract OneZ { uint256 internal z; }

contract statement_says_delegatecall_V1 { address target; function f() external view returns (address) { return target; } }
/// @custom:expect safe
contract statement_says_delegatecall_V2 { address target; function f() external view returns (address) { return target; }
    function g(bytes calldata d) external { bool ok;
        /// @custom:oz-upgrades-unsafe-allow delegatecall
        (ok,) = target.delegatecall(d); require(ok); } }

contract statement_says_another_V1 { address target; function f() external view returns (address) { return target; } }
/// @custom:expect hazard unsafe-delegatecall
contract statement_says_another_V2 { address target; function f() external view returns (address) { return target; }
    function g(bytes calldata d) external { bool ok;
        /// @custom:oz-upgrades-unsafe-allow selfdestruct
        (ok,) = target.delegatecall(d); require(ok); } }

contract statement_before_another_V1 { address target; function f() external view returns (address) { return target; } }
/// @custom:expect hazard unsafe-delegatecall
contract statement_before_another_V2 { address target; function f() external view returns (address) { return target; }
    function g(bytes calldata d) external { bool ok;
        /// @custom:oz-upgrades-unsafe-allow delegatecall
        (ok,) = target.call(d);
        (ok,) = target.delegatecall(d); require(ok); } }

abstract contract Reacher { address internal target; function g(bytes calldata d) external { (bool ok,) = target.delegatecall(d); require(ok); } }
contract implementation_allows_reachable_V1 { address target; function f() external view returns (address) { return target; } }
/// @custom:oz-upgrades-unsafe-allow-reachable delegatecall
/// @custom:expect safe
contract implementation_allows_reachable_V2 is Reacher { function f() external view returns (address) { return target; } }

/// @custom:oz-upgrades-unsafe-allow-reachable delegatecall
abstract contract Allowing { address internal target; }
contract base_allows_reachable_V1 { address target; function f() external view returns (address) { return target; } }
/// @custom:expect hazard unsafe-delegatecall
contract base_allows_reachable_V2 is Allowing { function g(bytes calldata d) external { (bool ok,) = target.delegatecall(d); require(ok); } function f() external view returns (address) { return target; } }

// A base that keeps an initializer to itself and never calls it leaves nobody anything to call.
abstract contract KeepsToItself is Initializable { uint256 internal kept; function begin() private onlyInitializing { kept = 1; } }
contract private_and_dead_V1 is Shut { uint256 a; function initialize() external initializer { a = 1; } function f() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract private_and_dead_V2 is Shut, OneA, KeepsToItself { function initialize() external initializer { a = 1; } function f() external view returns (uint256) { return a; } }

abstract contract PassesOn is Initializable { uint256 internal kept; function __PassesOn_init() internal onlyInitializing { begin(); } function begin() private onlyInitializing { kept = 1; } }
contract private_and_called_V1 is Shut { uint256 a; function initialize() external initializer { a = 1; } function f() external view returns (uint256) { return a; } }
/// @custom:expect hazard initializer-parent-missing
contract private_and_called_V2 is Shut, OneA, PassesOn { function initialize() external initializer { a = 1; } function f() external view returns (uint256) { return a; } }

// Of two functions under `initializer` only one can run.
abstract contract PublicStart is Initializable { uint256 internal started; function start() public virtual initializer { started = 1; } }
contract excluded_by_another_V1 is Shut { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect hazard initializer-parent-missing
contract excluded_by_another_V2 is Shut, OneA, PublicStart { function initialize() external initializer { a = 1; } function f() external view returns (uint256) { return a; } }

contract does_its_work_V1 is Shut { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract does_its_work_V2 is Shut, OneA, PublicStart { function initialize() external initializer { a = 1; started = 2; } function f() external view returns (uint256) { return a; } }

contract overrides_the_first_V1 is Shut { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract overrides_the_first_V2 is Shut, OneA, PublicStart { function start() public override initializer { a = 1; } function f() external view returns (uint256) { return a; } }

// The initializers of bases, and what is said of them.
abstract contract First is Initializable { uint256 internal first; function __First_init() internal onlyInitializing { first = 1; } }
abstract contract Second is Initializable { uint256 internal second; function __Second_init() internal onlyInitializing { second += 1; } }
contract said_missing_V1 is Shut { uint256 z; function f() external view returns (uint256) { return z; } }
/// @custom:expect safe
contract said_missing_V2 is Shut, OneZ, First {
    /// @custom:oz-upgrades-unsafe-allow missing-initializer-call
    function initialize() external initializer { z = 1; } function f() external view returns (uint256) { return z; } }

contract said_another_missing_V1 is Shut { uint256 z; function f() external view returns (uint256) { return z; } }
/// @custom:expect hazard initializer-parent-missing
contract said_another_missing_V2 is Shut, OneZ, First {
    /// @custom:oz-upgrades-unsafe-allow incorrect-initializer-order
    function initialize() external initializer { z = 1; } function f() external view returns (uint256) { return z; } }

contract said_order_V1 is Shut { uint256 z; function f() external view returns (uint256) { return z; } }
/// @custom:oz-upgrades-unsafe-allow incorrect-initializer-order
/// @custom:expect safe
contract said_order_V2 is Shut, OneZ, First, Second { function initialize() external initializer { __Second_init(); __First_init(); z = 1; } function f() external view returns (uint256) { return z; } }

contract unsaid_order_V1 is Shut { uint256 z; function f() external view returns (uint256) { return z; } }
/// @custom:expect hazard initializer-parent-order
contract unsaid_order_V2 is Shut, OneZ, First, Second { function initialize() external initializer { __Second_init(); __First_init(); z = 1; } function f() external view returns (uint256) { return z; } }

contract said_twice_V1 is Shut { uint256 z; function f() external view returns (uint256) { return z; } }
/// @custom:expect safe
contract said_twice_V2 is Shut, OneZ, Second { function initialize() external initializer { __Second_init();
    /// @custom:oz-upgrades-unsafe-allow duplicate-initializer-call
    __Second_init(); z = 1; } function f() external view returns (uint256) { return z; } }

contract said_once_of_thrice_V1 is Shut { uint256 z; function f() external view returns (uint256) { return z; } }
/// @custom:expect corruption initializer-parent-twice
contract said_once_of_thrice_V2 is Shut, OneZ, Second { function initialize() external initializer { __Second_init(); __Second_init();
    /// @custom:oz-upgrades-unsafe-allow duplicate-initializer-call
    __Second_init(); z = 1; } function f() external view returns (uint256) { return z; } }

abstract contract Declared { uint256 internal declared;
    /// @custom:oz-upgrades-validate-as-initializer
    function _declare() internal { declared = 1; } }
contract declared_not_called_V1 is Shut { uint256 z; function f() external view returns (uint256) { return z; } }
/// @custom:expect hazard initializer-parent-missing
contract declared_not_called_V2 is Shut, OneZ, Declared { function initialize() external initializer { z = 1; } function f() external view returns (uint256) { return z; } }

contract declared_and_called_V1 is Shut { uint256 z; function f() external view returns (uint256) { return z; } }
/// @custom:expect safe
contract declared_and_called_V2 is Shut, OneZ, Declared { function initialize() external initializer { _declare(); z = 1; } function f() external view returns (uint256) { return z; } }

contract declared_and_open_V1 is Shut { address boss; uint256 z; function f() external view returns (uint256) { require(boss == msg.sender); return z; } }
/// @custom:expect corruption initializer-recallable
contract declared_and_open_V2 is Shut { address boss; uint256 z; function f() external view returns (uint256) { require(boss == msg.sender); return z; }
    /// @custom:oz-upgrades-validate-as-initializer
    function migrate(address to) external { boss = to; } }

// An implementation that upgrades its proxy in its own way.
contract homemade_upgrade_lost_V1 { address boss; uint256 z; function f() external view returns (uint256) { return z; }
    function upgradeTo(address to) external { require(msg.sender == boss); assembly { sstore(0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc, to) } } }
/// @custom:expect corruption uups-lost
contract homemade_upgrade_lost_V2 { address boss; uint256 z; function f() external view returns (uint256) { return boss == address(0) ? 0 : z; } }

contract homemade_slot_lost_V1 { address boss; uint256 z; mapping(bytes32 => address) codes; function f() external view returns (uint256) { return z; }
    function upgradeTo(address to) external { require(msg.sender == boss); codes["now"] = to; } }
/// @custom:expect corruption uups-lost
contract homemade_slot_lost_V2 { address boss; uint256 z; mapping(bytes32 => address) codes; function f() external view returns (uint256) { return codes["now"] == boss ? 0 : z; } }

contract homemade_upgrade_renamed_V1 { address boss; uint256 z; function f() external view returns (uint256) { return z; }
    function upgradeTo(address to) external { require(msg.sender == boss); assembly { sstore(0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc, to) } } }
/// @custom:expect safe abi-removed
contract homemade_upgrade_renamed_V2 { address boss; uint256 z; function f() external view returns (uint256) { return z; }
    function setImplementation(address to) external { require(msg.sender == boss); assembly { sstore(0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc, to) } } }

// Types, and what is said of what they were.
interface IFeed { function price() external view returns (uint256); }
contract retyped_long_ago_V1 {
    /// @custom:oz-retyped-from bytes20
    address feed; function f() external view returns (address) { return feed; } }
/// @custom:expect hazard storage-recast
contract retyped_long_ago_V2 {
    /// @custom:oz-retyped-from bytes20
    uint160 feed; function f() external view returns (address) { return address(feed); } }

contract retyped_now_V1 { address feed; function f() external view returns (address) { return feed; } }
/// @custom:expect safe
contract retyped_now_V2 {
    /// @custom:oz-retyped-from address
    uint160 feed; function f() external view returns (address) { return address(feed); } }

contract retyped_within_V1 { mapping(address => mapping(uint => IFeed)) feeds; IFeed[] all; function f() external view returns (address) { return address(feeds[msg.sender][all.length]); } }
/// @custom:expect safe
contract retyped_within_V2 {
    /// @custom:oz-retyped-from mapping(address => mapping(uint => IFeed))
    mapping(address => mapping(uint => uint160)) feeds;
    /// @custom:oz-retyped-from IFeed[]
    uint160[] all; function f() external view returns (address) { return address(feeds[msg.sender][all.length]); } }

contract retyped_within_otherwise_V1 { mapping(address => mapping(uint => IFeed)) feeds; function f() external view returns (address) { return address(feeds[msg.sender][0]); } }
/// @custom:expect hazard storage-recast
contract retyped_within_otherwise_V2 {
    /// @custom:oz-retyped-from mapping(address => IFeed)
    mapping(address => mapping(uint => uint160)) feeds; function f() external view returns (address) { return address(feeds[msg.sender][0]); } }

contract retyped_within_sign_V1 { mapping(address => int256) pnl; function f() external view returns (int256) { return pnl[msg.sender]; } }
/// @custom:expect corruption storage-reinterpreted
contract retyped_within_sign_V2 {
    /// @custom:oz-retyped-from mapping(address => int256)
    mapping(address => uint256) pnl; function f() external view returns (int256) { return int256(pnl[msg.sender]); } }

struct Quote { uint256 bid; uint256 ask; }
contract struct_said_array_V1 { Quote quote; function f() external view returns (uint256) { return quote.bid + quote.ask; } }
/// @custom:expect safe
contract struct_said_array_V2 {
    /// @custom:oz-retyped-from Quote
    uint256[2] quote; function f() external view returns (uint256) { return quote[0] + quote[1]; } }

contract struct_unsaid_array_V1 { Quote quote; function f() external view returns (uint256) { return quote.bid + quote.ask; } }
/// @custom:expect hazard storage-renamed
contract struct_unsaid_array_V2 { uint256[2] quote; function f() external view returns (uint256) { return quote[0] + quote[1]; } }

// An array that no code names keeps the place of what is gone; it is not fresh for whoever names it later.
contract array_keeps_place_V1 { Quote quote; uint256 z; function f() external view returns (uint256) { return quote.bid + quote.ask + z; } }
/// @custom:expect safe storage-deleted
contract array_keeps_place_V2 { uint256[2] private deprecatedQuote; uint256 z; function f() external view returns (uint256) { return z; } }

contract array_takes_place_V1 { Quote quote; uint256 z; function f() external view returns (uint256) { return quote.bid + quote.ask + z; } }
/// @custom:expect corruption storage-reused
contract array_takes_place_V2 { uint128[4] private shares; uint256 z; function f() external view returns (uint256) { return z + shares[1]; } function g(uint128 x) external { shares[0] = x; } }

contract array_named_later_V0 { uint256 a; uint256 b; function f() external view returns (uint256) { return a + b; } }
contract array_named_later_V1 { uint256 a; uint256[1] private old; function f() external view returns (uint256) { return a; } }
/// @custom:expect corruption storage-reused
contract array_named_later_V2 { uint256 a; uint256[1] private old; function f() external view returns (uint256) { return a + old[0]; } }

contract gap_named_later_V0 { uint256 a; uint256 b; function f() external view returns (uint256) { return a + b; } }
contract gap_named_later_V1 { uint256 a; uint256[1] private __gap; function f() external view returns (uint256) { return a; } }
/// @custom:expect corruption storage-reused
contract gap_named_later_V2 { uint256 a; uint256[1] private __gap; function f() external view returns (uint256) { return a + __gap[0]; } function g() external { __gap[0] = a; } }

contract array_named_again_V0 { uint256 a; uint256[1] private sums; function f() external view returns (uint256) { return a + sums[0]; } }
contract array_named_again_V1 { uint256 a; uint256[1] private sums; function f() external view returns (uint256) { return a; } }
/// @custom:expect safe storage-restored
contract array_named_again_V2 { uint256 a; uint256[1] private sums; function f() external view returns (uint256) { return a + sums[0]; } function g() external { sums[0] = a; } }

contract struct_said_array_unread_V1 { Quote quote; uint256 z; function f() external view returns (uint256) { return quote.bid + quote.ask + z; } }
/// @custom:expect safe
contract struct_said_array_unread_V2 {
    /// @custom:oz-retyped-from Quote
    uint256[2] quote; uint256 z; function f() external view returns (uint256) { return z; } }

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;
import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";
import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {PausableUpgradeable} from "@openzeppelin/contracts-upgradeable/utils/PausableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";

// Who may upgrade, and what hands control over: conditions that exclude nobody, and guards in unusual places.

abstract contract Locked is Initializable { /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { _disableInitializers(); } }
abstract contract U is Locked, UUPSUpgradeable, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } }
interface IReg { function isAdmin(address) external view returns (bool); }
library Auth { function check(address o) internal view { require(msg.sender == o, "no"); } function ok(address o) internal view returns (bool) { return msg.sender == o; } function nothing(address) internal pure {} }

contract silent_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract silent_V2 is U { function _authorizeUpgrade(address) internal view override { if (msg.sender != owner()) return; } }

contract or_true_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract or_true_V2 is U { function _authorizeUpgrade(address) internal view override { require(msg.sender == owner() || true); } }

contract or_time_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract or_time_V2 is U { function _authorizeUpgrade(address) internal view override { require(msg.sender == owner() || block.timestamp > 1); } }

contract not_zero_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract not_zero_V2 is U { function _authorizeUpgrade(address) internal view override { require(msg.sender != address(0)); } }

contract self_eq_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect hazard uups-open-authorize
contract self_eq_V2 is U { function _authorizeUpgrade(address) internal view override { require(msg.sender == msg.sender && owner() == owner()); } }

contract arg_eq_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract arg_eq_V2 is U { function _authorizeUpgrade(address n) internal view override { require(msg.sender != n); } }

contract inverted_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract inverted_V2 is U { function _authorizeUpgrade(address) internal view override { require(msg.sender != owner()); } }

contract lib_check_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect safe
contract lib_check_V2 is U { function _authorizeUpgrade(address) internal view override { Auth.check(owner()); } }

contract lib_bool_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect safe
contract lib_bool_V2 is U { function _authorizeUpgrade(address) internal view override { bool ok = Auth.ok(owner()); require(ok); } }

contract lib_bool_dropped_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract lib_bool_dropped_V2 is U { function _authorizeUpgrade(address) internal view override { Auth.ok(owner()); } }

contract lib_nothing_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract lib_nothing_V2 is U { function _authorizeUpgrade(address) internal view override { Auth.nothing(owner()); } }

contract ext_role_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect safe
contract ext_role_V2 is U { IReg constant R = IReg(address(7)); function _authorizeUpgrade(address) internal view override { require(R.isAdmin(msg.sender)); } }

contract cond_mod_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect hazard uups-open-authorize
contract cond_mod_V2 is U { bool on; modifier maybe() { if (on) require(msg.sender == owner()); _; } function set(bool v) external onlyOwner { on = v; } function _authorizeUpgrade(address) internal override maybe {} }

contract after_mod_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect safe
contract after_mod_V2 is U { modifier late() { _; require(msg.sender == owner()); } function _authorizeUpgrade(address) internal override late {} }

contract skip_mod_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract skip_mod_V2 is U { modifier soft() { if (msg.sender == owner()) { _; } } function _authorizeUpgrade(address) internal override soft {} }
abstract contract Guarded is U { function _authorizeUpgrade(address) internal virtual override onlyOwner {} }
abstract contract Open is U { function _authorizeUpgrade(address) internal virtual override {} }

contract super_ok_V1 is Guarded { }
/// @custom:expect safe
contract super_ok_V2 is Guarded { function _authorizeUpgrade(address n) internal override { super._authorizeUpgrade(n); } }

contract super_open_V1 is Guarded { }
/// @custom:expect corruption uups-open-authorize
contract super_open_V2 is Open { function _authorizeUpgrade(address n) internal override { super._authorizeUpgrade(n); } }

contract override_drops_V1 is Guarded { }
/// @custom:expect corruption uups-open-authorize
contract override_drops_V2 is Guarded { function _authorizeUpgrade(address n) internal override { require(n != address(0)); } }

contract paused_only_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect hazard uups-open-authorize
contract paused_only_V2 is U, PausableUpgradeable { function _authorizeUpgrade(address) internal override whenPaused {} function pause() external onlyOwner { _pause(); } }

contract proxy_only_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract proxy_only_V2 is U { function _authorizeUpgrade(address) internal override onlyProxy {} }

contract asm_guard_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect safe
contract asm_guard_V2 is U { function _authorizeUpgrade(address) internal view override { address o = owner(); assembly { if iszero(eq(caller(), o)) { revert(0, 0) } } } }

contract asm_open_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract asm_open_V2 is U { function _authorizeUpgrade(address) internal view override { address o = owner(); assembly { if eq(caller(), o) { revert(0, 0) } } } }

contract try_guard_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract try_guard_V2 is U { function _authorizeUpgrade(address) internal view override { try IReg(address(7)).isAdmin(msg.sender) returns (bool) {} catch { } } }

contract loop_guard_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect safe
contract loop_guard_V2 is U { address[] admins; function _authorizeUpgrade(address) internal view override { for (uint256 i; i < admins.length; ++i) { if (admins[i] == msg.sender) return; } revert("no"); } }

contract mapping_guard_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect safe
contract mapping_guard_V2 is U { mapping(address => bool) ups; function _authorizeUpgrade(address) internal view override { require(ups[msg.sender]); } function s(address x) external onlyOwner { ups[x] = true; } }

contract public_init_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption
contract public_init_V2 is U { uint256 b; function _authorizeUpgrade(address) internal override onlyOwner {} function initializeV2(address o) external { _transferOwnership(o); b = 1; } function g() external view returns (uint256) { return b; } }

contract reinit_const_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} function initializeV2() external onlyOwner reinitializer(2) { a = 2; } }
/// @custom:expect hazard
contract reinit_const_V2 is U { uint64 constant V = 1 + 1; uint256 b; function _authorizeUpgrade(address) internal override onlyOwner {} function initializeV2() external onlyOwner reinitializer(V) { b = 2; } function g() external view returns (uint256) { return b; } }

contract reinit_const_ok_V1 is U { function _authorizeUpgrade(address) internal override onlyOwner {} function initializeV2() external onlyOwner reinitializer(2) { a = 2; } }
/// @custom:expect safe
contract reinit_const_ok_V2 is U { uint64 constant V = 1 + 2; uint256 b; function _authorizeUpgrade(address) internal override onlyOwner {} function initializeV3() external onlyOwner reinitializer(V) { b = 2; } function g() external view returns (uint256) { return b; } }
abstract contract Own2 is Initializable { constructor() { lock(); } function lock() internal { _disableInitializers(); } }

contract lock_indirect_V1 is Locked { uint256 a; function initialize() external initializer { a = 1; } }
/// @custom:expect safe
contract lock_indirect_V2 is Own2 { uint256 a; function initialize() external initializer { a = 1; } }

contract ctor_delegate_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract ctor_delegate_V2 { uint256 a; constructor(address t) { (bool ok,) = t.delegatecall(""); require(ok); } function f() external view returns (uint256) { return a; } }

contract dead_delegate_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract dead_delegate_V2 { uint256 a; function f() external view returns (uint256) { return a; } function unused(address t) internal { (bool ok,) = t.delegatecall(""); require(ok); } }
function freeDel(address t) { (bool ok,) = t.delegatecall(""); require(ok); }

contract free_delegate_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect corruption unsafe-delegatecall
contract free_delegate_V2 { uint256 a; function f() external view returns (uint256) { return a; } fallback() external { freeDel(msg.sender); } }

contract modifier_delegate_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect corruption unsafe-delegatecall
contract modifier_delegate_V2 { uint256 a; modifier m(address t) { (bool ok,) = t.delegatecall(""); require(ok); _; } function f() external view returns (uint256) { return a; } function h(address t) external m(t) { a = 1; } }

contract pointer_delegate_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect corruption unsafe-delegatecall
contract pointer_delegate_V2 { uint256 a; function f() external view returns (uint256) { return a; } function h(address t) external { function(address) internal p = del; p(t); } function del(address t) internal { (bool ok,) = t.delegatecall(""); require(ok); } }

contract allow_other_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect corruption unsafe-delegatecall
contract allow_other_V2 { uint256 a; /// @custom:oz-upgrades-unsafe-allow delegatecall
    function f() external view returns (uint256) { return a; } function h(address t) external { (bool ok,) = t.delegatecall(""); require(ok); } }

contract allow_kind_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect corruption unsafe-selfdestruct
contract allow_kind_V2 { uint256 a; function f() external view returns (uint256) { return a; } /// @custom:oz-upgrades-unsafe-allow delegatecall
    function h(address t) external { (bool ok,) = t.delegatecall(""); require(ok); selfdestruct(payable(t)); } }

contract payable_gone_V1 { uint256 a; function f() external payable { a = msg.value; } }
/// @custom:expect hazard
contract payable_gone_V2 { uint256 a; function f() external { a = 1; } }

contract view_gone_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect hazard
contract view_gone_V2 { uint256 a; function f() external returns (uint256) { a++; return a; } }

contract indexed_V1 { event E(address indexed a, uint256 b); function f() external { emit E(msg.sender, 1); } }
/// @custom:expect hazard
contract indexed_V2 { event E(address a, uint256 indexed b); function f() external { emit E(msg.sender, 1); } }

contract tuple_grow_V1 { struct P { uint256 a; } P p; function f() external view returns (P memory) { return p; } }
/// @custom:expect hazard
contract tuple_grow_V2 { struct P { uint256 a; uint256 b; } P p; function f() external view returns (P memory) { return p; } }

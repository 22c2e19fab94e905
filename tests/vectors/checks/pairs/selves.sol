// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";
import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {Ownable2StepUpgradeable} from "@openzeppelin/contracts-upgradeable/access/Ownable2StepUpgradeable.sol";
import {AccessControlUpgradeable} from "@openzeppelin/contracts-upgradeable/access/AccessControlUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

// Guards that ask for the contract itself are as good as what makes it call itself; whoever may write the owner, is it.

abstract contract Sealed is Initializable { /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { _disableInitializers(); } }
abstract contract Own is Sealed, UUPSUpgradeable, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function f() external view returns (uint256) { return a; } }
abstract contract OnlySelf is Own { modifier onlySelf() { require(msg.sender == address(this), "self"); _; } function _authorizeUpgrade(address) internal override onlySelf {} }

contract self_called_V1 is Own { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract self_called_V2 is Own { function _authorizeUpgrade(address) internal view override { require(msg.sender == address(this)); } function run(bytes calldata d) external { (bool ok,) = address(this).call(d); require(ok); } }

contract self_called_by_owner_V1 is Own { function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect safe
contract self_called_by_owner_V2 is Own { function _authorizeUpgrade(address) internal view override { require(msg.sender == address(this)); } function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } }

contract self_multicall_V1 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } }
/// @custom:expect corruption uups-open-authorize
contract self_multicall_V2 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } function multicall(bytes[] calldata d) external { for (uint256 i; i < d.length; ++i) { (bool ok,) = address(this).call(d[i]); require(ok); } } }

contract self_multicall_delegates_V1 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } }
/// @custom:expect safe
contract self_multicall_delegates_V2 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } function multicall(bytes[] calldata d) external { for (uint256 i; i < d.length; ++i) { (bool ok,) = address(this).delegatecall(d[i]); require(ok); } } }

contract self_executor_V1 is OnlySelf { function run(address to, bytes calldata d) external onlyOwner { (bool ok,) = to.call(d); require(ok); } }
/// @custom:expect corruption uups-open-authorize
contract self_executor_V2 is OnlySelf { using Address for address; function run(address to, bytes calldata d) external { to.functionCall(d); } }

contract self_executor_elsewhere_V1 is OnlySelf { function run(address to, bytes calldata d) external onlyOwner { (bool ok,) = to.call(d); require(ok); } }
/// @custom:expect safe function-public-inherited
contract self_executor_elsewhere_V2 is OnlySelf { function run(address to, bytes calldata d) external onlyOwner { (bool ok,) = to.call(d); require(ok); } function peek(address to, bytes calldata d) external { require(to != address(this)); (bool ok,) = to.call(d); require(ok); } }

contract self_fixed_call_V1 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } }
/// @custom:expect safe
contract self_fixed_call_V2 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } function ping() external { (bool ok,) = address(this).call(abi.encodeCall(this.f, ())); require(ok); } }

contract self_upgrades_itself_V1 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } }
/// @custom:expect corruption uups-open-authorize
contract self_upgrades_itself_V2 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } function next(address to) external { this.upgradeToAndCall(to, ""); } }

contract self_upgrades_by_data_V1 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } }
/// @custom:expect corruption uups-open-authorize
contract self_upgrades_by_data_V2 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } function next(address to) external { (bool ok,) = address(this).call(abi.encodeCall(this.upgradeToAndCall, (to, ""))); require(ok); } }

contract self_in_assembly_V1 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } }
/// @custom:expect corruption uups-open-authorize
contract self_in_assembly_V2 is OnlySelf { function run(bytes calldata d) external { assembly { calldatacopy(0, d.offset, d.length) if iszero(call(gas(), address(), 0, 0, d.length, 0, 0)) { revert(0, 0) } } } }

contract self_signed_V1 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } }
/// @custom:expect safe
contract self_signed_V2 is OnlySelf { uint256 nonce; function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } function runSigned(bytes calldata d, uint8 v, bytes32 r, bytes32 s) external { require(ecrecover(keccak256(abi.encode(d, nonce++)), v, r, s) == owner()); (bool ok,) = address(this).call(d); require(ok); } }

contract self_behind_self_V1 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } }
/// @custom:expect safe
contract self_behind_self_V2 is OnlySelf { function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } function all(bytes[] calldata d) external onlySelf { for (uint256 i; i < d.length; ++i) { (bool ok,) = address(this).call(d[i]); require(ok); } } }

contract token_call_V1 is OnlySelf { address token; function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } function set(address t) external onlyOwner { token = t; } }
/// @custom:expect safe
contract token_call_V2 is OnlySelf { address token; function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } function set(address t) external onlyOwner { token = t; } function forward(bytes calldata d) external { (bool ok,) = token.call(d); require(ok); } }

abstract contract Plain { address owner; address pending; uint256 a; modifier onlyOwner() { require(msg.sender == owner); _; } function set(uint256 x) external onlyOwner { a = x; } }

contract claim_owner_V1 is Plain { }
/// @custom:expect hazard owner-open
contract claim_owner_V2 is Plain { function claim() external { owner = msg.sender; } }

contract claim_two_step_V1 is Plain { }
/// @custom:expect safe
contract claim_two_step_V2 is Plain { function offer(address to) external onlyOwner { pending = to; } function acceptOwnership() external { require(msg.sender == pending); owner = pending; pending = address(0); } }

contract reset_owner_V1 is Plain { }
/// @custom:expect hazard owner-open
contract reset_owner_V2 is Plain { function reset(address to) external { a = 0; _hand(to); } function _hand(address to) internal { owner = to; } }

contract reset_owner_guarded_V1 is Plain { }
/// @custom:expect safe
contract reset_owner_guarded_V2 is Plain { function reset(address to) external onlyOwner { a = 0; _hand(to); } function _hand(address to) internal { owner = to; } }

contract again_V1 is Sealed, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function set(uint256 x) external onlyOwner { a = x; } }
/// @custom:expect hazard owner-open
contract again_V2 is Sealed, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function set(uint256 x) external onlyOwner { a = x; } function initializeAgain(address to) external { _transferOwnership(to); } }

contract again_once_V1 is Sealed, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function set(uint256 x) external onlyOwner { a = x; } }
/// @custom:expect safe
contract again_once_V2 is Sealed, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function set(uint256 x) external onlyOwner { a = x; } function initializeAgain(address to) external reinitializer(2) { _transferOwnership(to); } }

contract two_step_base_V1 is Sealed, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function set(uint256 x) external onlyOwner { a = x; } }
/// @custom:expect safe
contract two_step_base_V2 is Sealed, Ownable2StepUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function set(uint256 x) external onlyOwner { a = x; } }

contract role_for_all_V1 is Sealed, AccessControlUpgradeable { uint256 a; function initialize() external initializer { _grantRole(DEFAULT_ADMIN_ROLE, msg.sender); a = 1; } function set(uint256 x) external onlyRole(DEFAULT_ADMIN_ROLE) { a = x; } }
/// @custom:expect hazard owner-open
contract role_for_all_V2 is Sealed, AccessControlUpgradeable { uint256 a; function initialize() external initializer { _grantRole(DEFAULT_ADMIN_ROLE, msg.sender); a = 1; } function set(uint256 x) external onlyRole(DEFAULT_ADMIN_ROLE) { a = x; } function rescue() external { _grantRole(DEFAULT_ADMIN_ROLE, msg.sender); } }

contract role_by_admin_V1 is Sealed, AccessControlUpgradeable { uint256 a; function initialize() external initializer { _grantRole(DEFAULT_ADMIN_ROLE, msg.sender); a = 1; } function set(uint256 x) external onlyRole(DEFAULT_ADMIN_ROLE) { a = x; } }
/// @custom:expect safe
contract role_by_admin_V2 is Sealed, AccessControlUpgradeable { uint256 a; function initialize() external initializer { _grantRole(DEFAULT_ADMIN_ROLE, msg.sender); a = 1; } function set(uint256 x) external onlyRole(DEFAULT_ADMIN_ROLE) { a = x; } function rescue(address to) external onlyRole(DEFAULT_ADMIN_ROLE) { _grantRole(DEFAULT_ADMIN_ROLE, to); } }

contract admins_for_all_V1 { mapping(address => bool) admins; uint256 a; function set(uint256 x) external { require(admins[msg.sender]); a = x; } function add(address who) external { require(admins[msg.sender]); admins[who] = true; } }
/// @custom:expect hazard owner-open
contract admins_for_all_V2 { mapping(address => bool) admins; uint256 a; function set(uint256 x) external { require(admins[msg.sender]); a = x; } function add(address who) external { require(admins[msg.sender]); admins[who] = true; } function join() external { admins[msg.sender] = true; } }

contract balances_for_all_V1 { mapping(address => uint256) balances; function take(uint256 n) external { require(balances[msg.sender] >= n); balances[msg.sender] -= n; } }
/// @custom:expect safe
contract balances_for_all_V2 { mapping(address => uint256) balances; function take(uint256 n) external { require(balances[msg.sender] >= n); balances[msg.sender] -= n; } function put() external payable { balances[msg.sender] += msg.value; } }

contract owner_of_each_V1 { struct P { address owner; uint256 size; } P[] all; function close(uint256 i) external { require(msg.sender == all[i].owner); all[i].size = 0; } }
/// @custom:expect safe
contract owner_of_each_V2 { struct P { address owner; uint256 size; } P[] all; function close(uint256 i) external { require(msg.sender == all[i].owner); all[i].size = 0; } function open(uint256 size) external { all.push(); all[all.length - 1].owner = msg.sender; all[all.length - 1].size = size; } }

contract skips_others_V1 is Plain { }
/// @custom:expect safe
contract skips_others_V2 is Plain { function hand(address to) external { if (msg.sender == owner) { owner = to; } } }

contract returns_early_V1 is Plain { }
/// @custom:expect safe
contract returns_early_V2 is Plain { function hand(address to) external { if (msg.sender != owner) return; owner = to; } }

contract renounced_by_all_V1 is Plain { }
/// @custom:expect hazard owner-open
contract renounced_by_all_V2 is Plain { function stop() external { delete owner; } }

contract as_before_V1 is Plain { function claim() external { if (a > 0) owner = msg.sender; } }
/// @custom:expect safe
contract as_before_V2 is Plain { uint256 b; function claim() external { if (a > 0) owner = msg.sender; } }

contract lock_tested_V1 { bool locked; address owner; uint256 a; constructor() { locked = true; } function initialize(address o) external { require(!locked); locked = true; owner = o; } function set(uint256 x) external { require(msg.sender == owner); a = x; } }
/// @custom:expect safe
contract lock_tested_V2 { bool locked; address owner; uint256 a; constructor() { if (!locked) locked = true; } function initialize(address o) external { require(!locked); locked = true; owner = o; } function set(uint256 x) external { require(msg.sender == owner); a = x; } }

contract lock_counted_V1 { uint8 version; address owner; uint256 a; constructor() { version = 255; } function initialize(address o) external { require(version == 0); version = 1; owner = o; } function set(uint256 x) external { require(msg.sender == owner); a = x; } }
/// @custom:expect safe
contract lock_counted_V2 { uint8 version; address owner; uint256 a; constructor() { if (version != 255) { version = 255; } } function initialize(address o) external { require(version == 0); version = 1; owner = o; } function set(uint256 x) external { require(msg.sender == owner); a = x; } }

contract lock_never_V1 { bool locked; address owner; uint256 a; constructor() { locked = true; } function initialize(address o) external { require(!locked); locked = true; owner = o; } function set(uint256 x) external { require(msg.sender == owner); a = x; } }
/// @custom:expect hazard implementation-unlocked
contract lock_never_V2 { bool locked; address owner; uint256 a; constructor() { if (locked) locked = true; } function initialize(address o) external { require(!locked); locked = true; owner = o; } function set(uint256 x) external { require(msg.sender == owner); a = x; } }

contract lock_asked_V1 { bool locked; address owner; uint256 a; constructor() { locked = true; } function initialize(address o) external { require(!locked); locked = true; owner = o; } function set(uint256 x) external { require(msg.sender == owner); a = x; } }
/// @custom:expect hazard implementation-unlocked
contract lock_asked_V2 { bool locked; address owner; uint256 a; constructor(bool lock) { if (lock) locked = true; } function initialize(address o) external { require(!locked); locked = true; owner = o; } function set(uint256 x) external { require(msg.sender == owner); a = x; } }

contract transient_flag_V1 { uint256 a; function f() external { a++; } }
/// @custom:expect safe
contract transient_flag_V2 { uint256 a; uint256 private constant FLAG = 7; function f() external { assembly { if tload(FLAG) { revert(0, 0) } tstore(FLAG, 1) } a++; assembly { tstore(FLAG, 0) } } }

contract transient_flag_moved_V1 { uint256 a; uint256 private constant FLAG = 7; function f() external { assembly { if tload(FLAG) { revert(0, 0) } tstore(FLAG, 1) } a++; assembly { tstore(FLAG, 0) } } }
/// @custom:expect safe
contract transient_flag_moved_V2 { uint256 a; uint256 private constant FLAG = 8; function f() external { assembly { if tload(FLAG) { revert(0, 0) } tstore(FLAG, 1) } a++; assembly { tstore(FLAG, 0) } } }

contract transient_value_moved_V1 { uint256 a; uint256 private constant FLAG = 7; function f() external { assembly { tstore(FLAG, 1) } a += FLAG; } }
/// @custom:expect hazard constant-changed
contract transient_value_moved_V2 { uint256 a; uint256 private constant FLAG = 8; function f() external { assembly { tstore(FLAG, 1) } a += FLAG; } }

contract transient_and_storage_V1 { uint256 a; function f() external { a++; } }
/// @custom:expect hazard hard-coded-slot
contract transient_and_storage_V2 { uint256 a; uint256 private constant FLAG = 7; function f() external { assembly { tstore(FLAG, 1) sstore(FLAG, 1) } a++; } }

contract banned_only_V1 is Own { mapping(address => bool) banned; function ban(address who) external onlyOwner { banned[who] = true; } function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract banned_only_V2 is Own { mapping(address => bool) banned; function ban(address who) external onlyOwner { banned[who] = true; } function _authorizeUpgrade(address) internal view override { require(!banned[msg.sender]); } }

contract banned_false_V1 is Own { mapping(address => bool) banned; function ban(address who) external onlyOwner { banned[who] = true; } function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect corruption uups-open-authorize
contract banned_false_V2 is Own { mapping(address => bool) banned; function ban(address who) external onlyOwner { banned[who] = true; } function _authorizeUpgrade(address) internal view override { require(banned[msg.sender] == false); } }

contract listed_true_V1 is Own { mapping(address => bool) listed; function list(address who) external onlyOwner { listed[who] = true; } function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect safe
contract listed_true_V2 is Own { mapping(address => bool) listed; function list(address who) external onlyOwner { listed[who] = true; } function _authorizeUpgrade(address) internal view override { require(listed[msg.sender] == true); } }

contract listed_only_V1 is Own { mapping(address => bool) listed; function list(address who) external onlyOwner { listed[who] = true; } function _authorizeUpgrade(address) internal override onlyOwner {} }
/// @custom:expect safe
contract listed_only_V2 is Own { mapping(address => bool) listed; function list(address who) external onlyOwner { listed[who] = true; } function _authorizeUpgrade(address) internal view override { if (!listed[msg.sender]) revert(); } }

contract asks_before_writing_V1 is Plain { }
/// @custom:expect safe
contract asks_before_writing_V2 is Plain { event Tried(address who); function hand(address to) external { emit Tried(msg.sender); _check(); owner = to; } function _check() internal view { if (owner != msg.sender) revert(); } }

contract asks_after_writing_V1 is Plain { }
/// @custom:expect hazard owner-open
contract asks_after_writing_V2 is Plain { function hand(address to) external { owner = to; if (msg.sender == owner) a = 1; } }

contract signed_hand_over_V1 is Plain { }
/// @custom:expect safe
contract signed_hand_over_V2 is Plain { function hand(address to, uint8 v, bytes32 r, bytes32 s) external { address signer = ecrecover(keccak256(abi.encode(to, address(this))), v, r, s); require(signer == owner && signer != address(0)); owner = to; } }

contract roles_added_V1 is Sealed { uint256 a; function initialize() external initializer { a = 1; } function f() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract roles_added_V2 is Sealed, AccessControlUpgradeable { uint256 a; function initialize() external initializer { a = 1; } function initializeV2(address admin) external reinitializer(2) { _grantRole(DEFAULT_ADMIN_ROLE, admin); } function f() external view returns (uint256) { return a; } function set(uint256 x) external onlyRole(DEFAULT_ADMIN_ROLE) { a = x; } }

abstract contract Lock { uint256 private entered; modifier nonReentrant() { require(entered == 0); entered = 1; _; entered = 0; } }
contract self_multicall_locked_V1 is OnlySelf, Lock { function run(bytes calldata d) external onlyOwner nonReentrant { (bool ok,) = address(this).call(d); require(ok); } }
/// @custom:expect corruption uups-open-authorize
contract self_multicall_locked_V2 is OnlySelf, Lock { function run(bytes calldata d) external nonReentrant { (bool ok,) = address(this).call(d); require(ok); } }

contract self_queued_V1 is OnlySelf { mapping(bytes32 => uint256) due; function queue(bytes32 id) external onlyOwner { due[id] = block.timestamp + 2 days; } function run(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } }
/// @custom:expect safe
contract self_queued_V2 is OnlySelf { mapping(bytes32 => uint256) due; function queue(bytes32 id) external onlyOwner { due[id] = block.timestamp + 2 days; } function run(bytes calldata d) external { bytes32 id = keccak256(d); require(due[id] != 0 && due[id] < block.timestamp); delete due[id]; (bool ok,) = address(this).call(d); require(ok); } }

contract self_stored_V1 is OnlySelf { mapping(uint256 => bytes) todo; function propose(uint256 id, bytes calldata d) external onlyOwner { todo[id] = d; } function run(uint256 id) external onlyOwner { (bool ok,) = address(this).call(todo[id]); require(ok); } }
/// @custom:expect safe guard-lost
contract self_stored_V2 is OnlySelf { mapping(uint256 => bytes) todo; function propose(uint256 id, bytes calldata d) external onlyOwner { todo[id] = d; } function run(uint256 id) external { (bool ok,) = address(this).call(todo[id]); require(ok); } }

contract token_owners_V1 { mapping(uint256 => address) owners; function burn(uint256 id) external { require(owners[id] == msg.sender); delete owners[id]; } }
/// @custom:expect safe
contract token_owners_V2 { mapping(uint256 => address) owners; uint256 last; function burn(uint256 id) external { require(owners[id] == msg.sender); delete owners[id]; } function mint() external { owners[last++] = msg.sender; } }

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";
import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {AccessControlUpgradeable} from "@openzeppelin/contracts-upgradeable/access/AccessControlUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";

// Acts: guards that are emptied from afar, initializers that run too often or never, selectors that change hands.

abstract contract Locked is Initializable { /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { _disableInitializers(); } }
abstract contract U is Locked, UUPSUpgradeable, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } }
abstract contract Plain is U { function _authorizeUpgrade(address) internal virtual override onlyOwner {} }
abstract contract Gate is U { modifier gated() virtual { require(msg.sender == owner()); _; } function _authorizeUpgrade(address) internal override gated {} }
abstract contract Bool is U { function may(address who) internal view virtual returns (bool) { return who == owner(); } function _authorizeUpgrade(address) internal view override { require(may(msg.sender)); } }
interface IOracle { function poke() external; function check(address) external view; }

contract modifier_emptied_V1 is Gate { }
/// @custom:expect corruption uups-open-authorize
contract modifier_emptied_V2 is Gate { modifier gated() override { _; } }

contract modifier_tightened_V1 is Gate { }
/// @custom:expect safe
contract modifier_tightened_V2 is Gate { modifier gated() override { require(msg.sender == owner() && address(this).balance == 0); _; } }

contract answer_always_yes_V1 is Bool { }
/// @custom:expect corruption uups-open-authorize
contract answer_always_yes_V2 is Bool { function may(address) internal pure override returns (bool) { return true; } }

contract answer_or_open_flag_V1 is Bool { }
/// @custom:expect hazard uups-open-authorize
contract answer_or_open_flag_V2 is Bool { bool open; function set(bool v) external onlyOwner { open = v; } function may(address who) internal view override returns (bool) { return open || super.may(who); } }

contract after_call_V1 is Plain { }
/// @custom:expect safe
contract after_call_V2 is Plain { IOracle o; function setO(IOracle x) external onlyOwner { o = x; } function _authorizeUpgrade(address) internal override { if (address(o) != address(0)) o.poke(); require(msg.sender == owner()); } }

contract swallowed_V1 is Plain { }
/// @custom:expect corruption uups-open-authorize
contract swallowed_V2 is Plain { IOracle constant O = IOracle(address(9)); function _authorizeUpgrade(address) internal view override { try O.check(msg.sender) { } catch { } } }

contract low_level_ignored_V1 is Plain { }
/// @custom:expect corruption uups-open-authorize
contract low_level_ignored_V2 is Plain { function _authorizeUpgrade(address) internal override { (bool ok,) = address(9).call(abi.encodeCall(IOracle.check, (msg.sender))); ok; } }

contract only_itself_sealed_V1 is Plain { }
/// @custom:expect safe
contract only_itself_sealed_V2 is Plain { function _authorizeUpgrade(address) internal view override { require(msg.sender == address(this)); } function exec(bytes calldata d) external onlyOwner { (bool ok,) = address(this).call(d); require(ok); } }

contract time_alone_V1 is Plain { }
/// @custom:expect corruption uups-open-authorize
contract time_alone_V2 is Plain { function _authorizeUpgrade(address) internal view override { require(block.timestamp > 1_900_000_000); } }

contract announced_V1 is Plain { }
/// @custom:expect hazard uups-open-authorize
contract announced_V2 is Plain { mapping(address => uint256) at; function announce(address n) external { at[n] = block.timestamp + 2 days; } function _authorizeUpgrade(address n) internal view override { require(at[n] != 0 && block.timestamp >= at[n]); } }

contract signed_V1 is Plain { }
/// @custom:expect hazard uups-open-authorize
contract signed_V2 is Plain { bytes sig; function give(bytes32 r, bytes32 s) external { sig = abi.encode(r, s); } function _authorizeUpgrade(address n) internal view override { (bytes32 r, bytes32 s) = abi.decode(sig, (bytes32, bytes32)); require(ecrecover(keccak256(abi.encode(n)), 27, r, s) == owner()); } }

contract own_role_V1 is Locked, UUPSUpgradeable, AccessControlUpgradeable { bytes32 constant UP = keccak256("UP"); function initialize() external initializer { _grantRole(DEFAULT_ADMIN_ROLE, msg.sender); } function _authorizeUpgrade(address) internal override onlyRole(UP) {} }
/// @custom:expect hazard uups-open-authorize
contract own_role_V2 is Locked, UUPSUpgradeable, AccessControlUpgradeable { bytes32 constant UP = keccak256("UP"); function initialize() external initializer { _grantRole(DEFAULT_ADMIN_ROLE, msg.sender); } function join() external { _grantRole(UP, msg.sender); } function _authorizeUpgrade(address) internal override onlyRole(UP) {} }

contract claimed_owner_V1 is Plain { }
/// @custom:expect hazard uups-open-authorize
contract claimed_owner_V2 is Plain { function claim() external payable { require(msg.value > 1 ether); _transferOwnership(msg.sender); } }

contract assembly_owner_open_V1 is Plain { }
/// @custom:expect hazard uups-open-authorize
contract assembly_owner_open_V2 is Plain { address boss; function _authorizeUpgrade(address) internal view override { assembly { if iszero(sload(boss.slot)) { revert(0, 0) } } } function setBoss(address b) external { boss = b; } }

contract version_computed_V1 is Locked { uint64 constant BASE = 1; uint256 a; function initialize() external initializer { a = 1; } function initializeV2() external reinitializer(BASE + 1) { a = 2; } function g() external view returns (uint256) { return a; } }
/// @custom:expect hazard reinitializer-never-runs
contract version_computed_V2 is Locked { uint64 constant BASE = 2; uint256 a; uint256 b; function initialize() external initializer { a = 1; } function initializeV3() external reinitializer(BASE) { b = 3; } function g() external view returns (uint256) { return a / b; } }

contract lock_in_one_branch_V1 is Locked { uint256 a; function initialize() external initializer { a = 1; } }
/// @custom:expect hazard implementation-unlocked
contract lock_in_one_branch_V2 is Initializable { uint256 a; /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(bool test) { if (!test) _disableInitializers(); } function initialize() external initializer { a = 1; } }

contract only_initializing_alone_V1 is Locked { uint256 a; function initialize() external initializer { a = 1; } function g() external view returns (uint256) { return a; } }
/// @custom:expect hazard initializer-missing
contract only_initializing_alone_V2 is Locked { uint256 a; uint256 b; function initialize() external initializer { a = 1; } function initializeV2() external onlyInitializing { b = 2; } function g() external view returns (uint256) { return a / b; } }

contract moved_initializer_V1 is Locked { uint256 a; uint256 b; function initialize() external initializer { a = 1; b = 2; } function g() external view returns (uint256) { return a / b; } }
/// @custom:expect safe
contract moved_initializer_V2 is Locked { uint256 a; uint256 b; function initialize() external initializer { a = 1; _rest(); } function _rest() private { b = 2; } function g() external view returns (uint256) { return a / b; } }

contract set_by_migration_V1 is Locked, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function g() external view returns (uint256) { return a; } }
/// @custom:expect safe initializer-missing
contract set_by_migration_V2 is Locked, OwnableUpgradeable { uint256 a; uint256 cap; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; cap = 9; } function migrate(uint256 c) external onlyOwner { cap = c; } function g() external view returns (uint256) { return a / cap; } }

abstract contract PA is Initializable { uint256 internal pa; function __PA_init() internal onlyInitializing { pa = 1; } uint256[49] private __gap; }
abstract contract PB is PA { uint256 internal pb; function __PB_init() internal onlyInitializing { __PA_init(); pb = 1; } uint256[49] private __gap; }
abstract contract PC is PA { uint256 internal pc; function __PC_init() internal onlyInitializing { __PA_init(); pc = 1; } uint256[49] private __gap; }
contract parents_twice_V1 is Locked, PB, PC { function initialize() external initializer { __PB_init(); pc = 1; } }
/// @custom:expect hazard initializer-parent-twice
contract parents_twice_V2 is Locked, PB, PC { function initialize() external initializer { __PB_init(); __PC_init(); } }

interface IView { function price() external view returns (uint256); }
interface IView2 { function price() external view returns (int256); }
contract interface_return_V1 is IView { uint256 p; function price() external view override returns (uint256) { return p; } }
/// @custom:expect hazard abi-changed-return
contract interface_return_V2 is IView2 { uint256 p; function price() external view override returns (int256) { return int256(p); } }

contract into_fallback_V1 { uint256 p; function price() external view returns (uint256) { return p; } function f() external { p = 1; } }
/// @custom:expect hazard abi-removed
contract into_fallback_V2 { uint256 p; function f() external { p = 1; } fallback(bytes calldata d) external returns (bytes memory) { require(bytes4(d) == bytes4(keccak256("price()"))); return abi.encode(p); } }

contract indexed_more_V1 { event Trade(address indexed who, uint256 id, uint256 size); function f() external { emit Trade(msg.sender, 1, 2); } }
/// @custom:expect hazard event-changed
contract indexed_more_V2 { event Trade(address indexed who, uint256 indexed id, uint256 size); function f() external { emit Trade(msg.sender, 1, 2); } }

contract event_overload_added_V1 { event Trade(address indexed who, uint256 size); function f() external { emit Trade(msg.sender, 2); } }
/// @custom:expect safe
contract event_overload_added_V2 { event Trade(address indexed who, uint256 size); event Trade(address indexed who, uint256 size, uint256 fee); function f() external { emit Trade(msg.sender, 2); emit Trade(msg.sender, 2, 3); } }

contract error_args_V1 { error Low(uint256 have); uint256 a; function f() external view { if (a < 1) revert Low(a); } }
/// @custom:expect hazard error-changed
contract error_args_V2 { error Low(uint256 have, uint256 need); uint256 a; function f() external view { if (a < 1) revert Low(a, 1); } }

contract argument_renamed_V1 { uint256 a; function set(uint256 value) external { a = value; } }
/// @custom:expect safe
contract argument_renamed_V2 { uint256 a; function set(uint256 newValue) external { a = newValue; } }

contract argument_struct_V1 { struct O { uint256 size; } uint256 a; function open(O calldata o) external { a = o.size; } }
/// @custom:expect hazard abi-removed
contract argument_struct_V2 { struct O { uint256 size; uint256 limit; } uint256 a; function open(O calldata o) external { a = o.size + o.limit; } }

contract argument_struct_as_contract_V1 { uint256 a; function open(IView v) external { a = v.price(); } }
/// @custom:expect safe
contract argument_struct_as_contract_V2 { uint256 a; function open(address v) external { a = IView(v).price(); } }

abstract contract B0 { uint256 internal b0; uint256[4] private __gap; }
abstract contract B1 is B0 { uint256 internal b1; uint256[4] private __gap; }
abstract contract B1x is B0 { uint256 internal b1; uint128 internal n1; uint128 internal n2; uint256[3] private __gap; }
abstract contract C1 is B0 { uint256 internal c1; uint256[4] private __gap; }
contract diamond_gap_used_V1 is B1, C1 { uint256 x; }
/// @custom:expect safe
contract diamond_gap_used_V2 is B1x, C1 { uint256 x; }

contract diamond_order_V1 is B1, C1 { uint256 x; }
/// @custom:expect corruption storage-swapped
contract diamond_order_V2 is C1, B1 { uint256 x; }

contract gap_half_words_V1 { uint256 a; uint128[20] private __gap; uint256 z; }
/// @custom:expect safe
contract gap_half_words_V2 { uint256 a; uint128 b; uint128 c; uint128[18] private __gap; uint256 z; }

contract gap_half_words_odd_V1 { uint256 a; uint128[20] private __gap; uint256 z; }
/// @custom:expect safe
contract gap_half_words_odd_V2 { uint256 a; uint128 b; uint128[18] private __gap; uint256 z; }

contract gap_in_memory_only_V1 { uint256 a; uint256[10] private __gap; uint256 z; function g() external view returns (uint256[10] memory) { return __gap; } }
/// @custom:expect safe
contract gap_in_memory_only_V2 { uint256 a; uint256[10] private __gap; uint256 z; uint256 y; function g() external view returns (uint256[10] memory) { return __gap; } }

type Px is int128;
enum K { A, B }
enum K3 { A, B, C }
contract udvt_to_int_V1 { mapping(uint256 => Px) m; Px[] xs; }
/// @custom:expect safe
contract udvt_to_int_V2 { mapping(uint256 => int128) m; int128[] xs; }

contract udvt_sign_in_array_of_arrays_V1 { Px[2][] xs; }
/// @custom:expect corruption storage-reinterpreted
contract udvt_sign_in_array_of_arrays_V2 { uint128[2][] xs; }

contract enum_grown_deep_V1 { mapping(address => mapping(uint256 => K[])) m; }
/// @custom:expect safe
contract enum_grown_deep_V2 { mapping(address => mapping(uint256 => K3[])) m; }

contract bool_to_uint8_packed_V1 { bool on; uint8 n; address w; }
/// @custom:expect safe
contract bool_to_uint8_packed_V2 { uint8 on; uint8 n; address w; }

contract uint8_to_bool_packed_V1 { uint8 on; uint8 n; address w; }
/// @custom:expect corruption storage-narrowed
contract uint8_to_bool_packed_V2 { bool on; uint8 n; address w; }

contract widen_into_own_padding_V1 { uint64 t; mapping(uint256 => uint256) m; }
/// @custom:expect safe
contract widen_into_own_padding_V2 { uint128 t; mapping(uint256 => uint256) m; }

contract widen_signed_in_padding_V1 { int64 t; mapping(uint256 => uint256) m; }
/// @custom:expect corruption storage-reinterpreted
contract widen_signed_in_padding_V2 { int128 t; mapping(uint256 => uint256) m; }

contract self_reference_appended_V1 { struct N { uint256 v; N[] kids; } mapping(uint256 => N) ns; }
/// @custom:expect corruption
contract self_reference_appended_V2 { struct N { uint256 v; N[] kids; uint256 w; } mapping(uint256 => N) ns; }

contract self_reference_in_mapping_V1 { struct N { uint256 v; mapping(uint256 => N) kids; } mapping(uint256 => N) ns; }
/// @custom:expect safe
contract self_reference_in_mapping_V2 { struct N { uint256 v; mapping(uint256 => N) kids; uint256 w; } mapping(uint256 => N) ns; }

contract last_outer_array_grows_V1 { uint256 a; struct P { uint128 x; } P[2][3] g; }
/// @custom:expect safe
contract last_outer_array_grows_V2 { uint256 a; struct P { uint128 x; uint128 y; } P[2][5] g; }

contract member_renamed_in_array_V1 { struct P { uint256 size; address who; } P[] ps; }
/// @custom:expect hazard storage-renamed
contract member_renamed_in_array_V2 { struct P { uint256 amount; address who; } P[] ps; }

contract lock_in_both_branches_V1 is Locked { uint256 a; function initialize() external initializer { a = 1; } }
/// @custom:expect safe
contract lock_in_both_branches_V2 is Initializable { uint256 a; /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(bool test) { if (test) { _disableInitializers(); } else { lock(); } } function lock() private { _disableInitializers(); } function initialize() external initializer { a = 1; } }

contract answer_of_two_V1 is Bool { }
/// @custom:expect safe
contract answer_of_two_V2 is Bool { address second; function set(address s) external onlyOwner { second = s; } function may(address who) internal view override returns (bool) { return who == second || super.may(who); } }

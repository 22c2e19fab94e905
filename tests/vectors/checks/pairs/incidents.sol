// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

// Upgrades that went wrong, at their smallest: what was deployed before, and what replaced it.

abstract contract Once { bool private initialized; bool private initializing;
    modifier initializer() { require(initializing || !initialized); bool top = !initializing; if (top) { initializing = true; initialized = true; } _; if (top) { initializing = false; } }
    constructor() { initialized = true; } }

// Audius, July 2022: the proxy's own admin lies where the implementation looks for its flags.
contract flags_on_proxys_admin_V1 { address private proxyAdmin; function setAdmin(address a) external { require(msg.sender == proxyAdmin); proxyAdmin = a; } fallback() external {} }
/// @custom:expect corruption storage-reused
contract flags_on_proxys_admin_V2 is Once { address guardian; function initialize(address g) external initializer { guardian = g; } function f() external view returns (address) { return guardian; } }

// Parity, July 2017: what set the owners once may be called by everybody.
contract wallet_set_again_V1 { uint256 count; mapping(address => uint256) index;
    function initWallet(address[] calldata o) external { require(count == 0); count = o.length; for (uint256 i; i < o.length; ++i) { index[o[i]] = i + 1; } }
    function execute(address payable to, uint256 v) external { require(index[msg.sender] > 0); to.transfer(v); } }
/// @custom:expect hazard guard-lost
contract wallet_set_again_V2 { uint256 count; mapping(address => uint256) index;
    function initWallet(address[] calldata o) external { count = o.length; for (uint256 i; i < o.length; ++i) { index[o[i]] = i + 1; } }
    function execute(address payable to, uint256 v) external { require(index[msg.sender] > 0); to.transfer(v); } }

// Pike, April 2024: a base that can be paused came in front, and the flag of initialize moved.
abstract contract Stopping { bool private _paused; address internal pauser; function pause() external { require(msg.sender == pauser); _paused = true; } modifier whenNotPaused() { require(!_paused); _; } }
contract flag_moved_by_base_V1 is Once { mapping(address => uint256) deposits; address admin; function initialize(address a) external initializer { admin = a; } function f() external view returns (uint256) { return deposits[admin]; } }
/// @custom:expect corruption storage-moved
contract flag_moved_by_base_V2 is Stopping, Once { mapping(address => uint256) deposits; address admin; function initialize(address a) external initializer { admin = a; pauser = a; } function f() external view whenNotPaused returns (uint256) { return deposits[admin]; } }

// Nomad, August 2022: a status became the root that a message was proven under.
contract status_becomes_root_V1 { enum Status { None, Proven, Processed } mapping(bytes32 => Status) messages; mapping(bytes32 => uint256) confirmAt;
    function process(bytes32 h) external { require(messages[h] == Status.Proven); messages[h] = Status.Processed; } function prove(bytes32 h, bytes32 root) external { require(confirmAt[root] != 0); messages[h] = Status.Proven; } }
/// @custom:expect hazard storage-recast
contract status_becomes_root_V2 { mapping(bytes32 => bytes32) messages; mapping(bytes32 => uint256) confirmAt;
    function process(bytes32 h) external { require(confirmAt[messages[h]] != 0); messages[h] = bytes32(uint256(2)); } function prove(bytes32 h, bytes32 root) external { require(confirmAt[root] != 0); messages[h] = root; } }

// Earning.Farm, February 2023: a new variable in the middle read the limit that stood there.
contract decimals_read_limit_V1 { address asset; uint256 maxDeposit; uint256 maxWithdraw; bool paused; function f(uint256 x) external view returns (uint256) { require(!paused && x < maxDeposit && x < maxWithdraw && asset != msg.sender); return x; } }
/// @custom:expect corruption storage-moved
contract decimals_read_limit_V2 { address asset; uint256 assetDecimal; uint256 maxDeposit; uint256 maxWithdraw; bool paused; function f(uint256 x) external view returns (uint256) { require(!paused && x < maxDeposit && x < maxWithdraw && asset != msg.sender); return x * assetDecimal; } }

// DODO, March 2021, and 88mph, June 2021: init without its flag.
contract init_without_flag_V1 { bool inited; address maintainer; function init(address m) external { require(!inited); inited = true; maintainer = m; } function f() external view returns (address) { require(inited); return maintainer; } }
/// @custom:expect corruption initializer-recallable
contract init_without_flag_V2 { bool inited; address maintainer; function init(address m) external { maintainer = m; } function f() external view returns (address) { require(inited); return maintainer; } }

// Punk, August 2021: initialize sets through a helper, and asks nothing.
contract helper_sets_forge_V1 { address forge; function initialize(address f_) external { require(forge == address(0)); _set(f_); } function _set(address f_) private { forge = f_; } function withdraw(uint256 a) external view returns (uint256) { require(msg.sender == forge); return a; } }
/// @custom:expect corruption initializer-recallable
contract helper_sets_forge_V2 { address forge; function initialize(address f_) external { _set(f_); } function _set(address f_) private { forge = f_; } function withdraw(uint256 a) external view returns (uint256) { require(msg.sender == forge); return a; } }

// Arbitrum's inbox, September 2022: slots were wiped after the upgrade, and the flag of initialize with them.
contract wipes_its_flag_V1 is Once { address bridge; function initialize(address b) external initializer { bridge = b; } function f() external view returns (address) { return bridge; } }
/// @custom:expect corruption storage-region-overlap
contract wipes_its_flag_V2 is Once { address bridge; function initialize(address b) external initializer { bridge = b; } function f() external view returns (address) { return bridge; }
    function postUpgradeInit(address b) external { require(msg.sender == bridge); for (uint8 i = 0; i < 3; i++) { assembly { sstore(i, 0) } } bridge = b; } }

// Aave's second lending pool, December 2020: whoever initialises the bare code names what it delegates to.
interface IProvider { function manager() external view returns (address); }
contract bare_code_delegates_V1 is Once { IProvider provider; function initialize(IProvider p) external initializer { provider = p; } function f() external view returns (IProvider) { return provider; } }
abstract contract Opened { uint256 private revision; modifier initializer() { require(2 > revision); revision = 2; _; } }
/// @custom:expect corruption implementation-unlocked
contract bare_code_delegates_V2 is Opened { IProvider provider; function initialize(IProvider p) external initializer { provider = p; } function f() external view returns (IProvider) { return provider; }
    /// @custom:oz-upgrades-unsafe-allow delegatecall
    function liquidate(bytes calldata d) external { (bool ok,) = provider.manager().delegatecall(d); require(ok); } }

// SafeMoon, March 2023: burn for everybody.
contract burn_for_everybody_V1 { address owner; mapping(address => uint256) balances; modifier onlyOwner() { require(msg.sender == owner); _; } function burn(address from, uint256 a) external onlyOwner { balances[from] -= a; } function f(address a) external view returns (uint256) { return balances[a]; } }
/// @custom:expect hazard guard-lost
contract burn_for_everybody_V2 { address owner; mapping(address => uint256) balances; modifier onlyOwner() { require(msg.sender == owner); _; } function burn(address from, uint256 a) external { balances[from] -= a; } function f(address a) external view returns (uint256) { return balances[a]; } }

contract burn_asks_elsewhere_V1 { address owner; mapping(address => uint256) balances; modifier onlyOwner() { require(msg.sender == owner); _; } function burn(address from, uint256 a) external onlyOwner { balances[from] -= a; } function f(address a) external view returns (uint256) { return balances[a]; } }
/// @custom:expect safe
contract burn_asks_elsewhere_V2 { address owner; mapping(address => uint256) balances; function burn(address from, uint256 a) external { _burn(from, a); } function _burn(address from, uint256 a) private { _check(); balances[from] -= a; } function _check() private view { if (msg.sender != owner) { revert(); } } function f(address a) external view returns (uint256) { return balances[a]; } }

contract item_of_anybody_V1 { struct Item { address holder; uint256 size; } mapping(uint256 => Item) items; function close(uint256 i) external { require(items[i].holder == msg.sender); items[i].size = 0; } function open() external { items[block.number] = Item(msg.sender, 1); } }
/// @custom:expect hazard guard-lost
contract item_of_anybody_V2 { struct Item { address holder; uint256 size; } mapping(uint256 => Item) items; function close(uint256 i) external { require(items[i].size > 0); items[i].size = 0; } function open() external { items[block.number] = Item(msg.sender, 1); } }

contract own_balance_unasked_V1 { mapping(address => uint256) balances; function send(address to, uint256 a) external { require(balances[msg.sender] >= a); balances[msg.sender] -= a; balances[to] += a; } }
/// @custom:expect safe
contract own_balance_unasked_V2 { mapping(address => uint256) balances; function send(address to, uint256 a) external { balances[msg.sender] -= a; balances[to] += a; } }

contract once_a_block_V1 { uint256 last; uint256 sum; function accrue() external { require(block.number > last); last = block.number; sum += 1; } function f() external view returns (uint256) { return sum; } }
/// @custom:expect safe
contract once_a_block_V2 { uint256 last; uint256 sum; function accrue() external { if (block.number == last) { return; } last = block.number; sum += 1; } function f() external view returns (uint256) { return sum; } }

contract asks_the_signer_V1 { address owner; uint256 fee; function set(uint256 x) external { require(msg.sender == owner); fee = x; } function f() external view returns (uint256) { return fee; } }
/// @custom:expect hazard guard-lost
contract asks_the_signer_V2 { address owner; uint256 fee; function set(uint256 x) external { require(tx.origin == owner); fee = x; } function f() external view returns (uint256) { return fee; } }

contract asks_a_role_now_V1 { address owner; uint256 fee; function set(uint256 x) external { require(msg.sender == owner); fee = x; } function f() external view returns (uint256) { return fee; } }
/// @custom:expect safe
contract asks_a_role_now_V2 { address owner; uint256 fee; mapping(address => bool) setters; function set(uint256 x) external { require(setters[msg.sender]); fee = x; } function grant(address a) external { require(msg.sender == owner); setters[a] = true; } function f() external view returns (uint256) { return fee; } }

// DEI, May 2023: burnFrom read the allowance that the caller had given.
abstract contract Allowing { mapping(address => mapping(address => uint256)) internal allowances; mapping(address => uint256) internal balances; function _approve(address o, address s, uint256 a) internal { allowances[o][s] = a; } }
contract allowance_of_another_V1 is Allowing { function burnFrom(address account, uint256 a) external { uint256 c = allowances[account][msg.sender]; _approve(account, msg.sender, c - a); balances[account] -= a; } }
/// @custom:expect hazard mapping-keys-exchanged
contract allowance_of_another_V2 is Allowing { function burnFrom(address account, uint256 a) external { uint256 c = allowances[msg.sender][account]; _approve(account, msg.sender, c - a); balances[account] -= a; } }

contract table_made_symmetric_V1 { mapping(address => mapping(address => uint256)) pair; function set(address a, address b, uint256 p) external { pair[a][b] = p; } function f(address a, address b) external view returns (uint256) { return pair[a][b]; } }
/// @custom:expect safe
contract table_made_symmetric_V2 { mapping(address => mapping(address => uint256)) pair; function set(address a, address b, uint256 p) external { pair[a][b] = p; pair[b][a] = p; } function f(address a, address b) external view returns (uint256) { return pair[a][b]; } }

// Initializers and the bare implementation: one that runs through a proxy only cannot be called there.
abstract contract Apart { address private immutable __self = address(this);
    modifier onlyProxy() { require(address(this) != __self); _; } modifier notDelegated() { require(address(this) == __self); _; } }
contract through_proxy_only_V1 { uint256 done; address boss; function initialize(address b) external { require(done == 0); done = 1; boss = b; } function f() external view returns (address) { return boss; } constructor() { done = 1; } }
/// @custom:expect safe
contract through_proxy_only_V2 is Apart { uint256 done; address boss; function initialize(address b) external onlyProxy { require(done == 0); done = 1; boss = b; } function f() external view returns (address) { return boss; } }

contract on_bare_code_only_V1 { uint256 done; address boss; function initialize(address b) external { require(done == 0); done = 1; boss = b; } function f() external view returns (address) { return boss; } constructor() { done = 1; } }
/// @custom:expect hazard implementation-unlocked
contract on_bare_code_only_V2 is Apart { uint256 done; address boss; function initialize(address b) external notDelegated { require(done == 0); done = 1; boss = b; } function f() external view returns (address) { return boss; } }

// One word behind a slot constant has no name of its own: assembly and StorageSlot read the same.
library Word { struct Held { address value; } function at(bytes32 s) internal pure returns (Held storage r) { assembly { r.slot := s } }
    struct Pair { uint128 low; uint128 high; } function pair(bytes32 s) internal pure returns (Pair storage r) { assembly { r.slot := s } } }
contract proxys_slot_read_otherwise_V1 { bytes32 constant ADMIN = 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103; function f() external view returns (address a) { bytes32 s = ADMIN; assembly { a := sload(s) } } }
/// @custom:expect safe
contract proxys_slot_read_otherwise_V2 { bytes32 constant ADMIN = 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103; function f() external view returns (address) { return Word.at(ADMIN).value; } }

contract slot_read_otherwise_V1 { bytes32 constant KEEPER = keccak256("keeper.of.this"); function f() external view returns (address a) { bytes32 s = KEEPER; assembly { a := sload(s) } } }
/// @custom:expect safe storage-recast
contract slot_read_otherwise_V2 { bytes32 constant KEEPER = keccak256("keeper.of.this"); function f() external view returns (address) { return Word.at(KEEPER).value; } }

contract slot_read_in_parts_V1 { bytes32 constant KEEPER = keccak256("keeper.of.this"); function f() external view returns (address a) { bytes32 s = KEEPER; assembly { a := sload(s) } } }
/// @custom:expect corruption
contract slot_read_in_parts_V2 { bytes32 constant KEEPER = keccak256("keeper.of.this"); function f() external view returns (address) { return address(uint160(uint256(Word.pair(KEEPER).low) + Word.pair(KEEPER).high)); } }

// Several implementations behind one proxy: what one reads, another sets.
library Shelf { struct Data { uint256 a; uint256 fee; } struct Old { uint256 a; }
    function at() internal pure returns (Data storage r) { assembly { r.slot := 0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef } }
    function old() internal pure returns (Old storage r) { assembly { r.slot := 0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef } } }
contract facet_reads_V1 { function f() external view returns (uint256) { return Shelf.old().a; } }
/// @custom:expect safe initializer-missing
contract facet_reads_V2 { function f() external view returns (uint256) { return Shelf.at().a / Shelf.at().fee; } }

abstract contract CoreOld { uint256 internal a; }
abstract contract CoreNew { uint256 internal a; address internal confirmer; }
contract AdminLogic is CoreNew { function setConfirmer(address c) external { require(msg.sender == address(this)); confirmer = c; } }
contract logic_beside_sets_V1 is CoreOld { function f() external view returns (uint256) { return a; } }
/// @custom:expect safe initializer-missing
contract logic_beside_sets_V2 is CoreNew { function f() external view returns (uint256) { require(msg.sender == confirmer); return a; } }

abstract contract CoreLone { uint256 internal a; address internal confirmer; }
contract logic_alone_reads_V1 is CoreOld { function f() external view returns (uint256) { return a; } }
/// @custom:expect corruption initializer-missing
contract logic_alone_reads_V2 is CoreLone { function f() external view returns (uint256) { require(msg.sender == confirmer); return a; } }
contract MockOfLone is
    logic_alone_reads_V2 { function setConfirmer(address c) external { confirmer = c; } }

// A flag that lies at a slot of its own, as before there were namespaces.
library Loose { function getUint(bytes32 p) internal view returns (uint256 r) { assembly { r := sload(p) } } function setUint(bytes32 p, uint256 v) internal { assembly { sstore(p, v) } } }
using Loose for bytes32;
abstract contract Versioned { bytes32 internal constant VERSION = keccak256("version.of.this"); bytes32 internal constant OTHER = keccak256("other.of.this");
    function _start() internal { require(VERSION.getUint() == 0); VERSION.setUint(1); } }
contract loose_flag_V1 is Versioned { address boss; function initialize(address b) external { _start(); boss = b; } function f() external view returns (address) { return boss; } constructor() { VERSION.setUint(99); } }
/// @custom:expect safe
contract loose_flag_V2 is Versioned { address boss; function initialize(address b, uint256) external { _start(); boss = b; } function f() external view returns (address) { return boss; } constructor() { VERSION.setUint(99); } }

contract loose_flag_of_another_V1 is Versioned { address boss; function initialize(address b) external { _start(); boss = b; } function f() external view returns (address) { return boss; } constructor() { VERSION.setUint(99); } }
/// @custom:expect corruption initializer-recallable
contract loose_flag_of_another_V2 is Versioned { address boss; function initialize(address b, uint256) external { require(VERSION.getUint() == 0); OTHER.setUint(1); boss = b; } function f() external view returns (address) { return boss; } constructor() { VERSION.setUint(99); } }

contract loose_flag_unlocked_V1 is Versioned { address boss; function initialize(address b) external { _start(); boss = b; } function f() external view returns (address) { return boss; } constructor() { VERSION.setUint(99); } }
/// @custom:expect hazard implementation-unlocked
contract loose_flag_unlocked_V2 is Versioned { address boss; function initialize(address b, uint256) external { _start(); boss = b; } function f() external view returns (address) { return boss; } }

// What keeps the place of a variable that is gone, as bridges do: nothing reads it, and it says so.
contract place_kept_V1 { mapping(address => uint256) blocks; address[] list; uint256 z; function f() external view returns (uint256) { return z + blocks[msg.sender] + list.length; } }
/// @custom:expect safe storage-deleted
contract place_kept_V2 { uint256 private ______deprecatedBlocks; uint256 private ______deprecatedList; uint256 z; function f() external view returns (uint256) { return z; } }

contract place_kept_and_asked_V1 { mapping(address => uint256) blocks; uint256[] list; uint256 z; function f() external view returns (uint256) { return z + blocks[msg.sender] + list.length; } }
/// @custom:expect corruption storage-reused
contract place_kept_and_asked_V2 { uint256 public ______deprecatedBlocks; address private ______deprecatedList; uint256 z; function f() external view returns (uint256) { return z; } }

contract place_kept_then_read_V0 { mapping(address => uint256) blocks; uint256 z; function f() external view returns (uint256) { return z + blocks[msg.sender]; } }
contract place_kept_then_read_V1 { uint256 private deprecatedBlocks; uint256 z; function f() external view returns (uint256) { return z; } }
/// @custom:expect corruption storage-reused
contract place_kept_then_read_V2 { uint256 private deprecatedBlocks; uint256 z; function f() external view returns (uint256) { return z + deprecatedBlocks; } function s() external { deprecatedBlocks = 1; } }

// A name that went to another variable: what had it keeps its bytes, and lost its name.
contract name_passed_on_V1 { mapping(address => mapping(uint256 => bytes32)) items; uint256 z; function f() external view returns (bytes32) { return items[msg.sender][z]; } }
struct Held { uint256 size; bytes32 id; }
/// @custom:expect safe storage-renamed
contract name_passed_on_V2 { mapping(address => mapping(uint256 => bytes32)) legacyItems; uint256 z; mapping(uint256 => Held) items; function f() external view returns (bytes32) { return legacyItems[msg.sender][z]; } function g() external { items[z].size = 1; } }

contract name_moved_V1 { mapping(address => mapping(uint256 => bytes32)) items; uint256 z; function f() external view returns (bytes32) { return items[msg.sender][z]; } }
/// @custom:expect corruption storage-moved
contract name_moved_V2 { mapping(address => mapping(uint256 => bytes32)) others; uint256 z; mapping(address => mapping(uint256 => bytes32)) items; function f() external view returns (bytes32) { return items[msg.sender][z] | others[msg.sender][z]; } }

contract name_moved_over_V1 { mapping(address => mapping(uint256 => bytes32)) items; uint256 z; function f() external view returns (bytes32) { return items[msg.sender][z]; } }
/// @custom:expect corruption storage-moved
contract name_moved_over_V2 { address owner; mapping(uint256 => Held) items; uint256 z; function f() external view returns (bytes32) { require(msg.sender == owner); return items[z].id; } function g(address o) external { require(owner == address(0)); owner = o; } }

// Who pays is no authority: how a token is asked to move may change.
interface IPaid { function transferFrom(address from, address to, uint256 amount) external returns (bool); }
contract pays_otherwise_V1 { IPaid token; uint256 z; function pay(uint256 a) external { require(token.transferFrom(msg.sender, address(this), a)); z += a; } }
/// @custom:expect safe
contract pays_otherwise_V2 { IPaid token; uint256 z; function pay(uint256 a) external { (bool ok, bytes memory r) = address(token).call(abi.encodeCall(IPaid.transferFrom, (msg.sender, address(this), a))); require(ok && (r.length == 0 || abi.decode(r, (bool)))); z += a; } }

interface IBoss { function boss() external view returns (address); }
contract asked_a_registry_V1 { IBoss registry; uint256 z; function set(uint256 a) external { require(msg.sender == registry.boss()); z = a; } function f() external view returns (uint256) { return z; } }
/// @custom:expect hazard guard-lost
contract asked_a_registry_V2 { IBoss registry; uint256 z; function set(uint256 a) external { require(registry.boss() != address(0)); z = a; } function f() external view returns (uint256) { return z; } }

contract fallback_delegates_V1 { uint256 a; address extension; function f() external view returns (uint256) { return a; }
    /// @custom:oz-upgrades-unsafe-allow delegatecall
    fallback() external { (bool ok,) = extension.delegatecall(msg.data); require(ok); } function s(address e) external { require(extension == address(0)); extension = e; } }
/// @custom:expect safe initializer-missing
contract fallback_delegates_V2 { uint256 a; address extension; uint256 fee; function f() external view returns (uint256) { return a / fee; }
    /// @custom:oz-upgrades-unsafe-allow delegatecall
    fallback() external { (bool ok,) = extension.delegatecall(msg.data); require(ok); } function s(address e) external { require(extension == address(0)); extension = e; } }

// A proxy whose code had nothing that initialises has not been initialised.
contract first_initializer_V1 { address immutable bridge_; constructor() { bridge_ = address(1); } function f() external view returns (address) { return bridge_; } }
/// @custom:expect safe
contract first_initializer_V2 is Once { address bridge; function initialize(address b) external initializer { bridge = b; } function f() external view returns (address) { return bridge; } }

contract second_initializer_V1 is Once { uint256 a; function initialize() external initializer { a = 1; } function f() external view returns (uint256) { return a; } }
/// @custom:expect corruption initializer-missing
contract second_initializer_V2 is Once { uint256 a; address bridge; function initialize(address b) external initializer { a = 1; bridge = b; } function f() external view returns (address) { require(a > 0); return bridge; } }

// Whose hands a function is in may change, and how it is said, without anything being lost.
contract another_authority_V1 { address owner; uint256 fee; function set(uint256 x) external { require(msg.sender == owner); fee = x; } function f() external view returns (uint256) { return fee; } }
interface IAuthority { function canCall(address who, address to, bytes4 what) external view returns (bool); }
/// @custom:expect safe
contract another_authority_V2 { address owner; uint256 fee; IAuthority authority; function set(uint256 x) external { require(_may(msg.sender, msg.sig)); fee = x; } function _may(address who, bytes4 what) private view returns (bool) { IAuthority a = authority; return (address(a) != address(0) && a.canCall(who, address(this), what)) || who == owner; }
    function appoint(IAuthority a) external { require(msg.sender == owner); authority = a; } function f() external view returns (uint256) { return fee; } }

contract authority_or_anybody_V1 { address owner; uint256 fee; function set(uint256 x) external { require(msg.sender == owner); fee = x; } function f() external view returns (uint256) { return fee; } }
/// @custom:expect hazard guard-lost
contract authority_or_anybody_V2 { address owner; uint256 fee; IAuthority authority; function set(uint256 x) external { require(_may(msg.sender, msg.sig)); fee = x; } function _may(address who, bytes4 what) private view returns (bool) { IAuthority a = authority; return address(a) == address(0) || a.canCall(who, address(this), what) || who == owner; }
    function appoint(IAuthority a) external { require(msg.sender == owner); authority = a; } function f() external view returns (uint256) { return fee; } }

// A lock against a second entry, and a switch that halts: dropped, kept in another form, or taken from another base.
abstract contract Lock { uint256 private _status; modifier nonReentrant() { require(_status != 2); _status = 2; _; _status = 1; } function _enter() internal { require(_status != 2); _status = 2; } function _leave() internal { _status = 1; } }
contract lock_dropped_V1 is Lock { mapping(address => uint256) b; function take() external nonReentrant { uint256 a = b[msg.sender]; (bool ok,) = msg.sender.call{value: a}(""); require(ok); b[msg.sender] = 0; } }
/// @custom:expect hazard guard-lost
contract lock_dropped_V2 is Lock { mapping(address => uint256) b; function take() external { uint256 a = b[msg.sender]; (bool ok,) = msg.sender.call{value: a}(""); require(ok); b[msg.sender] = 0; } }

contract lock_by_hand_V1 is Lock { mapping(address => uint256) b; function take() external nonReentrant { uint256 a = b[msg.sender]; (bool ok,) = msg.sender.call{value: a}(""); require(ok); b[msg.sender] = 0; } }
/// @custom:expect safe
contract lock_by_hand_V2 is Lock { mapping(address => uint256) b; function take() external { _enter(); uint256 a = b[msg.sender]; (bool ok,) = msg.sender.call{value: a}(""); require(ok); b[msg.sender] = 0; _leave(); } }

abstract contract LockOfTransaction { uint256 private _status; uint256 transient inside; modifier nonReentrant() { require(inside == 0); inside = 1; _; inside = 0; } }
contract lock_of_transaction_V1 is Lock { mapping(address => uint256) b; function take() external nonReentrant { uint256 a = b[msg.sender]; (bool ok,) = msg.sender.call{value: a}(""); require(ok); b[msg.sender] = 0; } }
/// @custom:expect safe
contract lock_of_transaction_V2 is LockOfTransaction { mapping(address => uint256) b; function take() external nonReentrant { uint256 a = b[msg.sender]; (bool ok,) = msg.sender.call{value: a}(""); require(ok); b[msg.sender] = 0; } }

contract halt_dropped_V1 { bool halted; address owner; uint256 z; modifier live() { require(!halted); _; } function halt() external { require(msg.sender == owner); halted = true; } function add() external live { z += 1; } }
/// @custom:expect hazard guard-lost
contract halt_dropped_V2 { bool halted; address owner; uint256 z; modifier live() { require(!halted); _; } function halt() external { require(msg.sender == owner); halted = true; } function add() external { z += 1; } }

contract halt_inside_V1 { bool halted; address owner; uint256 z; modifier live() { require(!halted); _; } function halt() external { require(msg.sender == owner); halted = true; } function add() external live { z += 1; } }
/// @custom:expect safe
contract halt_inside_V2 { bool halted; address owner; uint256 z; function halt() external { require(msg.sender == owner); halted = true; } function add() external { if (halted) { revert(); } z += 1; } }

contract owner_paid_V1 { address owner; function sweep() external { require(msg.sender == owner); (bool ok,) = msg.sender.call{value: address(this).balance}(""); require(ok); } }
/// @custom:expect hazard guard-lost
contract owner_paid_V2 { address owner; function sweep() external { (bool ok,) = msg.sender.call{value: address(this).balance}(""); require(ok && owner != address(0)); } }

contract owner_paid_by_name_V1 { address owner; function sweep() external { require(msg.sender == owner); (bool ok,) = msg.sender.call{value: address(this).balance}(""); require(ok); } }
/// @custom:expect safe
contract owner_paid_by_name_V2 { address owner; function sweep() external { _only(); (bool ok,) = payable(msg.sender).call{value: address(this).balance}(""); require(ok); } function _only() private view { require(owner == msg.sender); } }

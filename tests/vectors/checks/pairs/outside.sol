// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;
import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

// What holds on to a contract from outside: callers, indexers, a transaction's lock, code that counts its slots itself.

contract mapping_by_number_V1 { mapping(address => uint256) m; mapping(address => uint256) n; function g(address a) external view returns (uint256) { return m[a] + n[a]; } function s(address a, uint256 v) external { m[a] = v; n[a] = v; } }
/// @custom:expect hazard hard-coded-slot
contract mapping_by_number_V2 { mapping(address => uint256) m; mapping(address => uint256) n; function g(address a) external view returns (uint256) { return m[a] + n[a]; } function s(address a, uint256 v) external { m[a] = v; assembly { mstore(0, a) mstore(32, 0) sstore(keccak256(0, 64), v) } } }

contract mapping_by_its_slot_V1 { mapping(address => uint256) m; mapping(address => uint256) n; function g(address a) external view returns (uint256) { return m[a] + n[a]; } function s(address a, uint256 v) external { m[a] = v; n[a] = v; } }
/// @custom:expect safe
contract mapping_by_its_slot_V2 { mapping(address => uint256) m; mapping(address => uint256) n; function g(address a) external view returns (uint256) { return m[a] + n[a]; } function s(address a, uint256 v) external { m[a] = v; assembly { mstore(0, a) mstore(32, n.slot) sstore(keccak256(0, 64), v) } } }

contract lock_to_transient_word_V1 is Initializable, ReentrancyGuard { uint256 a; /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { _disableInitializers(); } function initialize() external initializer { a = 1; } function f() external nonReentrant { a++; } }
/// @custom:expect safe storage-deleted
contract lock_to_transient_word_V2 is Initializable, ReentrancyGuardTransient { uint256 a; /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { _disableInitializers(); } function initialize() external initializer { a = 1; } function f() external nonReentrant { a++; } }

contract lock_gone_V1 is Initializable, ReentrancyGuard { uint256 a; /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { _disableInitializers(); } function initialize() external initializer { a = 1; } function f() external nonReentrant { a++; } }
/// @custom:expect hazard guard-lost
contract lock_gone_V2 is Initializable, ReentrancyGuardTransient { uint256 a; /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { _disableInitializers(); } function initialize() external initializer { a = 1; } function f() external { a++; } }

contract event_silenced_V1 { event Paid(address to, uint256 n); uint256 a; function pay(uint256 n) external { a = n; emit Paid(msg.sender, n); } }
/// @custom:expect hazard event-changed
contract event_silenced_V2 { event Paid(address to, uint256 n); uint256 a; function pay(uint256 n) external { a = n; } }

contract event_emitted_elsewhere_V1 { event Paid(address to, uint256 n); uint256 a; function pay(uint256 n) external { a = n; emit Paid(msg.sender, n); } }
/// @custom:expect safe
contract event_emitted_elsewhere_V2 { event Paid(address to, uint256 n); uint256 a; function pay(uint256 n) external { _pay(n); } function _pay(uint256 n) private { a = n; _tell(n); } function _tell(uint256 n) private { emit Paid(msg.sender, n); } }

enum Side { Long, Short } enum SideTurned { Short, Long } enum SideMore { Long, Short, Flat } enum SideNamed { Bid, Ask }

contract enum_in_call_V1 { uint256 a; function open(Side s, uint256 n) external { a = s == Side.Long ? n : 0; } }
/// @custom:expect hazard abi-changed-enum
contract enum_in_call_V2 { uint256 a; function open(SideTurned s, uint256 n) external { a = s == SideTurned.Long ? n : 0; } }

contract enum_in_answer_V1 { uint256 a; function s(uint256 n) external view returns (Side[2] memory r) { r[0] = n > a ? Side.Long : Side.Short; } }
/// @custom:expect hazard abi-changed-enum
contract enum_in_answer_V2 { uint256 a; function s(uint256 n) external view returns (SideTurned[2] memory r) { r[0] = n > a ? SideTurned.Long : SideTurned.Short; } }

contract enum_in_call_longer_V1 { uint256 a; function open(Side s, uint256 n) external { a = s == Side.Long ? n : 0; } }
/// @custom:expect safe
contract enum_in_call_longer_V2 { uint256 a; function open(SideMore s, uint256 n) external { a = s == SideMore.Long ? n : 0; } }

contract enum_in_call_named_V1 { uint256 a; function open(Side s, uint256 n) external { a = s == Side.Long ? n : 0; } }
/// @custom:expect safe
contract enum_in_call_named_V2 { uint256 a; function open(SideNamed s, uint256 n) external { a = s == SideNamed.Bid ? n : 0; } }

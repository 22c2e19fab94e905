// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;
import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";
import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {DoubleEndedQueue} from "@openzeppelin/contracts/utils/structs/DoubleEndedQueue.sol";

// Storage as libraries and diamonds declare it: structs of libraries, one struct for all, bases that share a base.

contract ls_check_V1 { Checkpoints.Trace224 t; uint256 z; }
/// @custom:expect corruption
contract ls_check_V2 { Checkpoints.Trace208 t; uint256 z; }

contract ls_bm_V1 { BitMaps.BitMap b; uint256 z; }
/// @custom:expect hazard
contract ls_bm_V2 { mapping(uint256 => bool) b; uint256 z; }

contract ls_q_V1 { DoubleEndedQueue.Bytes32Deque q; uint256 z; }
/// @custom:expect corruption
contract ls_q_V2 { bytes32[] q; uint256 z; uint256 zz; }

contract ls_copy_V1 { struct Set { bytes32[] _values; mapping(bytes32 => uint256) _positions; } Set s; uint256 z; }
/// @custom:expect safe
contract ls_copy_V2 { EnumerableSet.Bytes32Set s; uint256 z; }

contract ls_own_V1 { EnumerableSet.Bytes32Set s; uint256 z; }
/// @custom:expect corruption
contract ls_own_V2 { struct Set { mapping(bytes32 => uint256) _positions; bytes32[] _values; } Set s; uint256 z; }

// data in an array element behind mapping of struct of struct

contract deep_mid_V1 { struct A { uint128 x; } struct B { A a; uint128 y; } struct C { B[] bs; } mapping(uint256 => mapping(address => C)) m; }
/// @custom:expect corruption
contract deep_mid_V2 { struct A { uint64 x; } struct B { A a; uint128 y; } struct C { B[] bs; } mapping(uint256 => mapping(address => C)) m; }

contract deep_pad_V1 { struct A { uint128 x; } struct B { A a; uint128 y; } struct C { B[] bs; } mapping(uint256 => mapping(address => C)) m; }
/// @custom:expect safe
contract deep_pad_V2 { struct A { uint128 x; uint64 w; } struct B { A a; uint128 y; uint128 v; } struct C { B[] bs; uint256 n; } mapping(uint256 => mapping(address => C)) m; }

contract rec_V1 { struct N { uint256 v; mapping(uint256 => N) kids; N[] list; } N root; uint256 z; }
/// @custom:expect corruption
contract rec_V2 { struct N { mapping(uint256 => N) kids; uint256 v; N[] list; } N root; uint256 z; }

contract rec_same_V1 { struct N { uint256 v; mapping(uint256 => N) kids; N[] list; } N root; uint256 z; }
/// @custom:expect safe
contract rec_same_V2 { struct M { uint256 v; mapping(uint256 => M) kids; M[] list; } M root; uint256 z; }

contract rec_app_V1 { struct N { uint256 v; mapping(uint256 => N) kids; } N root; uint256 z; }
/// @custom:expect corruption
contract rec_app_V2 { struct N { uint256 v; mapping(uint256 => N) kids; uint256 w; } N root; uint256 z; }

// two renamed chain: a->b, b->c (shifted names)

contract shift_names_V1 { uint256 a; uint256 b; uint256 c; }
/// @custom:expect corruption
contract shift_names_V2 { uint256 z; uint256 a; uint256 b; uint256 c; }

contract shift_gone_V1 { uint256 a; uint256 b; uint256 c; }
/// @custom:expect corruption
contract shift_gone_V2 { uint256 b; uint256 c; uint256 d; }

contract first_renamed_inserted_V1 { address oracle; uint256 price; uint256 time; }
/// @custom:expect corruption
contract first_renamed_inserted_V2 { address oracle; address keeper; uint256 price; uint256 time; }

contract ins_pack_V1 { uint128 a; uint128 b; uint256 c; }
/// @custom:expect corruption
contract ins_pack_V2 { uint128 a; bool paused; uint128 b; uint256 c; }

contract narrow_in_word_V1 { uint128 a; uint128 b; uint256 c; }
/// @custom:expect corruption
contract narrow_in_word_V2 { uint128 a; uint64 b; uint64 d; uint256 c; }

contract ret_same_size_V1 { uint256 maturity; uint256 c; }
/// @custom:expect corruption
contract ret_same_size_V2 { string maturity; uint256 c; }

contract arr_to_map_V1 { address[] list; uint256 c; }
/// @custom:expect corruption
contract arr_to_map_V2 { mapping(uint256 => address) list; uint256 c; }

contract bool_arr_V1 { bool[] list; uint256 c; }
/// @custom:expect corruption
contract bool_arr_V2 { uint256[] list; uint256 c; }

contract fixed_dyn_V1 { uint256[1] list; uint256 c; }
/// @custom:expect corruption
contract fixed_dyn_V2 { uint256[] list; uint256 c; }

contract struct_one_V1 { struct S { uint256 v; } S s; mapping(address => S) m; }
/// @custom:expect safe storage-renamed
contract struct_one_V2 { uint256 s; mapping(address => uint256) m; }

contract map_struct_to_wide_V1 { struct S { uint128 v; uint128 w; } mapping(address => S) m; }
/// @custom:expect corruption
contract map_struct_to_wide_V2 { mapping(address => uint256) m; }

contract map_addr_pay_V1 { mapping(address => address) m; }
/// @custom:expect safe
contract map_addr_pay_V2 { mapping(address => address payable) m; }

contract bytes_str_V1 { bytes b; mapping(uint256 => bytes) m; bytes[] a; }
/// @custom:expect safe
contract bytes_str_V2 { string b; mapping(uint256 => string) m; string[] a; }

contract enum_u8_V1 { enum E { A, B, C } E e; mapping(uint256 => E) m; }
/// @custom:expect safe
contract enum_u8_V2 { uint8 e; mapping(uint256 => uint8) m; }

contract u8_enum_V1 { uint8 e; uint256 z; }
/// @custom:expect hazard
contract u8_enum_V2 { enum E { A, B, C } E e; uint256 z; }

contract u256_addr_V1 { uint256 e; uint256 z; }
/// @custom:expect corruption
contract u256_addr_V2 { address e; uint256 z; }

contract u160_addr_V1 { uint160 e; uint256 z; }
/// @custom:expect hazard
contract u160_addr_V2 { address e; uint256 z; }

// inheritance: diamonds, virtual bases, interfaces w/ constants
interface ICfg { function x() external; }
abstract contract DA { uint256 da; } abstract contract DB is DA { uint256 db; } abstract contract DC is DA { uint256 dc; }

contract dm_V1 is DB, DC { uint256 z; }
/// @custom:expect corruption
contract dm_V2 is DC, DB { uint256 z; }

contract dm_flat_V1 is DB, DC { uint256 z; }
/// @custom:expect safe
contract dm_flat_V2 is DA, DB, DC { uint256 z; }
abstract contract DD is DA, ICfg { }

contract dm_iface_V1 is DB, DC { uint256 z; }
/// @custom:expect safe
contract dm_iface_V2 is DD, DB, DC { uint256 z; function x() external {} }
// flatten a base to inline

contract fl_V1 is DB { uint256 z; }
/// @custom:expect safe
contract fl_V2 { uint256 da; uint256 db; uint256 z; }

contract fl_bad_V1 is DB { uint256 z; }
/// @custom:expect corruption
contract fl_bad_V2 { uint256 db; uint256 da; uint256 z; }
// OZ versions: oz4 gap style ownable to oz5 namespaces
abstract contract Own4 is Initializable { address private _owner; uint256[49] private __gap; function owner() public view returns (address) { return _owner; } function _t(address o) internal { _owner = o; } }

contract oz_V1 is Own4 { uint256 z; function initialize() external initializer { _t(msg.sender); } }
/// @custom:expect corruption
contract oz_V2 is OwnableUpgradeable { uint256 z; function initialize() external initializer { __Ownable_init(msg.sender); } }
abstract contract Own4Gone { address private _owner_deprecated; uint256[49] private __gap; }

contract oz_keep_V1 is Own4 { uint256 z; function initialize() external initializer { _t(msg.sender); } }
/// @custom:expect hazard
contract oz_keep_V2 is Own4Gone, OwnableUpgradeable { uint256 z; function initialize() external initializer { __Ownable_init(msg.sender); } function migrate(address o) external reinitializer(2) { __Ownable_init(o); } }

// diamond facets: AppStorage at slot 0
struct App1 { uint256 a; address b; mapping(address => uint256) m; }
struct App2 { uint256 a; address b; bool paused; mapping(address => uint256) m; }
struct App3 { uint256 a; bool paused; uint256 x; address b; mapping(address => uint256) m; }
struct App4 { uint256 a; address b; mapping(address => uint256) m; uint256 fee; }

contract app_pad_V1 { App1 internal s; function g() external view returns (uint256) { return s.a; } }
/// @custom:expect safe
contract app_pad_V2 { App2 internal s; function g() external view returns (uint256) { return s.a; } }

contract app_mid_V1 { App1 internal s; function g() external view returns (uint256) { return s.a; } }
/// @custom:expect corruption
contract app_mid_V2 { App3 internal s; function g() external view returns (uint256) { return s.a; } }

contract app_end_V1 { App1 internal s; function g() external view returns (uint256) { return s.a; } }
/// @custom:expect safe
contract app_end_V2 { App4 internal s; function g() external view returns (uint256) { return s.a; } }
library LibApp { function app() internal pure returns (App1 storage s) { assembly { s.slot := 0 } } function app4() internal pure returns (App4 storage s) { assembly { s.slot := 0 } } function app3() internal pure returns (App3 storage s) { assembly { s.slot := 0 } } }

contract app_lib_V1 { App1 internal s; function g() external view returns (uint256) { return s.a; } }
/// @custom:expect safe hard-coded-slot
contract app_lib_V2 { function g() external view returns (uint256) { return LibApp.app4().a; } }

contract app_lib_bad_V1 { App1 internal s; function g() external view returns (uint256) { return s.a; } }
/// @custom:expect corruption
contract app_lib_bad_V2 { function g() external view returns (uint256) { return LibApp.app3().a; } }

contract app_var_behind_V1 { App1 internal s; function g() external view returns (uint256) { return s.a; } }
/// @custom:expect corruption
contract app_var_behind_V2 { uint256 x; App1 internal s; function g() external view returns (uint256) { return s.a; } }

// StorageSlot & friends

contract sl_type_V1 { bytes32 constant K = keccak256("sl.t"); function g() external view returns (address) { return StorageSlot.getAddressSlot(K).value; } function s(address a) external { StorageSlot.getAddressSlot(K).value = a; } }
/// @custom:expect corruption
contract sl_type_V2 { bytes32 constant K = keccak256("sl.t"); function g() external view returns (bytes memory) { return StorageSlot.getBytesSlot(K).value; } function s(bytes calldata a) external { StorageSlot.getBytesSlot(K).value = a; } }

contract sl_b_V1 { bytes32 constant K = keccak256("sl.b"); function g() external view returns (uint256) { return StorageSlot.getUint256Slot(K).value; } function s(uint256 a) external { StorageSlot.getUint256Slot(K).value = a; } }
/// @custom:expect corruption
contract sl_b_V2 { bytes32 constant K = keccak256("sl.b"); function g() external view returns (int256) { return StorageSlot.getInt256Slot(K).value; } function s(int256 a) external { StorageSlot.getInt256Slot(K).value = a; } }

contract sl_same_V1 { bytes32 constant K = keccak256("sl.s"); function g() external view returns (uint256) { return StorageSlot.getUint256Slot(K).value; } function s(uint256 a) external { StorageSlot.getUint256Slot(K).value = a; } }
/// @custom:expect safe
contract sl_same_V2 { bytes32 constant KEY = keccak256("sl.s"); function g() external view returns (uint256 v) { bytes32 k = KEY; assembly { v := sload(k) } } function s(uint256 a) external { StorageSlot.getUint256Slot(KEY).value = a; } }
// per-user slot: keccak(abi.encode(user, BASE))

contract pu_V1 { bytes32 constant B = keccak256("pu"); struct P { uint256 size; } function p(address u) internal pure returns (P storage x) { bytes32 k = keccak256(abi.encode(u, B)); assembly { x.slot := k } } function g(address u) external view returns (uint256) { return p(u).size; } }
/// @custom:expect corruption
contract pu_V2 { bytes32 constant B = keccak256("pu"); struct P { uint256 size; } function p(address u) internal pure returns (P storage x) { bytes32 k = keccak256(abi.encode(B, u)); assembly { x.slot := k } } function g(address u) external view returns (uint256) { return p(u).size; } }

contract pu_packed_V1 { bytes32 constant B = keccak256("pu"); struct P { uint256 size; } function p(address u) internal pure returns (P storage x) { bytes32 k = keccak256(abi.encode(u, B)); assembly { x.slot := k } } function g(address u) external view returns (uint256) { return p(u).size; } }
/// @custom:expect corruption
contract pu_packed_V2 { bytes32 constant B = keccak256("pu"); struct P { uint256 size; } function p(address u) internal pure returns (P storage x) { bytes32 k = keccak256(abi.encodePacked(u, B)); assembly { x.slot := k } } function g(address u) external view returns (uint256) { return p(u).size; } }

contract pu_as_mapping_V1 { bytes32 constant B = keccak256("pu"); struct P { uint256 size; } function p(address u) internal pure returns (P storage x) { bytes32 k = keccak256(abi.encode(u, B)); assembly { x.slot := k } } function g(address u) external view returns (uint256) { return p(u).size; } }
/// @custom:expect safe storage-deleted
contract pu_as_mapping_V2 { bytes32 constant B = keccak256("pu"); struct P { uint256 size; uint256 more; } struct H { mapping(address => P) ps; } function h() internal pure returns (H storage x) { bytes32 k = B; assembly { x.slot := k } } function g(address u) external view returns (uint256) { return h().ps[u].size; } }

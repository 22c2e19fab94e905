// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;
import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";

// Slots that a caller names: who may write any, may write the owner.

contract poke_any_V1 { uint256 a; address owner; function f() external { require(msg.sender == owner); a = 1; } }
/// @custom:expect corruption
contract poke_any_V2 { uint256 a; address owner; function f() external { require(msg.sender == owner); a = 1; } function poke(bytes32 s, bytes32 v) external { assembly { sstore(s, v) } } }

contract poke_owner_V1 { uint256 a; address owner; function f() external { require(msg.sender == owner); a = 1; } }
/// @custom:expect safe
contract poke_owner_V2 { uint256 a; address owner; function f() external { require(msg.sender == owner); a = 1; } function poke(bytes32 s, bytes32 v) external { require(msg.sender == owner); assembly { sstore(s, v) } } }

contract poke_slot_V1 { uint256 a; address owner; function f() external { require(msg.sender == owner); a = 1; } }
/// @custom:expect corruption
contract poke_slot_V2 { uint256 a; address owner; function f() external { require(msg.sender == owner); a = 1; } function poke(bytes32 s, address v) external { StorageSlot.getAddressSlot(s).value = v; } }

contract poke_mapped_V1 { uint256 a; mapping(uint256 => uint256) m; function f() external { a = 1; } }
/// @custom:expect safe
contract poke_mapped_V2 { uint256 a; mapping(uint256 => uint256) m; function f() external { a = 1; } function set(uint256 i, uint256 v) external { assembly { mstore(0, i) mstore(32, m.slot) sstore(keccak256(0, 64), v) } } }

contract poke_read_V1 { uint256 a; function f() external { a = 1; } }
/// @custom:expect safe
contract poke_read_V2 { uint256 a; function f() external { a = 1; } function extsload(bytes32 s) external view returns (bytes32 v) { assembly { v := sload(s) } } }
library Deep { function put(bytes32 s, uint256 v) internal { _put(bytes32(uint256(s)), v); } function _put(bytes32 s, uint256 v) private { assembly { sstore(s, v) } } }

contract poke_deep_V1 { uint256 a; function f() external { a = 1; } }
/// @custom:expect corruption
contract poke_deep_V2 { uint256 a; function f() external { a = 1; } function poke(bytes32[] calldata s, uint256 v) external { for (uint256 i; i < s.length; ++i) { bytes32 at = s[i]; Deep.put(at, v); } } }

contract poke_hashed_V1 { uint256 a; function f() external { a = 1; } }
/// @custom:expect safe
contract poke_hashed_V2 { uint256 a; function f() external { a = 1; } function poke(bytes32 s, uint256 v) external { Deep.put(keccak256(abi.encode(msg.sender, s)), v); } }

contract poke_constant_V1 { bytes32 constant K = keccak256("poke.k"); uint256 a; function f() external { a = 1; } function set(address v) external { StorageSlot.getAddressSlot(K).value = v; } }
/// @custom:expect safe
contract poke_constant_V2 { bytes32 constant K = keccak256("poke.k"); uint256 a; function f(uint256 x) external { a = x; } function set(address v) external { StorageSlot.getAddressSlot(K).value = v; } function f() external { a = 1; } }

contract poke_seen_V1 { uint256 a; function f() external { a = 1; } function peek(bytes32 s) external view returns (address) { return StorageSlot.getAddressSlot(s).value; } }
/// @custom:expect safe abi-changed-mutability
contract poke_seen_V2 { uint256 a; function f() external { a = 2; } function peek(bytes32 s) external returns (address) { a = 1; return StorageSlot.getAddressSlot(s).value; } }

contract poke_in_circles_V1 { uint256 a; function f() external { a = 1; } }
/// @custom:expect safe
contract poke_in_circles_V2 { uint256 a; function f() external { bytes32 x; bytes32 y; x = y; y = x; Deep.put(x, 1); a = 2; } function g(uint256 v) external { bytes32 x; bytes32 y; x = y; y = x; a = v; x; } }

contract poke_as_before_V1 { uint256 a; function poke(bytes32 s, bytes32 v) external { assembly { sstore(s, v) } } }
/// @custom:expect safe
contract poke_as_before_V2 { uint256 a; function poke(bytes32 s, bytes32 v) external { assembly { sstore(s, v) } } function f() external { a = 1; } }

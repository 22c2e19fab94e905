// SPDX-License-Identifier: MIT
pragma solidity ^0.5.17;

// As written for solc 0.5: assembly is text, slots are `x_slot`, there are no immutables and no file level.

contract five_inserted_V1 { uint256 a; address b; function f() external view returns (uint256) { return a + uint256(b); } }
// @custom:expect corruption storage-moved
contract five_inserted_V2 { uint256 a; uint256 n; address b; function f() external view returns (uint256) { return a + uint256(b); } }

contract five_appended_V1 { uint256 a; address b; function f() external view returns (uint256) { return a + uint256(b); } }
// @custom:expect safe
contract five_appended_V2 { uint256 a; address b; bool c; mapping(uint256 => uint256) m; function f() external view returns (uint256) { return a + uint256(b); } function h() external { m[1] = 1; c = true; } }

contract five_payable_V1 { address a; mapping(address => uint256) m; function f() external view returns (address) { return a; } }
// @custom:expect safe
contract five_payable_V2 { address payable a; mapping(address => uint256) m; function f() external view returns (address) { return a; } }

contract five_slot_V1 { bytes32 constant S = keccak256("five.a"); function g() external view returns (address v) { bytes32 s = S; assembly { v := sload(s) } } function h(address v) external { bytes32 s = S; assembly { sstore(s, v) } } }
// @custom:expect corruption storage-region-moved
contract five_slot_V2 { bytes32 constant S = keccak256("five.b"); function g() external view returns (address v) { bytes32 s = S; assembly { v := sload(s) } } function h(address v) external { bytes32 s = S; assembly { sstore(s, v) } } }

contract five_slot_same_V1 { bytes32 constant S = keccak256("five.a"); function g() external view returns (address v) { bytes32 s = S; assembly { v := sload(s) } } function h(address v) external { bytes32 s = S; assembly { sstore(s, v) } } }
// @custom:expect safe
contract five_slot_same_V2 { bytes32 constant T = keccak256(abi.encodePacked("five.", "a")); function g() external view returns (address v) { bytes32 s = T; assembly { v := sload(s) } } function h(address v) external { bytes32 s = T; assembly { sstore(s, v) } } }

contract five_tuple_V1 { function at() private pure returns (bytes32, uint256) { return (keccak256("five.t"), 1); } function g() external view returns (uint256 v) { (bytes32 s, ) = at(); assembly { v := sload(s) } } function h(uint256 v) external { (bytes32 s, ) = at(); assembly { sstore(s, v) } } }
// @custom:expect corruption storage-region-moved
contract five_tuple_V2 { function at() private pure returns (bytes32, uint256) { return (keccak256("five.u"), 1); } function g() external view returns (uint256 v) { (bytes32 s, ) = at(); assembly { v := sload(s) } } function h(uint256 v) external { (bytes32 s, ) = at(); assembly { sstore(s, v) } } }

contract five_tuple_same_V1 { function at() private pure returns (bytes32, uint256) { return (keccak256("five.t"), 1); } function g() external view returns (uint256 v) { (bytes32 s, ) = at(); assembly { v := sload(s) } } function h(uint256 v) external { (bytes32 s, ) = at(); assembly { sstore(s, v) } } }
// @custom:expect safe
contract five_tuple_same_V2 { bytes32 constant S = keccak256("five.t"); function g() external view returns (uint256 v) { bytes32 s = S; assembly { v := sload(s) } } function h(uint256 v) external { bytes32 s = S; assembly { sstore(s, v) } } }

contract five_enum_V1 { enum E { A, B, C } E e; function f() external view returns (E) { return e; } }
// @custom:expect corruption storage-reinterpreted
contract five_enum_V2 { enum E { A, X, B, C } E e; function f() external view returns (E) { return e; } }

contract five_enum_grows_V1 { enum E { A, B, C } E e; function f() external view returns (E) { return e; } }
// @custom:expect safe
contract five_enum_grows_V2 { enum E { A, B, C, D } E e; function f() external view returns (E) { return e; } }

contract five_gap_V1 { uint256 a; uint256[10] private ______gap; uint256 z; function f() external view returns (uint256) { return a + z; } }
// @custom:expect safe
contract five_gap_V2 { uint256 a; uint256 b; uint256[9] private ______gap; uint256 z; function f() external view returns (uint256) { return a + z; } function h() external { b++; } }

contract five_gap_kept_V1 { uint256 a; uint256[10] private ______gap; uint256 z; function f() external view returns (uint256) { return a + z; } }
// @custom:expect corruption storage-moved
contract five_gap_kept_V2 { uint256 a; uint256 b; uint256[10] private ______gap; uint256 z; function f() external view returns (uint256) { return a + z; } function h() external { b++; } }

contract five_delegate_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
// @custom:expect corruption unsafe-delegatecall
contract five_delegate_V2 { uint256 a; function f() external view returns (uint256) { return a; } function h(address t) external { assembly { pop(delegatecall(gas, t, 0, 0, 0, 0)) } } }

contract five_initialize_V1 { bool done; address owner; uint256 a; function initialize(address o) public { require(!done); done = true; owner = o; } constructor() public { done = true; } function set(uint256 x) external { require(msg.sender == owner); a = x; } }
// @custom:expect corruption initializer-recallable
contract five_initialize_V2 { bool done; address owner; uint256 a; function initialize(address o) public { owner = o; } constructor() public { done = true; } function set(uint256 x) external { require(msg.sender == owner); a = x; } }

contract five_claim_V1 { address owner; uint256 a; function set(uint256 x) external { require(msg.sender == owner); a = x; } }
// @custom:expect hazard owner-open
contract five_claim_V2 { address owner; uint256 a; function set(uint256 x) external { require(msg.sender == owner); a = x; } function claim() external { owner = msg.sender; } }

// SPDX-License-Identifier: MIT
pragma solidity ^0.6.12;

// As written for solc 0.6: `x_slot` in assembly that is parsed, immutables, no user-defined value types.

contract six_base_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
abstract contract SixNew { uint128 internal n; }
// @custom:expect corruption storage-moved
contract six_base_V2 is SixNew { uint256 a; function f() external view returns (uint256) { return a; } }

contract six_padding_V1 { uint128 a; uint256 b; function f() external view returns (uint256) { return a + b; } }
// @custom:expect safe
contract six_padding_V2 { uint128 a; uint64 p; uint256 b; function f() external view returns (uint256) { return a + b; } function h() external { p++; } }

contract six_struct_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = bytes32(uint256(keccak256("six.d")) - 1); assembly { d_slot := s } } function g() external view returns (uint256) { return l().v; } }
// @custom:expect corruption storage-region-moved
contract six_struct_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = keccak256("six.d"); assembly { d_slot := s } } function g() external view returns (uint256) { return l().v; } }

contract six_tuple_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { (bytes32 s, ) = (keccak256("six.t"), 1); assembly { d_slot := s } } function g() external view returns (uint256) { return l().v; } }
// @custom:expect corruption storage-region-moved
contract six_tuple_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { (bytes32 s, ) = (keccak256("six.u"), 1); assembly { d_slot := s } } function g() external view returns (uint256) { return l().v; } }

contract six_tuple_same_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { (bytes32 s, ) = (keccak256("six.t"), 1); assembly { d_slot := s } } function g() external view returns (uint256) { return l().v; } }
// @custom:expect safe
contract six_tuple_same_V2 { struct D { uint256 v; address w; uint64 t; } function l() private pure returns (D storage d) { bytes32 s = keccak256("six.t"); assembly { d_slot := s } } function g() external view returns (uint256) { return l().v; } }

contract six_words_V1 { function g() external view returns (uint256 v) { assembly { v := sload(0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef) } } function h(uint256 v) external { assembly { sstore(0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef, v) } } }
// @custom:expect corruption storage-region-moved
contract six_words_V2 { function g() external view returns (uint256 v) { assembly { v := sload(0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdee) } } function h(uint256 v) external { assembly { sstore(0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdee, v) } } }

contract six_immutable_V1 { uint256 public immutable FEE = 3; uint256 a; function f() external view returns (uint256) { return a; } }
// @custom:expect hazard immutable-changed
contract six_immutable_V2 { uint256 public immutable FEE = 4; uint256 a; function f() external view returns (uint256) { return a; } }

contract six_recursive_V1 { struct N { uint256 v; mapping(uint256 => N) sub; } mapping(address => N) roots; function f() external view returns (uint256) { return roots[msg.sender].sub[1].v; } function h() external { roots[msg.sender].v = 1; } }
// @custom:expect safe
contract six_recursive_V2 { struct N { uint256 v; mapping(uint256 => N) sub; uint64 t; } mapping(address => N) roots; function f() external view returns (uint256) { return roots[msg.sender].sub[1].v; } function h() external { roots[msg.sender].v = 1; } }

contract six_recursive_turned_V1 { struct N { uint256 v; mapping(uint256 => N) sub; } mapping(address => N) roots; function f() external view returns (uint256) { return roots[msg.sender].sub[1].v; } function h() external { roots[msg.sender].v = 1; } }
// @custom:expect corruption storage-moved
contract six_recursive_turned_V2 { struct N { mapping(uint256 => N) sub; uint256 v; } mapping(address => N) roots; function f() external view returns (uint256) { return roots[msg.sender].sub[1].v; } function h() external { roots[msg.sender].v = 1; } }

contract six_function_value_V1 { function (uint256) external returns (bool) hook; function f(uint256 x) external returns (bool) { return hook(x); } }
// @custom:expect corruption storage-reinterpreted
contract six_function_value_V2 { function (int256) external returns (bool) hook; function f(uint256 x) external returns (bool) { return hook(int256(x)); } }

contract six_destroys_V1 { uint256 a; function f() external view returns (uint256) { return a; } }
// @custom:expect corruption unsafe-selfdestruct
contract six_destroys_V2 { uint256 a; function f() external view returns (uint256) { return a; } function end() external { selfdestruct(msg.sender); } }

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

// One place and several who use it: libraries, generations of a base, slots that functions work out.

contract multi_stmt_V1 { struct D { uint256 v; address w; } function S() private pure returns (bytes32 s) { bytes memory n = "m.one"; s = keccak256(n); } function l() private pure returns (D storage d) { bytes32 s = S(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-moved
contract multi_stmt_V2 { struct D { address w; uint256 v; } function S() private pure returns (bytes32 s) { bytes memory n = "m.one"; s = keccak256(n); } function l() private pure returns (D storage d) { bytes32 s = S(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract multi_moved_V1 { struct D { uint256 v; address w; } function S() private pure returns (bytes32 s) { bytes memory n = "m.one"; s = keccak256(n); } function l() private pure returns (D storage d) { bytes32 s = S(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
/// @custom:expect corruption storage-region-moved
contract multi_moved_V2 { struct D { uint256 v; address w; } function S() private pure returns (bytes32 s) { bytes memory n = "m.two"; s = keccak256(n); } function l() private pure returns (D storage d) { bytes32 s = S(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
abstract contract V4Init { uint8 private _initialized; bool private _initializing; }
abstract contract V4Ctx is V4Init { uint256[50] private __gap; }
abstract contract V4Own is V4Ctx { address private _owner; uint256[49] private __gap; function owner() public view returns (address) { return _owner; } }
abstract contract V5Own { /// @custom:storage-location erc7201:openzeppelin.storage.Ownable
    struct OwnableStorage { address _owner; } function o() private pure returns (OwnableStorage storage s) { uint256 p = erc7201("openzeppelin.storage.Ownable"); assembly { s.slot := p } } function owner() public view returns (address) { return o()._owner; } }

contract v4_v5_V1 is V4Own { uint256 x; }
/// @custom:expect corruption
contract v4_v5_V2 is V5Own { uint256 x; }

contract v4_v5_padded_V1 is V4Own { uint256 x; }
/// @custom:expect corruption
contract v4_v5_padded_V2 is V5Own { uint256[101] private __gap_v4; uint256 x; }

contract ns_copy_V1 { uint256 a; uint256 b; function g() external view returns (uint256) { return a + b; } }
/// @custom:expect corruption
contract ns_copy_V2 { /// @custom:storage-location erc7201:m.ns
    struct M { uint256 a; uint256 b; } function l() private pure returns (M storage s) { uint256 p = erc7201("m.ns"); assembly { s.slot := p } } function g() external view returns (uint256) { return l().a + l().b; } }

contract two_libs_same_slot_V1 { uint256 q; function g() external view returns (uint256) { return LA.l().a; } }
/// @custom:expect corruption
contract two_libs_same_slot_V2 { uint256 q; function g() external view returns (uint256) { return LA.l().a; } function h() external view returns (address) { return LBx.l().who; } }
library LA { struct A { uint256 a; uint256 b; } function l() internal pure returns (A storage s) { bytes32 p = keccak256("m.same"); assembly { s.slot := p } } }
library LBx { struct B { address who; uint256 c; } function l() internal pure returns (B storage s) { bytes32 p = keccak256("m.same"); assembly { s.slot := p } } }
library Ext { struct E { uint256 a; address w; } function put(uint256 v) external { E storage s; bytes32 p = keccak256("m.ext"); assembly { s.slot := p } s.a = v; } }
library Ext2 { struct E { address w; uint256 a; } function put(uint256 v) external { E storage s; bytes32 p = keccak256("m.ext"); assembly { s.slot := p } s.a = v; } }

contract ext_lib_V1 { function f() external { Ext.put(1); } }
/// @custom:expect corruption
contract ext_lib_V2 { function f() external { Ext2.put(1); } }

contract pointer_arith_V1 { struct D { uint256 v; address w; } bytes32 constant S = keccak256("m.arr"); function at(uint256 i) private pure returns (D storage d) { bytes32 s = bytes32(uint256(S) + i * 2); assembly { d.slot := s } } function g(uint256 i) external view returns (uint256) { return at(i).v; } }
/// @custom:expect corruption
contract pointer_arith_V2 { struct D { uint256 v; address w; uint256 z; } bytes32 constant S = keccak256("m.arr"); function at(uint256 i) private pure returns (D storage d) { bytes32 s = bytes32(uint256(S) + i * 3); assembly { d.slot := s } } function g(uint256 i) external view returns (uint256) { return at(i).v; } }

contract const_in_struct_lib_V1 { uint256 a; function g() external view returns (uint256) { return a; } }
/// @custom:expect corruption
contract const_in_struct_lib_V2 { uint256 a; function g() external view returns (uint256) { return a; } function h() external view returns (address) { return Low.l().who; } }
library Low { struct B { address who; } function l() internal pure returns (B storage s) { assembly { s.slot := 0 } } }
abstract contract Ax { uint256 internal a1; }
abstract contract Bx is Ax { uint256 internal b1; }
abstract contract Cx is Ax { uint256 internal c1; }
abstract contract Cy is Ax { uint256 internal c1; }

contract lin_V1 is Bx, Cx { uint256 x; }
/// @custom:expect corruption
contract lin_V2 is Cy, Bx { uint256 x; }

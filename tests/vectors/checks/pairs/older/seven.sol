// SPDX-License-Identifier: MIT
pragma solidity ^0.7.6;

// As written for solc 0.7: `x.slot`, free functions, structs and enums at file level.

enum Side { Long, Short }
struct Lot { uint128 size; Side side; }
struct LotTurned { Side side; uint128 size; }
struct LotMore { uint128 size; Side side; uint64 opened; }
function sevenPlace() pure returns (bytes32) { return keccak256("seven.free"); }
function sevenOther() pure returns (bytes32) { return keccak256("seven.other"); }

contract seven_lots_V1 { Lot[] lots; mapping(bytes32 => Lot) byId; function f() external view returns (uint128) { return lots[0].size; } function p() external { lots.push(Lot(1, Side.Long)); byId[0] = lots[0]; } }
// @custom:expect safe
contract seven_lots_V2 { LotMore[] lots; mapping(bytes32 => LotMore) byId; function f() external view returns (uint128) { return lots[0].size; } function p() external { lots.push(LotMore(1, Side.Long, 2)); byId[0] = lots[0]; } }

contract seven_lots_turned_V1 { Lot[] lots; function f() external view returns (uint128) { return lots[0].size; } function p() external { lots.push(Lot(1, Side.Long)); } }
// @custom:expect corruption storage-moved
contract seven_lots_turned_V2 { LotTurned[] lots; function f() external view returns (uint128) { return lots[0].size; } function p() external { lots.push(LotTurned(Side.Long, 1)); } }

contract seven_free_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = sevenPlace(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
// @custom:expect corruption storage-region-moved
contract seven_free_V2 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = sevenOther(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract seven_free_same_V1 { struct D { uint256 v; address w; } function l() private pure returns (D storage d) { bytes32 s = sevenPlace(); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
// @custom:expect safe
contract seven_free_same_V2 { struct D { uint256 v; address w; uint96 t; } function l() private pure returns (D storage d) { bytes32 s = keccak256("seven.free"); assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract seven_constructed_V1 { struct P { bytes32 slot; uint256 n; } struct D { uint256 v; address w; } function l() private pure returns (D storage d) { P memory p = P(keccak256("seven.p"), 1); bytes32 s = p.slot; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }
// @custom:expect corruption storage-region-moved
contract seven_constructed_V2 { struct P { bytes32 slot; uint256 n; } struct D { uint256 v; address w; } function l() private pure returns (D storage d) { P memory p = P(keccak256("seven.q"), 1); bytes32 s = p.slot; assembly { d.slot := s } } function g() external view returns (uint256) { return l().v; } }

contract seven_bytes_V1 { bytes16 tag; uint256 n; function f() external view returns (bytes16) { return tag; } }
// @custom:expect corruption
contract seven_bytes_V2 { bytes32 tag; uint256 n; function f() external view returns (bytes32) { return tag; } }

contract seven_self_call_V1 { address owner; function upgradeTo(address n) external { require(msg.sender == owner); _up(n); } function _up(address n) internal { assembly { sstore(0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc, n) } } function proxiableUUID() external pure returns (bytes32) { return 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc; } }
// @custom:expect corruption uups-open-authorize
contract seven_self_call_V2 { address owner; function upgradeTo(address n) external { require(msg.sender == address(this)); _up(n); } function _up(address n) internal { assembly { sstore(0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc, n) } } function proxiableUUID() external pure returns (bytes32) { return 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc; } function run(bytes calldata d) external { (bool ok,) = address(this).call(d); require(ok); } }

contract seven_self_call_owner_V1 { address owner; function upgradeTo(address n) external { require(msg.sender == owner); _up(n); } function _up(address n) internal { assembly { sstore(0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc, n) } } function proxiableUUID() external pure returns (bytes32) { return 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc; } }
// @custom:expect safe
contract seven_self_call_owner_V2 { address owner; function upgradeTo(address n) external { require(msg.sender == address(this)); _up(n); } function _up(address n) internal { assembly { sstore(0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc, n) } } function proxiableUUID() external pure returns (bytes32) { return 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc; } function run(bytes calldata d) external { require(msg.sender == owner); (bool ok,) = address(this).call(d); require(ok); } }

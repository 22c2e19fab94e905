// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {TransparentUpgradeableProxy} from "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol";
import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";

// Proxies: what the proxy's own code keeps in the storage that it shares with its implementation, and which calls it
// keeps for itself. A contract called _Proxy is the proxy of its pair.

abstract contract Delegates {
    function _to() internal view virtual returns (address);
    fallback() external payable {
        address target = _to();
        assembly {
            calldatacopy(0, 0, calldatasize())
            let ok := delegatecall(gas(), target, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            switch ok case 0 { revert(0, returndatasize()) } default { return(0, returndatasize()) }
        }
    }
}

// The admin's address is the bytes of both flags: a non-zero one reads as "initializing" (Audius, 2022).
contract admin_on_flags_V1 { uint256[2] private __gap; uint256 votes; function vote() external { votes++; } }
/// @custom:expect corruption storage-proxy-collision
contract admin_on_flags_V2 { bool initialized; bool initializing; uint256[1] private __gap; uint256 votes; function vote() external { votes++; } function start() external { require(initializing || !initialized); initialized = true; } }
contract admin_on_flags_Proxy is Delegates { address admin; address target; function _to() internal view override returns (address) { return target; } function hand(address to) external { require(msg.sender == admin); admin = to; } }

// Proxy and implementation inherit one contract that declares the proxy's state first (Compound's Unitroller).
abstract contract AdminStorage { address public admin; address public target; }
contract declared_first_V1 is AdminStorage { uint256 votes; function vote() external { votes++; } }
/// @custom:expect safe
contract declared_first_V2 is AdminStorage { uint256 votes; uint256 quorum; function vote() external { votes++; quorum = votes; } }
contract declared_first_Proxy is AdminStorage, Delegates { function _to() internal view override returns (address) { return target; } function hand(address to) external { require(msg.sender == admin); admin = to; } }

// The base with the proxy's state is dropped from the implementation: its own variables come down onto the admin.
contract base_dropped_V1 is AdminStorage { uint256 votes; function vote() external { votes++; } }
/// @custom:expect corruption storage-proxy-collision storage-moved
contract base_dropped_V2 { uint256 votes; function vote() external { votes++; } function admin() external view returns (address) {} function target() external view returns (address) {} }
contract base_dropped_Proxy is AdminStorage, Delegates { function _to() internal view override returns (address) { return target; } function hand(address to) external { require(msg.sender == admin); admin = to; } }

// An EIP-1967 proxy keeps nothing where a compiler would.
contract standard_proxy_V1 { uint256 votes; function vote() external { votes++; } }
/// @custom:expect safe
contract standard_proxy_V2 { uint256 votes; uint256 quorum; function vote() external { votes++; quorum = votes; } }
contract standard_proxy_Proxy is ERC1967Proxy { constructor(address to) ERC1967Proxy(to, "") {} }

// The proxy's variable lies behind the implementation's last one; what is appended lies on it.
contract appended_onto_V1 { uint256 votes; function vote() external { votes++; } }
/// @custom:expect corruption storage-proxy-collision
contract appended_onto_V2 { uint256 votes; uint256 quorum; function vote() external { votes++; quorum = votes; } }
contract appended_onto_Proxy is Delegates { uint256[1] private spare_gap; address target; function _to() internal view override returns (address) { return target; } function set(address to) external { target = to; } }

// The same collision was there before: the upgrade makes nothing worse, but somebody has to know.
contract collides_already_V1 { uint256 votes; function vote() external { votes++; } }
/// @custom:expect hazard storage-proxy-collision
contract collides_already_V2 { uint256 votes; uint256 quorum; function vote() external { votes++; quorum = votes; } }
contract collides_already_Proxy is Delegates { address target; function _to() internal view override returns (address) { return target; } function set(address to) external { target = to; } }

// One variable under two names: nothing moves, but nobody can tell whether both mean the same.
contract called_otherwise_V1 { address admin; uint256 votes; function vote() external { require(msg.sender == admin); votes++; } }
/// @custom:expect hazard storage-proxy-collision
contract called_otherwise_V2 { address admin; uint256 votes; uint256 quorum; function vote() external { require(msg.sender == admin); votes++; quorum = votes; } }
contract called_otherwise_Proxy is Delegates { address owner; function _to() internal view override returns (address) { return owner; } function set(address to) external { owner = to; } }

// A wider type on the proxy's variable: the implementation writes bytes that the proxy packs something else into.
contract widened_over_V1 { address target; uint96 fee; function pay() external { fee++; } }
/// @custom:expect corruption storage-proxy-collision
contract widened_over_V2 { address target; uint64 fee; uint32 since; function pay() external { fee++; since = 1; } }
contract widened_over_Proxy is Delegates { address target; uint96 fee; function _to() internal view override returns (address) { return target; } function set(address to) external { target = to; fee = 1; } }

// Both keep a mapping in slot 0: entries of one key lie in one word.
contract one_root_two_mappings_V1 { uint256 free; function nothing() external { free++; } }
/// @custom:expect corruption storage-proxy-collision
contract one_root_two_mappings_V2 { uint256 free; mapping(address => uint256) balances; function pay() external { balances[msg.sender]++; free++; } }
contract one_root_two_mappings_Proxy is Delegates { uint256 free; mapping(address => bool) allowed; function _to() internal view override returns (address) { require(allowed[msg.sender]); return address(uint160(free)); } }

// A diamond's position and a proxy's constant slot are one and the same.
contract same_position_V1 { uint256 votes; function vote() external { votes++; } }
/// @custom:expect corruption storage-proxy-collision
contract same_position_V2 {
    struct Book { uint256 total; }
    bytes32 constant AT = keccak256("desk.admin");
    uint256 votes;
    function book() internal pure returns (Book storage b) { bytes32 at = AT; assembly { b.slot := at } }
    function vote() external { votes++; book().total++; }
}
contract same_position_Proxy is Delegates {
    struct Desk { address admin; }
    bytes32 constant AT = keccak256("desk.admin");
    function desk() internal pure returns (Desk storage d) { bytes32 at = AT; assembly { d.slot := at } }
    function _to() internal view override returns (address) { return desk().admin; }
}

// The proxy answers a call itself: the implementation's new function of that name is never reached.
contract shadowed_V1 { uint256 votes; function vote() external { votes++; } }
/// @custom:expect corruption selector-clash
contract shadowed_V2 { uint256 votes; function vote() external { votes++; } function version() external pure returns (uint256) { return 2; } }
contract shadowed_Proxy is Delegates { function _to() internal view override returns (address) { return address(this); } function version() external pure returns (uint256) { return 1; } }

// The same four bytes under another name.
contract same_four_bytes_V1 { uint256 votes; function vote() external { votes++; } }
/// @custom:expect corruption selector-clash
contract same_four_bytes_V2 { uint256 votes; function vote() external { votes++; } function clash550254402() external { votes = 0; } }
contract same_four_bytes_Proxy is Delegates { function _to() internal view override returns (address) { return address(this); } function proxyOwner() external view returns (address) { return address(this); } }

// Behind a transparent proxy only its admin is answered by it.
contract administered_V1 { uint256 votes; function vote() external { votes++; } }
/// @custom:expect safe
contract administered_V2 { uint256 votes; function vote() external { votes++; } function admin() external pure returns (address) { return address(1); } }
contract administered_Proxy is TransparentUpgradeableProxy { constructor(address to) TransparentUpgradeableProxy(to, to, "") {} }

// A function that the implementation had before under the proxy's: nothing changes for anybody.
contract shadowed_already_V1 { uint256 votes; function vote() external { votes++; } function version() external pure returns (uint256) { return 1; } }
/// @custom:expect safe
contract shadowed_already_V2 { uint256 votes; function vote() external { votes++; } function version() external pure returns (uint256) { return 2; } }
contract shadowed_already_Proxy is Delegates { function _to() internal view override returns (address) { return address(this); } function version() external pure returns (uint256) { return 1; } }

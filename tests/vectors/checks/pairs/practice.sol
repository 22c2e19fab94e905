// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

import {Initializable} from "@openzeppelin/contracts-upgradeable/proxy/utils/Initializable.sol";
import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";

// What real protocols do from one release to the next.

abstract contract Shut is Initializable { /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() { _disableInitializers(); } }

library FacetStorage { struct Layout { mapping(address => uint256) balances; uint64 epoch; } bytes32 constant SLOT = keccak256("practice.facet"); function layout() internal pure returns (Layout storage l) { bytes32 s = SLOT; assembly { l.slot := s } } }
library FacetStorageGrown { struct Layout { mapping(address => uint256) balances; uint64 epoch; uint64 cap; mapping(address => bool) frozen; } bytes32 constant SLOT = keccak256("practice.facet"); function layout() internal pure returns (Layout storage l) { bytes32 s = SLOT; assembly { l.slot := s } } }
library FacetStorageTurned { struct Layout { uint64 epoch; mapping(address => uint256) balances; } bytes32 constant SLOT = keccak256("practice.facet"); function layout() internal pure returns (Layout storage l) { bytes32 s = SLOT; assembly { l.slot := s } } }
library OtherFacetStorage { struct Layout { address feed; } bytes32 constant SLOT = keccak256("practice.other"); function layout() internal pure returns (Layout storage l) { bytes32 s = SLOT; assembly { l.slot := s } } }
library ClashingFacetStorage { struct Layout { address feed; } bytes32 constant SLOT = keccak256("practice.facet"); function layout() internal pure returns (Layout storage l) { bytes32 s = SLOT; assembly { l.slot := s } } }

contract facet_grows_V1 { function epoch() external view returns (uint64) { return FacetStorage.layout().epoch; } function put() external { FacetStorage.layout().balances[msg.sender] = 1; FacetStorage.layout().epoch++; } }
/// @custom:expect safe
contract facet_grows_V2 { function epoch() external view returns (uint64) { return FacetStorageGrown.layout().epoch; } function put() external { FacetStorageGrown.layout().balances[msg.sender] = 1; FacetStorageGrown.layout().epoch++; } }

contract facet_turned_V1 { function epoch() external view returns (uint64) { return FacetStorage.layout().epoch; } function put() external { FacetStorage.layout().balances[msg.sender] = 1; FacetStorage.layout().epoch++; } }
/// @custom:expect corruption storage-moved
contract facet_turned_V2 { function epoch() external view returns (uint64) { return FacetStorageTurned.layout().epoch; } function put() external { FacetStorageTurned.layout().balances[msg.sender] = 1; FacetStorageTurned.layout().epoch++; } }

contract facet_second_V1 { function epoch() external view returns (uint64) { return FacetStorage.layout().epoch; } function put() external { FacetStorage.layout().epoch++; } }
/// @custom:expect safe
contract facet_second_V2 { function epoch() external view returns (uint64) { return FacetStorage.layout().epoch; } function put() external { FacetStorage.layout().epoch++; } function set(address f) external { OtherFacetStorage.layout().feed = f; } function feed() external view returns (address) { return OtherFacetStorage.layout().feed; } }

contract facet_clashes_V1 { function epoch() external view returns (uint64) { return FacetStorage.layout().epoch; } function put() external { FacetStorage.layout().balances[msg.sender] = 1; FacetStorage.layout().epoch++; } }
/// @custom:expect corruption storage-region-overlap
contract facet_clashes_V2 { function epoch() external view returns (uint64) { return FacetStorage.layout().epoch; } function put() external { FacetStorage.layout().balances[msg.sender] = 1; FacetStorage.layout().epoch++; } function set(address f) external { ClashingFacetStorage.layout().feed = f; } }

contract to_7201_copy_V1 { bytes32 private constant S = keccak256("practice.market"); struct Market { uint256 fee; address feed; } function m() private pure returns (Market storage r) { bytes32 s = S; assembly { r.slot := s } } function fee() external view returns (uint256) { return m().fee; } }
/// @custom:expect corruption storage-region-moved
contract to_7201_copy_V2 { /// @custom:storage-location erc7201:practice.market
    struct Market { uint256 fee; address feed; } function m() private pure returns (Market storage r) { uint256 s = erc7201("practice.market"); assembly { r.slot := s } } function fee() external view returns (uint256) { return m().fee; } }

contract root_to_7201_V1 { uint256 fee; address feed; function g() external view returns (uint256) { return fee; } }
/// @custom:expect corruption storage-moved
contract root_to_7201_V2 { /// @custom:storage-location erc7201:practice.root
    struct Market { uint256 fee; address feed; } function m() private pure returns (Market storage r) { uint256 s = erc7201("practice.root"); assembly { r.slot := s } } function g() external view returns (uint256) { return m().fee; } }

contract beside_7201_V1 { uint256 fee; address feed; function g() external view returns (uint256) { return fee; } }
/// @custom:expect safe
contract beside_7201_V2 { uint256 fee; address feed; /// @custom:storage-location erc7201:practice.beside
    struct Market { uint256 count; } function m() private pure returns (Market storage r) { uint256 s = erc7201("practice.beside"); assembly { r.slot := s } } function g() external view returns (uint256) { return fee; } function h() external { m().count++; } }

uint256 constant HOME = 2 ** 12 * 16 + 3;
contract layout_at_sum_V1 layout at 0x1000 * 16 + 3 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract layout_at_sum_V2 layout at HOME { uint256 a; uint256 b; function f() external view returns (uint256) { return a; } }

contract layout_at_sum_moved_V1 layout at 0x1000 * 16 + 3 { uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect corruption storage-region-moved
contract layout_at_sum_moved_V2 layout at (1 << 16) + 2 { uint256 a; function f() external view returns (uint256) { return a; } }

contract transient_between_V1 { uint256 a; uint256 b; function f() external view returns (uint256) { return a + b; } }
/// @custom:expect safe
contract transient_between_V2 { uint256 a; uint256 transient lock; uint256 b; function f() external view returns (uint256) { return a + b; } function h() external { lock = 1; } }

contract storage_to_transient_V1 { uint256 a; uint256 nonce; uint256 b; function f() external returns (uint256) { nonce++; return a + b; } }
/// @custom:expect corruption
contract storage_to_transient_V2 { uint256 a; uint256 transient nonce; uint256 b; function f() external returns (uint256) { nonce++; return a + b; } }

abstract contract PA { uint256 internal pa; } abstract contract PB { address internal pb; } abstract contract PC { bool internal pc; }
contract bases_turned_V1 is PA, PB { function f() external view returns (uint256) { return pa + uint160(pb); } }
/// @custom:expect corruption storage-moved
contract bases_turned_V2 is PB, PA { function f() external view returns (uint256) { return pa + uint160(pb); } }

contract base_behind_V1 is PA, PB { function f() external view returns (uint256) { return pa + uint160(pb); } }
/// @custom:expect safe
contract base_behind_V2 is PA, PB, PC { function f() external view returns (uint256) { return pa + uint160(pb); } function h() external { pc = true; } }

contract base_between_V1 is PA, PB { uint256 own; function f() external view returns (uint256) { return pa + own; } }
/// @custom:expect corruption storage-moved
contract base_between_V2 is PA, PC, PB { uint256 own; function f() external view returns (uint256) { return pa + own; } function h() external { pc = true; } }

type Amount is uint128; type Wide is uint256; type Signed is int128;
contract value_type_named_V1 { uint128 a; uint128 b; mapping(uint256 => uint128) m; function f() external view returns (uint128) { return a + b + m[1]; } }
/// @custom:expect safe
contract value_type_named_V2 { Amount a; Amount b; mapping(Wide => Amount) m; function f() external view returns (uint128) { return Amount.unwrap(a) + Amount.unwrap(b) + Amount.unwrap(m[Wide.wrap(1)]); } }

contract value_type_signed_V1 { Amount a; mapping(address => Amount) m; function f() external view returns (Amount) { return a; } function g() external view returns (Amount) { return m[msg.sender]; } }
/// @custom:expect corruption storage-reinterpreted
contract value_type_signed_V2 { Amount a; mapping(address => Signed) m; function f() external view returns (Amount) { return a; } function g() external view returns (Signed) { return m[msg.sender]; } }

contract value_type_widened_V1 { Amount a; uint128 b; function f() external view returns (uint128) { return Amount.unwrap(a) + b; } }
/// @custom:expect corruption
contract value_type_widened_V2 { Wide a; uint128 b; function f() external view returns (uint256) { return Wide.unwrap(a) + b; } }

struct Leg { uint64 size; uint64 price; } struct Book { mapping(uint256 => Leg) legs; uint256 count; }
struct LegMore { uint64 size; uint64 price; uint64 fee; } struct BookMore { mapping(uint256 => LegMore) legs; uint256 count; }
struct LegWide { uint128 size; uint64 price; } struct BookWide { mapping(uint256 => LegWide) legs; uint256 count; }
contract nested_struct_padding_V1 { mapping(address => mapping(bytes32 => Book)) books; function f() external view returns (uint256) { return books[msg.sender][0].count + books[msg.sender][0].legs[1].size; } function p() external { books[msg.sender][0].legs[1] = Leg(1, 1); books[msg.sender][0].count++; } }
/// @custom:expect safe
contract nested_struct_padding_V2 { mapping(address => mapping(bytes32 => BookMore)) books; function f() external view returns (uint256) { return books[msg.sender][0].count + books[msg.sender][0].legs[1].size; } function p() external { books[msg.sender][0].legs[1] = LegMore(1, 1, 1); books[msg.sender][0].count++; } }

contract nested_struct_widened_V1 { mapping(address => mapping(bytes32 => Book)) books; function f() external view returns (uint256) { return books[msg.sender][0].count + books[msg.sender][0].legs[1].size; } function p() external { books[msg.sender][0].legs[1] = Leg(1, 1); books[msg.sender][0].count++; } }
/// @custom:expect corruption storage-moved
contract nested_struct_widened_V2 { mapping(address => mapping(bytes32 => BookWide)) books; function f() external view returns (uint256) { return books[msg.sender][0].count + books[msg.sender][0].legs[1].size; } function p() external { books[msg.sender][0].legs[1] = LegWide(1, 1); books[msg.sender][0].count++; } }

contract array_struct_padding_V1 { Leg[] legs; function f() external view returns (uint64) { return legs[0].size; } function p() external { legs.push(Leg(1, 1)); } }
/// @custom:expect safe
contract array_struct_padding_V2 { LegMore[] legs; function f() external view returns (uint64) { return legs[0].size; } function p() external { legs.push(LegMore(1, 1, 1)); } }

struct LegLong { uint64 size; uint64 price; uint256 note; }
contract array_struct_longer_V1 { Leg[] legs; function f() external view returns (uint64) { return legs[0].size; } function p() external { legs.push(Leg(1, 1)); } }
/// @custom:expect corruption storage-moved
contract array_struct_longer_V2 { LegLong[] legs; function f() external view returns (uint64) { return legs[0].size; } function p() external { legs.push(LegLong(1, 1, 1)); } }

contract packed_array_narrower_V1 { uint64[] marks; function f() external view returns (uint64) { return marks[0]; } function p() external { marks.push(1); } }
/// @custom:expect corruption
contract packed_array_narrower_V2 { uint32[] marks; function f() external view returns (uint64) { return marks[0]; } function p() external { marks.push(1); } }

contract text_to_bytes_V1 { string name; bytes data; function f() external view returns (uint256) { return bytes(name).length + data.length; } }
/// @custom:expect safe
contract text_to_bytes_V2 { bytes name; string data; function f() external view returns (uint256) { return name.length + bytes(data).length; } }

contract text_to_fixed_V1 { string name; function f() external view returns (uint256) { return bytes(name).length; } }
/// @custom:expect corruption storage-reinterpreted
contract text_to_fixed_V2 { bytes32 name; function f() external view returns (uint256) { return uint256(name); } }

interface IFeed { function price() external view returns (uint256); }
contract typed_to_address_V1 { IFeed feed; mapping(uint256 => IFeed) feeds; address to; function f() external view returns (uint256) { return feed.price(); } }
/// @custom:expect safe
contract typed_to_address_V2 { address feed; mapping(uint256 => address) feeds; address payable to; function f() external view returns (uint256) { return IFeed(feed).price(); } }

contract address_key_to_bytes_V1 { mapping(address => uint256) m; function f(address a) external view returns (uint256) { return m[a]; } }
/// @custom:expect corruption
contract address_key_to_bytes_V2 { mapping(bytes20 => uint256) m; function f(address a) external view returns (uint256) { return m[bytes20(a)]; } }

contract immutable_to_constant_V1 { uint256 public immutable FEE = 30; uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract immutable_to_constant_V2 { uint256 public constant FEE = 30; uint256 a; function f() external view returns (uint256) { return a; } }

contract immutable_to_other_constant_V1 { uint256 public immutable FEE = 30; uint256 a; function f() external view returns (uint256) { return a; } }
/// @custom:expect hazard immutable-changed
contract immutable_to_other_constant_V2 { uint256 public constant FEE = 31; uint256 a; function f() external view returns (uint256) { return a; } }

contract immutable_given_to_constant_V1 { uint256 public immutable FEE; uint256 a; /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(uint256 fee) { FEE = fee; } function f() external view returns (uint256) { return a; } }
/// @custom:expect hazard immutable-changed
contract immutable_given_to_constant_V2 { uint256 public constant FEE = 31; uint256 a; function f() external view returns (uint256) { return a; } }

abstract contract Chained is Initializable { uint256 internal fee; function __Chained_init(uint256 f) internal onlyInitializing { __Chained_init_unchained(f); } function __Chained_init_unchained(uint256 f) internal onlyInitializing { fee = f; } }
contract chain_added_V1 is Shut { uint256 a; function initialize() external initializer { a = 1; } function g() external view returns (uint256) { return a; } }
/// @custom:expect hazard initializer-missing
contract chain_added_V2 is Shut { uint256 a; uint256 fee; function initialize() external initializer { a = 1; _set(5); } function _set(uint256 f) internal onlyInitializing { fee = f; } function g() external view returns (uint256) { return a / fee; } }

contract chain_again_V1 is Shut { uint256 a; function initialize() external initializer { a = 1; } function g() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract chain_again_V2 is Shut { uint256 a; uint256 fee; function initialize() external initializer { a = 1; _set(5); } function initializeV2() external reinitializer(2) { _set(5); } function _set(uint256 f) internal onlyInitializing { fee = f; } function g() external view returns (uint256) { return a / fee; } }

contract chain_base_V1 is Shut, Chained { function initialize() external initializer { __Chained_init(1); } function g() external view returns (uint256) { return 1 / fee; } }
/// @custom:expect hazard initializer-parent-missing
contract chain_base_V2 is Shut, Chained { uint256 b; function initialize() external initializer { b = 1; } function g() external view returns (uint256) { return 1 / fee + b; } }

contract reinitializer_first_V1 is Shut { uint256 a; function initialize() external initializer { a = 1; } function g() external view returns (uint256) { return a; } }
/// @custom:expect hazard
contract reinitializer_first_V2 is Shut { uint256 a; uint256 b; function initialize() external initializer { a = 1; } function initializeV2() external reinitializer(1) { b = 1; } function g() external view returns (uint256) { return a / b; } }

contract uups_stays_V1 is Shut, UUPSUpgradeable, OwnableUpgradeable { uint256 a; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function _authorizeUpgrade(address) internal override onlyOwner {} function g() external view returns (uint256) { return a; } }
/// @custom:expect safe
contract uups_stays_V2 is Shut, OwnableUpgradeable, UUPSUpgradeable { uint256 a; uint96 b; function initialize() external initializer { __Ownable_init(msg.sender); a = 1; } function _authorizeUpgrade(address) internal override onlyOwner {} function g() external view returns (uint256) { return a; } }

abstract contract GapPacked1 { address internal keeper; uint256[49] private __gap; } abstract contract GapPacked2 { address internal keeper; uint96 internal bounty; uint256[49] private __gap; } abstract contract GapPacked3 { address internal keeper; uint128 internal bounty; uint256[49] private __gap; } abstract contract GapPacked4 { address internal keeper; uint128 internal bounty; uint256[48] private __gap; } abstract contract GapPacked5 { address internal keeper; uint96 internal bounty; uint256[48] private __gap; }
contract gap_packed_fits_V1 is GapPacked1 { uint256 own; function f() external view returns (uint256) { return own; } }
/// @custom:expect safe
contract gap_packed_fits_V2 is GapPacked2 { uint256 own; function f() external view returns (uint256) { return own; } }

contract gap_packed_spills_V1 is GapPacked1 { uint256 own; function f() external view returns (uint256) { return own; } }
/// @custom:expect corruption storage-moved
contract gap_packed_spills_V2 is GapPacked3 { uint256 own; function f() external view returns (uint256) { return own; } }

contract gap_packed_shrinks_V1 is GapPacked1 { uint256 own; function f() external view returns (uint256) { return own; } }
/// @custom:expect safe
contract gap_packed_shrinks_V2 is GapPacked4 { uint256 own; function f() external view returns (uint256) { return own; } }

contract gap_packed_too_short_V1 is GapPacked1 { uint256 own; function f() external view returns (uint256) { return own; } }
/// @custom:expect corruption storage-moved
contract gap_packed_too_short_V2 is GapPacked5 { uint256 own; function f() external view returns (uint256) { return own; } }

abstract contract GapBytes1 { bool internal on; bytes31[10] private __gap; } abstract contract GapBytes2 { bool internal on; uint64 internal t; uint256 internal n; bytes31[9] private __gap; } abstract contract GapBool1 { uint256 internal n; bool[64] private __gap; } abstract contract GapBool2 { uint256 internal n; uint256 internal m; bool[32] private __gap; } abstract contract GapBool3 { uint256 internal n; uint256 internal m; bool[63] private __gap; }
contract gap_of_bytes_V1 is GapBytes1 { uint256 own; function f() external view returns (uint256) { return own; } }
/// @custom:expect safe
contract gap_of_bytes_V2 is GapBytes2 { uint256 own; function f() external view returns (uint256) { return own; } }

contract gap_of_bools_V1 is GapBool1 { uint256 own; function f() external view returns (uint256) { return own; } }
/// @custom:expect safe
contract gap_of_bools_V2 is GapBool2 { uint256 own; function f() external view returns (uint256) { return own; } }

contract gap_of_bools_wrong_V1 is GapBool1 { uint256 own; function f() external view returns (uint256) { return own; } }
/// @custom:expect corruption storage-moved
contract gap_of_bools_wrong_V2 is GapBool3 { uint256 own; function f() external view returns (uint256) { return own; } }

abstract contract ShadowA { uint256 private value; function va() internal view returns (uint256) { return value; } } abstract contract ShadowB { uint256 private value; function vb() internal view returns (uint256) { return value; } }
contract shadows_turned_V1 is ShadowA, ShadowB { function f() external view returns (uint256) { return va() / vb(); } }
/// @custom:expect corruption
contract shadows_turned_V2 is ShadowB, ShadowA { function f() external view returns (uint256) { return va() / vb(); } }

contract shadows_kept_V1 is ShadowA, ShadowB { function f() external view returns (uint256) { return va() / vb(); } }
/// @custom:expect safe
contract shadows_kept_V2 is ShadowA, ShadowB { uint256 private value; function f() external view returns (uint256) { return va() / vb(); } function h() external { value++; } }

library Ledger { struct Entry { uint128 size; uint128 cost; } function add(mapping(address => Entry) storage m, uint128 n) internal { m[msg.sender].size += n; } } library LedgerTurned { struct Entry { uint128 cost; uint128 size; } function add(mapping(address => Entry) storage m, uint128 n) internal { m[msg.sender].size += n; } }
contract library_pointer_V1 { using Ledger for mapping(address => Ledger.Entry); mapping(address => Ledger.Entry) m; function p() external { m.add(1); } }
/// @custom:expect corruption storage-swapped
contract library_pointer_V2 { using LedgerTurned for mapping(address => LedgerTurned.Entry); mapping(address => LedgerTurned.Entry) m; function p() external { m.add(1); } }

abstract contract Core1 { uint256 internal total; function total_() public view returns (uint256) { return total; } } abstract contract Core2 is Core1 { mapping(address => uint256) internal shares; }
contract abstract_split_V1 { uint256 total; mapping(address => uint256) shares; function total_() public view returns (uint256) { return total; } function p() external { shares[msg.sender]++; total++; } }
/// @custom:expect safe
contract abstract_split_V2 is Core2 { function p() external { shares[msg.sender]++; total++; } }

abstract contract OwnableFour is Initializable { address private _owner; uint256[49] private __gap; function owner() public view returns (address) { return _owner; } modifier onlyOwner() { require(owner() == msg.sender); _; } function __Ownable_init() internal onlyInitializing { _owner = msg.sender; } }
abstract contract InitializableRoot { uint8 private _initialized; bool private _initializing; modifier initializer() { require(_initialized == 0); _initialized = 1; _; } }
contract oz4_to_oz5_V1 is InitializableRoot { address private _owner; uint256[49] private __gap; uint256 fee; function initialize() external initializer { _owner = msg.sender; } function set(uint256 x) external { require(msg.sender == _owner); fee = x; } /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() initializer {} }
/// @custom:expect corruption
contract oz4_to_oz5_V2 is Shut, OwnableUpgradeable { uint256 fee; function initialize() external initializer { __Ownable_init(msg.sender); } function set(uint256 x) external onlyOwner { fee = x; } }

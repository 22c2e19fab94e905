// SPDX-License-Identifier: MIT
pragma solidity ^0.8.35;

// One place spelled in several ways, and other places spelled almost alike: namespaces, hashes, `layout at`.

// Namespaces.

contract nsn_mid_V1 { struct In { uint256 x; } /// @custom:storage-location erc7201:n.a
    struct M { In i; uint256 b; } }
/// @custom:expect corruption
contract nsn_mid_V2 { struct In { uint256 x; uint256 y; } /// @custom:storage-location erc7201:n.a
    struct M { In i; uint256 b; } }

contract nsn_last_V1 { struct In { uint256 x; } /// @custom:storage-location erc7201:n.b
    struct M { uint256 b; In i; } }
/// @custom:expect safe
contract nsn_last_V2 { struct In { uint256 x; uint256 y; } /// @custom:storage-location erc7201:n.b
    struct M { uint256 b; In i; } }

contract nsn_map_V1 { struct In { uint256 x; } /// @custom:storage-location erc7201:n.c
    struct M { mapping(address => In) i; uint256 b; } }
/// @custom:expect safe
contract nsn_map_V2 { struct In { uint256 x; uint256 y; } /// @custom:storage-location erc7201:n.c
    struct M { mapping(address => In) i; uint256 b; } }

contract nsn_arr_V1 { struct In { uint256 x; } /// @custom:storage-location erc7201:n.d
    struct M { In[] i; uint256 b; } }
/// @custom:expect corruption
contract nsn_arr_V2 { struct In { uint256 x; uint256 y; } /// @custom:storage-location erc7201:n.d
    struct M { In[] i; uint256 b; } }

contract ns_enum_ins_V1 { enum S { A, B } /// @custom:storage-location erc7201:n.e
    struct M { S s; } }
/// @custom:expect corruption
contract ns_enum_ins_V2 { enum S { Z, A, B } /// @custom:storage-location erc7201:n.e
    struct M { S s; } }

// annotation right, constant literal off by one hex char in V2

contract ns_hex_V1 { /// @custom:storage-location erc7201:openzeppelin.storage.Ownable
    struct M { address o; }
    bytes32 private constant L = 0x9016d09d72d40fdae2fd8ceac6b6234c7706214fd39c1cd1e609a0528c199300;
    function l() private pure returns (M storage $) { assembly { $.slot := L } } function g() external view returns (address) { return l().o; } }
/// @custom:expect corruption
contract ns_hex_V2 { /// @custom:storage-location erc7201:openzeppelin.storage.Ownable
    struct M { address o; }
    bytes32 private constant L = 0x9016d09d72d40fdae2fd8ceac6b6234c7706214fd39c1cd1e609a0528c199301;
    function l() private pure returns (M storage $) { assembly { $.slot := L } } function g() external view returns (address) { return l().o; } }

// new namespace in V2, whose constant is not its annotation

contract ns_new_wrong_V1 { uint256 a; function g() external view returns (uint256) { return a; } }
/// @custom:expect hazard
contract ns_new_wrong_V2 { uint256 a; /// @custom:storage-location erc7201:n.g
    struct M { uint256 o; }
    bytes32 private constant L = 0x9016d09d72d40fdae2fd8ceac6b6234c7706214fd39c1cd1e609a0528c199300;
    function l() private pure returns (M storage $) { assembly { $.slot := L } } function g() external view returns (uint256) { return l().o + a; } }

// new namespace in V2 collides with the root: constant 0

contract ns_new_zero_V1 { uint256 a; function g() external view returns (uint256) { return a; } }
/// @custom:expect corruption
contract ns_new_zero_V2 { uint256 a; /// @custom:storage-location erc7201:n.h
    struct M { uint256 o; }
    bytes32 private constant L = 0;
    function l() private pure returns (M storage $) { bytes32 k = L; assembly { $.slot := k } } function g() external view returns (uint256) { return l().o + a; } function s(uint256 v) external { l().o = v; } }

// two namespaces, one constant (new one copies the old one's)

contract ns_copy2_V1 { /// @custom:storage-location erc7201:n.i
    struct M { uint256 o; }
    bytes32 private constant L = keccak256(abi.encode(uint256(keccak256("n.i")) - 1)) & ~bytes32(uint256(0xff));
    function l() private pure returns (M storage $) { bytes32 k = L; assembly { $.slot := k } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect corruption
contract ns_copy2_V2 { /// @custom:storage-location erc7201:n.i
    struct M { uint256 o; }
    /// @custom:storage-location erc7201:n.ii
    struct N { uint128 p; uint128 q; }
    bytes32 private constant L = keccak256(abi.encode(uint256(keccak256("n.i")) - 1)) & ~bytes32(uint256(0xff));
    function l() private pure returns (M storage $) { bytes32 k = L; assembly { $.slot := k } } function n() private pure returns (N storage $) { bytes32 k = L; assembly { $.slot := k } } function g() external view returns (uint256) { return l().o; } function h(uint128 v) external { n().p = v; } }

// erc7201 formula without the mask / without the -1

contract ns_nomask_V1 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encode(uint256(keccak256("n.j")) - 1)) & ~bytes32(uint256(0xff)); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect corruption
contract ns_nomask_V2 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encode(uint256(keccak256("n.j")) - 1)); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }

contract ns_masked_otherwise_V1 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encode(uint256(keccak256("n.j")) - 1)) & ~bytes32(uint256(0xff)); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect safe
contract ns_masked_otherwise_V2 { struct M { uint256 o; } function l() private pure returns (M storage $) { uint256 L = (uint256(keccak256(abi.encode(uint256(keccak256(bytes("n.j"))) - 1))) >> 8) << 8; assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }

contract ns_masked_in_yul_V1 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encode(uint256(keccak256("n.j")) - 1)) & ~bytes32(uint256(0xff)); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect safe
contract ns_masked_in_yul_V2 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 h = keccak256("n.j"); assembly { mstore(0, sub(h, 1)) $.slot := and(keccak256(0, 32), not(0xff)) } } function g() external view returns (uint256) { return l().o; } }

// Layout at with inheritance.
abstract contract LA1 { uint256 p; } abstract contract LA2 { uint256 q; }

contract la_base_before_V1 is LA1 layout at 0x5000 { uint256 z; }
/// @custom:expect corruption
contract la_base_before_V2 is LA2, LA1 layout at 0x5000 { uint256 z; }

contract la_base_before_shift_V1 is LA1 layout at 0x5000 { uint256 z; }
/// @custom:expect safe
contract la_base_before_shift_V2 is LA2, LA1 layout at 0x5000 - 1 { uint256 z; }
uint256 constant LB = 0x7000; 
uint256 constant LBB = LB + 0x10;

contract la_const_V1 layout at LBB { uint256 z; }
/// @custom:expect safe
contract la_const_V2 layout at 28688 { uint256 z; uint256 y; }

contract la_const_bad_V1 layout at LBB { uint256 z; }
/// @custom:expect corruption
contract la_const_bad_V2 layout at LB { uint256 z; uint256 y; }

contract la_7201_V1 layout at erc7201("la.x") { uint256 z; }
/// @custom:expect corruption
contract la_7201_V2 layout at erc7201("la.X") { uint256 z; }
// from root to layout at: lost

contract la_from_root_V1 { uint256 z; }
/// @custom:expect corruption
contract la_from_root_V2 layout at 1 { uint256 z; }

contract la_zero_V1 { uint256 z; }
/// @custom:expect safe
contract la_zero_V2 layout at 0 { uint256 z; uint256 y; }

// Hash spellings.

contract hs_split_V1 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encodePacked("a", "bc")); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect safe
contract hs_split_V2 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encodePacked("ab", "c")); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }

contract hs_encode_V1 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encodePacked("h.e")); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect corruption
contract hs_encode_V2 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encode("h.e")); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }

contract hs_num_V1 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encodePacked(uint8(1), "x")); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect corruption
contract hs_num_V2 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encodePacked(uint16(1), "x")); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }

contract hs_num_same_V1 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encode(uint8(1), bytes4("x"))); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect safe
contract hs_num_same_V2 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encode(uint16(1), bytes32("x"))); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }

contract hs_hex_V1 { struct M { uint256 o; } bytes32 constant K = keccak256(hex"6162"); function l() private pure returns (M storage $) { bytes32 L = K; assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect safe
contract hs_hex_V2 { struct M { uint256 o; uint256 p; } bytes32 constant K = keccak256("ab"); function l() private pure returns (M storage $) { bytes32 L = K; assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }

contract hs_uni_V1 { struct M { uint256 o; } bytes32 constant K = keccak256(unicode"pérp"); function l() private pure returns (M storage $) { bytes32 L = K; assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect corruption
contract hs_uni_V2 { struct M { uint256 o; } bytes32 constant K = keccak256(unicode"perp"); function l() private pure returns (M storage $) { bytes32 L = K; assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
interface IfA { function a() external; } interface IfB { function a() external; function b() external; }

contract hs_iface_V1 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encode(type(IfA).interfaceId)); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect corruption
contract hs_iface_V2 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(abi.encode(type(IfB).interfaceId)); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }

contract hs_name_V1 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(bytes(type(IfA).name)); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect corruption
contract hs_name_V2 { struct M { uint256 o; } function l() private pure returns (M storage $) { bytes32 L = keccak256(bytes(type(IfB).name)); assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }

contract hs_xor_V1 { struct M { uint256 o; } function l() private pure returns (M storage $) { uint256 L = uint256(keccak256("h.x")) ^ 1; assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect corruption
contract hs_xor_V2 { struct M { uint256 o; } function l() private pure returns (M storage $) { uint256 L = uint256(keccak256("h.x")) ^ 3; assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }

contract hs_max_V1 { struct M { uint256 o; } function l() private pure returns (M storage $) { uint256 L = type(uint256).max - 1000; assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect corruption
contract hs_max_V2 { struct M { uint256 o; } function l() private pure returns (M storage $) { uint256 L = type(uint128).max - 1000; assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }

contract hs_max_same_V1 { struct M { uint256 o; } function l() private pure returns (M storage $) { uint256 L = type(uint256).max - 1000; assembly { $.slot := L } } function g() external view returns (uint256) { return l().o; } }
/// @custom:expect safe
contract hs_max_same_V2 { struct M { uint256 o; uint256 p; } function l() private pure returns (M storage $) { assembly { $.slot := not(1000) } } function g() external view returns (uint256) { return l().o; } }

// Transient.

contract tr_reorder_V1 { uint256 transient a; address transient b; uint256 c; }
/// @custom:expect safe
contract tr_reorder_V2 { address transient b; uint256 transient a; uint256 c; }

contract tr_retype_V1 { uint256 transient a; uint256 c; }
/// @custom:expect safe
contract tr_retype_V2 { bytes32 transient a; uint256 c; }

contract tr_from_storage_last_V1 { uint256 c; uint256 a; function s(uint256 v) external { a = v; c = v; } function g() external view returns (uint256) { return a; } }
/// @custom:expect corruption
contract tr_from_storage_last_V2 { uint256 c; uint256 transient a; function s(uint256 v) external { a = v; c = v; } function g() external view returns (uint256) { return a; } }

// Yul hashed maps over declared mapping slot.

contract ym_reorder_V1 { mapping(address => uint256) m; mapping(address => uint256) n; function g(address a) external view returns (uint256 v) { assembly { mstore(0, a) mstore(32, m.slot) v := sload(keccak256(0, 64)) } } }
/// @custom:expect corruption
contract ym_reorder_V2 { mapping(address => uint256) n; mapping(address => uint256) m; function g(address a) external view returns (uint256 v) { assembly { mstore(0, a) mstore(32, m.slot) v := sload(keccak256(0, 64)) } } }

contract ym_array_V1 { uint256[] xs; function g(uint256 i) external view returns (uint256 v) { assembly { mstore(0, xs.slot) v := sload(add(keccak256(0, 32), i)) } } }
/// @custom:expect safe
contract ym_array_V2 { uint256[] xs; uint256 y; function g(uint256 i) external view returns (uint256 v) { v = xs[i]; } }

library SlotLib { function load(bytes32 s) internal view returns (uint256 v) { assembly { v := sload(s) } } function store(bytes32 s, uint256 v) internal { assembly { sstore(s, v) } } }

contract slot_letter_V1 { using SlotLib for bytes32; bytes32 constant K = keccak256("l.a"); function g() external view returns (uint256) { return K.load(); } function s(uint256 v) external { K.store(v); } }
/// @custom:expect corruption
contract slot_letter_V2 { using SlotLib for bytes32; bytes32 constant K = keccak256("l.A"); function g() external view returns (uint256) { return K.load(); } function s(uint256 v) external { K.store(v); } }

contract slot_stride_V1 { bytes32 constant K = keccak256("l.c"); function k(uint256 i) internal pure returns (bytes32) { return bytes32(uint256(K) + i); } function g() external view returns (uint256 v) { bytes32 s = k(0); assembly { v := sload(s) } } function h() external view returns (uint256 v) { bytes32 s = k(1); assembly { v := sload(s) } } }
/// @custom:expect corruption
contract slot_stride_V2 { bytes32 constant K = keccak256("l.c"); function k(uint256 i) internal pure returns (bytes32) { return bytes32(uint256(K) + i * 2); } function g() external view returns (uint256 v) { bytes32 s = k(0); assembly { v := sload(s) } } function h() external view returns (uint256 v) { bytes32 s = k(1); assembly { v := sload(s) } } }

contract struct_turned_at_hash_V1 { struct S { uint256 a; uint256 b; } function l() private pure returns (S storage s) { bytes32 p = keccak256("l.e"); assembly { s.slot := p } } function g() external view returns (uint256) { return l().b; } }
/// @custom:expect corruption
contract struct_turned_at_hash_V2 { struct S { uint256 b; uint256 a; } function l() private pure returns (S storage s) { bytes32 p = keccak256("l.e"); assembly { s.slot := p } } function g() external view returns (uint256) { return l().b; } }
struct Box { uint256 a; address b; } struct BoxT { address b; uint256 a; }
function box() pure returns (Box storage s) { assembly { s.slot := 0xabcdef0000000000000000000000000000000000000000000000000000000000 } }
function boxT() pure returns (BoxT storage s) { assembly { s.slot := 0xabcdef0000000000000000000000000000000000000000000000000000000000 } }
function box1() pure returns (Box storage s) { assembly { s.slot := 0xabcdef0000000000000000000000000000000000000000000000000000000001 } }

contract file_function_struct_V1 { function g() external view returns (uint256) { return box().a; } }
/// @custom:expect corruption
contract file_function_struct_V2 { function g() external view returns (uint256) { return boxT().a; } }

contract file_function_slot_V1 { function g() external view returns (uint256) { return box().a; } }
/// @custom:expect corruption
contract file_function_slot_V2 { function g() external view returns (uint256) { return box1().a; } }

contract file_function_tuple_V1 { function g() external view returns (uint256) { Box storage b = box(); return b.a; } }
/// @custom:expect safe
contract file_function_tuple_V2 { function g() external view returns (uint256) { (Box storage b, uint256 n) = (box(), 1); return b.a + n; } }

contract mapping_word_by_yul_V1 { mapping(uint256 => Box) m; function g(uint256 i) external view returns (uint256) { return m[i].a; } }
/// @custom:expect safe
contract mapping_word_by_yul_V2 { mapping(uint256 => Box) m; uint256 n; function g(uint256 i) external view returns (uint256 v) { assembly { mstore(0, i) mstore(32, m.slot) v := sload(keccak256(0, 64)) } } }

contract list_to_counter_V1 { uint256[] a; function p(uint256 v) external { a.push(v); } }
/// @custom:expect corruption
contract list_to_counter_V2 { uint256 a; mapping(uint256 => uint256) b; function p(uint256 v) external { b[a++] = v; } }

contract list_and_mapping_turned_V1 { address[] a; mapping(address => uint256) idx; }
/// @custom:expect corruption
contract list_and_mapping_turned_V2 { mapping(address => uint256) idx; address[] a; }

contract layout_decimal_hex_V1 layout at 18446744073709551615 { uint256 a; }
/// @custom:expect safe
contract layout_decimal_hex_V2 layout at 0xffffffffffffffff { uint256 a; uint256 b; }

contract layout_power_less_one_V1 layout at 2**64 { uint256 a; }
/// @custom:expect corruption
contract layout_power_less_one_V2 layout at 2**64 - 1 { uint256 a; }

contract ns_members_wrapped_V1 { /// @custom:storage-location erc7201:l.n
    struct M { uint256 a; address b; uint96 c; } }
/// @custom:expect safe
contract ns_members_wrapped_V2 { struct Pack { address b; uint96 c; } /// @custom:storage-location erc7201:l.n
    struct M { uint256 a; Pack p; } }

contract ns_wrapped_out_of_word_V1 { /// @custom:storage-location erc7201:l.o
    struct M { uint128 a; uint64 b; uint64 c; } }
/// @custom:expect corruption
contract ns_wrapped_out_of_word_V2 { struct Pack { uint64 b; uint64 c; } /// @custom:storage-location erc7201:l.o
    struct M { uint128 a; Pack p; } }

contract mislabelled_kept_V1 { /// @custom:storage-location erc7201:l.p
    struct M { uint256 a; } function m() private pure returns (M storage r) { assembly { r.slot := 0x1234567890000000000000000000000000000000000000000000000000000000 } } function g() external view returns (uint256) { return m().a; } }
/// @custom:expect safe storage-region-mislabelled
contract mislabelled_kept_V2 { /// @custom:storage-location erc7201:l.p
    struct M { uint256 a; uint256 b; } function m() private pure returns (M storage r) { assembly { r.slot := 0x1234567890000000000000000000000000000000000000000000000000000000 } } function g() external view returns (uint256) { return m().a; } }

contract ns_formula_of_another_id_V1 { /// @custom:storage-location erc7201:l.q
    struct M { uint256 a; } function m() private pure returns (M storage r) { bytes32 L = keccak256(abi.encode(uint256(keccak256("l.q")) - 1)) & ~bytes32(uint256(0xff)); assembly { r.slot := L } } function g() external view returns (uint256) { return m().a; } }
/// @custom:expect corruption
contract ns_formula_of_another_id_V2 { /// @custom:storage-location erc7201:l.q
    struct M { uint256 a; } function m() private pure returns (M storage r) { bytes32 L = keccak256(abi.encode(uint256(keccak256("l.qq")) - 1)) & ~bytes32(uint256(0xff)); assembly { r.slot := L } } function g() external view returns (uint256) { return m().a; } }

contract root_into_namespace_V1 { uint256 cap; address feed; function g() external view returns (uint256) { return cap; } }
/// @custom:expect corruption
contract root_into_namespace_V2 { /// @custom:storage-location erc7201:l.r
    struct M { uint256 cap; address feed; } function m() private pure returns (M storage r) { bytes32 L = keccak256(abi.encode(uint256(keccak256("l.r")) - 1)) & ~bytes32(uint256(0xff)); assembly { r.slot := L } } function g() external view returns (uint256) { return m().cap; } }

contract root_copied_into_namespace_V1 { uint256 cap; address feed; function g() external view returns (uint256) { return cap; } }
/// @custom:expect safe storage-renamed
contract root_copied_into_namespace_V2 { uint256 cap_deprecated; address feed_deprecated; /// @custom:storage-location erc7201:l.s
    struct M { uint256 limit; address oracle; } function m() private pure returns (M storage r) { bytes32 L = keccak256(abi.encode(uint256(keccak256("l.s")) - 1)) & ~bytes32(uint256(0xff)); assembly { r.slot := L } } function g() external view returns (uint256) { return m().limit; } bool done; function migrate() external { require(!done); done = true; m().limit = cap_deprecated; m().oracle = feed_deprecated; } }

contract ns_id_versioned_V1 { /// @custom:storage-location erc7201:l.t.main
    struct A { uint256 a; } }
/// @custom:expect corruption
contract ns_id_versioned_V2 { /// @custom:storage-location erc7201:l.t.main.v2
    struct A { uint256 a; uint256 b; } }

contract ns_gap_then_more_V1 { /// @custom:storage-location erc7201:l.u
    struct A { uint256 a; uint256[9] __gap; } }
/// @custom:expect safe
contract ns_gap_then_more_V2 { /// @custom:storage-location erc7201:l.u
    struct A { uint256 a; uint256 b; uint256[8] __gap; mapping(uint256 => uint256) m; } }

contract ns_gap_overused_V1 { /// @custom:storage-location erc7201:l.v
    struct A { uint256 a; uint256[9] __gap; uint256 z; } }
/// @custom:expect corruption
contract ns_gap_overused_V2 { /// @custom:storage-location erc7201:l.v
    struct A { uint256 a; uint128 b; uint256 c; uint256[8] __gap; uint256 z; } }

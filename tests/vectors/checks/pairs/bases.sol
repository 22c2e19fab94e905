// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Inheritance and gaps: whose variables come first, and which bytes were kept free for them.

abstract contract Owned { address internal owner; }
abstract contract Stateless { function tick() external pure returns (uint256) { return 1; } }
abstract contract Capped { uint256 internal cap; }
abstract contract Fees_V1 { uint256 internal fee; uint256[49] private __gap; }
abstract contract Fees_V2 { uint256 internal fee; uint128 internal rebate; uint128 internal kick; uint256[48] private __gap; }
abstract contract Fees_V3 { uint256 internal fee; uint128 internal rebate; uint256 internal kick; uint256[48] private __gap; }
abstract contract Risk_V1 { uint256 internal risk; uint256[9] private __gap; }
abstract contract Risk_V2 { uint256 internal risk; uint256 internal limit; uint256[8] private __gap; }

contract stateless_base_added_V1 is Owned { uint256 x; }
/// @custom:expect safe
contract stateless_base_added_V2 is Owned, Stateless { uint256 x; }

contract stateless_base_first_V1 is Owned { uint256 x; }
/// @custom:expect safe
contract stateless_base_first_V2 is Stateless, Owned { uint256 x; }

contract stateful_base_behind_V1 is Owned { }
/// @custom:expect safe
contract stateful_base_behind_V2 is Owned, Capped { }

contract stateful_base_between_V1 is Owned { uint256 x; }
/// @custom:expect corruption storage-moved
contract stateful_base_between_V2 is Owned, Capped { uint256 x; }

contract base_dropped_V1 is Owned, Capped { uint256 x; }
/// @custom:expect corruption storage-moved
contract base_dropped_V2 is Owned { uint256 x; }

contract base_inlined_V1 is Owned, Capped { uint256 x; }
/// @custom:expect safe
contract base_inlined_V2 { address internal owner; uint256 internal cap; uint256 x; }

contract variable_lifted_V1 is Owned { uint256 internal cap; uint256 x; }
/// @custom:expect safe
contract variable_lifted_V2 is Owned, Capped { uint256 x; }

contract packs_with_base_V1 is Owned { uint256 x; }
/// @custom:expect safe
contract packs_with_base_V2 is Owned { uint96 nonce; uint256 x; }

contract packs_with_base_too_much_V1 is Owned { uint96 nonce; uint256 x; }
/// @custom:expect corruption storage-moved
contract packs_with_base_too_much_V2 is Owned { uint104 nonce; uint256 x; }

abstract contract Root { uint256 internal r; }
abstract contract Left is Root { uint256 internal l; }
abstract contract Right is Root { uint256 internal k; }
contract diamond_bases_V1 is Left, Right { uint256 x; }
/// @custom:expect corruption storage-swapped
contract diamond_bases_V2 is Right, Left { uint256 x; }

contract two_gaps_used_V1 is Fees_V1, Risk_V1 { uint256 x; }
/// @custom:expect safe
contract two_gaps_used_V2 is Fees_V2, Risk_V2 { uint256 x; }

contract two_gaps_one_wrong_V1 is Fees_V1, Risk_V1 { uint256 x; }
/// @custom:expect corruption storage-moved
contract two_gaps_one_wrong_V2 is Fees_V3, Risk_V2 { uint256 x; }

contract gap_exhausted_V1 { uint256 a; uint256[2] private __gap; uint256 z; }
/// @custom:expect safe
contract gap_exhausted_V2 { uint256 a; address b; uint256 c; uint256 z; }

contract gap_over_used_V1 { uint256 a; uint256[2] private __gap; uint256 z; }
/// @custom:expect corruption storage-moved
contract gap_over_used_V2 { uint256 a; address b; uint256 c; uint256 d; uint256 z; }

contract byte_gap_V1 { uint256 a; uint8[64] private __gap; uint256 z; }
/// @custom:expect safe
contract byte_gap_V2 { uint256 a; uint256 b; uint8[32] private __gap; uint256 z; }

contract byte_gap_counted_in_words_V1 { uint256 a; uint8[64] private __gap; uint256 z; }
/// @custom:expect corruption storage-moved
contract byte_gap_counted_in_words_V2 { uint256 a; uint256 b; uint8[63] private __gap; uint256 c; uint256 z; }

contract gap_takes_struct_V1 { uint256 a; uint256[10] private __gap; uint256 z; }
/// @custom:expect safe
contract gap_takes_struct_V2 { struct P { uint128 x; uint128 y; uint256 w; } uint256 a; P p; uint256[8] private __gap; uint256 z; }

contract gap_takes_mapping_V1 { uint256 a; uint256[10] private _______gap; uint256 z; }
/// @custom:expect safe
contract gap_takes_mapping_V2 { uint256 a; mapping(address => uint256) m; uint256[9] private _______gap; uint256 z; }

contract gap_used_from_the_end_V1 { uint256 a; uint256[10] private __gap; uint256 z; }
/// @custom:expect safe
contract gap_used_from_the_end_V2 { uint256 a; uint256[9] private __gap; uint256 b; uint256 z; }

contract gap_grows_last_V1 { uint256 a; uint256[10] private __gap; }
/// @custom:expect safe
contract gap_grows_last_V2 { uint256 a; uint256[50] private __gap; }

contract gap_grows_middle_V1 { uint256 a; uint256[10] private __gap; uint256 z; }
/// @custom:expect corruption storage-moved
contract gap_grows_middle_V2 { uint256 a; uint256[50] private __gap; uint256 z; }

contract gap_retyped_V1 { uint256 a; uint256[10] private __gap; uint256 z; }
/// @custom:expect safe
contract gap_retyped_V2 { uint256 a; bytes32[10] private __reserved; uint256 z; }

contract gap_written_V1 { uint256 a; uint256[10] private __gap; uint256 z; function f(uint256 i) external { __gap[i] = 1; } }
/// @custom:expect corruption storage-moved
contract gap_written_V2 { uint256 a; uint256 b; uint256[9] private __gap; uint256 z; function f(uint256 i) external { __gap[i] = 1; } }

contract gap_by_pointer_V1 { uint256 a; uint256[10] private __gap; uint256 z; function f(uint256 i) external { uint256[10] storage g = __gap; g[i] = 1; } }
/// @custom:expect corruption storage-reused
contract gap_by_pointer_V2 { uint256 a; uint256 b; uint256[9] private free; uint256 z; function f() external view returns (uint256) { return b; } }

contract gap_public_V1 { uint256 a; uint256[10] public __gap; uint256 z; }
/// @custom:expect safe abi-removed
contract gap_public_V2 { uint256 a; uint256 b; uint256[9] internal __gap; uint256 z; }

contract gap_struct_V1 { struct Room { uint256[10] words; } uint256 a; Room private __gap; uint256 z; }
/// @custom:expect safe
contract gap_struct_V2 { struct Room { uint256[9] words; } uint256 a; uint256 b; Room private __gap; uint256 z; }

contract gap_inside_nested_struct_V1 { struct In { uint256 v; uint256[3] __gap; } struct Out { In i; uint256 w; } Out o; uint256 z; }
/// @custom:expect safe
contract gap_inside_nested_struct_V2 { struct In { uint256 v; uint256 u; uint256[2] __gap; } struct Out { In i; uint256 w; } Out o; uint256 z; }

contract ledger_without_reader_V1 { uint256 a; uint256[10] private balances; uint256 z; }
/// @custom:expect corruption storage-unjudged
contract ledger_without_reader_V2 { uint256 a; uint256 b; uint256[9] private balances; uint256 z; }

contract dead_mapping_dropped_V1 { uint256 a; mapping(address => uint256) private old; uint256 z; }
/// @custom:expect corruption storage-reused
contract dead_mapping_dropped_V2 { uint256 a; mapping(bytes32 => address) private fresh; uint256 z; }

contract retired_kept_V1 { uint256 a; uint256 fee; uint256 z; function f() external view returns (uint256) { return fee; } }
/// @custom:expect safe
contract retired_kept_V2 { uint256 a; /// @custom:oz-renamed-from fee
    uint256 private __deprecated_fee; uint256 z; function f() external view returns (uint256) { return z; } }

contract annotation_names_nobody_V1 { uint256 a; uint256 fee; }
/// @custom:expect hazard storage-renamed
contract annotation_names_nobody_V2 { uint256 a; /// @custom:oz-renamed-from feee
    uint256 share; }

contract annotation_swaps_V1 { uint256 longs; uint256 shorts; }
/// @custom:expect hazard storage-renamed
contract annotation_swaps_V2 { /// @custom:oz-renamed-from longs
    uint256 shorts; /// @custom:oz-renamed-from shorts
    uint256 longs; }

contract retype_hides_size_V1 { uint128 a; uint128 b; uint256 z; }
/// @custom:expect corruption storage-moved
contract retype_hides_size_V2 { /// @custom:oz-retyped-from uint128
    uint256 a; uint128 b; uint256 z; }

contract retype_hides_struct_V1 { struct P { uint128 size; uint128 margin; } mapping(address => P) ps; }
/// @custom:expect corruption storage-swapped
contract retype_hides_struct_V2 { struct Q { uint128 margin; uint128 size; } /// @custom:oz-retyped-from mapping(address => P)
    mapping(address => Q) ps; }

contract deleted_first_V1 { uint256 a; uint256 b; uint256 c; }
/// @custom:expect corruption storage-moved
contract deleted_first_V2 { uint256 b; uint256 c; }

contract deleted_padded_V1 { uint128 a; uint64 b; uint256 c; }
/// @custom:expect hazard storage-deleted
contract deleted_padded_V2 { uint128 a; uint256 c; }

contract visibility_only_V1 { uint256 private a; uint256 internal b; }
/// @custom:expect safe
contract visibility_only_V2 { uint256 public a; uint256 public b; }

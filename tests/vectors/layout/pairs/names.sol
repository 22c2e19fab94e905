// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Names, gaps, annotations.

contract gap_not_shrunk_V1 { uint256 a; uint256[49] __gap; uint256 z; }
contract gap_not_shrunk_V2 { uint256 a; uint256 b; uint256[49] __gap; uint256 z; }

contract gap_shrunk_too_much_V1 { uint256 a; uint256[49] __gap; uint256 z; }
contract gap_shrunk_too_much_V2 { uint256 a; uint256 b; uint256[47] __gap; uint256 z; }

contract gap_typed_name_V1 { uint256 a; uint256[10] __gapUint256; uint256 z; }
contract gap_typed_name_V2 { uint256 a; address b; uint256[9] __gapUint256; uint256 z; }

contract gap_reserved_V1 { uint256 a; uint256[10] private ______reserved; uint256 z; }
contract gap_reserved_V2 { uint256 a; address b; uint256[9] private ______reserved; uint256 z; }

contract gap_removed_V1 { uint256 a; uint256[2] __gap; uint256 z; }
contract gap_removed_V2 { uint256 a; uint256 b; address c; uint256 z; }

contract gap_of_bytes32_V1 { uint256 a; bytes32[10] __gap; uint256 z; }
contract gap_of_bytes32_V2 { uint256 a; mapping(address => uint256) b; bytes32[9] __gap; uint256 z; }

contract gap_packed_into_V1 { uint128 a; uint256[10] __gap; uint256 z; }
contract gap_packed_into_V2 { uint128 a; uint128 b; uint256[10] __gap; uint256 z; }

contract gap_end_unequal_V1 { uint256 a; uint256[10] __gap; uint256 z; }
contract gap_end_unequal_V2 { uint256 a; uint64 b; uint64 c; uint256[9] __gap; uint256 z; }

contract gap_read_V1 { uint256 a; uint256[10] __gap; function r(uint256 i) external view returns (uint256) { return __gap[i]; } }
contract gap_read_V2 { uint256 a; uint256 b; uint256[9] __gap; function r(uint256 i) external view returns (uint256) { return __gap[i]; } }

contract GapBase_V1 { uint256 a; uint256[5] internal __gap; }
contract gap_used_by_child_V1 is GapBase_V1 { uint256 z; function w() external { __gap[2] = 1; } }
contract GapBase_V2 { uint256 a; uint256 b; uint256[4] internal __gap; }
contract gap_used_by_child_V2 is GapBase_V2 { uint256 z; function w() external { __gap[2] = 1; } }

contract gap_in_assembly_V1 { uint256 a; uint256[5] __gap; function w() external { assembly { sstore(__gap.slot, 1) } } }
contract gap_in_assembly_V2 { uint256 a; uint256 b; uint256[4] __gap; function w() external { assembly { sstore(__gap.slot, 1) } } }

contract dead_array_V1 { uint256 a; uint256[5] ledger; uint256 z; }
contract dead_array_V2 { uint256 a; uint256 b; uint256[4] ledger; uint256 z; }

contract live_becomes_gap_V1 { uint256 a; uint256 b; uint256 z; function s() external { b = 1; } }
contract live_becomes_gap_V2 { uint256 a; uint256[1] __gap; uint256 z; }

contract gap_in_struct_V1 { struct S { uint256 a; uint256[3] __gap; } mapping(uint256 => S) m; S s; uint256 z; }
contract gap_in_struct_V2 { struct S { uint256 a; uint256 b; uint256[2] __gap; } mapping(uint256 => S) m; S s; uint256 z; }

contract gap_in_array_struct_V1 { struct S { uint256 a; uint256[3] __gap; } S[] m; }
contract gap_in_array_struct_V2 { struct S { uint256 a; uint256 b; uint256[2] __gap; } S[] m; }

contract renamed_annotated_V1 { uint256 x; uint256 y; }
contract renamed_annotated_V2 { /// @custom:oz-renamed-from x
    uint256 renamed; uint256 y; }

contract renamed_and_retyped_V1 { bool isExecuting; uint256 y; }
contract renamed_and_retyped_V2 { uint256 maxChunk; uint256 y; }

contract renamed_member_V1 { struct S { uint256 x; } mapping(uint256 => S) m; }
contract renamed_member_V2 { struct S { uint256 renamed; } mapping(uint256 => S) m; }

contract renamed_member_annotated_V1 { struct S { uint256 x; } mapping(uint256 => S) m; }
contract renamed_member_annotated_V2 { struct S {
    /// @custom:oz-renamed-from x
    uint256 renamed; } mapping(uint256 => S) m; }

contract retyped_sign_annotated_V1 { uint256 x; }
contract retyped_sign_annotated_V2 { /// @custom:oz-retyped-from uint256
    int256 x; }

contract retyped_bytes_annotated_V1 { bytes32 x; }
contract retyped_bytes_annotated_V2 { /// @custom:oz-retyped-from bytes32
    uint256 x; }

contract renamed_inserted_V1 { uint256 a; uint256 b; }
contract renamed_inserted_V2 { uint256 n; /// @custom:oz-renamed-from a
    uint256 a2; uint256 b; }

contract deprecated_name_reused_V1 { uint256 fee; uint256 b; }
contract deprecated_name_reused_V2 { /// @custom:oz-renamed-from fee
    uint256 _oldFee; uint256 b; uint256 fee; }

contract split_packed_V1 { uint128 fee; uint256 b; }
contract split_packed_V2 { uint64 feeLow; uint64 feeHigh; uint256 b; }

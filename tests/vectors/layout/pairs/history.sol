// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Earlier layouts count: V0 came before V1.

contract back_as_it_was_V0 { uint256 a; uint256 b; }
contract back_as_it_was_V1 { uint256 a; }
contract back_as_it_was_V2 { uint256 a; uint256 b; }

contract other_name_same_type_V0 { uint256 a; uint256 b; }
contract other_name_same_type_V1 { uint256 a; }
contract other_name_same_type_V2 { uint256 a; uint256 c; }

contract widened_over_deleted_V0 { uint128 a; uint128 b; }
contract widened_over_deleted_V1 { uint128 a; }
contract widened_over_deleted_V2 { uint256 a; }

contract member_reused_V0 { struct S { uint256 x; uint256 y; } mapping(uint256 => S) m; }
contract member_reused_V1 { struct S { uint256 x; } mapping(uint256 => S) m; }
contract member_reused_V2 { struct S { uint256 x; address z; } mapping(uint256 => S) m; }

contract behind_the_deleted_V0 { uint256 a; uint256 b; }
contract behind_the_deleted_V1 { uint256 a; uint256[1] __gap; }
contract behind_the_deleted_V2 { uint256 a; uint256[1] __gap; uint256 c; }

contract gap_over_deleted_V0 { uint256 a; uint256 b; }
contract gap_over_deleted_V1 { uint256 a; uint256[1] __gap; }
contract gap_over_deleted_V2 { uint256 a; uint256 c; }

contract array_regrown_V0 { uint256[5] r; }
contract array_regrown_V1 { uint256[3] r; }
contract array_regrown_V2 { uint256[5] r; }

contract array_regrown_over_V0 { uint256[3] r; uint256 x; }
contract array_regrown_over_V1 { uint256[3] r; }
contract array_regrown_over_V2 { uint256[5] r; }

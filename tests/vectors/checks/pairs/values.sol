// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// What a value's bits mean: signs, ordinals, user-defined types, function values, keys.

type Price is uint128;
type Delta is int128;
type Id is bytes32;
type Who is address;
interface Token { function transfer(address, uint256) external returns (bool); }
interface TokenMore { function transfer(address, uint256) external returns (bool); function decimals() external view returns (uint8); }
interface Feed { function latestAnswer() external view returns (int256); }

contract udvt_sign_in_mapping_V1 { mapping(uint256 => Price) ps; }
/// @custom:expect corruption storage-reinterpreted
contract udvt_sign_in_mapping_V2 { mapping(uint256 => Delta) ps; }

contract udvt_renamed_V1 { type Wad is uint256; Wad x; mapping(Id => Wad) m; }
/// @custom:expect safe
contract udvt_renamed_V2 { type Ray is uint256; Ray x; mapping(bytes32 => Ray) m; }

contract udvt_key_V1 { mapping(Who => uint256) m; }
/// @custom:expect safe
contract udvt_key_V2 { mapping(Token => uint256) m; }

contract udvt_to_contract_V1 { Who token; }
/// @custom:expect safe
contract udvt_to_contract_V2 { Token token; }

contract udvt_wider_alone_V1 { Price p; uint256 z; }
/// @custom:expect safe
contract udvt_wider_alone_V2 { uint256 p; uint256 z; }

contract udvt_wider_packed_V1 { Price p; uint128 q; uint256 z; }
/// @custom:expect corruption storage-moved
contract udvt_wider_packed_V2 { uint256 p; uint128 q; uint256 z; }

contract negative_widens_V1 { int64 pnl; uint256 z; }
/// @custom:expect corruption storage-reinterpreted
contract negative_widens_V2 { int128 pnl; uint256 z; }

contract negative_key_widens_V1 { mapping(int64 => uint256) ticks; }
/// @custom:expect safe
contract negative_key_widens_V2 { mapping(int256 => uint256) ticks; }

contract tick_key_unsigned_V1 { mapping(int24 => uint256) ticks; }
/// @custom:expect corruption storage-reinterpreted
contract tick_key_unsigned_V2 { mapping(uint24 => uint256) ticks; }

contract key_bytes4_to_bytes32_V1 { mapping(bytes4 => address) facets; }
/// @custom:expect safe
contract key_bytes4_to_bytes32_V2 { mapping(bytes32 => address) facets; }

contract key_address_to_word_V1 { mapping(address => uint256) owed; }
/// @custom:expect hazard storage-recast
contract key_address_to_word_V2 { mapping(bytes32 => uint256) owed; }

contract key_flag_to_int8_V1 { mapping(bool => uint256) m; }
/// @custom:expect safe
contract key_flag_to_int8_V2 { mapping(int8 => uint256) m; }

contract key_bytes32_to_string_V1 { mapping(bytes32 => uint256) m; }
/// @custom:expect corruption storage-reinterpreted
contract key_bytes32_to_string_V2 { mapping(string => uint256) m; }

contract key_bool_to_uint8_V1 { mapping(bool => uint256) open; }
/// @custom:expect safe
contract key_bool_to_uint8_V2 { mapping(uint8 => uint256) open; }

contract key_enum_to_uint8_V1 { enum Side { Long, Short } mapping(Side => uint256) open; }
/// @custom:expect safe
contract key_enum_to_uint8_V2 { mapping(uint8 => uint256) open; }

contract key_enum_append_V1 { enum Side { Long, Short } mapping(Side => mapping(Side => uint256)) open; }
/// @custom:expect safe
contract key_enum_append_V2 { enum Side { Long, Short, Flat } mapping(Side => mapping(Side => uint256)) open; }

contract key_address_to_bytes20_V1 { mapping(address => uint256) m; }
/// @custom:expect corruption storage-reinterpreted
contract key_address_to_bytes20_V2 { mapping(bytes20 => uint256) m; }

contract keys_exchanged_V1 { mapping(address => mapping(uint256 => uint256)) m; }
/// @custom:expect corruption storage-narrowed
contract keys_exchanged_V2 { mapping(uint256 => mapping(address => uint256)) m; }

contract key_names_added_V1 { mapping(address => mapping(address => uint256)) m; }
/// @custom:expect safe
contract key_names_added_V2 { mapping(address owner => mapping(address spender => uint256 amount)) m; }

contract enum_renamed_type_V1 { enum Side { Long, Short } Side s; Side[] all; }
/// @custom:expect safe
contract enum_renamed_type_V2 { enum Direction { Long, Short } Direction s; Direction[] all; }

contract enum_last_renamed_V1 { enum State { Open, Halted } State s; }
/// @custom:expect hazard storage-renamed
contract enum_last_renamed_V2 { enum State { Open, Paused } State s; }

contract enum_inserted_in_array_V1 { enum State { Open, Closed } struct P { State[] log; } mapping(uint256 => P) ps; }
/// @custom:expect corruption storage-reinterpreted
contract enum_inserted_in_array_V2 { enum State { Open, Halted, Closed } struct P { State[] log; } mapping(uint256 => P) ps; }

contract enum_to_bool_V1 { enum State { Open, Halted, Closed } State s; }
/// @custom:expect corruption storage-narrowed
contract enum_to_bool_V2 { bool s; }

contract enum_swapped_for_another_V1 { enum Side { Long, Short } Side s; }
/// @custom:expect hazard storage-renamed
contract enum_swapped_for_another_V2 { enum Kind { Call, Put } Kind s; }

contract callback_in_mapping_V1 { mapping(uint256 => function(uint256) external returns (bool)) hooks; }
/// @custom:expect corruption storage-reinterpreted
contract callback_in_mapping_V2 { mapping(uint256 => function(uint256, address) external returns (bool)) hooks; }

contract callback_returns_V1 { function(uint256) external returns (bool) hook; }
/// @custom:expect corruption storage-reinterpreted
contract callback_returns_V2 { function(uint256) external returns (uint256) hook; }

contract callback_view_V1 { function(uint256) external returns (bool) hook; }
/// @custom:expect safe
contract callback_view_V2 { function(uint256) external view returns (bool) hook; }

contract callback_to_address_V1 { function(uint256) external returns (bool) hook; }
/// @custom:expect corruption storage-reinterpreted
contract callback_to_address_V2 { address hook; }

contract jump_in_struct_V1 { struct P { function(uint256) internal returns (uint256) curve; } mapping(uint256 => P) ps; }
/// @custom:expect hazard storage-function-pointer internal-function-storage
contract jump_in_struct_V2 { struct P { function(uint256) internal returns (uint256) curve; } mapping(uint256 => P) ps; }

contract interface_extended_V1 { Token t; mapping(address => Token) ts; }
/// @custom:expect safe
contract interface_extended_V2 { TokenMore t; mapping(address => TokenMore) ts; }

contract interface_replaced_in_mapping_V1 { mapping(address => Token) ts; }
/// @custom:expect hazard storage-recast
contract interface_replaced_in_mapping_V2 { mapping(address => Feed) ts; }

contract address_to_interface_V1 { address feed; }
/// @custom:expect safe
contract address_to_interface_V2 { Feed feed; }

contract timestamp_narrow_V1 { uint256 openedAt; uint256 z; }
/// @custom:expect corruption storage-narrowed
contract timestamp_narrow_V2 { uint64 openedAt; uint256 z; }

contract bytes32_to_bytes4_V1 { bytes32 sel; uint256 z; }
/// @custom:expect corruption storage-narrowed
contract bytes32_to_bytes4_V2 { bytes4 sel; uint256 z; }

contract address_to_bytes32_V1 { address who; uint256 z; }
/// @custom:expect hazard storage-recast
contract address_to_bytes32_V2 { bytes32 who; uint256 z; }

contract packed_bool_to_enum_V1 { bool paused; address owner; }
/// @custom:expect hazard storage-recast
contract packed_bool_to_enum_V2 { enum Mode { On, Off } Mode paused; address owner; }

contract packed_order_V1 { uint64 a; uint64 b; address c; }
/// @custom:expect corruption storage-moved
contract packed_order_V2 { address c; uint64 a; uint64 b; }

contract packed_swap_V1 { uint128 longs; uint128 shorts; }
/// @custom:expect corruption storage-swapped
contract packed_swap_V2 { uint128 shorts; uint128 longs; }

contract signed_unsigned_swap_V1 { int256 pnl; uint256 size; }
/// @custom:expect corruption storage-moved
contract signed_unsigned_swap_V2 { uint256 size; int256 pnl; }

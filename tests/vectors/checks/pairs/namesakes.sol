// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Variables of one name: private ones of several contracts, and members of structs beside variables.

abstract contract Kept { uint256 private value; function kept(uint256 v) public returns (uint256) { value = v; return value; } }
abstract contract Added { uint256 private value; function added(uint256 v) public returns (uint256) { value = v; return value; } }
abstract contract Held { uint256 private value; function kept(uint256 v) public returns (uint256) { value = v; return value; } }
abstract contract Another { uint256 private value; function another(uint256 v) public returns (uint256) { value = v; return value; } }

contract namesake_in_front_V1 is Kept { }
/// @custom:expect corruption storage-moved
contract namesake_in_front_V2 is Added, Kept { }

contract namesake_behind_V1 is Kept { }
/// @custom:expect safe
contract namesake_behind_V2 is Kept, Added { }

contract namesakes_exchanged_V1 is Kept, Added { }
/// @custom:expect corruption storage-swapped
contract namesakes_exchanged_V2 is Added, Kept { }

contract namesake_of_the_implementation_V1 { uint256 private value; function own(uint256 v) external returns (uint256) { value = v; return value; } }
/// @custom:expect corruption storage-moved
contract namesake_of_the_implementation_V2 is Added { uint256 private value; function own(uint256 v) external returns (uint256) { value = v; return value; } }

// Either of the two new bases may be what Kept was.
contract namesakes_all_new_V1 is Kept { }
/// @custom:expect corruption storage-unjudged
contract namesakes_all_new_V2 is Added, Another { }

// Kept is called Held now, and the implementation has a variable of its own behind it.
contract namesake_base_renamed_V1 is Kept { }
/// @custom:expect safe
contract namesake_base_renamed_V2 is Held { uint256 private value; function own(uint256 v) external returns (uint256) { value = v; return value; } }

struct Pool { uint256 amount; }
contract member_exchanged_with_its_namesake_V1 { Pool private pool; uint256 private amount; function f(uint256 a) external { pool.amount = a; amount = a; } }
/// @custom:expect corruption storage-swapped
contract member_exchanged_with_its_namesake_V2 { uint256 private amount; Pool private pool; function f(uint256 a) external { pool.amount = a; amount = a; } }

contract member_beside_its_namesake_V1 { Pool private pool; function f(uint256 a) external { pool.amount = a; } }
/// @custom:expect safe
contract member_beside_its_namesake_V2 { Pool private pool; uint256 private amount; function f(uint256 a) external { pool.amount = a; amount = a; } }

// A struct starts a word and fills it: put around variables in the middle of one, it moves them.
struct Flags { bool paused; bool closed; }
contract wrapped_out_of_a_word_V1 { address private keeper; bool private paused; bool private closed; function f() external { delete keeper; delete paused; delete closed; } }
/// @custom:expect corruption storage-moved
contract wrapped_out_of_a_word_V2 { address private keeper; Flags private flags; function f() external { delete keeper; delete flags.paused; delete flags.closed; } }

contract wrapped_at_a_word_V1 { uint256 private cap; bool private paused; bool private closed; function f() external { delete cap; delete paused; delete closed; } }
/// @custom:expect safe
contract wrapped_at_a_word_V2 { uint256 private cap; Flags private flags; function f() external { delete cap; delete flags.paused; delete flags.closed; } }

contract unwrapped_into_padding_V1 { address private keeper; Flags private flags; function f() external { delete keeper; delete flags.paused; delete flags.closed; } }
/// @custom:expect corruption storage-moved
contract unwrapped_into_padding_V2 { address private keeper; bool private paused; bool private closed; function f() external { delete keeper; delete paused; delete closed; } }

contract unwrapped_and_renamed_V1 { address private keeper; Pool private pool; function f() external { delete keeper; delete pool.amount; } }
/// @custom:expect corruption storage-moved
contract unwrapped_and_renamed_V2 {
    address private keeper; uint256 private cap;
    /// @custom:oz-renamed-from amount
    uint256 private total;
    function f() external { delete keeper; delete cap; delete total; }
}

// What a struct is called means nothing, also where another was called so.
abstract contract Margin_V1 { struct Book { uint256 size; uint256 price; } Book private book; function margin() public { delete book.size; delete book.price; } }
abstract contract Margin_V2 { struct Ledger { uint256 size; uint256 price; } Ledger private book; function margin() public { delete book.size; delete book.price; } }
contract struct_takes_anothers_name_V1 is Margin_V1 { struct Shelf { uint256 size; uint256 price; } Shelf private book; function own() external { delete book.size; delete book.price; } }
/// @custom:expect safe
contract struct_takes_anothers_name_V2 is Margin_V2 { struct Book { uint256 size; uint256 price; } Book private book; function own() external { delete book.size; delete book.price; } }

contract annotated_into_a_namespace_V1 { uint256 private fee; function f() external { delete fee; } }
/// @custom:expect corruption storage-moved
contract annotated_into_a_namespace_V2 {
    /// @custom:storage-location erc7201:perp.fees
    struct Fees { /// @custom:oz-renamed-from fee
        uint256 rate; }
    bytes32 private constant FEES = keccak256(abi.encode(uint256(keccak256("perp.fees")) - 1)) & ~bytes32(uint256(0xff));
    function f() external { Fees storage $; bytes32 at = FEES; assembly { $.slot := at } delete $.rate; }
}

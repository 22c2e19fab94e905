"""Several calls in one Safe transaction, through the MultiSendCallOnly library.

The library is run by ``delegatecall``: its code, which can only make calls, acts as the Safe.  That makes it the one
delegatecall which is safe to sign, and only when it really is that library; with an ordinary call its inner calls
would come from the library instead of the Safe and still not revert.  Each inner call is packed without padding::

    operation (1 byte) || to (20) || value (32) || length of data (32) || data

Sources: https://github.com/safe-global/safe-smart-account/blob/v1.5.0/contracts/libraries/MultiSendCallOnly.sol and,
for addresses and code hashes, https://github.com/safe-global/safe-deployments (MIT)
"""

from collections.abc import Iterable
from typing import Final

from upgrader.calls import SELECTOR_BYTES, Call, decode_result, encode_call, selector
from upgrader.errors import InputError
from upgrader.governance.safe import CALL, DELEGATECALL, SafeTransaction
from upgrader.units import WORD, Address, Wei, address_from_word, hexed, word

MULTI_SEND: Final = "multiSend(bytes)"

CODE_HASHES: Final = {
    "0xa9865ac2d9c7a1591619b188c4d88167b50df6cc0c5327fcbd1c8c75f7c066ad": "1.3.0",
    "0x064ddbf252714bcd4cb79f679e8c12df96d998ce07bbb13b3118c1dbf4a31942": "1.3.0 (zkSync)",
    "0xecd5bd14a08c5d2122379900b2f272bdf107a7e92423c10dd5fe3254386c9939": "1.4.1",
    "0x44c70b30fed5c3a07358a52c2fb028f651031010ef99e4d8c3b45c208e88a264": "1.4.1 (zkSync)",
    "0xcdbdcec38d2f1c7d961b0029ff8416b7e86e9974d6f0e9c9580c7d17fcfb6663": "1.5.0",
}
"""Keccak of the runtime code of MultiSendCallOnly -> version; the code has no immutables, so it is equal everywhere."""

ADDRESSES: Final = {
    Address("0x40A2aCCbd92BCA938b02010E17A5b8929b49130D"): "1.3.0",
    Address("0xA1dabEF33b3B82c7814B6D82A79e50F4AC44102B"): "1.3.0",
    Address("0xf220D3b4DFb23C4ade8C88E526C1353AbAcbC38F"): "1.3.0",
    Address("0x9641d764fc13c8B624c04430C7356C1C7C8102e2"): "1.4.1",
    Address("0x0408EF011960d02349d50286D20531229BCef773"): "1.4.1",
    Address("0xA83c336B20401Af773B6219BA5027174338D1836"): "1.5.0",
}
"""Where the Safe project deployed it (canonical, EIP-155 and zkSync deployments)."""

_ADDRESS_BYTES: Final = 20
_HEAD_BYTES: Final = 1 + _ADDRESS_BYTES + 2 * WORD


def multi_send_call(library: Address, calls: Iterable[Call]) -> Call:
    """Return the call of the library that makes ``calls`` in order, all or none; a Safe must *delegatecall* it."""
    inner = tuple(calls)
    return Call(library, encode_call(MULTI_SEND, b"".join(map(_packed, inner))), label=f"make {len(inner)} calls")


def inner_calls(data: bytes) -> tuple[Call, ...]:
    """Return the calls inside calldata of ``multiSend``.

    Raises:
        InputError: The calldata is something else, is cut short, or holds an inner delegatecall.
    """
    if data[:SELECTOR_BYTES] != selector(MULTI_SEND):
        raise InputError(f"{hexed(data[:SELECTOR_BYTES])} is not multiSend", remedy="give calldata of multiSend(bytes)")
    (packed,) = decode_result(("bytes",), data[SELECTOR_BYTES:])
    found: list[Call] = []
    while packed:
        operation, to = packed[0], packed[1 : 1 + _ADDRESS_BYTES]
        value, length = (
            int.from_bytes(packed[at : at + WORD], "big") for at in (1 + _ADDRESS_BYTES, 1 + _ADDRESS_BYTES + WORD)
        )
        if len(packed) < _HEAD_BYTES or length > len(packed) - _HEAD_BYTES:
            raise InputError(f"inner call {len(found) + 1} of multiSend is cut short", remedy="build the batch anew")
        if operation != CALL:
            raise InputError(
                f"inner call {len(found) + 1} of multiSend is a delegatecall",
                remedy="use ordinary calls only; MultiSendCallOnly refuses anything else",
            )
        found.append(Call(address_from_word(to), packed[_HEAD_BYTES : _HEAD_BYTES + length], Wei(value)))
        packed = packed[_HEAD_BYTES + length :]
    return tuple(found)


def calls_of(transaction: SafeTransaction, library: Address | None = None) -> tuple[Call, ...]:
    """Return what a Safe transaction makes the Safe call, with batches unfolded.

    Args:
        transaction: What owners would sign.
        library: A MultiSendCallOnly beside :data:`ADDRESSES` whose code hash was found in :data:`CODE_HASHES`.

    Raises:
        InputError: It is a delegatecall of anything but MultiSendCallOnly, or calls the library without delegating.
    """
    known = transaction.to in ADDRESSES or transaction.to == library
    match transaction.operation:
        case 1 if known:
            return inner_calls(transaction.data)
        case 0 if known:
            raise InputError(
                f"the transaction calls MultiSendCallOnly at {transaction.to} without delegating, so its inner calls "
                "would come from the library and not from the Safe",
                remedy=f"set operation to {DELEGATECALL}",
            )
        case 0:
            return (Call(transaction.to, transaction.data, transaction.value),)
        case operation:
            raise InputError(
                f"the transaction runs {transaction.to} with operation {operation}, which gives foreign code the Safe",
                remedy="use operation 0 (call); several calls go through MultiSendCallOnly",
            )


def _packed(call: Call) -> bytes:
    return bytes([CALL]) + bytes.fromhex(call.to[2:]) + word(call.value) + word(len(call.data)) + call.data

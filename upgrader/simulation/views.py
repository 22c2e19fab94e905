"""The views of a contract, put to two branches of one chain at the same block and clock.

Nothing has to be written for this: every view without arguments is asked, and every view of one or two simple
arguments is asked with words that the chain itself offered as its keys (indexed topics of recent logs).
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from upgrader.calls import abi_signature, canonical_type, selector
from upgrader.codec import decode, encode
from upgrader.errors import InputError, UnavailableError
from upgrader.inquiry import Inquiry, Log, ReadCall, ReadFailed
from upgrader.simulation.naming import Names
from upgrader.simulation.result import ViewDifference
from upgrader.units import Address, address_from_word, hexed

MAX_CALLS_A_VIEW: Final = 48
MAX_KEYS: Final = 24
"""Words of one contract's logs that serve as arguments; the newest win."""

REASON: Final = 200
"""Characters of a node's reason that are repeated."""

_SPENT: Final = ("out of gas", "outofgas", "gas required exceeds")
"""Words for a view that needs more gas than a call may have: an answer of the code, though it is no revert."""

_SIMPLE: Final = {"address", "uint256", "bytes32", "uint64", "uint128", "uint32", "int256"}


@dataclass(frozen=True, slots=True)
class ViewCall:
    """One view with arguments.

    Attributes:
        contract: Name under management.
        address: Whom to ask.
        signature: ``balanceOf(address)``.
        arguments: As text.
        data: Calldata.
        outputs: Types of the answer; those of the old ABI where both know the view.
    """

    contract: str
    address: Address
    signature: str
    arguments: str
    data: bytes
    outputs: tuple[str, ...]


def keys_of(logs: Iterable[Log], extra: Sequence[bytes] = ()) -> tuple[bytes, ...]:
    """Return distinct indexed words of ``logs``, newest first, behind those given explicitly."""
    newest = (
        word for log in sorted(logs, key=lambda log: (log.block, log.index), reverse=True) for word in log.topics[1:]
    )
    return tuple(dict.fromkeys((*extra, *newest)))[:MAX_KEYS]


def view_calls(
    contract: str, at: Address, abis: Sequence[Sequence[Mapping[str, Any]]], keys: Sequence[bytes]
) -> tuple[ViewCall, ...]:
    """Return the calls to put to both branches, each signature once."""
    calls: dict[bytes, ViewCall] = {}
    for abi in abis:
        for entry in abi:
            if entry.get("type") != "function" or entry.get("stateMutability") not in {"view", "pure"}:
                continue
            outputs = tuple(canonical_type(output) for output in entry.get("outputs", ()))
            signature = abi_signature(entry)
            types = [canonical_type(parameter) for parameter in entry.get("inputs", ())]
            for arguments in itertools.islice(_arguments(types, keys), MAX_CALLS_A_VIEW):
                data = selector(signature) + encode(types, arguments)
                text = ", ".join(hexed(value) if isinstance(value, bytes) else str(value) for value in arguments)
                calls.setdefault(data, ViewCall(contract, at, signature, text, data, outputs))
    return tuple(calls.values())


def ask_views(calls: Sequence[ViewCall]) -> Inquiry[tuple[bytes | ReadFailed, ...]]:
    """Ask every view in one round.

    Raises:
        UnavailableError: The node could not answer one: that is no revert, and neither the same nor another answer.
    """
    answers = yield tuple(ReadCall(call.address, call.data) for call in calls)
    for call, answer in zip(calls, answers, strict=True):
        if isinstance(answer, ReadFailed) and not answer.reverted and not _is_spent(answer.reason):
            raise UnavailableError(
                f"{call.contract}.{call.signature} was not answered: {answer.reason[:REASON]}",
                remedy="run it again, or name another endpoint with --rpc: this one gave no state for it",
            )
    return answers


def differences(
    calls: Sequence[ViewCall],
    old: Sequence[bytes | ReadFailed],
    new: Sequence[bytes | ReadFailed],
    names: Names,
    declared: Mapping[tuple[str, str], str],
) -> tuple[ViewDifference, ...]:
    """Return the views that answer otherwise; one that the old code did not have is no difference.

    Args:
        calls: What was asked.
        old: Answers without the upgrade.
        new: Answers with it.
        names: For revert reasons.
        declared: (contract, signature) -> the manifest's reason.
    """
    found = []
    for call, before, after in zip(calls, old, new, strict=True):
        if before == after or _absent(before):
            continue
        shown_before, shown_after = _answer(call, before, names), _answer(call, after, names)
        if shown_before == shown_after:
            continue
        reason = declared.get((call.contract, call.signature), "")
        found.append(ViewDifference(call.contract, call.signature, call.arguments, shown_before, shown_after, reason))
    return tuple(found)


def fresh_zeroes(
    calls: Sequence[ViewCall], old: Sequence[bytes | ReadFailed], new: Sequence[bytes | ReadFailed]
) -> tuple[ViewCall, ...]:
    """Return views without arguments that only the new code has and that answer nothing but zeroes."""
    return tuple(
        call
        for call, before, after in zip(calls, old, new, strict=True)
        if not call.arguments and _absent(before) and isinstance(after, bytes) and after and not any(after)
    )


def _is_spent(reason: str) -> bool:
    return any(words in reason.lower() for words in _SPENT)


def _absent(answer: bytes | ReadFailed) -> bool:
    # A contract without the function falls through to a revert without data (or to empty return data).
    return answer == b"" or (isinstance(answer, ReadFailed) and not answer.data)


def _answer(call: ViewCall, answer: bytes | ReadFailed, names: Names) -> str:
    if isinstance(answer, ReadFailed):
        return f"reverts: {names.error(answer.data) or answer.reason or hexed(answer.data)}"
    try:
        values = decode(call.outputs, answer)
    except (ValueError, OverflowError, InputError):
        return hexed(answer)
    except Exception as error:  # noqa: BLE001 - eth-abi raises several unrelated classes on untrusted bytes
        return f"{hexed(answer)} (does not decode: {type(error).__name__})"
    return ", ".join(hexed(value) if isinstance(value, bytes) else str(value) for value in values)


def _arguments(types: Sequence[str], keys: Sequence[bytes]) -> Iterator[tuple[Any, ...]]:
    if not types:
        yield ()
    elif len(types) <= 2 and all(kind in _SIMPLE for kind in types):  # noqa: PLR2004 - keys of a mapping, or of two
        yield from itertools.product(*([value for key in keys for value in _as(kind, key)] for kind in types))


def _as(kind: str, key: bytes) -> Iterator[Any]:
    number = int.from_bytes(key, "big")
    if kind == "address":
        if 0 < number < 1 << 160:
            yield address_from_word(key)
    elif kind == "bytes32":
        yield key
    elif kind.startswith("uint"):
        if number < 1 << int(kind[4:]):
            yield number
    elif number < 1 << 255:
        yield number

"""Questions to the upgraded contracts, and how their answers are read.

A stranger tries to initialise the proxy again and to initialise the bare implementation: either would hand over the
contract (Wormhole 2022, Parity 2017, Audius 2022).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from upgrader.calls import abi_signature, canonical_type, selector
from upgrader.codec import encode
from upgrader.inquiry import Inquiry, ReadCall, ReadFailed
from upgrader.simulation.naming import Names
from upgrader.simulation.result import Probe
from upgrader.units import Address

STRANGER: Final = Address("0x000000000000000000000000000000000057a6e7")
"""An account without any role; no key of it is known."""

_INITIALISER = re.compile(r"_*(?:re|Re)?[iI]nit(?:iali[sz]e)?(?:[A-Z_0-9].*)?")
_GUARDED: Final = (
    "InvalidInitialization",
    "NotInitializing",
    "already initialized",
    "AccessControl",
    "Ownable",
    "caller is not",
    "Unauthorized",
)
"""Words of a refusal that is the guard's own, not one of badly chosen arguments."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A stranger's call to an initialiser."""

    probe: Literal["reinitialise", "bare implementation"]
    contract: str
    to: Address
    signature: str
    data: bytes


def attempts(
    contract: str, proxy: Address, implementation: Address, abi: Sequence[Mapping[str, Any]]
) -> tuple[Attempt, ...]:
    """Return a stranger's calls to every initialiser of the new code, on the proxy and on the bare implementation."""
    found: list[Attempt] = []
    for entry in abi:
        if entry.get("type") != "function" or entry.get("stateMutability") in {"view", "pure"}:
            continue
        if not _INITIALISER.fullmatch(str(entry.get("name", ""))):
            continue
        signature = abi_signature(entry)
        types = [canonical_type(parameter) for parameter in entry.get("inputs", ())]
        data = selector(signature) + encode(types, [plausible(kind) for kind in types])
        found.append(Attempt("reinitialise", contract, proxy, signature, data))
        found.append(Attempt("bare implementation", contract, implementation, signature, data))
    return tuple(found)


def ask_attempts(tries: Sequence[Attempt]) -> Inquiry[tuple[bytes | ReadFailed, ...]]:
    """Make every attempt as a static question; nothing is changed."""
    answers = yield tuple(ReadCall(attempt.to, attempt.data, STRANGER) for attempt in tries)
    return answers


def judge_attempts(tries: Sequence[Attempt], answers: Sequence[bytes | ReadFailed], names: Names) -> tuple[Probe, ...]:
    """Read the answers: success is a failed probe, the guard's refusal a held one, any other refusal unclear."""
    return tuple(_judge(attempt, answer, names) for attempt, answer in zip(tries, answers, strict=True))


def plausible(kind: str) -> Any:  # noqa: PLR0911 - one return a type
    """Return a value of an ABI type that input checks are likely to accept: one, a non-zero address, short text."""
    if kind.endswith("]"):
        inner, _, length = kind[:-1].rpartition("[")
        return [plausible(inner)] * (int(length) if length else 1)
    if kind.startswith("("):
        from upgrader.calls import types_of

        return tuple(plausible(member) for member in types_of(f"f{kind}"))
    match kind:
        case "address":
            return STRANGER
        case "bool":
            return True
        case "string":
            return "x"
        case "bytes":
            return b""
        case _ if kind.startswith("bytes"):
            return b"\x01".rjust(int(kind[5:]), b"\0")
        case _:
            return 1


def _judge(attempt: Attempt, answer: bytes | ReadFailed, names: Names) -> Probe:
    if not isinstance(answer, ReadFailed):
        return Probe(attempt.probe, attempt.contract, attempt.signature, "failed", "a stranger's call went through")
    reason = names.error(answer.data) or answer.reason
    held = any(word in reason for word in _GUARDED)
    return Probe(attempt.probe, attempt.contract, attempt.signature, "held" if held else "unclear", reason)

"""What callers of a contract will notice: functions, events and errors that come, go or change.

Sources: https://docs.soliditylang.org/en/latest/abi-spec.html#json
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from upgrader.calls import abi_signature, canonical_type

KINDS: Final = ("function", "event", "error")


@dataclass(frozen=True, slots=True)
class InterfaceChange:
    """The difference of two ABIs, each entry as ``function name(type,…)``, sorted.

    Attributes:
        changed: Entries with an equal signature whose results, mutability or indexed arguments differ, with both.
    """

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether a caller notices nothing."""
        return not (self.added or self.removed or self.changed)


def interface_change(old: Iterable[Mapping[str, Any]], new: Iterable[Mapping[str, Any]]) -> InterfaceChange:
    """Return what ``new`` adds, removes and changes; argument names do not matter to callers."""
    before, after = _entries(old), _entries(new)
    return InterfaceChange(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(
            f"{name}: {before[name]} -> {after[name]}"
            for name in sorted(before.keys() & after.keys())
            if before[name] != after[name]
        ),
    )


def _entries(abi: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return ``kind signature`` -> what else a caller depends on, in words."""
    return {f"{entry['type']} {abi_signature(entry)}": _rest(entry) for entry in abi if entry.get("type") in KINDS}


def _rest(entry: Mapping[str, Any]) -> str:
    match entry["type"]:
        case "function":
            results = ",".join(canonical_type(output) for output in entry.get("outputs", ()))
            return f"{entry.get('stateMutability', 'nonpayable')} returns ({results})"
        case "event":
            indexed = ",".join(str(at) for at, given in enumerate(entry.get("inputs", ())) if given.get("indexed"))
            return f"{'anonymous ' if entry.get('anonymous') else ''}indexed ({indexed})"
        case _:
            return "error"

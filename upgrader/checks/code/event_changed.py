"""An event or an error that indexers and callers recognise is gone or looks different.

Why:
    An event is found by the hash of its name and types, and decoded by which parameters are indexed. When either
    changes, indexers, keepers and accounting miss trades and settlements without any error. So they do when a
    function that emitted it still exists and nothing emits it any more. A changed error makes callers that handle it
    by its selector treat a known condition as an unknown failure.

Fix:
    Emit the old event beside the new one for at least one version, and announce the change.

Example:
    `event Traded(address indexed who, uint256 size)` becomes `event Traded(address who, int256 size)`

Source:
    https://docs.soliditylang.org/en/latest/abi-spec.html#events
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from upgrader.calls import abi_signature
from upgrader.checks.code._ast import Contract, display, selector_of
from upgrader.checks.code._base import FAMILY, Case, Code
from upgrader.checks.code._body import body_of
from upgrader.checks.code._expressions import callee_of, yul_calls
from upgrader.checks.code._reach import Reached, from_entries, reach
from upgrader.findings import Finding, Severity

EVENT: Final = "event-changed"
ERROR: Final = "error-changed"
CODES: Final = (EVENT, ERROR)

_SHOWN: Final = 8
"""Names in the message; the evidence has all of them."""


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Compare the events and errors of both versions."""
    if case.old is None or case.old.artifact.abi is None or case.new.artifact.abi is None:
        return
    for kind, code in (("event", EVENT), ("error", ERROR)):
        new = _entries(case.new, kind)
        gone: list[str] = []
        for signature, entry in _entries(case.old, kind).items():
            if signature not in new:
                others = _namesakes(signature, new)
                if code == ERROR and not others:
                    gone.append(signature)
                else:
                    yield _gone(case, code, signature, others)
            elif _form(entry) != _form(new[signature]):
                yield case.finding(
                    code,
                    Severity.WARNING,
                    signature,
                    f"its indexed parameters were {_form(entry)} and are {_form(new[signature])} now: "
                    "filters miss it and decoders fail",
                    "keep which parameters are indexed",
                )
        if gone:
            yield case.finding(
                code,
                Severity.WARNING,
                "",
                f"{len(gone)} error{'s are' if len(gone) > 1 else ' is'} gone: {', '.join(sorted(gone)[:_SHOWN])}"
                + (f" and {len(gone) - _SHOWN} more" if len(gone) > _SHOWN else ""),
                "tell whoever handles them by name",
                evidence={"errors": ", ".join(sorted(gone))},
            )
    yield from _silenced(case)


def _silenced(case: Case) -> Iterator[Finding]:
    """Find events that a function emitted which both versions have, that are still declared, and that none emits."""
    old, new = case.old_contract, case.new.contract
    if old is None or new is None or old is new:
        return
    declared = {signature.partition("(")[0] for signature in _entries(case.new, "event")}
    silent = (_emitted(old, from_entries(old).values()) & declared) - _emitted(new, from_entries(new).values())
    if not silent or _logs_by_hand(new):
        return
    kept = {selector_of(entry) for entry in new.entries} - {""}
    for entry in old.entries:
        if selector_of(entry) not in kept:
            continue
        for name in sorted(silent & _emitted(old, reach(old, (entry,)).values())):
            silent -= {name}
            yield case.finding(
                EVENT,
                Severity.WARNING,
                name,
                f"{display(entry)} emitted it, and nothing does now, though it is still declared",
                "emit it as before, or tell whoever waits for it",
            )


def _emitted(contract: Contract, steps: Iterable[Reached]) -> frozenset[str]:
    """Return the names of the events that some bodies emit."""
    calls = (call for step in steps for call in body_of(contract.program, step.definition).calls.values())
    called = (contract.program.referred(callee_of(call)) or {} for call in calls)
    return frozenset(str(each.get("name")) for each in called if each.get("nodeType") == "EventDefinition")


def _logs_by_hand(contract: Contract) -> bool:
    """Whether assembly writes logs, whose names nobody knows."""
    steps = from_entries(contract).values()
    blocks = (block for step in steps for block in body_of(contract.program, step.definition).assembly)
    return any(re.fullmatch("log[0-4]", name) for block in blocks for name, _ in yul_calls(block))


def _gone(case: Case, code: str, signature: str, others: list[str]) -> Finding:
    return case.finding(
        code,
        Severity.WARNING,
        signature,
        f"it is {', '.join(others)} now, with another hash" if others else "the new code does not have it any more",
        "keep it beside its successor, or tell indexers and integrators",
    )


def _namesakes(signature: str, new: Mapping[str, Mapping[str, Any]]) -> list[str]:
    name = signature.partition("(")[0]
    return sorted(other for other in new if other.partition("(")[0] == name)


def _entries(code: Code, kind: str) -> dict[str, Mapping[str, Any]]:
    return {abi_signature(entry): entry for entry in code.artifact.abi or () if entry.get("type") == kind}


def _form(entry: Mapping[str, Any]) -> str:
    """Return which parameters are indexed, by position; an anonymous event has no topic of its own."""
    places = [str(place) for place, one in enumerate(entry.get("inputs", ()), 1) if one.get("indexed")]
    return ("anonymous " if entry.get("anonymous") else "") + (", ".join(places) or "none")

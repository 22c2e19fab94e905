"""Immutables: state that lives in the code and changes with it.

Why:
    An immutable is written into the code by the constructor of each implementation. It is not in the proxy's
    storage, the initializer does not set it, and every upgrade sets it anew from whatever the deployment passes:
    a forgotten argument or another network's address goes live unseen. Nothing is lost when it is meant; it has to
    be looked at.

Fix:
    Compare its value in the deployed code with the live one before the upgrade; keep the value in storage if it
    shall survive upgrades. `@custom:oz-upgrades-unsafe-allow state-variable-immutable` says that it is meant.

Example:
    `IOracle public immutable ORACLE; constructor(IOracle oracle) { ORACLE = oracle; }`

Source:
    https://docs.openzeppelin.com/upgrades-plugins/faq#why-cant-i-use-immutable-variables
"""

from collections.abc import Iterator, Mapping
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, children, type_string
from upgrader.checks.code._base import FAMILY, Case, Code, acknowledged
from upgrader.checks.code._changes import Member, members_of, same_expression, sources_of
from upgrader.findings import Finding, Severity
from upgrader.units import WORD, address_from_word, hexed

CODE: Final = "immutable-changed"
CODES: Final = (CODE,)

_ANNOTATION: Final = "state-variable-immutable"


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Judge every immutable of the new implementation, and those it no longer has."""
    contract = case.new.contract
    if contract is None:
        return
    old = members_of(case.old_contract, contract) if case.old_contract is not None else {}
    new = members_of(contract, case.old_contract)
    for label, member in new.items():
        if member.kind == "immutable" and not _is_self(contract, member.node):
            yield from _judged(case, contract, label, member, old.get(label))
        elif member.kind == "constant" and label in old and old[label].kind == "immutable":
            yield from _fixed(case, contract, label, member, old[label])
    for label, member in old.items():
        if member.kind == "immutable" and label not in new and not _is_self(case.old_contract, member.node):
            yield case.finding(
                CODE,
                Severity.NOTE,
                label,
                "the old code had this immutable, the new one does not",
                "make sure that nothing needs it",
            )


def _judged(case: Case, contract: Contract, label: str, member: Member, before: Member | None) -> Iterator[Finding]:
    at = case.new.place(member.node)
    was, now = _deployed(case.old, before), _deployed(case.new, member)
    if before is None or before.kind != "immutable":
        allowed = acknowledged(_ANNOTATION, member.node, contract.program.owners.get(member.node["id"]))
        yield case.finding(
            CODE,
            Severity.NOTE if allowed else Severity.WARNING,
            label,
            "its value lives in the code: each implementation brings its own" + (" (acknowledged)" if allowed else ""),
            "check the value that the deployment passes, or keep it in storage",
            at=at,
            evidence={"value": now} if now else {},
        )
    elif was and now and was != now:
        yield _changed(case, label, at, f"its value in the code was {was} and is {now} now", was, now)
    elif type_string(before.node) != type_string(member.node):
        types = type_string(before.node), type_string(member.node)
        yield _changed(case, label, at, f"its type was {types[0]} and is {types[1]} now", *types)
    elif not (was and now) and not _same_source(case, contract, before, member):
        yield _changed(case, label, at, "the expression that gives it its value changed", was, now)
    elif case.old is not None and case.old.deployed is not None and was and not now:
        yield case.finding(
            CODE,
            Severity.NOTE,
            label,
            f"its value in the live code is {was}; what the new code has is known once it is deployed",
            "compare the two then: `upgrader deploy` shows it",
            at=at,
            evidence={"before": was},
        )


def _fixed(case: Case, contract: Contract, label: str, member: Member, before: Member) -> Iterator[Finding]:
    """Judge an immutable that is a constant now: nothing changed where its value did not."""
    now = contract.program.constant(member.node.get("value") or {})
    given = sources_of(case.old_contract, before.node) if case.old_contract is not None else ()
    was = case.old_contract.program.constant(given[0]) if case.old_contract is not None and len(given) == 1 else None
    if now is None or was == now:
        return
    kind = type_string(member.node)
    shown = _shown(kind, (now % 2**256).to_bytes(WORD, "big"))
    deployed = _deployed(case.old, before) if was is None else _shown(kind, (was % 2**256).to_bytes(WORD, "big"))
    if deployed != shown:
        told = f"its value in the code was {deployed or 'given by the constructor'} and is {shown} now"
        yield _changed(case, label, case.new.place(member.node), told, deployed, shown)


def _changed(case: Case, label: str, at: str, message: str, was: str, now: str) -> Finding:
    return case.finding(
        CODE,
        Severity.WARNING,
        label,
        message,
        "make sure that the new value is meant",
        at=at,
        evidence={name: value for name, value in (("before", was), ("now", now)) if value},
    )


def _same_source(case: Case, contract: Contract, before: Member, member: Member) -> bool:
    if case.old_contract is None:
        return True
    old, new = sources_of(case.old_contract, before.node), sources_of(contract, member.node)
    return len(old) == len(new) and all(same_expression(a, b) for a, b in zip(old, new, strict=True))


def _is_self(contract: Contract | None, variable: Ast) -> bool:
    """Whether it holds the implementation's own address, which is expected to change (UUPS `__self`)."""
    return contract is not None and any(
        isinstance(argument, Mapping) and argument.get("name") == "this"
        for source in sources_of(contract, variable)
        for argument in children(source, "arguments")
    )


def _deployed(code: Code | None, member: Member | None) -> str:
    """Return the value in deployed code; empty where the code is as compiled, with zeros in its place."""
    runtime = code.artifact.runtime if code is not None else None
    if code is None or runtime is None or member is None:
        return ""
    live = code.deployed if code.deployed is not None else runtime.code
    for offset, length in runtime.immutables.get(str(member.node["id"]), ()):
        value = live[offset : offset + length]
        known = len(value) == length and (code.deployed is not None or any(value))
        return _shown(type_string(member.node), value) if known else ""
    return ""


def _shown(kind: str, value: bytes) -> str:
    """Return a value as people write it; immutables fill a whole word whatever their type."""
    if kind.startswith(("address", "contract ")):
        return str(address_from_word(value))
    if kind.startswith("uint"):
        return str(int.from_bytes(value, "big"))
    if kind.startswith("int"):
        return str(int.from_bytes(value, "big", signed=True))
    if kind == "bool":
        return "true" if any(value) else "false"
    return hexed(value)

"""Reinitializers that cannot run, are left out, or exclude each other.

Why:
    A `reinitializer(n)` runs once, and only while the proxy's `_initialized` is below n. One whose version the
    proxy has already reached never runs, and what it should set stays zero. Two new ones cannot both run in the
    upgrade's single call, and once the higher has run the lower never can: this is how Ronin's bridge came to
    a vote threshold of zero (`initializeV3` was never called, `initializeV4` was; 12 M USD). And a
    reinitializer that the upgrade does not call is there for a stranger to call with arguments of his own; one that
    asks for none, and sets the same whoever calls, is late until somebody does. One that calls a function which has
    such a modifier itself reverts, and one of the highest version leaves none to any later upgrade, as does a
    function that disables the initializers at anybody's call.

Fix:
    Give the migration of each version exactly one reinitializer, one version above the proxy's, and call it in
    the same transaction as the upgrade: `upgradeToAndCall(implementation, abi.encodeCall(initializeV2, …))`. A beacon
    calls nothing on its proxies: there it has to be called on each of them.

Example:
    `function initializeV2() external reinitializer(1) { fee = 5; }` behind a proxy initialised at version 1

Source:
    https://docs.openzeppelin.com/contracts/5.x/api/proxy#Initializable ;
    https://roninblockchain.substack.com/p/post-mortem-ronin-bridge-august-2024
"""

from collections.abc import Iterator
from typing import Final

from upgrader.build import Ast
from upgrader.calls import SELECTOR_BYTES, selector
from upgrader.checks.code._ast import Contract, display, parameters, selector_of, type_identifier
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._expressions import inner
from upgrader.checks.code._guards import guard_of
from upgrader.checks.code._initializers import (
    LAST,
    NOT_ONE,
    Initializer,
    can_run,
    initializers_of,
    version_of,
    version_on_proxy,
)
from upgrader.checks.code._reach import from_entries, reach
from upgrader.checks.code._strength import Strength
from upgrader.findings import Finding, Severity

NEVER_RUNS: Final = "reinitializer-never-runs"
SKIPPED: Final = "reinitializer-skipped"
NOT_CALLED: Final = "reinitializer-not-called"
CODES: Final = (NEVER_RUNS, SKIPPED, NOT_CALLED)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Judge the reinitializers of the new implementation against the proxy's version."""
    contract = case.new.contract
    if contract is None or case.pair.old is None:
        return
    found = initializers_of(contract)
    known = _known(case)
    yield from _never_runs(case, [i for i in found if _key(i) not in known])
    runnable = sorted((i for i in found if can_run(case, i)), key=lambda i: i.version or 0)
    yield from _reverts(case, contract, runnable)
    yield from _last(case, contract, runnable)
    yield from _skipped(case, runnable)
    yield from _not_called(case, runnable)


def _never_runs(case: Case, fresh: list[Initializer]) -> Iterator[Finding]:
    on_proxy = version_on_proxy(case)
    for initializer in fresh:
        if can_run(case, initializer) or not initializer.again:
            continue
        yield case.finding(
            NEVER_RUNS,
            Severity.BLOCKER,
            display(initializer.function),
            f"its version is {initializer.version}, and the proxy is at {on_proxy} already: it can never run",
            f"give it reinitializer({on_proxy + 1})",
            at=case.new.place(initializer.function),
            evidence={"version": str(initializer.version), "initialized": str(on_proxy)},
        )


def _reverts(case: Case, contract: Contract, runnable: list[Initializer]) -> Iterator[Finding]:
    """Find what calls a function that initialises by itself, which refuses while another one does.

    Up to OpenZeppelin 4.5 ``initializer`` let it pass; those that know ``_disableInitializers`` do not.
    """
    if not contract.named("_disableInitializers"):
        return
    for initializer in runnable:
        own = version_of(contract, initializer.function) is not NOT_ONE
        for step in reach(contract, (initializer.function,)).values() if own else ():
            if step.caller is None or version_of(contract, step.definition) is NOT_ONE:
                continue
            yield case.finding(
                NEVER_RUNS,
                Severity.BLOCKER,
                display(initializer.function),
                f"it calls {display(step.definition)}, which initialises by itself and refuses while another does: "
                "that call reverts",
                f"give {display(step.definition)} onlyInitializing",
                at=case.new.place(step.definition),
            )


def _last(case: Case, contract: Contract, runnable: list[Initializer]) -> Iterator[Finding]:
    """Find what leaves no version to any later upgrade: an initializer of the last one, or whoever may set it."""
    found = [(i.function, "it sets the highest version that there is") for i in runnable if i.version == LAST]
    locks = {function["id"] for function in contract.named("_disableInitializers")} & from_entries(contract).keys()
    found += [
        (entry, "everybody may call it, and it disables the initializers")
        for entry in (contract.entries if locks else ())
        if locks & reach(contract, (entry,)).keys() and guard_of(contract, entry).strength < Strength.ORIGIN
    ]
    for function, why in found:
        yield case.finding(
            SKIPPED,
            Severity.WARNING,
            display(function),
            f"{why}: once it has run, no later upgrade can initialise anything",
            f"give it reinitializer({version_on_proxy(case) + 1}), or restrict it to its owner",
            at=case.new.place(function),
        )


def _skipped(case: Case, runnable: list[Initializer]) -> Iterator[Finding]:
    """One call can run only one of several, and the highest ends the chance of all below it."""
    runnable = [i for i in runnable if not i.own_flag]
    if len({i.version for i in runnable}) < 2:  # noqa: PLR2004 - a single one excludes nobody
        return
    called = _called(case, runnable)
    for lower in runnable[:-1]:
        lost = called is not None and (called.version or 0) > (lower.version or 0)
        by = called if lost and called is not None else runnable[-1]
        yield case.finding(
            SKIPPED,
            Severity.BLOCKER if lost else Severity.WARNING,
            display(lower.function),
            f"version {lower.version} {'is left out by' if lost else 'can never run once'} "
            f"{display(by.function)} (version {by.version})"
            + (", which the upgrade calls: it can never run" if lost else " has run"),
            "make one reinitializer do the work of all of them, or upgrade in as many steps, lowest version first",
            at=case.new.place(lower.function),
            evidence={"version": str(lower.version), "higher": str(by.version)},
        )


def _not_called(case: Case, runnable: list[Initializer]) -> Iterator[Finding]:
    contract = case.new.contract
    if contract is None or not runnable or _called(case, runnable) is not None:
        return
    names = ", ".join(_encoded(case, i) for i in runnable)
    at = case.new.place(runnable[0].function)
    beacon = case.pair.proxy_kind == "beacon"
    if case.pair.call is None and not beacon:
        yield case.finding(
            NOT_CALLED,
            Severity.NOTE,
            display(runnable[0].function),
            f"the upgrade must call it in the same transaction ({names})",
            "name it as the upgrade's call",
            at=at,
        )
        return
    strangers = [
        i
        for i in runnable
        if guard_of(contract, i.function).strength < Strength.ORIGIN and _leaves_a_choice(contract, i.function)
    ]
    yield case.finding(
        NOT_CALLED,
        Severity.BLOCKER if strangers else Severity.WARNING,
        display((strangers or runnable)[0].function),
        ("a beacon calls nothing on its proxies, and " if beacon else "the upgrade does not call it, and ")
        + ("whoever calls first decides what it sets" if strangers else "what it sets stays zero until somebody does"),
        "call it on every proxy in the transaction that upgrades the beacon"
        if beacon
        else "call it in the same transaction as the upgrade",
        at=at,
        evidence={"reinitializers": names},
    )


def _leaves_a_choice(contract: Contract, function: Ast) -> bool:
    """Whether what an initializer sets depends on its caller: on arguments, or on who it is."""
    if parameters(function):
        return True
    steps = reach(contract, (function,)).values()
    return any(_names_caller(step.definition.get("body") or {}) for step in steps)


def _names_caller(root: Ast) -> bool:
    nodes = [root]
    while nodes:
        node = nodes.pop()
        if node.get("nodeType") == "MemberAccess" and node.get("memberName") in {"sender", "origin", "value"}:
            base = type_identifier(node.get("expression") or {})
            if base in {"t_magic_message", "t_magic_transaction"}:
                return True
        nodes += inner(node)
    return False


def _encoded(case: Case, initializer: Initializer) -> str:
    """Return the signature that calldata is made with: an interface in the source is an address there."""
    wanted = selector_of(initializer.function)
    spelled = (signature for signature in case.new.functions if selector(signature).hex() == wanted)
    return next(spelled, display(initializer.function))


def _called(case: Case, runnable: list[Initializer]) -> Initializer | None:
    """Return the initializer that the upgrade's calldata names."""
    called = (case.pair.call or b"")[:SELECTOR_BYTES].hex()
    return next((i for i in runnable if called and selector_of(i.function) == called), None)


def _known(case: Case) -> frozenset[tuple[str, int | None]]:
    if case.old_contract is None:
        return frozenset()
    return frozenset(_key(i) for i in initializers_of(case.old_contract))


def _key(initializer: Initializer) -> tuple[str, int | None]:
    return display(initializer.function), initializer.version

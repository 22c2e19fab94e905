"""Functions that the proxy did not have before this upgrade.

Why:
    Every external function of the new code, also one that came with a base nobody looked at, can be called by
    everybody from the moment of the upgrade. KiloEx lost 7.5 M USD through a public `execute` that its trusted
    forwarder inherited. The list is short enough to be read before signing.

Fix:
    Read each name; override what should not be callable so that it reverts, or restrict it.

Example:
    `contract MarketV2 is MarketV1, MulticallUpgradeable { }` adds `multicall(bytes[])`

Source:
    https://www.halborn.com/blog/post/explained-the-kiloex-hack-april-2025
"""

from collections.abc import Iterator
from typing import Final

from upgrader.calls import selector
from upgrader.checks.code._ast import selector_of
from upgrader.checks.code._base import FAMILY, Case
from upgrader.findings import Finding, Severity

CODE: Final = "function-public-inherited"
CODES: Final = (CODE,)

_SHOWN: Final = 12
"""Names in the message; the evidence has all of them."""


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """List the functions that the new implementation adds."""
    if case.old is None or case.old.artifact.abi is None or case.new.artifact.abi is None:
        return
    added = sorted(case.new.functions.keys() - case.old.functions.keys())
    if not added:
        return
    owners = {signature: _owner(case, signature) for signature in added}
    named = [f"{owners[signature]}.{signature}" if owners[signature] else signature for signature in added]
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    yield case.finding(
        CODE,
        Severity.NOTE,
        "",
        f"it adds {len(added)} external function{'s' if len(added) > 1 else ''}: {', '.join(named[:_SHOWN])}{more}",
        "make sure that each of them may be called by everybody who can",
        evidence={"functions": ", ".join(named)},
    )


def _owner(case: Case, signature: str) -> str:
    """Return the base that declares a function; empty for the contract itself, getters, and without an AST."""
    contract = case.new.contract
    if contract is None:
        return ""
    wanted = selector(signature).hex()
    for function in contract.entries:
        if selector_of(function) == wanted:
            owner = contract.program.owners.get(function["id"]) or {}
            return "" if owner.get("id") == contract.node.get("id") else str(owner.get("name", ""))
    return ""

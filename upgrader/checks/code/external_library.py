"""A linked library whose code the proxy runs by DELEGATECALL.

Why:
    Calling an external function of a library is a DELEGATECALL to an address that is filled in when the contract
    is linked: whatever stands there runs with the proxy's storage. OpenZeppelin's tools refuse such contracts
    without looking inside. Here the library's source is followed like any other code (its delegatecalls and
    selfdestructs are found by their own rules), and what remains is to deploy and compare the right library.

Fix:
    Verify the library's deployed code with the build before the upgrade; make its functions internal where size
    allows.

Example:
    `library Settlement { function settle(State storage s) external { … } }`

Source:
    https://docs.soliditylang.org/en/latest/contracts.html#libraries ;
    https://github.com/OpenZeppelin/openzeppelin-upgrades/issues/52
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.code._ast import Contract
from upgrader.checks.code._base import FAMILY, Case
from upgrader.checks.code._body import How
from upgrader.checks.code._reach import from_entries
from upgrader.findings import Finding, Severity

CODE: Final = "external-library"
CODES: Final = (CODE,)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Name every linked library, and say whether its code was looked at."""
    judged = _followed(case.new.contract) if case.new.contract is not None else {}
    runtime = case.new.artifact.runtime
    linked = {name.rpartition(":")[2] for name in runtime.links} if runtime is not None else set()
    for name in sorted(linked | judged.keys()):
        seen = name in judged
        yield case.finding(
            CODE,
            Severity.NOTE if seen else Severity.WARNING,
            name,
            f"the proxy runs library {name} by DELEGATECALL; "
            + ("its source was checked with the contract's" if seen else "its source is not here and was not checked"),
            "compare the code at the address it is linked to with the build",
            at=judged.get(name, ""),
            judged=seen,
        )


def _followed(contract: Contract) -> dict[str, str]:
    """Return the libraries that external calls lead into, each with its path."""
    found: dict[str, str] = {}
    for step in from_entries(contract).values():
        if step.edge is not None and step.edge.how is How.LIBRARY:
            owner = contract.program.owners.get(step.definition["id"]) or {}
            found[str(owner.get("name", ""))] = contract.program.path_of(owner)
    return found

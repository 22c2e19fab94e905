"""Code too large to be deployed.

Why:
    A chain that follows EIP-170 refuses code above 24,576 bytes, and one that follows EIP-3860 refuses creation
    code above 49,152 bytes. The deployment reverts after its gas is spent, and the upgrade has no implementation.

Fix:
    Turn on the optimizer with few runs, move code into libraries, or split the contract.

Example:
    A market of 24,900 bytes, compiled without the optimizer

Source:
    https://eips.ethereum.org/EIPS/eip-170 ; https://eips.ethereum.org/EIPS/eip-3860
"""

from collections.abc import Iterator
from typing import Final

from upgrader.build import CREATION_LIMIT, RUNTIME_LIMIT, Bytecode
from upgrader.checks.code._base import FAMILY, Case
from upgrader.findings import Finding, Severity

CODE: Final = "code-size"
CODES: Final = (CODE,)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Compare the size of the compiled code with what chains accept."""
    artifact = case.new.artifact
    yield from _measured(case, artifact.runtime, RUNTIME_LIMIT, "code", "EIP-170")
    yield from _measured(case, artifact.creation, CREATION_LIMIT, "creation code", "EIP-3860")


def _measured(case: Case, bytecode: Bytecode | None, limit: int, what: str, rule: str) -> Iterator[Finding]:
    size = len(bytecode.code) if bytecode is not None else 0
    if size > limit:
        yield case.finding(
            CODE,
            Severity.BLOCKER,
            "",
            f"its {what} is {size:,} bytes, {size - limit:,} more than {rule} allows",
            "optimise for size, move code into libraries, or waive it for a chain with another limit",
            evidence={"bytes": str(size), "limit": str(limit)},
        )

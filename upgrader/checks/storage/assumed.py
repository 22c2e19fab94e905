"""``storage-assumed``: a layout was made here, with something taken for granted that moves variables.

**Why.** From Vyper 0.4 on the layout depends on the EVM that a contract is compiled for: before cancun the first slot
is left to the key of ``@nonreentrant``, from cancun on it is not.  A source that does not name its EVM is compiled for
the one that the compiler takes by itself, which changes with the compiler; what runs on the chain may have been
compiled for another.

**Fix.** Name the EVM in the source, or give what the compiler printed when it was deployed.

**Example.** ``# pragma evm-version shanghai`` in the first lines of the source.

Source: https://docs.vyperlang.org/en/stable/compiling-a-contract.html#setting-the-target-evm-version
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.storage._base import FAMILY, Case
from upgrader.findings import Finding, Severity

CODES: Final = ("storage-assumed",)


@FAMILY.register
def storage_assumed(case: Case) -> Iterator[Finding]:
    """Yield one finding for all that was taken for granted."""
    told = list(dict.fromkeys(filter(None, (case.old.assumed, case.new.assumed))))
    if told:
        yield case.finding(
            "storage-assumed",
            Severity.NOTE,
            case.new.contract,
            "; ".join(told),
            "name it with `# pragma evm-version` in the source, or give what vyper printed at the deployment",
            {},
        )

"""A module acts as the Safe without any signature.

Why:
    An enabled module can make the Safe do anything, whatever its threshold; its code is the Safe's real threshold.
    Modules are useful (allowances, delays, recovery) and have been the way in more than once.

Fix:
    Read the module's code and who controls it; disable it when nobody needs it:
    `Safe.disableModule(previous, module)`.

Example:
    A recovery module that the deployer controls.

Source:
    https://docs.safe.global/advanced/smart-account-modules
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.authority._base import FAMILY
from upgrader.findings import Finding, Severity
from upgrader.governance.authority import Authority

CODE: Final = "safe-module"
CODES: Final = (CODE,)


@FAMILY.register
def judge(authority: Authority) -> Iterator[Finding]:
    """Judge every module of every Safe in the graph."""
    for safe in authority.safes:
        for module in safe.modules:
            yield Finding(
                CODE,
                Severity.WARNING,
                authority.subject,
                f"module {module} acts as Safe {safe.address} without signatures"
                + (f", under the module guard {safe.module_guard}" if safe.module_guard else ""),
                "read the module's code and who controls it, or disable it",
                {"safe": safe.address, "module": module},
            )

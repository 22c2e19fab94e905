"""The proxy could never be upgraded again: its new implementation has no upgrade function.

Why:
    A UUPS proxy has no upgrade code of its own. When it points at an implementation without
    `upgradeToAndCall`, no transaction can change it any more, and no fix can ever be deployed behind it. Older and
    home-made ones are meant too: any implementation whose own function writes the slot that says what runs, or has
    the name of such a function and writes anything at all.
    OpenZeppelin's UUPS implementations also ask the new one for `proxiableUUID()` and revert without it.

Fix:
    Inherit `UUPSUpgradeable` in the new implementation too.

Example:
    `contract MarketV2 is MarketStorage { … }` behind the proxy of `contract Market is UUPSUpgradeable { … }`

Source:
    https://eips.ethereum.org/EIPS/eip-1822 ; https://docs.openzeppelin.com/contracts/5.x/api/proxy#UUPSUpgradeable
"""

from collections.abc import Iterator
from typing import Final

from upgrader.build import Ast
from upgrader.checks.code._ast import Contract, parameters
from upgrader.checks.code._base import FAMILY, PROXIABLE_UUID, UPGRADE_TO, UPGRADE_TO_AND_CALL, Case
from upgrader.checks.code._body import body_of
from upgrader.checks.code._places import writes_implementation
from upgrader.checks.code._reach import reach
from upgrader.checks.code._self_calls import UPGRADES
from upgrader.findings import Finding, Severity

CODE: Final = "uups-lost"
CODES: Final = (CODE,)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Judge whether a proxy that its implementation upgrades still can be."""
    if not case.new.interface_known or not _needs_uups(case):
        return
    if not (case.new.answers(UPGRADE_TO_AND_CALL) or case.new.answers(UPGRADE_TO) or _upgrades(case.new.contract)):
        yield case.finding(
            CODE,
            Severity.BLOCKER,
            "",
            f"the proxy is upgraded by its implementation, and the new one has no {UPGRADE_TO_AND_CALL}: "
            "this upgrade would be the last",
            "inherit UUPSUpgradeable in the new implementation",
        )
    elif _asks_for_uuid(case) and not case.new.answers(PROXIABLE_UUID):
        yield case.finding(
            CODE,
            Severity.BLOCKER,
            "",
            f"the running implementation asks the new one for {PROXIABLE_UUID}, which it does not have: "
            "the upgrade would revert",
            "inherit UUPSUpgradeable in the new implementation",
        )


def _needs_uups(case: Case) -> bool:
    if case.pair.proxy_kind is not None:
        return case.pair.proxy_kind == "uups"
    return case.old is not None and (case.old.is_uups or _upgrades(case.old_contract))


def _upgrades(contract: Contract | None) -> bool:
    """Whether a contract has a function of its own that changes what its proxy runs."""
    return contract is not None and any(
        writes_implementation(contract, entry) or (_is_called_like_one(entry) and _writes(contract, entry))
        for entry in contract.entries
        if entry.get("stateMutability") not in {"view", "pure"}
    )


def _is_called_like_one(entry: Ast) -> bool:
    return UPGRADES.get(str(entry.get("name"))) == len(parameters(entry))


def _writes(contract: Contract, entry: Ast) -> bool:
    bodies = (body_of(contract.program, step.definition) for step in reach(contract, (entry,)).values())
    return any(body.writes or body.assembly for body in bodies)


def _asks_for_uuid(case: Case) -> bool:
    return case.old is not None and case.old.answers(PROXIABLE_UUID)

"""An initializer that anybody can call again.

Why:
    A function that sets the owner, the oracle or the limits once must not be callable twice: whoever calls it second
    owns the proxy (Audius 2022, 18.5 M USD; Pike 2024, 1.7 M USD). A guard that reads a flag nobody sets, or a
    modifier that is called `initializer` and checks nothing, protects as little as none.

Fix:
    Put `initializer` or `reinitializer(n)` of OpenZeppelin's `Initializable` on it, or restrict it to its owner.

Example:
    `function initialize(address owner_) external { owner = owner_; }`

Source:
    https://docs.openzeppelin.com/upgrades-plugins/writing-upgradeable#initializers
"""

from collections.abc import Iterator
from typing import Final

from upgrader.checks.code._ast import display
from upgrader.checks.code._base import FAMILY, Case, said_to_be_initializer
from upgrader.checks.code._guards import guard_of
from upgrader.checks.code._initializers import (
    NOT_ONE,
    is_called_like_one,
    lets_caller_choose,
    version_of,
    written_by,
)
from upgrader.checks.code._strength import Strength
from upgrader.findings import Finding, Severity

CODE: Final = "initializer-recallable"
CODES: Final = (CODE,)


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Judge every entry that is, or is called like, an initializer."""
    contract = case.new.contract
    if contract is None:
        return
    for entry in contract.entries:
        is_one = version_of(contract, entry) is not NOT_ONE or said_to_be_initializer(entry)
        if not is_one and not is_called_like_one(entry):
            continue
        written = written_by(contract, entry)
        if not written:
            continue
        guard = guard_of(contract, entry, protects_body=True)
        if lets_caller_choose(entry) and guard.strength < Strength.ORIGIN:
            yield case.finding(
                CODE,
                Severity.BLOCKER,
                display(entry),
                "anybody can call it again: its caller says which version it is, and may always say a higher one",
                "write the version into the code, or restrict it to its owner",
                at=case.new.place(entry),
            )
            continue
        if guard.strength >= Strength.SIGNED or (guard.strength is Strength.STATE and guard.depends & written):
            continue
        flag = guard.strength is Strength.STATE and bool(guard.depends)
        yield case.finding(
            CODE,
            Severity.BLOCKER if flag or guard.strength is Strength.NONE else Severity.WARNING,
            display(entry),
            "anybody can call it again: "
            + ("the state that its guard reads is never set by it" if flag else "no condition keeps a second call out"),
            "put initializer or reinitializer(n) on it, or restrict it to its owner",
            at=case.new.place(entry),
        )

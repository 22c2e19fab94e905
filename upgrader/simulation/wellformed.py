"""Whether what a scenario file gave is a script at all.

The file is somebody's Python: it may return anything.  Everything that a run reads of a script is looked at here, so
that a wrong type is one sentence that says where, and not a failure deep inside a request.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final, TypeAlias

from upgrader.errors import InputError
from upgrader.simulation.request import ACT_GAS
from upgrader.simulation.scenario import Act, Moment, Override, Question, Scenario
from upgrader.simulation.script import Script
from upgrader.units import WORD, address

MOST_BLOCKS: Final = 250
"""Blocks of one script.  Nodes simulate 256 at most; the upgrade's own and the reading one are among them."""

MOST_ACTS: Final = 10_000
"""Acts and questions of one script."""

LONGEST_NAME: Final = 200
LONGEST_WAIT: Final = 10 * 366 * 86_400
"""Seconds between two blocks: ten years."""

LEAST_GAS: Final = 21_000
_UINT256: Final = 2**256

_Fields: TypeAlias = Collection[tuple[str, Any, bool, str]]
"""What is looked at: its name, the value, whether it is right, what would be."""


def wellformed(found: object, cases: Collection[str]) -> Script:
    """Return a script whose every part is what it claims to be.

    Args:
        found: Whatever a playbook gave.
        cases: Names of the cases that it was given.

    Raises:
        InputError: It is no script, or a part of it is wrong; the message says which.
    """
    if not isinstance(found, Script):
        raise InputError(
            f"a playbook gave {_what(found)} instead of a Script", remedy="return or yield upgrader's Script objects"
        )
    scenario: Any = found.scenario
    if not isinstance(scenario, Scenario) or not _is_name(scenario.name):
        raise InputError("a script has no scenario with a printable name", remedy="name it, in at most 200 characters")
    where = f"the script {scenario.name!r}"
    if not isinstance(found.case, str) or found.case not in cases:
        raise InputError(
            f"{where} is for the unknown market {_what(found.case)}",
            remedy="take the case of a script from those that the playbook is given: case.name",
        )
    laws: Any = found.laws
    _require(
        where,
        [
            ("wait", found.wait, _whole(found.wait, 0, LONGEST_WAIT), "seconds, not negative"),
            ("laws", laws, isinstance(laws, tuple) and all(map(callable, laws)), "a tuple of functions"),
        ],
    )
    parts = {"before": found.before, "during": found.during, "scenario.moments": scenario.moments}
    blocks = things = 0
    for name, moments in parts.items():
        if not isinstance(moments, tuple):
            raise InputError(f"{where}: {name} is {_what(moments)}", remedy="make it a tuple of Moment objects")
        blocks += len(moments)
        for index, moment in enumerate(moments):
            things += _moment(moment, f"{where}, {name}[{index}]")
    if blocks > MOST_BLOCKS or things > MOST_ACTS:
        raise InputError(
            f"{where} has {blocks} blocks and {things} acts and questions; {MOST_BLOCKS} and {MOST_ACTS} are the most",
            remedy="split it into several scripts",
        )
    return found


def _moment(moment: object, where: str) -> int:
    if not isinstance(moment, Moment):
        raise InputError(f"{where} is {_what(moment)}", remedy="make it a Moment")
    fee = moment.basefee
    overrides: Any = moment.overrides
    _require(
        where,
        [
            ("after", moment.after, _whole(moment.after, 1, LONGEST_WAIT), "at least one second"),
            ("acts", moment.acts, isinstance(moment.acts, tuple), "a tuple of Act objects"),
            ("questions", moment.questions, isinstance(moment.questions, tuple), "a tuple of Question objects"),
            ("basefee", fee, fee is None or _whole(fee, 0, _UINT256 - 1), "wei or None"),
            ("overrides", overrides, isinstance(overrides, Mapping), "a mapping from addresses to Override objects"),
        ],
    )
    for index, act in enumerate(moment.acts):
        _act(act, f"{where}.acts[{index}]")
    for index, question in enumerate(moment.questions):
        _question(question, f"{where}.questions[{index}]")
    for owner, override in overrides.items():
        _override(owner, override, f"{where}.overrides[{str(owner)[:80]!r}]")
    if moment.beneficiary is not None:
        _address(moment.beneficiary, f"{where}.beneficiary")
    if moment.randomness is not None:
        right = isinstance(moment.randomness, bytes) and len(moment.randomness) == WORD
        _require(where, [("randomness", moment.randomness, right, "32 bytes or None")])
    return len(moment.acts) + len(moment.questions)


def _act(act: object, where: str) -> None:
    if not isinstance(act, Act):
        raise InputError(f"{where} is {_what(act)}", remedy="make it an Act")
    _address(act.sender, f"{where}.sender")
    _callable(act, where)
    access: Any = act.access
    listed = isinstance(access, tuple) and all(map(_listed, access))
    _require(
        where,
        [
            ("value", act.value, _whole(act.value, 0, _UINT256 - 1), "wei, not negative"),
            ("tip", act.tip, _whole(act.tip, 0, _UINT256 - 1), "wei, not negative"),
            ("access", access, listed, "a tuple of pairs: an address and a tuple of slot numbers"),
        ],
    )
    for owner, _ in access:
        _address(owner, f"{where}.access")


def _listed(entry: object) -> bool:
    """Tell whether an entry of an access list is a pair of something and slot numbers."""
    if not isinstance(entry, tuple) or len(entry) != 2:  # noqa: PLR2004 - a pair
        return False
    return isinstance(entry[1], tuple) and all(_whole(slot, 0, _UINT256 - 1) for slot in entry[1])


def _question(question: object, where: str) -> None:
    if not isinstance(question, Question):
        raise InputError(f"{where} is {_what(question)}", remedy="make it a Question")
    _callable(question, where)


def _callable(called: Act | Question, where: str) -> None:
    _address(called.to, f"{where}.to")
    gas, label = called.gas, called.label
    _require(
        where,
        [
            ("data", called.data, isinstance(called.data, bytes), "bytes, as upgrader.calls.encode_call makes them"),
            ("label", label, isinstance(label, str) and len(label) <= LONGEST_NAME, "a short text"),
            ("gas", gas, gas is None or _whole(gas, LEAST_GAS, ACT_GAS), f"{LEAST_GAS} to {ACT_GAS}, or None"),
        ],
    )


def _override(owner: object, override: object, where: str) -> None:
    _address(owner, where)
    if not isinstance(override, Override):
        raise InputError(f"{where} is {_what(override)}", remedy="make it an Override")
    balance, code, slots = override.balance, override.code, override.slots
    words = isinstance(slots, Mapping) and all(
        _whole(slot, 0, _UINT256 - 1) and isinstance(value, bytes) and len(value) == WORD
        for slot, value in slots.items()
    )
    _require(
        where,
        [
            ("balance", balance, balance is None or _whole(balance, 0, _UINT256 - 1), "wei or None"),
            ("code", code, code is None or isinstance(code, bytes), "bytes or None"),
            ("slots", slots, words, "slot numbers with words of 32 bytes"),
        ],
    )


def _address(text: object, where: str) -> None:
    try:
        written = address(text)  # type: ignore[arg-type]  # whatever it is; address() says no to all but text
    except InputError as error:
        raise InputError(f"{where}: {error.message}", remedy=error.remedy) from error
    if written != text:
        raise InputError(
            f"{where} is {text!r}, not in the one form that names are found by",
            remedy="take it from stage.addresses, or make it with upgrader.units.address",
        )


def _require(where: str, fields: _Fields) -> None:
    for name, value, right, wanted in fields:
        if not right:
            raise InputError(f"{where}: {name} is {_what(value)}", remedy=f"give {wanted}")


def _whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_name(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= LONGEST_NAME and text.isprintable()


def _what(value: object) -> str:
    """Say what something is without running code of its own: a hostile ``__repr__`` is never called."""
    if value is None:
        return "None"
    if isinstance(value, str):
        return f"the text {str(value[:LONGEST_NAME])!r}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _UINT256:
        return str(int(value))
    return f"a {type(value).__name__[:60]}"

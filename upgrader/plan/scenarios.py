"""The project's own market scenarios, as a plan commits to them: the files by their hashes, and what they speak of.

A file is Python and is run by ``simulate`` alone.  Its hash is part of the plan, so that whoever signs knows which
scenarios were meant, and so that a scenario that was made easier afterwards is noticed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import StringConstraints

from upgrader.errors import MismatchError
from upgrader.plan.reading import STRICT, AddressField
from upgrader.units import Address

Sha256Text = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A sha256 as ``sha256sum`` prints it."""


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """One file of scenarios: its path below the project, with ``/``, and its sha256."""

    __pydantic_config__ = STRICT
    path: str
    sha256: Sha256Text


@dataclass(frozen=True, slots=True)
class PlannedScenarios:
    """What the market regression of a plan is made of.

    Attributes:
        files: Sorted by path.
        addresses: Name -> address of what they speak of besides the contracts under management.
    """

    __pydantic_config__ = STRICT
    files: tuple[ScenarioFile, ...] = ()
    addresses: Mapping[str, AddressField] = field(default_factory=dict)


def require_planned(
    planned: PlannedScenarios, files: Sequence[ScenarioFile], addresses: Mapping[str, Address], *, upgrade: str
) -> None:
    """Compare the project's present scenarios with the planned ones.

    Args:
        planned: As the plan has them.
        files: As they are now.
        addresses: As ``upgrader.toml`` has them now.
        upgrade: Its name, for the remedy.

    Raises:
        MismatchError: The plan is stale; each file and name is listed.
    """
    before = {each.path: each.sha256 for each in planned.files}
    now = {each.path: each.sha256 for each in files}
    changed = [*_changes(before, now), *_changes(dict(planned.addresses), dict(addresses), "address ")]
    if changed:
        raise MismatchError(
            f"the plan is stale: its scenarios are no longer those that were planned ({', '.join(changed)})",
            remedy=f"restore them, or plan again: `upgrader plan {upgrade}`",
        )


def _changes(before: Mapping[str, str], now: Mapping[str, str], what: str = "") -> list[str]:
    return [
        f"{what}{name} {'added' if name not in before else 'removed' if name not in now else 'changed'}"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]

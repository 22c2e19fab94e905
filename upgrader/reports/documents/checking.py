"""Data of ``check``: one pair, an upgrade's pairs, or a project's."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two layouts.

    Attributes:
        contract: Its name.
        origin: Where it comes from.
    """

    contract: str
    origin: str


@dataclass(frozen=True, slots=True)
class Place:
    """A variable's place in storage.

    Attributes:
        region: ``root``, or the namespace.
        name: Path of the variable.
        type: As Solidity writes it.
        slot: Decimal.
        offset: Bytes from the slot's low end.
        bytes: Size.
        inside: The mapping or array that it is an element of; empty for none.
        at: File and line of the declaration; empty where unknown.
    """

    region: str
    name: str
    type: str
    slot: str
    offset: str
    bytes: str
    inside: str
    at: str


@dataclass(frozen=True, slots=True)
class Change:
    """One fact about two layouts.

    Attributes:
        kind: What happened.
        old: Where it was; null for what is new.
        new: Where it is; null for what is gone.
        reason: What else is to be known.
    """

    kind: str
    old: Place | None
    new: Place | None
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What ``check OLD NEW`` compared.

    Attributes:
        old: What runs.
        new: What shall run.
        changes: Facts; the opinions are the document's findings.
    """

    old: Side
    new: Side
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class CheckedUpgrade:
    """What ``check UPGRADE`` compared.

    Attributes:
        contracts: Name under management -> comparison.
    """

    contracts: dict[str, Checked]


@dataclass(frozen=True, slots=True)
class CheckedContract:
    """One contract of a project.

    Attributes:
        name: Of the contract.
        verdict: ``safe``, ``unsafe`` or ``cannot_tell``.
        findings: See the schema ``finding``.
        old: What runs; null where nothing is known of it.
        new: What shall run; null where it could not be read.
        changes: Facts.
    """

    name: str
    verdict: str
    findings: list[dict[str, Any]]
    old: Side | None
    new: Side | None
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many contracts got which verdict.

    Attributes:
        safe: Can take the new code.
        unsafe: Must not.
        cannot_tell: Blocks like unsafe.
    """

    safe: int
    unsafe: int
    cannot_tell: int


@dataclass(frozen=True, slots=True)
class CheckedProject:
    """What ``check --all`` compared.

    Attributes:
        contracts: One entry a contract.
        counts: By verdict.
        left_out: Contracts whose code speaks of no proxy.
    """

    contracts: list[CheckedContract]
    counts: Counts
    left_out: list[str]

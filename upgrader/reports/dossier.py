"""Everything that a report says, as one value: the plan, what was found, and what is known around it.

A dossier can be filled right after planning and again after simulating; what is not known yet is empty, and every
report says so instead of leaving it out.  Nothing in here is trusted: names, messages and values come from sources,
chains and nodes, and the reports escape and bound them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from upgrader.findings import Finding, Severity, Verdict, verdict_of
from upgrader.layout.drawing import Drawing
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.reports.commitment import commitments
from upgrader.reports.decoded import CallLine
from upgrader.reports.timetable import Timetable, timetable
from upgrader.simulation.regression import Regression
from upgrader.simulation.result import Simulation
from upgrader.units import Timestamp, hexed


@dataclass(frozen=True, slots=True)
class HashLine:
    """One hash to compare.

    Attributes:
        label: As the device that shows it calls it: ``Domain hash``, ``Message hash``, ``SafeTxHash``;
            beside them ``Operation id`` and ``Plan digest``.
        value: Hex.
    """

    label: str
    value: str


DEVICE_LABELS: Final = ("Domain hash", "Message hash", "SafeTxHash")
"""The hashes that a hardware wallet or a Safe shows, in its order; the others are for programs."""


def in_device_order(hashes: Iterable[HashLine]) -> tuple[HashLine, ...]:
    """Return the hashes that a device shows in its order, then the others as given."""
    order = {label: place for place, label in enumerate(DEVICE_LABELS)}
    return tuple(sorted(hashes, key=lambda line: order.get(line.label, len(order))))


@dataclass(frozen=True, slots=True)
class Dossier:
    """What reports are made of.

    Attributes:
        plan: The plan.
        findings: Opinions after waivers; a waived one is a note whose evidence says ``waived``.
        checks: How many checks ran; zero when none did, and then nothing is called safe.
        simulation: The run of this plan, or None.
        hashes: What a signer compares.
        nonce: Nonce of the Safe transaction; None for the next one of the observed Safe.
        calls: What the authority does, decoded from the bytes that are signed.
        layouts: Contract -> both layouts, drawn side by side.
        sources: Where the new code came from, one line each.
        authority: Who can upgrade, one line each.
        names: Lower-case hex -> what people call it.
        roles: Contract -> what it is to the market.
        project: Name of the project.
        author: The requester.
        upgrade: How the command line is told which upgrade this is; empty for the plan's name.
        scheduled_at: Block time of scheduling; None before.
        executed_at: Block time of execution; None before.
        commands: What recomputes this report; empty for the usual ones.
        regression: Old and new code in the same markets, or None.
        scripts: Folder of its smallest scripts in the bundle, with the stroke at its end.
        reproduce: What runs one of them again, before its file's name; empty for nothing.
    """

    plan: UpgradePlan
    findings: tuple[Finding, ...] = ()
    checks: int = 0
    simulation: Simulation | None = None
    hashes: tuple[HashLine, ...] = ()
    nonce: int | None = None
    calls: tuple[CallLine, ...] = ()
    layouts: Mapping[str, Drawing] = field(default_factory=lambda: MappingProxyType({}))
    sources: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    roles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    project: str = ""
    author: str = ""
    upgrade: str = ""
    scheduled_at: Timestamp | None = None
    executed_at: Timestamp | None = None
    commands: tuple[str, ...] = ()
    regression: Regression | None = None
    scripts: str = "evidence/scripts/"
    reproduce: str = ""

    @property
    def times(self) -> Timetable:
        """The dates of the upgrade."""
        return timetable(self.plan, self.scheduled_at)

    @property
    def simulated(self) -> bool:
        """Whether the simulation is one of exactly this plan."""
        return self.simulation is not None and self.simulation.plan_digest == hexed(self.plan.digest)

    @property
    def proposal_differs(self) -> bool:
        """Whether the calls to be signed are not those of the plan."""
        return any(not kept.holds for kept in commitments(self.plan, self.calls))

    @property
    def verdict(self) -> Verdict:
        """What the findings amount to; never *safe* before checks, and a simulation of this plan that went through."""
        judged = Verdict.UNSAFE if self.proposal_differs else verdict_of(self.findings)
        complete = self.checks > 0 and self.simulated and self.simulation is not None and self.simulation.executed
        return Verdict.CANNOT_TELL if judged is Verdict.SAFE and not complete else judged

    @property
    def waived(self) -> tuple[Finding, ...]:
        """The findings that somebody answers for."""
        return tuple(finding for finding in self.findings if is_waived(finding))

    @property
    def safe_nonce(self) -> int | None:
        """Nonce that is signed, or None without a Safe."""
        return self.nonce if self.nonce is not None else self.plan.state.safe.nonce if self.plan.state.safe else None

    @property
    def argument(self) -> str:
        """How a command line names this upgrade."""
        return self.upgrade or self.plan.name


def is_waived(finding: Finding) -> bool:
    """Tell whether somebody answers for a finding."""
    return finding.severity is Severity.NOTE and "waived" in finding.evidence

"""The family of notices: what they are given, and how a member is one.

A notice is computed from the plan and its simulation.  What a program cannot know (a contact, whether contract terms
change, who approved) is input, and where it is missing the notice says so instead of keeping quiet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from upgrader.plan.manifest import Expiry
from upgrader.registry import Family
from upgrader.reports.deadlines import DEADLINES, Deadline
from upgrader.reports.dossier import Dossier
from upgrader.reports.interface import InterfaceChange


@dataclass(frozen=True, slots=True)
class NoticeContext:
    """What notices need beside the dossier; every field may be empty.

    Attributes:
        contact: Where a reader can ask.
        traders: What the author adds for traders.
        terms_change: Whether rules or contract terms change; None when nobody said.
        expiries: The live series; None when they are not known.
        interfaces: Contract -> what its callers notice.
        deadlines: Dates with their sources.
        approvals: Owners that signed so far, as text.
        evidence: Name -> digest of the files that prove the tests.
        fallback: What is done if the upgrade fails, one line each: the inverse plan and its digest, the pause.
        pauses: Contract -> how it is stopped without delay.
        links: Audit, vote, sources: one line each.
    """

    contact: str = ""
    traders: str = ""
    terms_change: bool | None = None
    expiries: tuple[Expiry, ...] | None = None
    interfaces: Mapping[str, InterfaceChange] = field(default_factory=lambda: MappingProxyType({}))
    deadlines: tuple[Deadline, ...] = DEADLINES
    approvals: tuple[str, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    fallback: tuple[str, ...] = ()
    pauses: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A member of the family.

    Attributes:
        audience: ``traders``; the name of the file without its suffix.
        title: For lists of notices.
        render: From a dossier and a context to Markdown.
    """

    audience: str
    title: str
    render: Callable[[Dossier, NoticeContext], str]


FAMILY: Final[Family[Notice]] = Family(__package__ or "upgrader.reports.notices")


def notices() -> tuple[Notice, ...]:
    """Return every notice, by audience."""
    return tuple(sorted(FAMILY.members(), key=lambda notice: notice.audience))

"""The family of storage rules: what a rule is given, and how it speaks of bytes.

A rule is one module whose docstring is its page in the catalogue.  It registers one function that takes a
:class:`Case` and yields findings, and lists the codes it can give in ``CODES``.  Rules read facts; which bytes are
which was settled in :mod:`upgrader.layout.compare`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from upgrader.findings import Finding, Severity
from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.layout.live import LiveStorage
from upgrader.layout.model import VYPER, Region, StorageLayout
from upgrader.registry import Family

NAME_LENGTH: Final = 120
"""Characters of one name in a message; a longer one would push the rest out of sight."""

SMALL: Final = 2**64
"""Slots below are written in decimal, as compilers do; those at hashes in hex."""

NOW: Final = "value now"
"""Name of the evidence that says what the code in use reads on the live proxy."""

THEN: Final = "value as the new code reads it"

_VYPER: Final = (
    "give, for both sides, what `vyper -f layout,annotated_ast` prints "
    "(Vyper 0.3: `vyper -f layout,ast`; 0.4.0: below it also what `vyper -f ast` prints of each module)"
)

MANY: Final = 50
"""Variables of one finding whose places and values are listed."""


@dataclass(frozen=True, slots=True)
class Case:
    """Two layouts, what changed between them, and what a person has confirmed.

    Attributes:
        acknowledged: ``(code, subject)`` of warnings that count as notes.
        live: What the live proxy holds; None where there is none, or nobody asked.
        proxy: What the proxy's own code keeps in the same storage; None where its code is not known.
    """

    old: StorageLayout
    new: StorageLayout
    changes: tuple[LayoutChange, ...]
    acknowledged: frozenset[tuple[str, str]] = frozenset()
    live: LiveStorage | None = None
    proxy: StorageLayout | None = None
    _of: dict[tuple[ChangeKind, ...], tuple[LayoutChange, ...]] = field(default_factory=dict, init=False, compare=False)

    def of(self, *kinds: ChangeKind) -> Sequence[LayoutChange]:
        """Return the changes of some kinds, looked for once: rules ask again for each of their findings."""
        if not self.changes:
            return ()
        if kinds not in self._of:
            self._of[kinds] = tuple(change for change in self.changes if change.kind in kinds)
        return self._of[kinds]

    @property
    def more(self) -> str:
        """What makes known what the layouts do not say, as a remedy."""
        vyper = any(side.language == VYPER for side in (self.old, self.new))
        return _VYPER if vyper else "give the sources, or a build-info with AST, for both sides"

    def said(self, annotation: str) -> str:
        """Return how somebody answers for a warning: by an annotation, where the language has them, or by a waiver."""
        return "acknowledge it" if self.new.language == VYPER else f"{annotation}, or acknowledge it"

    def finding(  # noqa: PLR0913 - the fields of a finding
        self,
        code: str,
        severity: Severity,
        subject: str,
        message: str,
        remedy: str,
        evidence: Mapping[str, str],
        *,
        judged: bool = True,
    ) -> Finding:
        """Return a finding; a warning that was acknowledged becomes a note, and live values end the sentence."""
        known = severity is Severity.WARNING and (code, subject) in self.acknowledged
        told = f"{message}{_held(evidence)}"
        return Finding(code, Severity.NOTE if known else severity, subject, told, remedy, evidence, judged)

    def evidence(self, *changes: LayoutChange) -> dict[str, str]:
        """Return the exact bytes of changes that are told as one, and what they hold on the live proxy.

        The first one's bytes stand for all; ``values`` lists each variable where there are several.
        """
        first = changes[0]
        facts = evidence(first.old, first.new)
        if self.live is None:
            return facts
        values = [value for change in changes[:MANY] for value in self.live.values(change)]
        if values:
            _, now, then = values[0]
            facts |= {name: text for name, text in ((NOW, now), (THEN, then)) if text}
        if len(values) > 1:
            facts["values"] = "; ".join(
                f"{shown(name)}: {now or '?'} -> {then or '?'}" for name, now, then in values[:MANY]
            )
        return facts

    def subject(self, place: Place) -> str:
        """Return ``Contract.variable`` of a place."""
        return f"{shown(place.contract or self.new.contract)}.{shown(place.path or place.region)}"


Rule: TypeAlias = Callable[[Case], Iterable[Finding]]
FAMILY: Final[Family[Rule]] = Family(__package__)


def _held(facts: Mapping[str, str]) -> str:
    """Return what the live proxy holds, as the end of a sentence; nothing where it was not read."""
    now, then = facts.get(NOW, ""), facts.get(THEN, "")
    if not now:
        return ""
    return f"; it holds {shown(now)}" + (
        f", which the new code reads as {shown(then)}" if then not in {"", now} else ""
    )


def shown(name: str) -> str:
    """Return a name short enough for a sentence."""
    return name if len(name) <= NAME_LENGTH else f"{name[:NAME_LENGTH]}… ({len(name)} characters)"


def slot_text(slot: int) -> str:
    """Return a slot as people look for it."""
    return str(slot) if slot < SMALL else hex(slot)


def slot_words(slot: int) -> str:
    """Return a slot for a sentence: of a hash both ends, which tell it from its neighbours; the evidence has it all."""
    text = slot_text(slot)
    return text if slot < SMALL else f"{text[:10]}…{text[-6:]}"


def where(place: Place) -> str:
    """Return the place in words: ``slot 3, byte 16``, or within what."""
    offset = f", byte {place.offset}" if place.offset else ""
    if place.inside:
        return f"word {slot_text(place.slot)}{offset} of each {shown(place.inside)}"
    return f"slot {slot_words(place.slot)}{offset}"


def evidence(old: Place | None, new: Place | None) -> dict[str, str]:
    """Return the exact bytes of a change, by name."""
    facts: dict[str, str] = {}
    for side, place in (("old", old), ("new", new)):
        if place is not None:
            facts |= {
                f"{side}_name": shown(place.path),
                f"{side}_type": shown(place.type),
                f"{side}_slot": slot_text(place.slot),
                f"{side}_offset": str(place.offset),
                f"{side}_bytes": str(place.size),
                f"{side}_at": place.at,
            }
    place = new or old
    if place is not None:
        facts |= {"region": shown(place.region), "slot": slot_text(place.slot), "offset": str(place.offset)}
        facts |= {"bytes": str(place.size), "at": place.at or (old.at if old else "")}
    return {name: value for name, value in facts.items() if value}


def by_row(changes: Iterable[LayoutChange]) -> list[list[LayoutChange]]:
    """Return changes that one edit caused together: those of one region's row, or of one struct wherever it is used."""
    groups: dict[tuple[str, str], list[LayoutChange]] = {}
    for change in changes:
        place = change.old or change.new
        if place is not None:
            row = ("", place.contract or place.inside) if place.inside else (place.region, "")
            groups.setdefault(row, []).append(change)
    return list(groups.values())


def by_type(changes: Iterable[LayoutChange]) -> list[tuple[Place, Place, list[LayoutChange]]]:
    """Return changes of one type for another, for one reason, together: an enum is edited once and used often.

    Returns:
        ``(old place of the first, its new place, all of them)`` for each.
    """
    groups: dict[tuple[str, str, str], list[tuple[LayoutChange, Place, Place]]] = {}
    for change in changes:
        if change.old is not None and change.new is not None:
            key = change.old.type, change.new.type, change.reason
            groups.setdefault(key, []).append((change, change.old, change.new))
    return [(group[0][1], group[0][2], [change for change, _, _ in group]) for group in groups.values()]


def names_of(changes: Iterable[LayoutChange]) -> list[str]:
    """Return the new names of changes."""
    return [change.new.path for change in changes if change.new is not None]


def listed(names: Iterable[str], limit: int = 6) -> str:
    """Return ``a, b and 3 more``."""
    known = [shown(name) for name in dict.fromkeys(names)]
    if len(known) <= limit:
        return ", ".join(known)
    return f"{', '.join(known[:limit])} and {len(known) - limit} more"


def region_named(layout: StorageLayout, name: str) -> Region | None:
    """Return a layout's region by name; None without one."""
    return next((region for region in layout.regions if region.name == name), None)

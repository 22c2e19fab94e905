"""Which range of one row is which range of the other.

In this order: same place and same name (a name that an annotation gives counts, and so does a struct put around a
variable); same name elsewhere, which is a move; same place and another name, if the bytes read alike; and last the
one range elsewhere that a struct was put around, or taken from, which is a move too, for a struct starts a word.  What
is left of the old row is gone, what is left of the new one is fresh.

Private variables of several contracts may have one name.  Then it is the contract that tells which is which, and where
none of them is known from the old row, nobody can.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Final, TypeAlias

from upgrader.layout.leaves import Leaf

NAMESAKES: Final = "several contracts that were not there before have a variable of that name, and it may be any"

Alike: TypeAlias = Callable[[Leaf, Leaf], bool]
"""Whether a range of the old row and one of the new one, under any names, hold the same value."""


@dataclass(slots=True)
class Matched:
    """The ranges of two rows, joined.

    Attributes:
        kept: Same place, same name.
        renamed: Same place, another name.
        moved: Same name, another place.
        gone: Live in the old row and not in the new one.
        fresh: Live in the new row and not in the old one.
        doubtful: Of ``kept`` and ``renamed``, those that could as well be another range of that name.
    """

    kept: list[tuple[Leaf, Leaf]] = field(default_factory=list)
    renamed: list[tuple[Leaf, Leaf]] = field(default_factory=list)
    moved: list[tuple[Leaf, Leaf]] = field(default_factory=list)
    gone: list[Leaf] = field(default_factory=list)
    fresh: list[Leaf] = field(default_factory=list)
    doubtful: list[tuple[Leaf, Leaf]] = field(default_factory=list)


def match_rows(
    olds: Sequence[Leaf],
    news: Sequence[Leaf],
    since: int,
    reads_alike: Alike,
    another: Alike,
    called: Mapping[str, str],
) -> Matched:
    """Join two rows.

    Args:
        olds: In ascending order.
        news: In ascending order.
        since: How many ranges at the start of both are alike: they are kept, and not among what is returned.
        reads_alike: Whether a range of another name at the same place holds the same value.
        another: Whether a range of the same name elsewhere is shaped so differently that it is another variable.
        called: What contracts of the old row are called in the new one, where names are not all that is known.
    """
    matching = _Matching(olds, news, since, (reads_alike, another), called)
    rest = matching.kept()
    rest = matching.moved(rest)
    rest = matching.rewrapped(rest, annotated=True)
    rest = matching.renamed(rest)
    rest = matching.rewrapped(rest, annotated=False)
    return matching.ended(rest)


def exchanged(moved: Sequence[tuple[Leaf, Leaf]], same_type: Callable[[Leaf, Leaf], bool]) -> set[int]:
    """Return the old places of variables that took one another's places, all of one type."""
    target = {before.start: (before, after) for before, after in moved}
    found: set[int] = set()
    walked: set[int] = set()
    for start in target:
        way: dict[int, int] = {}  # place -> how many were before it; each place is walked once
        at = start
        while at in target and at not in walked:
            walked.add(at)
            way[at] = len(way)
            at = target[at][1].start
        ring = list(way)[way[at] :] if at in way else []
        if len(ring) > 1 and all(same_type(target[ring[0]][0], target[place][1]) for place in ring):
            found.update(ring)
    return found


def overlapping(live: Sequence[Leaf], start: int, end: int) -> list[Leaf]:
    """Return the ranges of ``live`` (ascending, disjoint) that share a byte with ``[start, end)``."""
    low, high = 0, len(live) if start < end else 0
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if live[middle].end <= start else (low, middle)
    found = []
    while start < end and low < len(live) and live[low].start < end:
        found.append(live[low])
        low += 1
    return found


class _Matching:
    """Two rows that are being joined: each step takes old ranges, joins what it can, and returns the others."""

    def __init__(
        self,
        olds: Sequence[Leaf],
        news: Sequence[Leaf],
        since: int,
        alike: tuple[Alike, Alike],
        called: Mapping[str, str],
    ) -> None:
        self._all_olds = olds
        self._olds = olds[since:]
        self._news = news[since:]
        self._reads_alike, self._another = alike
        self._homes = _Homes(olds, news, called)
        self._matched = Matched()
        self._there = {leaf.start: leaf for leaf in self._news}
        self._used: set[int] = set()

    def kept(self) -> list[Leaf]:
        """Join what has its name at its place; ranges that never held anything are not returned."""
        matched, homes, rest = self._matched, self._homes, []
        for leaf in self._olds:
            other = self._there.get(leaf.start)
            if other is not None and leaf.path == other.path and homes.old(leaf) == other.declared_in:
                matched.kept.append((leaf, other))  # nearly every range of nearly every upgrade
                self._used.add(other.start)
                continue
            if other is not None and (leaf.path == other.path or _same_name(leaf, other)):
                alien = homes.old(leaf) != other.declared_in
                if not (alien or len(leaf.path) != len(other.path)) or not homes.elsewhere(leaf, other):
                    (matched.kept if leaf.path[-1:] == other.path[-1:] else matched.renamed).append((leaf, other))
                    self._used.add(other.start)
                    if alien and leaf.live and any(self._reads_alike(leaf, each) for each in homes.rivals(leaf, other)):
                        matched.doubtful.append((leaf, other))
                    continue
            if leaf.live:
                rest.append(leaf)
        return rest

    def moved(self, rest: list[Leaf]) -> list[Leaf]:
        """Join what has its name at another place; a name that is there twice is looked for in its contract first."""
        named: dict[tuple[str, ...], list[Leaf]] = {}
        for leaf in self._news if rest else ():
            if leaf.start not in self._used:
                for path in {leaf.path, leaf.former}:
                    named.setdefault(path, []).append(leaf)
        taken: dict[int, Leaf] = {}
        for own in (True, False):
            for leaf in rest:
                for other in named.get(leaf.path, ()) if leaf.start not in taken else ():
                    ours = other.declared_in == self._homes.old(leaf)
                    if self._another(leaf, other) and self._taken_over(leaf):
                        continue
                    if other.start not in self._used and (ours if own else other.start != leaf.start):
                        taken[leaf.start] = other
                        self._used.add(other.start)
                        break
        self._matched.moved += [(leaf, taken[leaf.start]) for leaf in rest if leaf.start in taken]
        return [leaf for leaf in rest if leaf.start not in taken]

    def _taken_over(self, leaf: Leaf) -> bool:
        """Whether what lies at a range's place now reads alike, under a name that was not there before."""
        there = self._there.get(leaf.start)
        if there is None or not there.live or there.start in self._used:
            return False
        return there.path not in self._names and self._reads_alike(leaf, there)

    @cached_property
    def _names(self) -> frozenset[tuple[str, ...]]:
        """What ranges were called before."""
        return frozenset(leaf.path for leaf in self._all_olds)

    def rewrapped(self, rest: list[Leaf], *, annotated: bool) -> list[Leaf]:
        """Join what a struct was put around, or taken from, if only one can be meant; an annotation goes first."""
        news = [leaf for leaf in self._news if leaf.former != leaf.path] if annotated and rest else self._news
        named: dict[tuple[str, ...], list[Leaf]] = {}
        for leaf in news if rest else ():
            if leaf.live and leaf.start not in self._used:
                for last in {leaf.path[-1:], leaf.former[-1:]}:  # without which two ranges go by no one name
                    named.setdefault(last, []).append(leaf)
        left: list[Leaf] = []
        for leaf in rest:
            fitting = (
                other
                for other in named.get(leaf.path[-1:], ())
                if other.start not in self._used and _same_name(leaf, other) and self._reads_alike(leaf, other)
            )
            found = list(islice(fitting, 2))
            if len(found) == 1:
                self._used.add(found[0].start)
                self._matched.moved.append((leaf, found[0]))
            else:
                left.append(leaf)
        return left

    def renamed(self, rest: list[Leaf]) -> list[Leaf]:
        """Join what reads alike at the same place under another name."""
        left: list[Leaf] = []
        for leaf in rest:
            other = self._there.get(leaf.start)
            if other is not None and other.live and other.start not in self._used and self._reads_alike(leaf, other):
                self._used.add(other.start)
                self._matched.renamed.append((leaf, other))
            else:
                left.append(leaf)
        return left

    def ended(self, rest: list[Leaf]) -> Matched:
        """Say what is left of both rows, and return everything."""
        self._matched.gone = rest
        self._matched.fresh = [leaf for leaf in self._news if leaf.live and leaf.start not in self._used]
        return self._matched


class _Homes:
    """Which contract declares a range, in two rows; counted only when two contracts disagree about a place."""

    def __init__(self, olds: Sequence[Leaf], news: Sequence[Leaf], called: Mapping[str, str]) -> None:
        self._olds = olds
        self._news = news
        self._called = called

    def old(self, leaf: Leaf) -> str:
        """Return the contract of a range of the old row, by its name in the new one."""
        return self._called.get(leaf.declared_in, leaf.declared_in) if self._called else leaf.declared_in

    @cached_property
    def before(self) -> Counter[tuple[tuple[str, ...], str]]:
        """Name and contract of every range of the old row."""
        return Counter((leaf.path, self.old(leaf)) for leaf in self._olds)

    @cached_property
    def after(self) -> Counter[tuple[tuple[str, ...], str]]:
        """Name and contract of every range of the new row."""
        return Counter((leaf.path, leaf.declared_in) for leaf in self._news)

    @cached_property
    def known(self) -> frozenset[str]:
        """The contracts that were there before."""
        return frozenset((*map(self.old, self._olds), *self._called.values()))

    def elsewhere(self, before: Leaf, after: Leaf) -> bool:
        """Whether a range of the same name is another contract's, and one of the two has its own at another place."""
        return (before.path, self.old(before)) in self.after or (after.path, after.declared_in) in self.before

    def rivals(self, before: Leaf, after: Leaf) -> list[Leaf]:
        """Return live ranges of the same name elsewhere, if they and ``after`` are of contracts that are all new."""
        if after.declared_in in self.known:
            return []
        return [
            leaf
            for leaf in self._news
            if leaf.path == before.path and leaf.start != after.start and leaf.declared_in not in self.known
        ]


def _same_name(before: Leaf, after: Leaf) -> bool:
    """Whether two ranges at one place go by one name, now or by annotation; a struct around them changes no name."""
    if before.path in {after.path, after.former}:
        return True
    return len(before.path) != len(after.path) and before.path[-1:] in {after.path[-1:], after.former[-1:]}

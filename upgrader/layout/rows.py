"""Comparing one row of typed byte ranges with another, and what lies behind their hashes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.layout.faces import NOTHING_ALIKE, Beginning
from upgrader.layout.labels import bare_label, plain_label
from upgrader.layout.leaves import UNTOUCHED_GAP, Leaf, joined, leaves, place_of, spread, within
from upgrader.layout.matching import NAMESAKES, Matched, exchanged, match_rows, overlapping
from upgrader.layout.meaning import SHAPE, Fit, key_fit, length_fit, resolved, value_fit
from upgrader.layout.model import StorageLayout
from upgrader.layout.types import (
    BoundedArray,
    DynamicArray,
    FixedArray,
    MappingType,
    Struct,
    Type,
    TypeId,
    Variable,
    stride,
    unlisted,
)

MAX_ROWS: Final = 20_000
"""Rows of one comparison; types that refer to one another in ever new ways end in *cannot tell*."""

_ANOTHER: Final = frozenset(
    {
        ChangeKind.NARROWED,
        ChangeKind.RECAST,
        ChangeKind.REINTERPRETED,
        ChangeKind.RESTRIDED,
        ChangeKind.WIDENED,
    }
)
"""Facts that make a range of another name another variable, not a renamed one."""


_SHAPED: Final = (MappingType, DynamicArray, FixedArray, BoundedArray)
_KEEPS: Final = re.compile(f"deprecat|legacy|obsolete|removed|retired|spacer|{UNTOUCHED_GAP.pattern}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Space:
    """Where a row is.

    Attributes:
        region: Name of the region.
        base: First slot, 0 where unknown or behind a hash.
        inside: Path of the mapping or array whose values lie here; empty at the top of a region.
        said: Whether an annotation names the type that all of this had.
    """

    region: str
    base: int = 0
    inside: str = ""
    said: bool = False


class Rows:
    """One comparison of two layouts: their type tables, and the pairs of types that were found equal.

    Args:
        old: The old layout.
        new: The new layout.
        called: What contracts of the old layout are called in the new one, where names are not all that is known.
    """

    def __init__(self, old: StorageLayout, new: StorageLayout, called: Mapping[str, str] | None = None) -> None:
        self.old = old.types
        self.new = new.types
        self._shapes = old.shapes, new.shapes
        self._called = called or {}
        self._equal: set[tuple[TypeId, TypeId]] = set()
        self._open: set[tuple[TypeId, TypeId]] = set()
        self._count = 0
        self._unlisted = old.shapes.unlisted(old.types) or new.shapes.unlisted(new.types)

    def compare(
        self, olds: Sequence[Leaf], news: Sequence[Leaf], space: Space, start: Beginning = NOTHING_ALIKE
    ) -> list[LayoutChange]:
        """Return the facts about two rows, each in ascending order of its bytes.

        Args:
            olds: Ranges of the old layout.
            news: Ranges of the new one.
            space: Where they are.
            start: How the rows begin, where that is known: what is alike there is not looked at again.
        """
        if start.same == len(olds) == len(news) and not start.unsure:
            return []
        self._count += 1
        if self._unlisted:
            olds, news = joined(olds, self._unknown(self.new, news)), joined(news, self._unknown(self.old, olds))
            start = NOTHING_ALIKE
        since = start.same
        olds, news = spread(self.old, olds, news, since, whole=True), spread(self.new, news, olds, since, whole=False)
        matched = match_rows(
            olds,
            news,
            since,
            lambda before, after: self._reads_alike(before, after, space),
            lambda before, after: self._another(before, after, space),
            self._called,
        )
        facts: list[LayoutChange] = []
        for before, after in (*((olds[place], news[place]) for place in start.unsure), *matched.kept):
            if not self._known((before.variable.type, after.variable.type)):
                facts += self._meaning(before, after, space)
            if _unread(before) and after.live and not _unread(after):  # a gap, or a place that was kept, is used now
                new = place_of(after, self.new, space.region, space.base, space.inside)
                facts.append(LayoutChange(ChangeKind.ADDED, None, new, dead=before.live))
        for before, after in matched.doubtful:
            facts += self._fact((ChangeKind.UNJUDGED, NAMESAKES), before, after, space)
        return [*facts, *self._renames(matched.renamed, space), *self._bytes(olds[since:], matched, space)]

    def _unknown(self, types: Mapping[TypeId, Type], row: Sequence[Leaf]) -> frozenset[tuple[str, ...]]:
        """Return the paths of structs whose members are not known, so that they could not be dissolved."""
        return frozenset(leaf.path for leaf in row if unlisted(types[leaf.variable.type]))

    def _reads_alike(self, before: Leaf, after: Leaf, space: Space) -> bool:
        """Whether a range of another name is the same variable: its type is called the same, or reads the same."""
        old, new = self.old[before.variable.type], self.new[after.variable.type]
        if type(old) is type(new) and bare_label(old.label) == bare_label(new.label):
            return True
        return not any(fact.kind in _ANOTHER for fact in self._meaning(before, after, space))

    def _another(self, before: Leaf, after: Leaf, space: Space) -> bool:
        """Whether a range of the same name is shaped otherwise, itself or in what it leads to: no edit did that."""
        facts = self._meaning(before, after, space)
        return any(
            fact.kind is ChangeKind.REUSED or (fact.kind is ChangeKind.REINTERPRETED and fact.reason == SHAPE)
            for fact in facts
        )

    def _renames(self, renamed: Iterable[tuple[Leaf, Leaf]], space: Space) -> list[LayoutChange]:
        """Return one fact per renamed variable, struct or member, and what else changed about it.

        An annotation answers for a new name, but not for names that went round in a ring: those look like an exchange.
        """
        renamed = list(renamed)
        ring = _rings({before.path: after.path for before, after in renamed})
        facts: list[LayoutChange] = []
        told: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
        for before, after in renamed:
            depth = _first_difference(before.path, after.path)
            pair = before.path[:depth], after.path[:depth]
            if pair not in told:
                told.add(pair)
                old, new = self._place(before, after, space)
                facts.append(
                    LayoutChange(
                        ChangeKind.RENAMED,
                        replace(old, path=_inside(space, pair[0])),
                        replace(new, path=_inside(space, pair[1])),
                        acknowledged=(after.former[:depth] == pair[0] and before.path not in ring)
                        or _was_struct(before, after),
                        dead=_unread(before) and not _unread(after),
                    )
                )
            facts += self._meaning(before, after, space)
        return facts

    def _bytes(self, olds: Sequence[Leaf], matched: Matched, space: Space) -> list[LayoutChange]:
        """Find which live bytes each new range covers, and say what became of every old one."""
        facts: list[LayoutChange] = []
        live = [leaf for leaf in olds if leaf.live]
        moved = {id(before) for before, _ in matched.moved}
        causes: list[Place] = []
        reused: set[int] = set()
        extended = [
            (before.end, after)
            for before, after in (*matched.kept, *matched.renamed)
            if after.end > before.end and after.live
        ]
        for start, leaf in [*((leaf.start, leaf) for leaf in matched.fresh), *extended]:
            new = place_of(leaf, self.new, space.region, space.base, space.inside)
            covered = overlapping(live, start, leaf.end)
            for other in covered:
                if id(other) in moved:
                    causes.append(new)
                elif not keeps_place(leaf):
                    reused.add(id(other))
                    old = place_of(other, self.old, space.region, space.base, space.inside)
                    facts.append(LayoutChange(ChangeKind.REUSED, old, new, dead=other.dead))
            if not covered and start == leaf.start:
                facts.append(LayoutChange(ChangeKind.ADDED, None, new))
        facts += self._moves(matched.moved, tuple(dict.fromkeys(causes)), space)
        for leaf in matched.gone:
            if id(leaf) not in reused:
                old = place_of(leaf, self.old, space.region, space.base, space.inside)
                facts.append(LayoutChange(ChangeKind.DELETED, old, None, dead=leaf.dead))
        return facts

    def _moves(self, moved: list[tuple[Leaf, Leaf]], causes: tuple[Place, ...], space: Space) -> list[LayoutChange]:
        swapped = exchanged(moved, self._same_type)
        facts = []
        for before, after in moved:
            old, new = self._place(before, after, space)
            kind = ChangeKind.SWAPPED if before.start in swapped else ChangeKind.MOVED
            facts.append(
                LayoutChange(kind, old, new, cause=() if kind is ChangeKind.SWAPPED else causes, dead=before.dead)
            )
            if kind is ChangeKind.MOVED and before.path == after.path and not _unread(before):
                facts += self._meaning(before, after, space)  # whoever moves it back is to know
        return facts

    def _same_type(self, before: Leaf, after: Leaf) -> bool:
        old, new = resolved(self.old, before.variable.type), resolved(self.new, after.variable.type)
        return (
            old.size == new.size
            and type(old) is type(new)
            and (old == new or bare_label(old.label) == bare_label(new.label))
        )

    def _meaning(self, before: Leaf, after: Leaf, space: Space) -> list[LayoutChange]:
        """Return what changed about the value of a range that keeps its first byte."""
        if not before.live:
            return []
        key = before.variable.type, after.variable.type
        if self._known(key):
            return []
        self._open.add(key)
        facts = self._typed(before, after, space)
        self._open.discard(key)
        if not facts:
            self._equal.add(key)
        return facts

    def _typed(  # noqa: PLR0911 - one case a sort of type
        self, before: Leaf, after: Leaf, space: Space
    ) -> list[LayoutChange]:
        old, new = resolved(self.old, before.variable.type), resolved(self.new, after.variable.type)
        path = _inside(space, before.path)
        values = Space(space.region, 0, f"{path}[]", self._said(before, after, space))
        match old, new:
            case MappingType(), MappingType():
                keys = key_fit(resolved(self.old, old.key), resolved(self.new, new.key))
                widened = keys is not None and keys[0] is ChangeKind.WIDENED
                return [
                    *(() if widened else self._fact(keys, before, after, space)),
                    *self._values(old.value, new.value, values),
                ]
            case DynamicArray(), DynamicArray():
                return self._elements(old.element, new.element, before, after, space)
            case FixedArray(length=1), FixedArray():  # its one element lies alike whatever elements take
                element = self._values(old.element, new.element, values)
                return [*element, *self._fact(length_fit(old.length, new.length), before, after, space)]
            case FixedArray(), FixedArray():
                elements = self._elements(old.element, new.element, before, after, space)
                if any(fact.kind is ChangeKind.RESTRIDED for fact in elements):
                    return elements
                return [*elements, *self._fact(length_fit(old.length, new.length), before, after, space)]
            case BoundedArray(), BoundedArray():
                return self._bounded(old, new, before, after, space)
            case (Struct(), _) | (_, Struct()):
                return self._fact((ChangeKind.UNJUDGED, "the members of a struct are not known"), before, after, space)
        known = not (unlisted(old) or unlisted(new))
        if known and (isinstance(old, _SHAPED) or isinstance(new, _SHAPED)):
            return self._fact((ChangeKind.REINTERPRETED, SHAPE), before, after, space)
        return self._fact(value_fit(old, new), before, after, space)

    def _bounded(
        self, old: BoundedArray, new: BoundedArray, before: Leaf, after: Leaf, space: Space
    ) -> list[LayoutChange]:
        if (old.element is None) is not (new.element is None):
            return self._fact((ChangeKind.REINTERPRETED, SHAPE), before, after, space)
        length = self._fact(length_fit(old.length, new.length), before, after, space)
        if old.element is None or new.element is None:
            return length
        if old.length == 1:  # as in a fixed array of one
            values = Space(space.region, 0, f"{_inside(space, before.path)}[]", self._said(before, after, space))
            return [*self._values(old.element, new.element, values), *length]
        return [*self._elements(old.element, new.element, before, after, space), *length]

    def _elements(self, old: TypeId, new: TypeId, before: Leaf, after: Leaf, space: Space) -> list[LayoutChange]:
        sizes = self.old[old].size, self.new[new].size
        if not sizes[0] or not sizes[1]:
            return self._fact((ChangeKind.UNJUDGED, "the size of the elements is not known"), before, after, space)
        if stride(sizes[0]) != stride(sizes[1]):
            return self._fact(
                (ChangeKind.RESTRIDED, f"elements took {_spaced(sizes[0])} and take {_spaced(sizes[1])}"),
                before,
                after,
                space,
            )
        said = self._said(before, after, space)
        return self._values(old, new, Space(space.region, 0, f"{_inside(space, before.path)}[]", said))

    def _values(self, old: TypeId, new: TypeId, space: Space) -> list[LayoutChange]:
        key = old, new
        if self._known(key):
            return []
        if self._count > MAX_ROWS:
            place = Place(space.region, space.inside, "", 0, 0, 0, self.old[old].label, inside=space.inside)
            return [LayoutChange(ChangeKind.UNJUDGED, place, place, "the types are too entangled to compare")]
        rows = [
            leaves(types, [Variable("", name, 0, 0, types[name].size or 0)])
            for types, name in ((self.old, old), (self.new, new))
        ]
        # Where the members of one are not known the row is the struct itself, about which nothing may be assumed.
        structs = all(isinstance(kind, Struct) and kind.members is not None for kind in (self.old[old], self.new[new]))
        if structs:
            self._open.add(key)
        facts = self.compare(rows[0], rows[1], space)
        if structs:
            self._open.discard(key)
            if not facts:
                self._equal.add(key)
        return facts

    def _known(self, key: tuple[TypeId, TypeId]) -> bool:
        """Whether two types are equal, or taken to be equal while they are compared."""
        if key in self._equal or key in self._open:
            return True
        shape = self._shapes[0].of(self.old, key[0])
        return shape is not None and shape == self._shapes[1].of(self.new, key[1])

    def _fact(self, fit: Fit, before: Leaf, after: Leaf, space: Space) -> list[LayoutChange]:
        if fit is None:
            return []
        old, new = self._place(before, after, space)
        return [LayoutChange(fit[0], old, new, fit[1], acknowledged=self._said(before, after, space))]

    def _said(self, before: Leaf, after: Leaf, space: Space) -> bool:
        """Whether an annotation says what the type was: one that names another is left over from an earlier upgrade."""
        said = after.variable.retyped_from
        if not said:
            return space.said
        return space.said or plain_label(said) in {
            plain_label(self.old[before.variable.type].label),
            plain_label(resolved(self.old, before.variable.type).label),
        }

    def _place(self, before: Leaf, after: Leaf, space: Space) -> tuple[Place, Place]:
        return (
            place_of(before, self.old, space.region, space.base, space.inside),
            place_of(after, self.new, space.region, space.base, space.inside),
        )


def _first_difference(old: tuple[str, ...], new: tuple[str, ...]) -> int:
    """Return how many names of a path tell the two apart: up to and with the first that differs."""
    if len(old) != len(new):
        return max(len(old), len(new))
    return next((i + 1 for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b), len(old))


def _unread(leaf: Leaf) -> bool:
    """Whether no code names a variable, or it is a gap.

    A member is not meant, because whoever assigns a struct writes it; nor is what only a raw layout tells of.
    """
    return not leaf.live or leaf.dead or (len(leaf.path) == 1 and leaf.variable.touched is False)


def keeps_place(leaf: Leaf) -> bool:
    """Whether a new variable only keeps the place of what is gone: nobody reads it, and it is called like that."""
    return _unread(leaf) and _KEEPS.search(leaf.variable.name) is not None


def _was_struct(before: Leaf, after: Leaf) -> bool:
    """Whether an annotation says that an array was the struct whose members its elements are."""
    name = after.variable.name.partition("[")[0]
    same = before.path[:-1] == (*after.path[:-1], name)
    return same and plain_label(after.variable.retyped_from) == before.variable.contract


def _rings(names: Mapping[tuple[str, ...], tuple[str, ...]]) -> frozenset[tuple[str, ...]]:
    """Return the old names whose new names, followed from one variable to the next, lead back to them."""
    found = set()
    for first in names:
        name, seen = names[first], {first}
        while name in names and name not in seen:
            seen.add(name)
            name = names[name]
        if name == first != names[first]:
            found.add(first)
    return frozenset(found)


def _spaced(size: int) -> str:
    whole, packed = stride(size)
    return f"{packed} bytes" if packed else f"{whole} word{'' if whole == 1 else 's'}"


def _inside(space: Space, path: tuple[str, ...]) -> str:
    name = ".".join(path)
    return within(space.inside, name)

"""Two layouts over the storage of a live proxy: which words to read, and what they hold.

A layout says what code believes; the chain says what is there.  Three questions are put to it.  Is every byte that
the new layout makes live, and the old one did not, still zero?  What does a variable that changed hold now, and what
would the new code read for it?  Is an array that no code names a gap (all zero) or not?  Words are read in one round
and at one block, and no more than :data:`MAX_WORDS` of them: an array may be 2**200 words long.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from upgrader.inquiry import Inquiry, ReadFailed, ReadSlot
from upgrader.layout.changes import ChangeKind, LayoutChange, Place
from upgrader.layout.decode import decoded
from upgrader.layout.fresh import MAX_ARRAY, fresh_bytes, located, pieces
from upgrader.layout.leaves import Leaf, leaves, place_of
from upgrader.layout.meaning import resolved
from upgrader.layout.model import RegionKind, StorageLayout
from upgrader.layout.types import ByteString, FixedArray, MappingType, Type, TypeId, per_word, words
from upgrader.units import WORD, Address, Slot, hexed

MAX_WORDS: Final = 1_024
"""Words of one proxy that are read for one question."""

SHOWN: Final = 4
"""Words or elements of one variable whose value is shown."""

LONGEST: Final = 200
"""Characters of one value; a name stored on a chain may be anything."""

_SCATTERED: Final = ("mapping", "struct")
"""In the label of a type whose values may lie elsewhere."""

_VALUELESS: Final = frozenset({ChangeKind.ADDED, ChangeKind.REGION_ADDED, ChangeKind.REGION_UNSEEN, ChangeKind.GROWN})


@dataclass(frozen=True, slots=True)
class Words:
    """Storage words of one proxy at one block.

    Attributes:
        known: Slot -> 32 bytes.
        failed: Slot -> why it could not be read, in the node's words.
    """

    known: Mapping[int, bytes] = field(default_factory=lambda: MappingProxyType({}))
    failed: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))

    def part(self, slot: int, offset: int, size: int) -> bytes | None:
        """Return bytes of one word, high end first; None where the word was not read."""
        word = self.known.get(slot)
        return None if word is None else word[WORD - offset - size : WORD - offset]

    def holds(self, start: int, end: int) -> bool | None:
        """Return whether any byte of a range is set; None where it was not read in full and what was read is zero."""
        parts = [self.part(*piece) for piece in pieces(start, end, MAX_ARRAY)]
        if any(part is not None and any(part) for part in parts):
            return True
        return False if end - start <= MAX_ARRAY * WORD and None not in parts else None


def read_words(proxy: Address, slots: Iterable[int]) -> Inquiry[Words]:
    """Ask for words of a proxy's storage, in one round."""
    wanted = tuple(dict.fromkeys(slots))
    if not wanted:
        return Words()
    answers = yield tuple(ReadSlot(proxy, Slot(slot)) for slot in wanted)
    known, failed = {}, {}
    for slot, answer in zip(wanted, answers, strict=True):
        if isinstance(answer, ReadFailed):
            failed[slot] = answer.reason
        else:
            known[slot] = bytes(answer).rjust(WORD, b"\0")[-WORD:]
    return Words(known, failed)


def slots_to_read(old: StorageLayout, new: StorageLayout, changes: Sequence[LayoutChange]) -> tuple[int, ...]:
    """Return the slots that settle what comparing two layouts leaves open, those of changed variables first."""
    live = LiveStorage(old, new, Words())
    changed = [slot for change in changes for slot in _changed_slots(live, change)]
    dead = list(_dead_slots(live, changes))
    fresh = [slot for each in fresh_bytes(old, new, changes) for slot, _, _ in each.pieces]
    return tuple(dict.fromkeys([*changed[:MAX_WORDS], *dead[:MAX_WORDS], *fresh[:MAX_WORDS]]))


def decided(row: Sequence[Leaf], base: int, held: Words) -> Sequence[Leaf]:
    """Decide by the chain what the arrays of a row are that no code names: all zero is a gap, anything else is live.

    Args:
        row: Ranges of the layout in use.
        base: First byte of their region.
        held: Words of the live proxy; what is not among them stays undecided.
    """
    if not any(leaf.dead for leaf in row):
        return row
    return [_decided(leaf, held.holds(base + leaf.start, base + leaf.end)) if leaf.dead else leaf for leaf in row]


class LiveStorage:
    """The words of a proxy, under both layouts.

    Args:
        old: The layout in use.
        new: The layout that shall be used.
        held: What was read.
    """

    def __init__(self, old: StorageLayout, new: StorageLayout, held: Words) -> None:
        self.held = held
        self.old = old
        self.new = new
        self._leaves = {id(layout): _by_start(layout) for layout in (old, new)}

    def readable(self, place: Place) -> bool:
        """Whether a place is one of the proxy's slots: not inside a mapping, nor in a region found at run time."""
        regions = (region for layout in (self.old, self.new) for region in layout.regions)
        return not place.inside and not any(
            region.name == place.region and (region.base is None or region.kind is RegionKind.TRANSIENT)
            for region in regions
        )

    def value(self, layout: StorageLayout, place: Place) -> str:
        """Return what the code of ``layout`` reads at a place of it; empty where that was not read."""
        if not self.readable(place):
            return ""
        candidates = self._leaves[id(layout)].get(place.slot * WORD + place.offset, [])
        leaf = next((leaf for leaf in candidates if leaf.name == place.path), None) or next(iter(candidates), None)
        if leaf is None:
            raw = self.held.part(place.slot, place.offset, min(place.size, WORD - place.offset))
            return hexed(raw) if raw else ""
        return self._decoded(layout.types, leaf.variable.type, place.slot, place.offset)[:LONGEST]

    def cleared(self, change: LayoutChange) -> bool:
        """Whether nothing is left of what an earlier layout kept in the bytes of a new variable.

        A zero word says nothing of the entries of a mapping, which lie elsewhere.
        """
        old, new = change.old or change.new, change.new
        if old is None or new is None or old.size > WORD or any(word in old.type for word in _SCATTERED):
            return False
        begin = new.slot * WORD + new.offset
        return self.readable(new) and self.held.holds(begin, begin + new.size) is False

    def values(self, change: LayoutChange) -> Iterator[tuple[str, str, str]]:
        """Yield name, value now and value as the new code reads it, for each variable of a change."""
        for old, new in self.pairs(change):
            now = self.value(self.old, old) if old is not None else self._raw(new)
            then = self.value(self.new, new) if new is not None else ""
            if now or then:
                yield (old or new or _NOWHERE).path, now, then

    def pairs(self, change: LayoutChange) -> list[tuple[Place | None, Place | None]]:
        """Return the places of a change: one variable's, or those of each variable of a region."""
        if change.kind not in {ChangeKind.REGION_MOVED, ChangeKind.REGION_VANISHED}:
            return [(change.old, change.new)]
        after = {place.path: place for place in self._variables(self.new, change.new)}
        return [(place, after.get(place.path)) for place in self._variables(self.old, change.old)]

    def _variables(self, layout: StorageLayout, whole: Place | None) -> list[Place]:
        return [
            place_of(leaf, layout.types, region.name, region.base or 0, "")
            for region in layout.persistent
            if whole is not None and region.base == whole.slot and region.name == whole.region
            for leaf in leaves(layout.types, region.variables)
            if leaf.live
        ]

    def _raw(self, place: Place | None) -> str:
        if place is None or not self.readable(place):
            return ""
        raw = self.held.part(place.slot, place.offset, min(place.size, WORD - place.offset))
        return hexed(raw) if raw else ""

    def _decoded(self, types: Mapping[TypeId, Type], name: TypeId, slot: int, offset: int) -> str:
        kind = resolved(types, name)
        if isinstance(kind, MappingType):
            return ""
        if isinstance(kind, FixedArray):
            return self._elements(types, kind, slot)
        size = min(kind.size or WORD, WORD - offset)
        raw = self.held.part(slot, offset, size)
        if not raw:
            return ""
        if (kind.size or 0) > WORD or (isinstance(kind, ByteString) and len(raw) != WORD):
            return hexed(raw)
        return decoded(types, name, raw)

    def _elements(self, types: Mapping[TypeId, Type], kind: FixedArray, slot: int) -> str:
        size = types[kind.element].size or WORD
        packed = per_word(size)
        texts = []
        for index in range(min(kind.length, SHOWN)):
            at, offset = (index // packed, index % packed * size) if packed else (index * words(size), 0)
            texts.append(self._decoded(types, kind.element, slot + at, offset))
        more = ", …" if kind.length > SHOWN else ""
        return f"[{', '.join(texts)}{more}]" if all(texts) and texts else ""


_NOWHERE: Final = Place("", "", "", 0, 0, 0, "")


def _changed_slots(live: LiveStorage, change: LayoutChange) -> Iterator[int]:
    if change.kind in _VALUELESS:
        return
    for pair in live.pairs(change):
        for place in pair:
            if place is not None and place.size and live.readable(place):
                begin = place.slot * WORD + place.offset
                yield from (slot for slot, _, _ in pieces(begin, begin + place.size, SHOWN))


def _dead_slots(live: LiveStorage, changes: Iterable[LayoutChange]) -> Iterator[int]:
    """Yield the words of arrays that no code names, where a change touches them."""
    places = [place for change in changes for place in (change.old, change.new) if place and live.readable(place)]
    touched = [(place.slot * WORD + place.offset, place.size) for place in places]
    for region, base in located(live.old):
        for leaf in leaves(live.old.types, region.variables):
            start, end = base + leaf.start, base + leaf.end
            if leaf.dead and any(begin < end and start < begin + size for begin, size in touched):
                yield from (slot for slot, _, _ in pieces(start, end, MAX_ARRAY))


def _decided(leaf: Leaf, holds: bool | None) -> Leaf:  # noqa: FBT001 - the answer of the chain
    return leaf if holds is None else leaf._replace(live=holds, dead=False)


def _by_start(layout: StorageLayout) -> dict[int, list[Leaf]]:
    found: dict[int, list[Leaf]] = {}
    for region, base in located(layout):
        for leaf in leaves(layout.types, region.variables):
            found.setdefault(base + leaf.start, []).append(leaf)
    return found

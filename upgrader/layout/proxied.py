"""What a proxy keeps in storage itself, beside what its implementation keeps there.

Code that runs by DELEGATECALL works on the storage of whoever runs it.  So a proxy's own variables and those of its
implementation lie in one storage, and nothing but agreement keeps them apart: both declare the same variables first, or
the proxy keeps its own at slots that no compiler assigns.

Source: https://eips.ethereum.org/EIPS/eip-1967#motivation
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from upgrader.layout.changes import ChangeKind, Place
from upgrader.layout.compare import compare
from upgrader.layout.leaves import Leaf, place_of, row_of
from upgrader.layout.model import Region, StorageLayout
from upgrader.layout.wellknown import PROXY_SLOTS
from upgrader.units import WORD

_OTHERWISE: Final = frozenset(
    {
        ChangeKind.WIDENED,
        ChangeKind.NARROWED,
        ChangeKind.REINTERPRETED,
        ChangeKind.RESTRIDED,
        ChangeKind.UNJUDGED,
    }
)
"""What tells two variables of one name apart; both sides write, so a wider type is as bad as a narrower one."""


class Shared(NamedTuple):
    """A live variable of the proxy, and what its implementation has in the same bytes.

    Attributes:
        proxy: Where the proxy's variable lies.
        other: The first variable of the implementation there that is not the same one: it has another name, other
            bytes, or is read otherwise; None where there is none.
        declared: Whether the implementation has any variable there.
        renamed: Whether ``other`` differs in nothing but its name.
        judged: False where the types do not say whether both are read alike.
    """

    proxy: Place
    other: Place | None
    declared: bool
    renamed: bool = False
    judged: bool = True


class _Range(NamedTuple):
    """A leaf at its place in the whole storage."""

    start: int
    end: int
    leaf: Leaf
    region: Region


def shared_with_proxy(proxy: StorageLayout, implementation: StorageLayout) -> tuple[Shared, ...]:
    """Return every live variable of a proxy with what its implementation has in the same bytes.

    Args:
        proxy: Of the proxy's own code.
        implementation: Of code that it runs.

    Returns:
        In the order of storage; what lies in slots that belong to proxies by a standard is left out.
    """
    theirs = _ranges(implementation)
    otherwise = _otherwise(proxy, implementation)
    found: list[Shared] = []
    first = 0
    for ours in _ranges(proxy):
        while first < len(theirs) and theirs[first].end <= ours.start:
            first += 1
        shared = Shared(_placed(proxy, ours), None, declared=False)
        for other in _there(theirs, first, ours):
            shared = _beside(proxy, ours, implementation, other, otherwise)
            if shared.other is not None:
                break
        found.append(shared)
    return tuple(found)


def _beside(
    proxy: StorageLayout,
    ours: _Range,
    implementation: StorageLayout,
    other: _Range,
    otherwise: Mapping[tuple[str, str], ChangeKind],
) -> Shared:
    place = _placed(proxy, ours)
    same_bytes = (other.start, other.end) == (ours.start, ours.end)
    same_name = other.leaf.name == ours.leaf.name
    read = otherwise.get((ours.region.name, ours.leaf.path[0])) if same_bytes else ChangeKind.REINTERPRETED
    if same_name and read is None:
        return Shared(place, None, declared=True)
    there = _placed(implementation, other)
    renamed = not same_name and read is None and place.type == there.type
    return Shared(place, there, declared=True, renamed=renamed, judged=read is not ChangeKind.UNJUDGED)


def _otherwise(proxy: StorageLayout, implementation: StorageLayout) -> dict[tuple[str, str], ChangeKind]:
    """Return how variables of the proxy would be read, where not as they are, by region and name."""
    found: dict[tuple[str, str], ChangeKind] = {}
    for change in compare(proxy, implementation):
        if change.old is not None and change.kind in _OTHERWISE:
            name = change.old.path.partition(".")[0].partition("[")[0]
            found.setdefault((change.old.region, name), change.kind)
    return found


def _ranges(layout: StorageLayout) -> list[_Range]:
    return sorted(_every_range(layout), key=lambda each: (each.start, each.end))


def _every_range(layout: StorageLayout) -> Iterator[_Range]:
    for region in layout.persistent:
        if region.base is None or region.base in PROXY_SLOTS:
            continue
        base = region.base * WORD
        for leaf in row_of(layout, region):
            if leaf.live and leaf.end > leaf.start:
                yield _Range(base + leaf.start, base + leaf.end, leaf, region)


def _there(ranges: list[_Range], first: int, ours: _Range) -> Iterator[_Range]:
    """Yield the ranges from ``first`` on that share bytes with one."""
    for index in range(first, len(ranges)):
        other = ranges[index]
        if other.start >= ours.end:
            break
        if other.end > ours.start:
            yield other


def _placed(layout: StorageLayout, found: _Range) -> Place:
    return place_of(found.leaf, layout.types, found.region.name, found.region.base or 0, "")

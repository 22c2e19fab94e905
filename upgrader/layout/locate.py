"""From a slot to the variable that lies there, with its keys and indices.

A slot near a region's base is found by its number.  A slot at a hash says nothing by itself; whoever saw the code run
knows what was hashed, and those preimages lead back, step by step: ``keccak(7 . 3) + 1`` is the second word of
``positions[7]`` when slot 3 holds the mapping ``positions``.  Slots that every proxy uses (EIP-1967, the ERC-7201
namespaces of OpenZeppelin) are known without any layout.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html#mappings-and-dynamic-arrays
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from upgrader.layout.decode import decoded, key_text
from upgrader.layout.model import Region, StorageLayout
from upgrader.layout.types import (
    ByteString,
    DynamicArray,
    FixedArray,
    MappingType,
    Struct,
    Type,
    TypeId,
    per_word,
    words,
)
from upgrader.layout.wellknown import PROXY_SLOTS, well_known_regions
from upgrader.units import WORD

MAX_DEPTH: Final = 16
"""Mappings and arrays inside one another."""

NEAR: Final = 64
"""Words behind a hash that are looked for one by one before every preimage is asked."""

FAR: Final = 2**48
"""Words behind a hash that an array may reach; two hashes are never that close."""

_RAW: Final = "t_bytes32"


@dataclass(frozen=True, slots=True)
class Part:
    """One variable in a word.

    Attributes:
        name: ``positions[7].size``.
        offset: Bytes from the low end of the word.
        size: Bytes.
    """

    name: str
    type: TypeId
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Location:
    """What lies in one word.

    Attributes:
        region: Name of the region that leads there.
        parts: From the low end of the word upward.
        types: The table that the parts' types are in.
    """

    region: str
    parts: tuple[Part, ...]
    types: Mapping[TypeId, Type]

    @property
    def name(self) -> str:
        """The variables of the word."""
        return ", ".join(part.name for part in self.parts)


@dataclass(frozen=True, slots=True)
class VariableChange:
    """One variable whose bytes changed, with its value before and after in words."""

    name: str
    type: str
    before: str
    after: str


def locate(layout: StorageLayout, slot: int, preimages: Mapping[bytes, bytes]) -> Location | None:
    """Return what lies in a word.

    Args:
        layout: Of the code that runs.
        slot: Absolute.
        preimages: keccak-256 -> what was hashed, as far as it is known.

    Returns:
        None where neither the layout, nor the preimages, nor the well-known slots explain it.
    """
    own = (layout.regions, layout.types)
    # A library that reaches a proxy's slot through a constant calls what lies there `value`; the standard has a name.
    first, second = (_well_known(), own) if slot in PROXY_SLOTS else (own, _well_known())
    return _located(*first, slot, preimages, 0) or _located(*second, slot, preimages, 0)


def describe_change(
    layout: StorageLayout, slot: int, before: bytes, after: bytes, preimages: Mapping[bytes, bytes]
) -> tuple[VariableChange, ...]:
    """Return which variables of a word changed, and from what to what.

    Args:
        layout: Of the code that ran.
        slot: Absolute.
        before: The word, 32 bytes.
        after: The word, 32 bytes.
        preimages: As for :func:`locate`.

    Returns:
        One entry for each variable whose bytes differ; empty where the slot is not explained.
    """
    found = locate(layout, slot, preimages)
    if found is None:
        return ()
    changes = []
    for part in found.parts:
        was, now = (_cut(word, part) for word in (before, after))
        if was != now:
            texts = [decoded(found.types, part.type, data) for data in (was, now)]
            changes.append(VariableChange(part.name, found.types[part.type].label, *texts))
    return tuple(changes)


def _cut(word: bytes, part: Part) -> bytes:
    whole = word.rjust(WORD, b"\0")
    return whole[WORD - part.offset - part.size : WORD - part.offset]


def _located(
    regions: tuple[Region, ...], types: Mapping[TypeId, Type], slot: int, preimages: Mapping[bytes, bytes], depth: int
) -> Location | None:
    for region in regions:
        if region.base is None:
            continue
        parts = tuple(
            part
            for variable in region.variables
            if variable.slot <= (relative := slot - region.base) < variable.slot + max(1, words(variable.size))
            for part in _parts(types, variable.type, variable.name, relative - variable.slot, variable.offset)
        )
        if parts:
            return Location(region.name, parts, types)
    if depth >= MAX_DEPTH:
        return None
    for image, distance in _images(slot, preimages):
        found = _behind(regions, types, image, distance, preimages, depth)
        if found is not None:
            return found
    return None


def _images(slot: int, preimages: Mapping[bytes, bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield what was hashed to a place at or shortly before ``slot``, and how many words before, nearest first."""
    for distance in range(min(NEAR, slot + 1)):
        image = preimages.get((slot - distance).to_bytes(WORD, "big"))
        if image is not None:
            yield image, distance
    far = ((slot - int.from_bytes(digest, "big"), image) for digest, image in preimages.items())
    nearest = min(((d, image) for d, image in far if NEAR <= d < FAR), default=None)
    if nearest is not None:
        yield nearest[1], nearest[0]


def _behind(
    regions: tuple[Region, ...],
    types: Mapping[TypeId, Type],
    image: bytes,
    distance: int,
    preimages: Mapping[bytes, bytes],
    depth: int,
) -> Location | None:
    """Return what lies ``distance`` words behind the hash of ``image``."""
    if len(image) < WORD:
        return None
    parent = _located(regions, types, int.from_bytes(image[-WORD:], "big"), preimages, depth + 1)
    if parent is None or len(parent.parts) != 1:
        return None
    head, key = parent.parts[0], image[:-WORD]
    match types[head.type]:
        case MappingType(key=key_type, value=value) if key:
            parts = _parts(types, value, f"{head.name}[{key_text(types, key_type, key)}]", distance, 0)
        case DynamicArray(element=element) if not key:
            parts = _elements(types, element, head.name, distance)
        case ByteString() if not key:
            parts = iter((Part(f"{head.name} (bytes {distance * WORD} on)", _RAW, 0, WORD),))
        case _:
            return None
    found = tuple(parts)
    return Location(parent.region, found, {_RAW: _raw(), **types}) if found else None


def _parts(types: Mapping[TypeId, Type], kind: TypeId, name: str, word: int, offset: int) -> Iterator[Part]:
    """Yield the variables in word ``word`` of a value."""
    match types[kind]:
        case Struct(members=tuple() as members):
            for member in members:
                if member.slot <= word < member.slot + max(1, words(member.size)):
                    inner = f"{name}.{member.name}"
                    yield from _parts(types, member.type, inner, word - member.slot, member.offset)
        case FixedArray(element=element, length=length):
            yield from _elements(types, element, name, word, length)
        case value if word == 0 and value.size:
            yield Part(name, kind, offset, min(value.size, WORD - offset))


def _elements(
    types: Mapping[TypeId, Type], element: TypeId, name: str, word: int, length: int | None = None
) -> Iterator[Part]:
    size = types[element].size or WORD
    packed = per_word(size)
    if packed:
        for place in range(packed):
            index = word * packed + place
            if length is None or index < length:
                yield Part(f"{name}[{index}]", element, place * size, size)
        return
    index, inner = divmod(word, words(size))
    if length is None or index < length:
        yield from _parts(types, element, f"{name}[{index}]", inner, 0)


def _raw() -> Type:
    return _well_known()[1][_RAW]


def _well_known() -> tuple[tuple[Region, ...], Mapping[TypeId, Type]]:
    return well_known_regions()

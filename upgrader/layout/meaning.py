"""Whether bytes of one type, read as another, still say the same.

For two types at the same first byte there are five answers: the same; *widened* (every old value is the same new
value); *recast* (the same bits, another sort of value: a person must confirm that it is meant); *narrowed* (some
old values do not fit); *reinterpreted* (some old values turn into others).  Numbers grow upward from the low end of
a word, so ``uint128`` may become ``uint256`` over zero bytes, but ``int128`` may not (the sign does not extend) and
neither may ``bytes16`` (its bytes are the high ones of the value).

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

from upgrader.layout.changes import ChangeKind
from upgrader.layout.types import (
    Alias,
    BoundedArray,
    ByteString,
    Contract,
    Elementary,
    Enum,
    Flag,
    Function,
    Kind,
    Opaque,
    Type,
    TypeId,
    WordValue,
)
from upgrader.units import WORD

Fit: TypeAlias = tuple[ChangeKind, str] | None
"""A kind of change and its reason; None when nothing changed."""

_ADDRESS: Final = Elementary("address", Kind.ADDRESS, 20)
_BINARY: Final = 2
_BYTE: Final = 8
_MAX_ALIASES: Final = 8

SIGN: Final = "the sign is read differently"
EXTENSION: Final = "a negative number is not extended over the new high bytes"
ALIGNMENT: Final = "bytesN keeps its bytes at the low end of its place, so a wider one reads others"
ORDINALS: Final = "ordinals stand for other members"
BITS: Final = "bits stand for other members"
SIGNATURE: Final = "the stored selector is called with another signature"
SCALE: Final = "a decimal keeps its places behind the point as digits, which another number reads as whole ones"
KEYS: Final = "keys hash differently, so old entries are not found"
PADDED: Final = "an old entry is found only under the word that its key is padded to, bytes32(uint256(key))"
UNGIVEN: Final = "keys that were valid can no longer be given"
LOCKED: Final = "a key of @nonreentrant that was used leaves 2 in its word"
SHAPE: Final = "another kind of type"


def resolved(types: Mapping[TypeId, Type], name: TypeId) -> Type:
    """Return a type with user-defined value types replaced by what is under them, as far as that is known."""
    kind = types[name]
    for _ in range(_MAX_ALIASES):
        if not isinstance(kind, Alias) or kind.underlying is None:
            break
        kind = types[kind.underlying]
    return kind


def value_fit(old: Type, new: Type) -> Fit:  # noqa: C901, PLR0911 - one case a pair of sorts
    """Compare two types that take bytes in place: everything but structs, arrays and mappings."""
    if isinstance(old, Opaque) or isinstance(new, Opaque):
        return _opaque(old, new)
    if isinstance(old, Alias) or isinstance(new, Alias):
        return ChangeKind.UNJUDGED, "the type under a user-defined value type is not known"
    match old, new:
        case Enum(), Enum():
            return _enums(old, new)
        case Flag(), Flag():
            return _flags(old, new)
        case Contract(), Contract():
            return _interfaces(old, new)
        case Function(), Function():
            return _functions(old, new)
        case (WordValue() | Flag(), _) | (_, WordValue() | Flag()):
            return _whole_words(old, new)
        case ByteString(), ByteString():
            return None
        case (Function() | ByteString(), _) | (_, Function() | ByteString()):
            return ChangeKind.REINTERPRETED, SHAPE
        case Enum(), _:
            return _enum_to(old, _plain(new))
        case _, Enum():
            return _to_enum(_plain(old), new)
    first, second = _plain(old), _plain(new)
    return _elementary(first, second) if first and second else (ChangeKind.REINTERPRETED, SHAPE)


def key_fit(old: Type, new: Type) -> Fit:  # noqa: C901, PLR0911 - one line a case
    """Compare two types of mapping keys: by how a key is padded to 32 bytes before it is hashed.

    Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html#mappings-and-dynamic-arrays
    """
    if isinstance(old, Enum) and isinstance(new, Enum):
        return _enums(old, new)
    if isinstance(old, Flag) and isinstance(new, Flag):
        return _flags(old, new)
    if isinstance(old, ByteString) and isinstance(new, ByteString):
        return None
    if isinstance(old, BoundedArray) and isinstance(new, BoundedArray) and old.element is new.element is None:
        # Vyper's Bytes and String: their bytes are hashed, and no more of them than there are.
        return None if new.length >= old.length else (ChangeKind.NARROWED, UNGIVEN)
    if isinstance(old, Alias | Opaque) or isinstance(new, Alias | Opaque):
        return ChangeKind.UNJUDGED, "the type of the keys is not known"
    first, second = _number(old), _number(new)
    if first is None or second is None or _scaled(first.kind, second.kind):
        return ChangeKind.REINTERPRETED, KEYS
    if first.size == second.size == WORD and Kind.BYTES in {first.kind, second.kind}:
        return None
    if (first.kind is Kind.BYTES) is not (second.kind is Kind.BYTES):
        whole = second.kind is Kind.BYTES and second.size == WORD
        return (ChangeKind.RECAST, PADDED) if whole else (ChangeKind.REINTERPRETED, KEYS)
    if first.kind not in {Kind.INT, Kind.BOOL} and second.kind is Kind.INT and second.size <= first.size:
        return ChangeKind.REINTERPRETED, KEYS
    if first.kind is Kind.INT and second.kind is not Kind.INT:
        return ChangeKind.REINTERPRETED, KEYS
    if second.size < first.size or (second.kind is Kind.BOOL and first.kind is not Kind.BOOL):
        return ChangeKind.NARROWED, UNGIVEN
    if isinstance(new, Enum | Flag) and first.kind is not Kind.BOOL:
        return ChangeKind.RECAST, "a key beyond the last member can no longer be given"
    return None


def length_fit(old: int, new: int) -> Fit:
    """Compare the lengths of two arrays whose elements lie alike."""
    if old == new:
        return None
    if new > old:
        return ChangeKind.GROWN, f"{new - old} elements more"
    return ChangeKind.SHRUNK, f"{old - new} elements less"


def _opaque(old: Type, new: Type) -> Fit:
    if isinstance(old, Opaque) and isinstance(new, Opaque) and old == new and old.label == "word":
        return None
    if "word" in {old.label, new.label}:
        return ChangeKind.RECAST, "a word that assembly reads"
    return ChangeKind.UNJUDGED, "the type is not known"


def _elementary(old: Elementary, new: Elementary) -> Fit:  # noqa: PLR0911 - one line a case
    if old.kind is new.kind:
        return _same_kind(old, new)
    if new.size < old.size or (new.kind is Kind.BOOL and old.size == new.size):
        return ChangeKind.NARROWED, ""
    if old.kind is Kind.INT and new.kind is not Kind.BYTES:
        return ChangeKind.REINTERPRETED, SIGN if old.size == new.size else EXTENSION
    if old.kind is Kind.INT and new.size > old.size:
        return ChangeKind.REINTERPRETED, EXTENSION
    if old.kind is Kind.UINT and new.kind is Kind.INT and new.size == old.size:
        return ChangeKind.REINTERPRETED, SIGN
    if {old.kind, new.kind} <= {Kind.UINT, Kind.INT} or (old.kind is Kind.BOOL and new.kind in {Kind.UINT, Kind.INT}):
        return ChangeKind.WIDENED, ""
    return ChangeKind.RECAST, ""


def _same_kind(old: Elementary, new: Elementary) -> Fit:
    if old.size == new.size:
        return None
    if new.size < old.size:
        return ChangeKind.NARROWED, ""
    if old.kind is Kind.INT:
        return ChangeKind.REINTERPRETED, EXTENSION
    return (ChangeKind.REINTERPRETED, ALIGNMENT) if old.kind is Kind.BYTES else (ChangeKind.WIDENED, "")


def _words(old: WordValue, new: WordValue) -> Fit:  # noqa: PLR0911 - one line a case
    """Compare values that take whole words: wider ones read the same, also when they are negative or bytes."""
    if (old.kind is Kind.LOCK) is not (new.kind is Kind.LOCK):
        return ChangeKind.REINTERPRETED, LOCKED
    if old.kind is new.kind:
        if old.width == new.width:
            return None
        return (ChangeKind.WIDENED if new.width > old.width else ChangeKind.NARROWED), ""
    if _scaled(old.kind, new.kind):
        return ChangeKind.REINTERPRETED, SCALE
    if Kind.BYTES in {old.kind, new.kind}:
        whole = new.width == WORD and (new.kind is Kind.BYTES or old.width == WORD)
        return (ChangeKind.RECAST, "") if whole else (ChangeKind.REINTERPRETED, ALIGNMENT)
    if old.kind is Kind.INT or (new.kind is Kind.INT and new.width <= old.width and old.kind is not Kind.BOOL):
        return ChangeKind.REINTERPRETED, SIGN
    if new.width < old.width or new.kind is Kind.BOOL:
        return ChangeKind.NARROWED, ""
    return (ChangeKind.RECAST if Kind.ADDRESS in {old.kind, new.kind} else ChangeKind.WIDENED), ""


def _whole_words(old: Type, new: Type) -> Fit:
    """Compare values of which at least one takes a whole word, as all of Vyper's do."""
    first, second = _as_word(old), _as_word(new)
    if first is None or second is None:
        return ChangeKind.REINTERPRETED, SHAPE
    fit = _words(first, second)
    if isinstance(new, Flag) and (fit is None or fit[0] is ChangeKind.WIDENED):
        return ChangeKind.RECAST, "a bit beyond the last member belongs to none"
    return (ChangeKind.WIDENED, "") if fit is None and isinstance(old, Flag) else fit


def _as_word(kind: Type) -> WordValue | None:
    """Return the number, address or bytes that a word stands for; a flag is as wide as its members need."""
    match kind:
        case WordValue():
            return kind
        case Contract(size=size) if size == WORD:
            return WordValue(kind.label, Kind.ADDRESS, _ADDRESS.size)
        case Flag(members=members):
            return WordValue(kind.label, Kind.UINT, WORD if members is None else max(1, -(-len(members) // _BYTE)))
    return None


def _scaled(old: Kind, new: Kind) -> bool:
    """Whether one of two kinds counts fractions and the other whole numbers; bytes count neither."""
    kinds = {old, new}
    return Kind.BYTES not in kinds and len(kinds & {Kind.FIXED, Kind.UFIXED}) == 1


def _enums(old: Enum, new: Enum) -> Fit:
    if old.members is None or new.members is None:
        same = _short(old.label) == _short(new.label) and old.size == new.size
        return (ChangeKind.UNLISTED if same else ChangeKind.UNJUDGED), "the members of an enum are not known"
    if old.members == new.members[: len(old.members)]:
        return None if len(old.members) == len(new.members) else (ChangeKind.WIDENED, "")
    if new.members == old.members[: len(new.members)]:
        return ChangeKind.NARROWED, f"{', '.join(old.members[len(new.members) :])} no longer exists"
    pairs = list(zip(old.members, new.members, strict=False))
    moved = {
        name for ordinal, name in enumerate(old.members) if name in new.members and new.members.index(name) != ordinal
    }
    if moved or len(new.members) < len(old.members):
        return ChangeKind.REINTERPRETED, f"{ORDINALS}: {_first_ordinals(pairs)}"
    return ChangeKind.RENAMED, f"members renamed: {_first_ordinals(pairs)}"


def _flags(old: Flag, new: Flag) -> Fit:
    """Compare two flags, in which each member is a bit: what counts is its place, as with the ordinals of an enum."""
    fit = _enums(Enum(old.label, old.size, old.members), Enum(new.label, new.size, new.members))
    if fit is None or old.members is None or new.members is None:
        return fit
    bits = "; ".join(
        f"bit {place} was {before} and is {after}"
        for place, (before, after) in enumerate(zip(old.members, new.members, strict=False))
        if before != after
    )
    return fit[0], {ChangeKind.REINTERPRETED: f"{BITS}: {bits}", ChangeKind.RENAMED: f"members renamed: {bits}"}.get(
        fit[0], fit[1]
    )


def _first_ordinals(pairs: list[tuple[str, str]]) -> str:
    changed = [f"{ordinal} was {old} and is {new}" for ordinal, (old, new) in enumerate(pairs) if old != new]
    return "; ".join(changed[:3]) + ("; …" if len(changed) > 3 else "")  # noqa: PLR2004 - enough to see the pattern


def _enum_to(old: Enum, new: Elementary | None) -> Fit:
    if new is None:
        return ChangeKind.REINTERPRETED, SHAPE
    if new.kind is Kind.BOOL:
        fits = old.members is not None and len(old.members) <= _BINARY
        return (ChangeKind.RECAST if fits else ChangeKind.NARROWED), "an ordinal becomes a truth value"
    if new.size < old.size:
        return ChangeKind.NARROWED, ""
    return (ChangeKind.WIDENED if new.kind in {Kind.UINT, Kind.INT} else ChangeKind.RECAST), ""


def _to_enum(old: Elementary | None, new: Enum) -> Fit:
    if old is None:
        return ChangeKind.REINTERPRETED, SHAPE
    if old.size > new.size:
        return ChangeKind.NARROWED, ""
    if old.kind is Kind.INT:
        return ChangeKind.REINTERPRETED, SIGN
    return ChangeKind.RECAST, "a value beyond the last member reverts when it is read"


def _interfaces(old: Contract, new: Contract) -> Fit:
    if not old.selectors or not new.selectors:
        return None
    if _short(old.label) == _short(new.label) and old.selectors & new.selectors:
        return None
    if old.selectors <= new.selectors or new.selectors <= old.selectors:
        return None
    missing = len(new.selectors - old.selectors)
    return (
        ChangeKind.RECAST,
        f"{missing} of the {len(new.selectors)} functions of the new interface are not in the old one",
    )


def _functions(old: Function, new: Function) -> Fit:
    if old.external is not new.external:
        return ChangeKind.REINTERPRETED, "internal and external function values have nothing in common"
    if old.signature != new.signature:
        return ChangeKind.REINTERPRETED, SIGNATURE
    return None if old.external else (ChangeKind.POINTER, "a jump target of the old code")


def _plain(kind: Type) -> Elementary | None:
    """Return a value type as the elementary type that its bytes are; None for structs, arrays and mappings."""
    if isinstance(kind, Contract):
        return _ADDRESS
    return kind if isinstance(kind, Elementary) else None


def _number(kind: Type) -> Elementary | None:
    if isinstance(kind, WordValue | Flag):
        word = _as_word(kind)
        return Elementary(word.label, word.kind, word.width) if word is not None else None
    return Elementary(kind.label, Kind.UINT, kind.size) if isinstance(kind, Enum) else _plain(kind)


def _short(label: str) -> str:
    return label.rpartition(" ")[2].rpartition(".")[2]

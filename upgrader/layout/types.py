"""What a storage type means: how many bytes it takes, where its parts lie, and what its bytes stand for.

Types refer to one another by :data:`TypeId`, never by value, because a struct may hold a mapping to itself; the
table that resolves the ids belongs to the :class:`~upgrader.layout.model.StorageLayout`.  What is unknown is None,
never a guess: an enum of a raw layout has no members, and whoever judges it must say so.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeAlias, get_args

from upgrader.units import WORD

TypeId: TypeAlias = str
"""A key of one layout's type table, written as solc writes it: ``t_mapping(t_address,t_uint256)``."""


class Kind(StrEnum):
    """How the bytes of an elementary type are read."""

    UINT = "uint"
    INT = "int"
    BOOL = "bool"
    ADDRESS = "address"
    BYTES = "bytes"
    FIXED = "fixed"
    UFIXED = "ufixed"
    LOCK = "lock"
    """A key of Vyper's ``@nonreentrant``: open between transactions, with 0 in its word, or 2 once it was used."""


@dataclass(frozen=True, slots=True)
class Elementary:
    """``uint64``, ``int256``, ``bool``, ``address``, ``bytes4``.

    Attributes:
        size: Bytes in storage, 1 to 32.
    """

    label: str
    kind: Kind
    size: int


@dataclass(frozen=True, slots=True)
class Enum:
    """An ordinal with names.

    Attributes:
        members: In the order of their ordinals; None where the source of the layout did not say.
    """

    label: str
    size: int
    members: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Alias:
    """A user-defined value type: another name, and another type, for the bytes of its underlying type.

    Attributes:
        underlying: None where the source of the layout did not say.
    """

    label: str
    size: int
    underlying: TypeId | None


@dataclass(frozen=True, slots=True)
class Contract:
    """An address that the code calls through an interface.

    Attributes:
        selectors: Signatures of the interface's external functions; None where the source did not say.
    """

    label: str
    size: int
    selectors: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Function:
    """A function value: an address and a selector (24 bytes), or a jump target of one particular bytecode (8).

    Attributes:
        signature: Parameter and return types, ``(uint256)returns(bool)``.
    """

    label: str
    size: int
    external: bool
    signature: str


@dataclass(frozen=True, slots=True)
class ByteString:
    """``bytes`` and ``string``: one word, and more at its hash when longer than 31 bytes."""

    label: str
    size: int = WORD


class Variable(NamedTuple):
    """A typed byte range with a name: a state variable of a region, or a member of a struct.

    A tuple, because layouts have thousands and one is made in a quarter of the time.

    Attributes:
        slot: Word counted from the first of its region or struct.
        offset: Bytes from the low end of the word.
        size: Bytes; 0 where the type's size is unknown.
        contract: Short name of the contract (or struct) that declares it; empty when unknown.
        touched: Whether any code of the implementation names it; None where the code is not known.
        at: ``file:line`` of the declaration; empty when unknown.
        renamed_from: The annotation ``@custom:oz-renamed-from``; empty without.
        retyped_from: The annotation ``@custom:oz-retyped-from``; empty without.
    """

    name: str
    type: TypeId
    slot: int
    offset: int
    size: int
    contract: str = ""
    touched: bool | None = None
    at: str = ""
    renamed_from: str = ""
    retyped_from: str = ""

    @property
    def start(self) -> int:
        """First byte, each word counted from its low end."""
        return self.slot * WORD + self.offset

    @property
    def end(self) -> int:
        """First byte behind it."""
        return self.slot * WORD + self.offset + self.size


@dataclass(frozen=True, slots=True)
class Struct:
    """Members one after another, starting at a word of its own.

    Attributes:
        size: A multiple of 32.
        members: None where the source of the layout did not say.
    """

    label: str
    size: int
    members: tuple[Variable, ...] | None


@dataclass(frozen=True, slots=True)
class MappingType:
    """One empty word; the value of key ``k`` lies at ``keccak256(k . word)``."""

    label: str
    key: TypeId
    value: TypeId
    size: int = WORD


@dataclass(frozen=True, slots=True)
class FixedArray:
    """``T[n]``: elements packed into words from a word of its own."""

    label: str
    size: int
    element: TypeId
    length: int


@dataclass(frozen=True, slots=True)
class DynamicArray:
    """``T[]``: one word with the length; the elements lie at ``keccak256(word)``."""

    label: str
    element: TypeId
    size: int = WORD


@dataclass(frozen=True, slots=True)
class WordValue:
    """A Vyper value: it takes a whole word, sign-extended or left-aligned, however few values its type has.

    Attributes:
        width: Bytes that its values need, 1 to 32.
    """

    label: str
    kind: Kind
    width: int
    size: int = WORD


@dataclass(frozen=True, slots=True)
class BoundedArray:
    """Vyper's ``DynArray``, ``Bytes`` and ``String``: a word with the length, then room for all it may hold.

    Attributes:
        element: None for bytes.
        length: Most elements, or bytes.
    """

    label: str
    size: int
    element: TypeId | None
    length: int


@dataclass(frozen=True, slots=True)
class Flag:
    """A Vyper flag (``enum`` before 0.4): a word in which each member is a bit, so that any set of them is a value.

    Attributes:
        members: From the lowest bit up; None where the source of the layout did not say.

    Source: https://docs.vyperlang.org/en/stable/types.html#flags
    """

    label: str
    size: int
    members: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Opaque:
    """Bytes of which only the place, or not even the size, is known."""

    label: str
    size: int | None


Type: TypeAlias = (
    Elementary
    | Enum
    | Alias
    | Contract
    | Function
    | ByteString
    | Struct
    | MappingType
    | FixedArray
    | DynamicArray
    | WordValue
    | BoundedArray
    | Opaque
    | Flag
)

LOCK: Final = "nonreentrant lock"
"""Vyper's label for the word that locks functions against being entered again: between two calls it says nothing."""

SORTS: Final[tuple[Any, ...]] = get_args(Type)
"""The classes of all types."""

ELEMENTARY: Final[dict[str, Elementary]] = {
    **{f"t_uint{8 * n}": Elementary(f"uint{8 * n}", Kind.UINT, n) for n in range(1, WORD + 1)},
    **{f"t_int{8 * n}": Elementary(f"int{8 * n}", Kind.INT, n) for n in range(1, WORD + 1)},
    **{f"t_bytes{n}": Elementary(f"bytes{n}", Kind.BYTES, n) for n in range(1, WORD + 1)},
    "t_bool": Elementary("bool", Kind.BOOL, 1),
    "t_address": Elementary("address", Kind.ADDRESS, 20),
    "t_address_payable": Elementary("address payable", Kind.ADDRESS, 20),
}
"""Every elementary type by solc's id for it; fixed-point types cannot be stored (solc 0.8)."""


def unlisted(kind: Type) -> bool:
    """Return whether a type is a struct whose members are not known, or may be one: bytes without a size."""
    return (type(kind) is Struct and kind.members is None) or (type(kind) is Opaque and kind.size is None)


def words(size: int) -> int:
    """Return how many words ``size`` bytes take."""
    return -(-size // WORD)


def per_word(size: int) -> int:
    """Return how many elements of ``size`` bytes an array packs into one word; 0 when one takes more than half."""
    return WORD // size if 0 < size <= WORD // 2 else 0


def stride(size: int) -> tuple[int, int]:
    """Return where elements of ``size`` bytes lie in an array.

    Returns:
        ``(words, bytes)``: with at most half a word an element, ``(0, size)``, packed; else ``(n, 0)``, n words each.
        Two element types lie alike exactly when their strides are equal.
    """
    return (0, size) if per_word(size) else (words(size), 0)


def array_size(element: int, length: int) -> int:
    """Return the bytes of a fixed array of ``length`` elements of ``element`` bytes: whole words."""
    packed = per_word(element)
    return WORD * (-(-length // packed) if packed else length * words(element))

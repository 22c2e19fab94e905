"""The storage an implementation believes it has: typed byte ranges, region by region.

A *region* is a stretch of storage that starts at one slot and grows upward: the root that the compiler lays out (at
slot 0, or where ``layout at`` puts it), an ERC-7201 namespace, the struct that a library or a diamond facet reaches
through a slot constant.  Transient storage is another space altogether and is kept apart.  Within a region a
variable is a byte range with a type; what it holds by reference (mappings, dynamic arrays) lies at hashes and is
described by the type alone.

Sources: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html,
https://eips.ethereum.org/EIPS/eip-7201, https://eips.ethereum.org/EIPS/eip-2535
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from upgrader.layout.shapes import Shapes
from upgrader.layout.types import Type, TypeId, Variable
from upgrader.units import WORD, keccak

VYPER: Final = "Vyper"
"""The language of a layout that solc did not make."""

STRUCT: Final = "struct "
"""How the formula of a region begins that is one struct of a dump: neither its base nor its use is known."""

RUNTIME: Final = "chosen at run time: "
"""How the formula of a region begins that is one struct wherever a variable says: its shape is known, not its base."""

UNTRACED: Final = "computed by code that is not followed: "
"""How the formula of a region begins whose slot is a constant of code too involved to follow; a digest of that follows.

Two such regions are the same where the code says the same; where it does not, nobody knows.
"""


class RegionKind(StrEnum):
    """How a region is found."""

    ROOT = "root"
    NAMESPACE = "namespace"
    CONSTANT = "constant"
    TRANSIENT = "transient"


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of storage.

    Attributes:
        name: ``root``, ``transient``, ``erc7201:perp.main``, or the struct that a slot constant reaches.
        base: First slot; None where it depends on a value known only at run time (``formula`` then says how).
        formula: How the base is found, in words; two regions without a base are the same when this is equal.
        declared: What the annotation says the base is; None without annotation.
        at: ``file:line`` of the struct or of the constant; empty when unknown.
    """

    kind: RegionKind
    name: str
    base: int | None
    variables: tuple[Variable, ...]
    formula: str = ""
    declared: int | None = None
    at: str = ""


@dataclass(frozen=True, slots=True)
class StorageLayout:
    """Everything one implementation keeps in storage, as far as it is known.

    Attributes:
        contract: Name of the implementation.
        regions: The root first.
        types: Every type that a variable, or another type, refers to.
        origin: What was read, for messages.
        complete: Whether namespaces and slot constants were looked for (that needs the source or its AST).
        language: ``Solidity`` or ``Vyper``.
        assumed: What was taken for granted when it was made, as a sentence; empty for nothing.
        in_code: Names of what the code holds, immutables and constants, where the layout is all that is known (Vyper).
        rows: What was derived from regions, by the identity of each (:func:`upgrader.layout.leaves.row_of`).
        faces: Likewise (:func:`upgrader.layout.faces.faces_of`).
        shapes: What was derived from types.
    """

    contract: str
    regions: tuple[Region, ...]
    types: Mapping[TypeId, Type] = field(default_factory=lambda: MappingProxyType({}))
    origin: str = ""
    complete: bool = False
    language: str = "Solidity"
    assumed: str = ""
    in_code: frozenset[str] = frozenset()
    rows: dict[int, tuple[Region, tuple[Any, ...]]] = field(default_factory=dict, init=False, repr=False, compare=False)
    faces: dict[int, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    shapes: Shapes = field(default_factory=Shapes, init=False, repr=False, compare=False)

    @property
    def persistent(self) -> Iterator[Region]:
        """The regions that outlive a transaction."""
        return (region for region in self.regions if region.kind is not RegionKind.TRANSIENT)


@lru_cache(maxsize=4096)
def erc7201(namespace: str | bytes) -> int:
    """Return the first slot of an ERC-7201 namespace, given by its id without ``erc7201:``.

    Source: https://eips.ethereum.org/EIPS/eip-7201#specification
    """
    # Half a surrogate pair is text in JSON and in no source: a namespace of that name is one that no code can reach.
    text = namespace.encode("utf-8", "surrogatepass") if isinstance(namespace, str) else namespace
    inner = int.from_bytes(keccak(text), "big") - 1
    return int.from_bytes(keccak(inner.to_bytes(WORD, "big")), "big") & ~0xFF

"""What an assembly block puts into memory before it hashes it: the keys of mappings that are kept by hand.

Memory is followed in the order of the text, which is the order of execution wherever a store stands in a block that
also holds the hash; what a branch or a loop may have stored is not known.  Scratch space and what lies behind the
free-memory pointer never overlap.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_memory.html
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from upgrader.layout.solidity.values import Formula, Value, abi_encoded, as_slot, encoded, written
from upgrader.units import WORD, keccak

MAX_HASHED: Final = 1_024
"""Bytes of one hash that are followed; a key with its seed takes 64."""

_UNKNOWN: Final = Formula("<word>")
_STORES: Final = {"mstore": WORD, "mstore8": 1}
_OTHERS: Final = frozenset(
    {
        "call",
        "callcode",
        "calldatacopy",
        "codecopy",
        "delegatecall",
        "extcodecopy",
        "mcopy",
        "returndatacopy",
        "staticcall",
    }
)
"""What writes memory in ways that are not followed."""

Address: TypeAlias = tuple[str, int]
"""A pointer in words (empty for none) and the bytes from where it points."""

_Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Store:
    """One instruction that writes memory: its place in the text, the block that it stands in, and what it stores."""

    at: int
    scope: _Span
    size: int
    place: Any
    value: Any


class Memory:
    """The stores of one assembly block.

    Args:
        block: Its ``YulBlock``.
    """

    def __init__(self, block: Any) -> None:
        self._stores = sorted(_stores(block, (0, 0)), key=lambda store: store.at)

    def hashed(
        self,
        node: Mapping[str, Any],
        begin: Address,
        length: int,
        address: Callable[[Any], Address | None],
        value: Callable[[Any], Value],
    ) -> Value:
        """Return what ``keccak256`` makes of bytes that were stored before.

        Args:
            node: The call.
            begin: Where the bytes begin.
            length: How many there are.
            address: Returns where a store goes.
            value: Returns what an expression comes to.

        Returns:
            32 bytes where everything is known, a formula where some of it is; None where a byte was not stored here.
        """
        if not 0 < length <= MAX_HASHED:
            return None
        cells = self._cells(_span(node)[0], begin[0], address)
        wanted = [cells[place] for place in range(begin[1], begin[1] + length) if place in cells]
        if len(wanted) < length:
            return None
        runs = _runs(wanted)
        values = [_known(cell, value) for cell, _ in runs]
        parts = [(known, cell.byte, end, cell.store.size) for known, (cell, end) in zip(values, runs, strict=True)]
        if not any(isinstance(known, Formula) for known in values):
            return bytes(keccak(b"".join(_word(known, size)[start:end] for known, start, end, size in parts)))
        if all((start, end) == (0, WORD) for _, start, end, _ in parts):
            return Formula(f"keccak256({written(encoded(values))})")
        return Formula(f"keccak256(memory({', '.join(_text(*part) for part in parts)}))")

    def _cells(self, before: int, pointer: str, address: Callable[[Any], Address | None]) -> dict[int, "_Cell"]:
        """Return what is known of memory behind a pointer when the text has come to ``before``."""
        cells: dict[int, _Cell] = {}
        for store in self._stores:
            if store.at >= before:
                break
            place = address(store.place) if store.size else None
            if place is None:
                cells.clear()
            elif place[0] == pointer:
                sure = store.scope[0] <= before < store.scope[1]
                cells |= {place[1] + byte: _Cell(store, byte, sure) for byte in range(store.size)}
        return cells


@dataclass(frozen=True, slots=True)
class _Cell:
    """A byte of memory: which one of which store, and whether that store is certain to have run."""

    store: _Store
    byte: int
    sure: bool


def _runs(cells: list[_Cell]) -> list[tuple[_Cell, int]]:
    """Return bytes of one store that follow one another together: the first, and the byte behind the last."""
    runs: list[tuple[_Cell, int]] = []
    for cell in cells:
        first, end = runs[-1] if runs else (cell, -1)
        if end == cell.byte and first.store is cell.store:
            runs[-1] = first, end + 1
        else:
            runs.append((cell, cell.byte + 1))
    return runs


def _known(cell: _Cell, value: Callable[[Any], Value]) -> Formula | int:
    found = value(cell.store.value) if cell.sure else None
    number = as_slot(found)
    return found if isinstance(found, Formula) else _UNKNOWN if number is None else number


def _word(value: Formula | int, size: int) -> bytes:
    return abi_encoded([value])[-size:]


def _text(value: Formula | int, start: int, end: int, size: int) -> str:
    if isinstance(value, Formula):
        return written(encoded([value])) + ("" if (start, end) == (0, size) else f"[{start}:{end}]")
    return "0x" + _word(value, size)[start:end].hex()


def _stores(node: Any, scope: _Span) -> Iterator[_Store]:
    if isinstance(node, list):
        for item in node:
            yield from _stores(item, scope)
        return
    if not isinstance(node, dict):
        return
    if node.get("nodeType") == "YulBlock":
        scope = _span(node)
    for inner in node.values():
        if isinstance(inner, dict | list):
            yield from _stores(inner, scope)
    name, arguments = callee(node), list(node.get("arguments") or ())
    if name in _STORES and len(arguments) == 2:  # noqa: PLR2004 - place and value
        yield _Store(_span(node)[0], scope, _STORES[name], arguments[0], arguments[1])
    elif name in _OTHERS:
        yield _Store(_span(node)[0], scope, 0, None, None)


def callee(node: Mapping[str, Any]) -> str:
    """Return the name of the function that a Yul call calls; empty for any other node."""
    return str((node.get("functionName") or {}).get("name", ""))


def _span(node: Mapping[str, Any]) -> _Span:
    begin, size, *_ = [*str(node.get("src", "")).split(":"), "", ""]
    return (int(begin), int(begin) + int(size)) if begin.isdecimal() and size.isdecimal() else (0, 0)

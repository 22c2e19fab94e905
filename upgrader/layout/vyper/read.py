"""From what Vyper's compiler prints of a contract to its storage layout.

The layout has the slots; what its spellings leave open is taken from the AST where there is one.  Sizes follow from the
types and must be those that the compiler states (``n_slots``, from 0.4.0 on) and fit before the next variable.

Two kinds of variables are nobody's: a key of ``@nonreentrant`` holds nothing between transactions but that it is open,
so keys are known by their slot and not by what functions call them; and immutables and constants are in the code, and
kept by name alone.

Sources: https://docs.vyperlang.org/en/stable/compiling-a-contract.html#storage-layout,
https://github.com/vyperlang/vyper/blob/v0.4.3/vyper/semantics/analysis/data_positions.py
"""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from upgrader.errors import InputError
from upgrader.layout.model import VYPER, Region, RegionKind, StorageLayout
from upgrader.layout.types import LOCK, Variable
from upgrader.layout.untrusted import MAX_SLOT, malformed, number, record, text
from upgrader.layout.vyper.modules import Module, Modules
from upgrader.layout.vyper.spelling import MAX_DEPTH, Sort, bare_is_interface, joined, parsed
from upgrader.layout.vyper.table import Table
from upgrader.units import WORD

STORAGE: Final = "storage_layout"
TRANSIENT: Final = "transient_storage_layout"
CODE: Final = "code_layout"
SECTIONS: Final = frozenset({STORAGE, TRANSIENT, CODE})
"""Of a layout; what it does not have is not there, and versions before 0.3.4 have storage alone, without a name."""


class _Entry(NamedTuple):
    """A variable as the layout lists it, and the names of the modules that lead to it."""

    path: tuple[str, ...]
    raw: Mapping[str, Any]


def vyper_layout(raw: Mapping[str, Any], modules: Modules | None, contract: str, origin: str) -> StorageLayout:
    """Return the layout of a contract.

    Args:
        raw: What ``vyper -f layout`` prints; versions before 0.3.4 wrote no sections.
        modules: The AST of the same compilation; None without one.
        contract: Its name.
        origin: What is read, for messages.

    Raises:
        InputError: It does not have its form, or the AST is another contract's.
    """
    table = Table(modules, origin)
    with _reading(origin):
        sections = raw if raw.keys() & SECTIONS else {STORAGE: raw}
        root = _variables(sections.get(STORAGE, {}), table, modules, origin)
        transient = _variables(sections.get(TRANSIENT, {}), table, modules, origin)
        in_code = {".".join(entry.path) for entry in _listed(record(sections.get(CODE, {}), origin), origin, ())}
        in_code |= modules.main.in_code if modules is not None else set()
    regions = [Region(RegionKind.ROOT, RegionKind.ROOT.value, 0, root)]
    if transient:
        regions.append(Region(RegionKind.TRANSIENT, RegionKind.TRANSIENT.value, 0, transient))
    # Vyper has neither namespaces nor slot constants: what it states is all there is.
    return StorageLayout(
        contract, tuple(regions), table.types, origin, complete=True, language=VYPER, in_code=frozenset(in_code)
    )


def _variables(raw: Any, table: Table, modules: Modules | None, where: str) -> tuple[Variable, ...]:
    listed = [entry for entry in _listed(record(raw, where), where, ()) if _in_storage(entry.raw)]
    bare = Sort.INTERFACE if bare_is_interface(str(entry.raw["type"]) for entry in listed) else None
    found = sorted((_variable(entry, table, modules, bare, where) for entry in listed), key=lambda each: each.start)
    sized = []
    for variable, behind in itertools.zip_longest(found, found[1:]):
        # What states no slots and is of no known size reaches at most to the next variable.
        room = (behind.start if behind is not None else variable.start + WORD) - variable.start
        size = variable.size or room
        if size > room and behind is not None:
            raise malformed(f"{variable.name[:80]} and {behind.name[:80]} share a slot", where)
        sized.append(variable._replace(size=size))
    return tuple(sized)


def _listed(raw: Mapping[str, Any], where: str, path: tuple[str, ...]) -> Iterator[_Entry]:
    if len(path) > MAX_DEPTH:
        raise malformed("modules too deep inside one another", where)
    for name, value in raw.items():
        item = record(value, f"{where} {name[:80]}")
        if "type" not in item or isinstance(item["type"], Mapping):  # a module, which may have a variable `type`
            yield from _listed(item, where, (*path, name))
        else:
            yield _Entry((*path, name), item)


def _in_storage(raw: Mapping[str, Any]) -> bool:
    return raw.get("location", "storage") == "storage" and "slot" in raw


def _variable(entry: _Entry, table: Table, modules: Modules | None, bare: Sort | None, where: str) -> Variable:
    *path, name = entry.path
    place = f"{where} {name[:80]}"
    slot = number(entry.raw["slot"], f"{place} slot", MAX_SLOT)
    stated = number(entry.raw["n_slots"], place, MAX_SLOT) * WORD if "n_slots" in entry.raw else 0
    spelling = parsed(text(entry.raw["type"], place), place, bare=bare)
    module = modules.found(path) if modules is not None and spelling.name != LOCK else None
    facts: dict[str, Any] = {}
    if modules is not None and module is not None:
        node = module.declarations.get(name)
        if node is None:
            raise malformed("the AST does not declare it: layout and AST are not of one contract", place)
        spelling = joined(spelling, modules.declared(node["annotation"], module), place)
        facts = {"at": f"{module.path}:{node.get('lineno')}", "touched": modules.touched(module, name)}
    kind = table.add(spelling)
    size = table.types[kind].size or 0
    if stated and size and stated != size:
        raise malformed(f"it takes {stated // WORD} slots, and its type {size // WORD}", place)
    named = f"nonreentrant[{slot}]" if kind == LOCK else ".".join(entry.path)
    return Variable(named, kind, slot, 0, stated or size, **facts)


@contextmanager
def _reading(origin: str) -> Iterator[None]:
    """Turn what goes wrong while a broken or forged AST is read into an error about it."""
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"the AST cannot be read ({type(error).__name__})",
            where=origin,
            remedy="give what the compiler prints, whole: vyper -f layout,annotated_ast Contract.vy "
            "(before 0.4: vyper -f layout,ast Contract.vy)",
        ) from error


def module_of(document: Mapping[str, Any], path: str = "") -> Module:
    """Return the module of ``{"ast": {...}}`` or of its node.

    Raises:
        InputError: It does not have its form.
    """
    return Module(record(document.get("ast", document), path or "its AST"), path)

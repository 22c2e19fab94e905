"""What Vyper's command line prints: a contract's layout, alone or with its AST.

===================================  =================================================================================
printed by                           form
===================================  =================================================================================
``vyper -f layout``                  ``{"storage_layout": {name: {"type", "slot", "n_slots"}}}``; before 0.3.4 the
                                     variables without a section
``vyper -f layout,annotated_ast``    that, and ``{"contract_name", "ast", "imports"}`` in a line of its own; from 0.4 on
``vyper -f layout,ast``              the same without imports
===================================  =================================================================================

Source: https://docs.vyperlang.org/en/stable/compiling-a-contract.html
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, ClassVar, Final, NamedTuple

from upgrader.layout.formats._base import FORMATS, LINES, Described
from upgrader.layout.untrusted import malformed, record
from upgrader.layout.vyper.modules import Module, Modules
from upgrader.layout.vyper.read import SECTIONS, module_of, vyper_layout

_AST: Final = "ast"


class _Printed(NamedTuple):
    """One contract of the compiler's lines."""

    layout: Mapping[str, Any]
    modules: Modules | None
    name: str


@FORMATS.register
class VyperLayout:
    """The layout, and the AST in lines beside it."""

    name: ClassVar[str] = "Vyper layout"

    def recognises(self, document: Mapping[str, Any]) -> bool:
        """Whether variables are named and have a type in words and a slot, or there are none beside an AST."""
        return any(_is_layout(each) and (each or len(lines) > 1) for lines in (_lines(document),) for each in lines)

    def contracts(self, document: Mapping[str, Any]) -> Sequence[str]:
        """Return the contracts' paths; one empty key for one contract."""
        found = _printed(document, "")
        return [""] if len(found) == 1 else [each.name for each in found]

    def read(self, document: Mapping[str, Any], key: str, origin: str) -> Described:
        """Return the layout."""
        found = _printed(document, origin)
        chosen = [each for each in found if each.name == key] or found[:1]
        name = PurePosixPath(chosen[0].name).stem
        return vyper_layout(chosen[0].layout, chosen[0].modules, key or name or "the contract", origin)


def _lines(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the layouts and ASTs that the compiler printed, one document a line."""
    lines = document.get(LINES)
    listed = [each for each in lines if isinstance(each, Mapping)] if isinstance(lines, list) else [document]
    return [each for each in listed if _is_layout(each) or isinstance(each.get(_AST), Mapping)]


def _is_layout(document: Mapping[str, Any]) -> bool:
    sections = SECTIONS & document.keys()
    if sections:
        return all(isinstance(document[each], Mapping) for each in sections)
    entries = list(document.values())
    # A contract without variables has a layout without entries.
    return all(isinstance(e, Mapping) and {"type", "location"} <= e.keys() for e in entries)


def _printed(document: Mapping[str, Any], origin: str) -> list[_Printed]:
    """Join each layout with the AST that was printed before or behind it, in the order in which it was asked for."""
    lines = _lines(document)
    modules: list[Module] = []
    for each in lines:
        if not _is_layout(each):
            modules.append(module_of(each))
            modules += [module_of(record(other, origin)) for other in _imports(each)]
    step = 1 if lines and _is_layout(lines[0]) else -1
    found = []
    for index, each in enumerate(lines):
        if not _is_layout(each):
            continue
        beside = lines[index + step] if 0 <= index + step < len(lines) else None
        main = module_of(beside) if beside is not None and not _is_layout(beside) else None
        known = Modules(main, modules) if main is not None else None
        found.append(_Printed(each, known, main.path if main is not None else ""))
    if len(found) > 1 and len({each.name for each in found}) < len(found):
        raise malformed("it holds several layouts, and their AST does not say whose they are", origin)
    return found


def _imports(document: Mapping[str, Any]) -> list[Any]:
    imports = document.get("imports")
    return imports if isinstance(imports, list) else []

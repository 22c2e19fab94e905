"""Vyper's standard JSON output: ``vyper-json``, ``vyper --standard-json``.

``{"compiler": "vyper-0.4.3", "contracts": {path: {name: {"layout"}}}, "sources": {path: {"ast", "annotated_ast"}}}``,
where ``outputSelection`` asks for it: the layout, which is there from 0.4.1 on, has the slots, and the ASTs say what
the names in it stand for.

Source: https://docs.vyperlang.org/en/stable/compiling-a-contract.html#compiler-input-and-output-json-description
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from upgrader.errors import InputError
from upgrader.layout.formats._base import FORMATS, Described, output_contracts
from upgrader.layout.untrusted import record
from upgrader.layout.vyper.modules import Modules
from upgrader.layout.vyper.read import module_of, vyper_layout


@FORMATS.register
class VyperOutput:
    """Standard JSON output, alone or under ``output``."""

    name: ClassVar[str] = "Vyper standard JSON output"

    def recognises(self, document: Mapping[str, Any]) -> bool:
        """Whether Vyper says that it made it."""
        output = document.get("output", document)
        return (
            isinstance(output, Mapping)
            and isinstance(output.get("contracts"), Mapping)
            and str(output.get("compiler", "")).startswith("vyper")
        )

    def contracts(self, document: Mapping[str, Any]) -> Sequence[str]:
        """Return ``path.vy:name`` of every contract."""
        return output_contracts(document)

    def read(self, document: Mapping[str, Any], key: str, origin: str) -> Described:
        """Return one contract's layout, read with the AST of every source."""
        output = record(document.get("output", document), origin)
        path, _, name = key.rpartition(":")
        raw = record(record(output["contracts"].get(path), f"{origin} {path}").get(name), f"{origin} {key}")
        if "layout" not in raw:
            raise InputError(
                f"{key[:120]} comes without its layout",
                where=origin,
                remedy='add "layout" and "annotated_ast" to outputSelection, and "ast" for each file that it imports; '
                "Vyper before 0.4.1 leaves the layout out: give what `vyper -f layout,ast` prints",
            )
        units = record(output.get("sources") or {}, f"{origin} sources")
        modules = {
            each: module_of(record(ast, f"{origin} {each}"), each)
            for each, unit in units.items()
            if isinstance(unit, Mapping) and (ast := unit.get("annotated_ast") or unit.get("ast")) is not None
        }
        main = modules.get(path)
        known = Modules(main, list(modules.values())) if main is not None else None
        return vyper_layout(record(raw["layout"], f"{origin} layout"), known, name, origin)

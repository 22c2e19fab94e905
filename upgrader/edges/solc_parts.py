"""One compilation made by several compilers side by side: solc itself uses one core.

solc generates code for every contract of which anything at all is asked, so code is asked for apart from interfaces,
layouts and ASTs, and the code of many units in several parts.  Each part is given all sources: the numbers that solc
gives to what it parses, and so its ASTs and references to immutables, are the same in every part, and what it makes of
one contract does not depend on which others are asked for.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from upgrader.edges.compilers import run_solc
from upgrader.edges.parallel import in_order

Selection: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]
"""solc's ``outputSelection``."""

LEAST: Final = 12
"""Units of one part at least: each part parses all sources again."""

MOST_WORKERS: Final = 4
"""Compilers at a time; each takes up to a gigabyte."""


def run_in_parts(request: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """Return the standard-JSON output for an input, as :func:`~upgrader.edges.compilers.run_solc` does."""
    workers = min(MOST_WORKERS, os.cpu_count() or 1)
    optimised = bool((request["settings"].get("optimizer") or {}).get("enabled"))
    selections = list(parts(request["settings"]["outputSelection"], workers, slow=optimised))
    requests = [{**request, "settings": {**request["settings"], "outputSelection": each}} for each in selections]
    return joined(list(in_order(lambda each: run_solc(each, version), requests, min(workers, len(requests)))))


def parts(selection: Selection, workers: int, *, slow: bool = True) -> Iterator[Selection]:
    """Yield what each part is asked for: code of units in turn, and last whatever is no code.

    Args:
        selection: What the whole is asked for.
        workers: Compilers at a time.
        slow: Whether code takes longer than all the rest, as it does with the optimizer; else the rest has a compiler
            for itself meanwhile.
    """
    coded = sorted(unit for unit, asked in selection.items() if any(map(_is_code, asked.get("*", ()))))
    if workers == 1 or not coded:
        yield selection
        return
    number = max(1, min(workers if slow else workers - 1, len(coded) // LEAST))
    for index in range(number):
        yield {unit: {"*": [each for each in selection[unit]["*"] if _is_code(each)]} for unit in coded[index::number]}
    yield {
        unit: {whose: [each for each in outputs if not _is_code(each)] for whose, outputs in asked.items()}
        for unit, asked in selection.items()
    }


def joined(outputs: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the outputs of the parts as one; a contract has what any part says of it."""
    *others, last = outputs
    contracts = {path: dict(each) for path, each in (last.get("contracts") or {}).items()}
    messages = {str(item): item for output in outputs for item in output.get("errors") or ()}
    for output in others:
        for path, named in (output.get("contracts") or {}).items():
            of_unit = contracts.setdefault(path, {})
            for name, said in named.items():
                of_unit[name] = {**of_unit.get(name, {}), **said}
    return {**last, "contracts": contracts, **({"errors": list(messages.values())} if messages else {})}


def _is_code(output: str) -> bool:
    return output.startswith("evm.")

"""Our side of the tree benchmarks: one process, as a user's command is one.

``python -m bench.ours layout|check|code cold|warm ROOT SOURCE...`` prints how much was judged, as JSON.
"""

import gc
import json
import sys
from pathlib import Path
from typing import Final

from upgrader.edges.solc import Outputs, Solc
from upgrader.layout.model import StorageLayout

SETTINGS: Final = {"optimizer": {"enabled": True, "runs": 200}}
"""As OpenZeppelin compiles its contracts, and as most are deployed."""


def main() -> None:
    """Compile the sources, judge every contract, and print what was judged."""
    gc.set_threshold(50_000, 20, 50)  # as the command line's process
    what, state, root, *sources = sys.argv[1:]
    # "code" is what `upgrader check` asks for: besides the AST, the code of the contracts in the files it is given.
    compiler = _judging(state) if what == "code" else Solc(Outputs.SOURCE, cached=state == "warm")
    judge = _layouts if what == "layout" else _checks
    layouts, findings = judge(compiler, sources, Path(root))
    namespaces = {region.name for layout in layouts for region in layout.regions if region.kind == "namespace"}
    print(json.dumps({"contracts": len(layouts), "findings": findings, "namespaces": sorted(namespaces)}))


def _judging(state: str) -> Solc:
    from upgrader.edges.judging import JudgingSolc

    return JudgingSolc(cached=state == "warm")


def _layouts(compiler: Solc, sources: list[str], root: Path) -> tuple[list[StorageLayout], int]:
    """Compare every layout with itself."""
    from upgrader.checks.storage import examine

    layouts = list(compiler.layouts(sources, root=root, settings=SETTINGS).values())
    return layouts, sum(len(examine(layout, layout)) for layout in layouts)


def _checks(compiler: Solc, sources: list[str], root: Path) -> tuple[list[StorageLayout], int]:
    """Check the upgrade of every contract to itself: layouts, and every rule about its code."""
    from upgrader.flows.check import check_pair

    contracts = compiler.compile(sources, root=root, settings=SETTINGS).values()
    results = [check_pair(contract, contract) for contract in contracts]
    return [result.new for result in results], sum(len(result.findings) for result in results)


if __name__ == "__main__":
    main()

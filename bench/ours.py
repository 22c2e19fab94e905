"""Our side of the tree benchmarks: one process, as a user's command is one.

``python -m bench.ours layout|check|code cold|warm ROOT SOURCE...`` prints how much was judged, as JSON.
"""

import atexit
import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from upgrader.edges.solc import Solc
    from upgrader.layout.model import StorageLayout

SETTINGS: Final = {"optimizer": {"enabled": True, "runs": 200}}
"""As OpenZeppelin compiles its contracts, and as most are deployed."""


def main() -> None:
    """Compile the sources, judge every contract, and print what was judged."""
    gc.set_threshold(50_000, 20, 50)  # both as the command line's process
    atexit.register(gc.freeze)
    what, state, root, *sources = sys.argv[1:]
    judge = {"layout": _layouts, "check": _checks, "code": _checks_and_code}[what]
    layouts, findings = judge(sources, Path(root), cached=state == "warm")
    namespaces = {region.name for layout in layouts for region in layout.regions if region.kind == "namespace"}
    print(json.dumps({"contracts": len(layouts), "findings": findings, "namespaces": sorted(namespaces)}))


def _layouts(sources: list[str], root: Path, *, cached: bool) -> tuple[list["StorageLayout"], int]:
    """Compare every layout with itself."""
    from upgrader.checks.storage import examine
    from upgrader.edges.solc_layouts import source_layouts

    layouts = list(source_layouts(sources, root=root, settings=SETTINGS, cached=cached).values())
    return layouts, sum(len(examine(layout, layout)) for layout in layouts)


def _checks(sources: list[str], root: Path, *, cached: bool) -> tuple[list["StorageLayout"], int]:
    """Check the upgrade of every contract to itself: layouts, and every rule about its source."""
    from upgrader.edges.solc import Outputs, Solc

    return _judged(Solc(Outputs.SOURCE, cached=cached), sources, root)


def _checks_and_code(sources: list[str], root: Path, *, cached: bool) -> tuple[list["StorageLayout"], int]:
    """Do what ``upgrader check`` does: besides the AST, with the code of the contracts in the files it is given."""
    from upgrader.edges.judging import JudgingSolc

    return _judged(JudgingSolc(cached=cached), sources, root)


def _judged(compiler: "Solc", sources: list[str], root: Path) -> tuple[list["StorageLayout"], int]:
    from upgrader.flows.check import check_pair

    contracts = compiler.compile(sources, root=root, settings=SETTINGS).values()
    results = [check_pair(contract, contract) for contract in contracts]
    return [result.new for result in results], sum(len(result.findings) for result in results)


if __name__ == "__main__":
    main()

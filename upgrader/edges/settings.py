"""The compiler and settings of a project that is not ours: what ``foundry.toml`` says, else what tools do by default.

The code that a check judges should be the code that is deployed.  Code that is not optimised may be too large to
deploy, for one, which would be a finding about nothing.

Source: https://getfoundry.sh/config/reference/solidity-compiler
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from upgrader.edges.files import read_toml
from upgrader.edges.pragma import parsed
from upgrader.plan.compiler import SolcChoice

RUNS: Final = 200
"""Optimiser runs; the default of solc, Foundry, Hardhat and Ape."""

MOST_RUNS: Final = 2**32 - 1
"""What solc accepts."""


def foreign_choice(root: Path) -> SolcChoice:
    """Return the compiler and settings of the project in ``root``; remappings are found with its imports.

    Raises:
        InputError: Its ``foundry.toml`` is not TOML.
    """
    if not (root / "foundry.toml").is_file():
        return SolcChoice(optimizer_runs=RUNS)
    profile = _table(_table(read_toml(root / "foundry.toml"), "profile"), "default")
    runs, version = profile.get("optimizer_runs", RUNS), profile.get("solc_version", profile.get("solc"))
    evm = profile.get("evm_version")
    known = isinstance(runs, int) and 0 <= runs <= MOST_RUNS
    return SolcChoice(
        # A path or a range leaves the choice to the pragmas.
        version=version.removeprefix("v") if isinstance(version, str) and parsed(version) else "",
        evm_version=evm if isinstance(evm, str) else "",
        optimizer_runs=None if profile.get("optimizer") is False else runs if known else RUNS,
    )


def _table(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = whole.get(name)
    return inner if isinstance(inner, Mapping) else {}

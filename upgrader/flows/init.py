"""``init``: write the files of a new project; what is there already stays as it is."""

from dataclasses import dataclass
from typing import Final, Protocol

from upgrader.errors import InputError

SOLC: Final = "0.8.37"
"""The compiler that ``make setup`` and ``upgrader doctor`` know."""

EVM: Final = "cancun"
"""The oldest rules that OpenZeppelin 5.7 upgradeable compiles for (``mcopy``)."""

IGNORED: Final = (".build/", ".tools/", "node_modules/", "upgrader-crash-*.txt")
"""What a repository of upgrades should not hold."""

SCRIPTS: Final = (
    "cancel",
    "deploy",
    "execute",
    "notify",
    "plan",
    "propose",
    "report",
    "rollback",
    "schedule",
    "sign",
    "signatures",
    "simulate",
    "status",
    "verify",
)
"""The commands of the journey that read a chain: each is an Ape script, too (``ape run plan 1 --network …``)."""

_NAME_LIMIT: Final = 100


class Folder(Protocol):
    """The folder that becomes a project."""

    def exists(self, path: str) -> bool:
        """Tell whether a file or folder is there."""
        ...

    def read(self, path: str) -> str:
        """Return a text file."""
        ...

    def write(self, path: str, text: str) -> None:
        """Write a text file whole or not at all."""
        ...


@dataclass(frozen=True, slots=True)
class Initialised:
    """What was done.

    Attributes:
        written: Files that are new.
        extended: Files that gained lines.
        kept: Files that were there and stay as they were.
    """

    written: tuple[str, ...]
    extended: tuple[str, ...]
    kept: tuple[str, ...]


def initialise(folder: Folder, name: str) -> Initialised:
    """Write what is missing of a project.

    Args:
        folder: Where.
        name: The project's name, for reports and notices.

    Raises:
        InputError: The name is empty or unprintable, or a file cannot be written.
    """
    if not name.strip() or not name.isprintable() or len(name) > _NAME_LIMIT:
        raise InputError(f"{name[:80]!r} is no name for a project", remedy="give --name NAME")
    files = _files(folder, name)
    written = tuple(path for path in files if not folder.exists(path))
    for path in written:
        folder.write(path, files[path])
    return Initialised(written, _ignore(folder), tuple(path for path in files if path not in written))


def _files(folder: Folder, name: str) -> dict[str, str]:
    sources = next((found for found in ("contracts", "src") if folder.exists(found)), "contracts")
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    remappings = _REMAPPINGS if folder.exists("node_modules/@openzeppelin/contracts-upgradeable") else ""
    return {
        "upgrader.toml": _PROJECT.format(name=quoted, sources=sources, solc=SOLC, evm=EVM),
        "networks/local.toml": _LOCAL,
        "ape-config.yaml": _APE.format(sources=sources, solc=SOLC, evm=EVM, remappings=remappings),
        "upgrades/README.md": _UPGRADES,
        "networks/local.fleet.toml": _FLEET,
        **{f"scripts/{command}.py": _SCRIPT.format(command=command) for command in SCRIPTS},
    }


def _ignore(folder: Folder) -> tuple[str, ...]:
    """Add the missing lines to ``.gitignore``."""
    there = folder.exists(".gitignore")
    before = folder.read(".gitignore") if there else ""
    present = {line.strip().strip("/") for line in before.splitlines()}
    missing = [line for line in IGNORED if line.strip("/") not in present]
    if not missing:
        return ()
    gap = "" if not before or before.endswith("\n") else "\n"
    folder.write(".gitignore", before + gap + "\n".join(missing) + "\n")
    return (".gitignore",)


_PROJECT: Final = """\
# The project, the contracts under its management, and who governs them.
# `upgrader schema project` prints what may stand here.
schema = 1

[project]
name = "{name}"
sources = "{sources}"

[solc]
version = "{solc}"
evm_version = "{evm}"
optimizer_runs = 200

# Who may upgrade: the Safe proposes, the timelock waits.
# [governance.main]
# network = "local"          # networks/local.toml
# timelock = "0x…"
# safe = "0x…"

# One entry for each proxy (`upgrader inspect ADDRESS` tells what it is).
# [contracts.market]
# network = "local"
# proxy = "0x…"
# source = "{sources}/Market.sol:Market"
# governance = "main"
"""

_LOCAL: Final = """\
# A development chain on this machine, as `anvil` starts it.
chain_id = 31337
rpc = ["http://127.0.0.1:8545"]   # for a live chain: rpc = ["${MAINNET_RPC_URL}"]
test = true                       # never where something of value can be lost
finality = "latest"               # a live chain: "finalized"
"""

_APE: Final = """\
contracts_folder: {sources}
solidity:
  version: {solc}
  evm_version: {evm}
{remappings}foundry:
  host: auto  # a port of its own: without this Ape attaches to whatever listens on 8545
"""

_FLEET: Final = """\
# The development chain of networks/local.toml as a fleet of one; copy this file for your own nodes.
#
# el is the execution client's JSON-RPC address, cl the consensus client's Beacon API. `client` and `want` are what the
# node shall run; both may be left out. Addresses may hold ${NAME}, which is read from the environment.
[fleet]
network = "local"
min_peers = 0

[[node]]
name = "local-1"
role = "rpc"
el = { client = "anvil", rpc = "http://127.0.0.1:8545" }
"""

_SCRIPT: Final = """\
\"\"\"``ape run {command} UPGRADE --network …``: ``upgrader {command}`` on the chain that Ape is connected to.\"\"\"

from upgrader.cli.ape_script import script

cli = script("{command}")
"""

_REMAPPINGS: Final = """\
  import_remapping:
    - "@openzeppelin/contracts=node_modules/@openzeppelin/contracts"
    - "@openzeppelin/contracts-upgradeable=node_modules/@openzeppelin/contracts-upgradeable"
"""

_UPGRADES: Final = """\
# Upgrades

One numbered folder for each, with everything it rests on: `NNN-slug/upgrade.toml` says what is wanted, the rest is
written by `upgrader plan`, `simulate`, `propose` and the steps after them. Commit the folders: they are the record.

```toml
# 001-put-spreads/upgrade.toml; `upgrader schema manifest` prints everything that may stand here
schema = 1
[upgrade]
name = "put-spreads"
summary = "Cash-settled put spreads on the options market."
governance = "main"

[[change]]
contract = "market"
source = "contracts/v2/OptionsMarket.sol:OptionsMarketV2"
call = { function = "initializeV2(uint256)", args = ["500000000000000000"] }
```
"""

"""One compilation of ``contracts/`` for every test that needs it: the demo's, in a folder that is kept."""

from pathlib import Path

from upgrader.cli.demo.project import copy_contracts
from upgrader.cli.demo.setting import SETTINGS, SOLC
from upgrader.edges.solc import Outputs, Solc

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".build" / "e2e"
"""Below the checkout, so that imports find node_modules."""


def compiled(folder=FOLDER):
    """Return every contract of ``contracts/`` by ``path.sol:Name``, as the demo builds them."""
    folder.mkdir(parents=True, exist_ok=True)
    copy_contracts(folder)
    sources = sorted(path.relative_to(folder).as_posix() for path in (folder / "contracts").rglob("*.sol"))
    artifacts = Solc(Outputs.NAMED).compile(sources, root=folder, version=SOLC, settings=SETTINGS)
    return {key: artifact for key, artifact in artifacts.items() if key.startswith("contracts/")}


def share_compilations(folder):
    """Let another project with the same contracts find their compilations, and leave its own to the others."""
    kept = FOLDER / ".build"
    kept.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ".build").exists():
        (folder / ".build").symlink_to(kept, target_is_directory=True)

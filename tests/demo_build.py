"""One compilation of ``contracts/`` for every test that needs it: the demo's, in a folder that is kept.

Tests may run in several processes at a time: each has folders of its own, and all share the compilations.
"""

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from upgrader.cli.demo.project import copy_contracts
from upgrader.cli.demo.setting import SETTINGS, SOLC
from upgrader.edges.solc import Outputs, Solc
from upgrader.edges.solc_run import CACHE

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / ".build" / "tests"
"""Below the checkout, so that imports find node_modules."""

KEPT = BUILD / "compilations"


def own_folder(name):
    """Return the path of a project folder that no other process uses, which finds the shared compilations."""
    folder = BUILD / f"{name}-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    share_compilations(folder)
    return folder


def share_compilations(folder):
    """Let a project with the same contracts find their compilations, and leave its own to the others.

    Nothing else that a project keeps is shared: an interrupted sweep belongs to one chain.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = folder / CACHE
    kept.parent.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        kept.symlink_to(KEPT, target_is_directory=True)


@contextmanager
def copied(folder):
    """Yield a copy of a project, gone afterwards; it finds the compilations."""
    with tempfile.TemporaryDirectory(dir=BUILD, prefix=f"{folder.name}-") as parent:
        copy = Path(parent) / "desk"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".build"))
        share_compilations(copy)
        yield copy


@contextmanager
def one_at_a_time():
    """Keep two processes from compiling the same contracts: the second finds what the first has kept."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


FOLDER = own_folder("e2e")


def compiled(folder=FOLDER, *, whole=True):
    """Return every contract of ``contracts/``, or of what the demo uses of it, by ``path.sol:Name``.

    Two runs: the demo's, which other tests need alone, and one for the rest.  Code is optimised once.
    """
    copy_contracts(folder, whole=False)
    used = _sources(folder)
    runs = [used]
    if whole:
        copy_contracts(folder)
        runs.append(_sources(folder) - used)
    found = {}
    for sources in reversed(runs):  # what the first says of its own contracts has their code
        with one_at_a_time():
            found |= Solc(Outputs.NAMED).compile(sorted(sources), root=folder, version=SOLC, settings=SETTINGS)
    # As one run has them: what is deployed in their order has the same addresses.
    return {key: found[key] for key in sorted(found) if key.startswith("contracts/")}


def _sources(folder):
    return {path.relative_to(folder).as_posix() for path in (folder / "contracts").rglob("*.sol")}

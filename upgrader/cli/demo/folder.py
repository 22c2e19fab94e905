"""The demo's folder: its own, and nobody else's, since every run replaces what an earlier one left there."""

from pathlib import Path
from typing import Final

from upgrader.edges.files import write_file
from upgrader.errors import InputError

_MARK: Final = ".upgrader-demo"
"""Says that a folder is the demo's own."""

_NETWORK: Final = "# The demo's own chain"
"""How the network file of a demo begins."""


def take_folder(folder: Path) -> None:
    """Make the demo's folder.

    Raises:
        InputError: It holds something else, which the demo would delete.
    """
    mark, network = folder / _MARK, folder / "networks" / "local.toml"
    ours = mark.exists() or (network.is_file() and network.read_text().startswith(_NETWORK))
    if not ours and folder.is_dir() and any(item.name != ".build" for item in folder.iterdir()):
        raise InputError(
            "the folder is not empty and holds no demo", remedy="name a new folder with --folder", where=str(folder)
        )
    write_file(mark, "The demo's own folder: each run replaces what is in it.\n")

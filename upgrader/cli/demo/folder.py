"""The demo's folder: its own, and nobody else's, since every run replaces what an earlier one left there."""

from pathlib import Path
from typing import Final

from upgrader.edges.files import write_file
from upgrader.errors import InputError

_MARK: Final = ".upgrader-demo"
"""Says that a folder is the demo's own."""

_NETWORK: Final = "# The demo's own chain"
"""How the network file of a demo begins."""


def require_imports(folder: Path) -> None:
    """Refuse a folder from which the contracts' imports would not be found: they are looked for in each one above it.

    Raises:
        InputError: No folder above it has OpenZeppelin's packages.
    """
    inside = folder.resolve()
    if not any((place / "node_modules" / "@openzeppelin").is_dir() for place in (inside, *inside.parents)):
        raise InputError(
            "the contracts' imports are not found from this folder",
            remedy="name one inside the checkout with --folder: what its node_modules hold is found from there",
            where=str(folder),
        )


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

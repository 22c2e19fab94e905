"""Where the project is, and its ``upgrader.toml``.

What reads that file is imported when there is one: it brings pydantic along, which costs as much as a small check.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from upgrader.edges.files import read_toml
from upgrader.errors import InputError

if TYPE_CHECKING:
    from upgrader.plan.project import Project

NAME: Final = "upgrader.toml"
SIZE_LIMIT: Final = 4 * 1024 * 1024


def find_project(start: Path | None = None) -> Path:
    """Return the nearest folder upward that holds an ``upgrader.toml``.

    Args:
        start: Where to begin; None for the current folder.

    Raises:
        InputError: There is none.
    """
    begin = (start or Path.cwd()).absolute()
    for folder in (begin, *begin.parents):
        if (folder / NAME).is_file():
            return folder
    raise InputError(
        f"no {NAME} here or in any folder above", remedy="run `upgrader init` in the project's folder", where=str(begin)
    )


def load_project(root: Path) -> "Project":
    """Read and validate the ``upgrader.toml`` of the project in ``root``.

    Raises:
        InputError: It is missing or wrong; the line or the field is named.
    """
    from upgrader.plan.project import read_project

    path = root / NAME
    return read_project(read_toml(path, limit=SIZE_LIMIT), where=str(path))

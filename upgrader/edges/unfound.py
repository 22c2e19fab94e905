"""References that name nothing, told before anything is compiled, with what was probably meant.

A compiler takes seconds, and says of a contract that is not there what a look into the file says at once.  Nothing is
refused here that a compiler would find: a file without the word ``Market`` declares no contract of that name.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from upgrader.edges.files import read_text
from upgrader.edges.imports import MAX_BYTES, project_of
from upgrader.edges.pragma import uncommented
from upgrader.errors import InputError
from upgrader.nearest import listed, nearest

FORMS: Final = (
    "file.sol:Contract, file.vy, file.json, file.json:path.sol:Contract, file.json#0xAddress or network:0xAddress"
)

SEARCHED: Final = 2_000
"""Source files of a project that are searched for a name."""

CLOSE: Final = 3
"""Files that are suggested."""

ALIKE: Final = 0.75
"""How like the given path a file's is that is suggested."""

_FILE: Final = re.compile(r"(.{0,4000}?\.(?:sol|vy|json))(?:[:#]|$)", re.DOTALL)
_DECLARED: Final = re.compile(r"\b(?:contract|library|interface)\s+([A-Za-z_$][\w$]*)")
_NAME: Final = re.compile(r"[A-Za-z_$][\w$]{0,200}")
_SKIPPED: Final = frozenset({"node_modules", ".git", ".build", "cache", "lib", "artifacts", "out"})


def no_file(root: Path, reference: str) -> InputError:
    """Return the error for a reference that begins with no file, and is no address.

    Args:
        root: Folder that relative paths start from.
        reference: As it was given; may be anything.
    """
    where = reference[:400]
    if not reference or "\0" in reference:
        return InputError("names no file that exists", where=where, remedy=f"give {FORMS}")
    match = _FILE.match(reference)
    path = root / (match[1] if match is not None else where)
    if _closed(path):
        return InputError("cannot be read: permission denied", where=where, remedy="check the folders above it, too")
    if match is not None and os.path.lexists(path):
        return InputError("is not a regular file", where=where, remedy="name a file, not a folder or a device")
    if match is None and os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for names that are too long
        return InputError(
            "is a folder", where=where, remedy=f"name a file in it ({FORMS}), or compare whole projects with --all"
        )
    meant = _meant(root, match[1] if match is not None else "", reference[match.end() :] if match else reference)
    return InputError(
        "names no file that exists", where=where, remedy=f"did you mean {meant}?" if meant else f"give {FORMS}"
    )


def _closed(path: Path) -> bool:
    try:
        path.stat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return False


def no_contract(reference: str, name: str, known: list[str]) -> InputError:
    """Return the error for a file that holds no contract of a name, or several where none is named."""
    what = f"there is no contract {name[:120]!r} in it" if name else "it holds several contracts"
    remedy = f"name one of: {listed(name, known)}" if known else "name a file that declares a contract"
    return InputError(what, where=reference[:400], remedy=remedy)


def undeclared(file: Path, name: str, reference: str) -> InputError | None:
    """Return the error for a source that cannot declare a contract; None where it may."""
    text = read_text(file, limit=MAX_BYTES)
    if not name or re.search(rf"(?<![\w$]){re.escape(name[:MAX_BYTES])}(?![\w$])", text):
        return None
    return no_contract(reference, name, _declared(text))


def _declared(text: str) -> list[str]:
    return list(dict.fromkeys(_DECLARED.findall(uncommented(text))))


def _meant(root: Path, path: str, name: str) -> str:
    """Return references, in words, that a person may have meant: sources that declare a name, else files like one."""
    below = root / Path(path).parent if path else root
    project = project_of(root / "x")
    sources = list(_sources(project))
    if not path.endswith(".json") and _NAME.fullmatch(name):
        found = [f"{_shown(file, root)}:{name}" for file in sources if name in _declares(file)]
        if found:
            return " or ".join(found[:CLOSE])
    if not path:
        return ""
    wanted = Path(path)
    places = {name: below / name for name in _names(below) if name.endswith(wanted.suffix)}
    if not places and wanted.suffix == ".sol":
        places = {file.name: file for file in reversed(sources)}
    close = nearest(wanted.name, places, CLOSE, least=ALIKE)
    return " or ".join(_shown(places[name], root) for name in close)


def _declares(file: Path) -> list[str]:
    try:
        return _declared(read_text(file, limit=MAX_BYTES))
    except InputError:
        return []


def _sources(project: Path) -> Iterator[Path]:
    count = 0
    for home, folders, files in os.walk(project):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".sol"):
                count += 1
                if count > SEARCHED:
                    return
                yield Path(home) / name


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))[:SEARCHED]  # noqa: PTH208 - names are enough
    except (OSError, ValueError):
        return []


def _shown(file: Path, root: Path) -> str:
    return os.path.relpath(file, root)

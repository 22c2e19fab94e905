"""Every file that a compilation needs, under the names that solc will ask for.

solc is given all texts inline: its answer then depends on nothing but its input, which makes it cacheable by a hash,
and no compiler, native or wasm, reads the disk by its own rules.  An import is resolved as the tools of the field do:
relative to the importing file, else through remappings, else from the project root, ``node_modules`` (here or in a
folder above) and Foundry's ``lib``.

Source: https://docs.soliditylang.org/en/latest/path-resolution.html
"""

import json
import posixpath
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from upgrader.edges.files import read_text, read_toml
from upgrader.edges.pragma import uncommented
from upgrader.errors import InputError

MAX_BYTES: Final = 8 * 2**20
"""Of one source file; the largest real ones have under one megabyte."""

MAX_FILES: Final = 5_000

_IMPORT: Final = re.compile(r"""import(?<![\w$]import)\b[^"';]*["']([^"'\n]{1,1000})["']""")
"""That it begins a word is asked last: a pattern that begins with letters is looked for many times faster."""

MARKERS: Final = (
    "upgrader.toml",
    "foundry.toml",
    "hardhat.config.ts",
    "hardhat.config.js",
    "hardhat.config.cjs",
    "ape-config.yaml",
    "package.json",
    ".git",
)
"""Files and folders that the root of a project has."""


def project_of(file: Path) -> Path:
    """Return the nearest folder above a file that looks like a project; the file's own folder without one."""
    folders = [folder for folder in file.resolve().parents if any((folder / name).exists() for name in MARKERS)]
    return folders[0] if folders else file.resolve().parent


def gathered(root: Path, sources: Iterable[str], remappings: Sequence[str]) -> dict[str, str]:
    """Return source texts by unit name: ``sources`` and whatever they import.

    Imports that are found nowhere are left out; solc names them with their place.

    Raises:
        InputError: A source cannot be read, is too large, or there are too many.
    """
    texts: dict[str, str] = {}
    places = _Places(root)
    pending = [(name, places.path(name)) for name in sources]
    for name, path in pending:
        if path is None:
            raise InputError("no such file", where=str(root / name), remedy="check the path of the source")
    while pending:
        name, path = pending.pop()
        if name in texts or path is None:
            continue
        if len(texts) >= MAX_FILES:
            raise InputError(f"more than {MAX_FILES} source files", where=str(root), remedy="give a smaller project")
        texts[name] = read_text(path, limit=MAX_BYTES)
        for wanted in _IMPORT.findall(uncommented(texts[name])):
            unit = _unit(name, wanted, remappings)
            if unit not in texts:
                pending.append((unit, places.path(unit)))
    return texts


def project_remappings(root: Path) -> list[str]:
    """Return the remappings of a project: ``remappings.txt``, ``foundry.toml``, ``ape-config.yaml``, ``lib`` folders.

    A library below ``lib`` that no remapping names is mapped as Forge does: to its ``src`` or ``contracts``.
    """
    found: dict[str, str] = {}
    for line in [*_lines(root / "remappings.txt"), *_foundry(root / "foundry.toml"), *_ape(root / "ape-config.yaml")]:
        prefix, equals, target = line.partition("=")
        if equals and prefix.strip():
            found.setdefault(prefix.strip(), target.strip())
    for library in sorted((root / "lib").glob("*/")) if (root / "lib").is_dir() else ():
        inner = next((name for name in ("src", "contracts") if (library / name).is_dir()), "")
        found.setdefault(f"{library.name}/", f"lib/{library.name}/{inner}/".replace("//", "/"))
    return [f"{prefix}={target}" for prefix, target in sorted(found.items())]


def _unit(importer: str, wanted: str, remappings: Sequence[str]) -> str:
    """Return the unit name of an import, as solc computes it."""
    name = wanted
    if wanted.startswith(("./", "../")):
        name = posixpath.normpath(posixpath.join(posixpath.dirname(importer), wanted))
    best = ("", "", "")
    for line in remappings:
        left, _, target = line.partition("=")
        context, colon, prefix = left.rpartition(":")
        context = context if colon else ""
        if (
            importer.startswith(context)
            and name.startswith(prefix)
            and (len(context), len(prefix))
            >= (
                len(best[0]),
                len(best[1]),
            )
        ):
            best = (context, prefix, target)
    return best[2] + name[len(best[1]) :] if best[1] else name


class _Places:
    """Where the units of a project lie, each looked for once.

    Args:
        root: The project.
    """

    def __init__(self, root: Path) -> None:
        above = [folder / "node_modules" for folder in (root, *root.parents)]
        workspace = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
        self._searched = [folder for folder in (root, *above, root / "lib") if folder.is_dir()]
        self._ours = [folder.resolve() for folder in (workspace, root, *above) if folder.exists()]
        self._found: dict[str, Path | None] = {}
        self._resolved: dict[Path, Path] = {}

    def path(self, unit: str) -> Path | None:
        """Return the file of a unit name; None when it is nowhere to be found."""
        if unit not in self._found:
            self._found[unit] = self._sought(unit)
        return self._found[unit]

    def _sought(self, unit: str) -> Path | None:
        if "\0" in unit or "://" in unit:
            return None
        candidates = (folder / unit for folder in self._searched)
        return next((each for each in candidates if each.is_file() and self._belongs(each)), None)

    def _belongs(self, candidate: Path) -> bool:
        """Whether a file is the project's or an installed package's: an import reads nothing else."""
        real = candidate.resolve() if candidate.is_symlink() else self._folder(candidate.parent) / candidate.name
        return real.suffix == ".sol" and any(real.is_relative_to(folder) for folder in self._ours)

    def _folder(self, folder: Path) -> Path:
        """Return where a folder really is."""
        if folder not in self._resolved:
            self._resolved[folder] = folder.resolve()
        return self._resolved[folder]


def _lines(path: Path) -> list[str]:
    return read_text(path, limit=MAX_BYTES).splitlines() if path.is_file() else []


def _foundry(path: Path) -> list[str]:
    if not path.is_file():
        return []
    profiles = read_toml(path).get("profile")
    chosen = profiles.get("default") if isinstance(profiles, dict) else None
    listed = chosen.get("remappings") if isinstance(chosen, dict) else None
    return [line for line in listed if isinstance(line, str)] if isinstance(listed, list) else []


def _ape(path: Path) -> list[str]:
    """Read ``solidity: import_remapping:`` without a YAML parser: a list of ``"prefix=target"`` lines."""
    found: list[str] = []
    inside = False
    for line in _lines(path):
        if re.match(r"\s+import_remapping:\s*$", line):
            inside = True
        elif inside and (item := re.match(r"\s+-\s+(.+)$", line)):
            text = item[1].strip()
            found.append(json.loads(text) if text.startswith('"') and text.endswith('"') else text.strip("'"))
        elif line.strip():
            inside = False
    return found

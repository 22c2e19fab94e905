"""Every contract of a folder or of a file at once.

=====================================  ========================================================================
what is given                          what is read
=====================================  ========================================================================
a project with Solidity sources        everything below its folder of sources, compiled in one run
a folder that sources lie in           the same: a published package, which has no folder of sources of its own
a folder of builds                     its build-infos; without any, every artifact, layout and manifest in it
a file                                 every contract of a build-info, an artifact, a layout, a manifest
=====================================  ========================================================================

Sources go before builds: a build may be older than the sources beside it.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from upgrader.edges.files import read_toml
from upgrader.edges.imports import gathered, project_remappings
from upgrader.edges.sources import SourceReader
from upgrader.edges.vyper import SUFFIX
from upgrader.errors import InputError
from upgrader.layout.formats import Described
from upgrader.layout.model import StorageLayout
from upgrader.reports.text import counted

SOURCES: Final = ("contracts", "src")
"""Folders of sources: Hardhat's and Ape's, Foundry's."""

MAX_FILES: Final = 20_000
"""JSON files of one folder."""

MAX_FOLDERS: Final = 20_000
"""Folders of one tree; a disk is none."""

_REFUSED: Final = re.compile(r"^ *--> ([^:\n]+):\d+:|^([^\s:]+\.sol):\d+:\d+:", re.MULTILINE)
"""How a compiler names the file that it refuses, from 0.6 on and before."""

_SKIPPED: Final = frozenset({"node_modules", ".git", ".build", "cache", "lib"})


class Trees:
    """Reads whole projects and builds.

    Args:
        reader: Reads one file, and compiles.
        tolerant: Whether files that do not compile are left out; where none does, that is an error all the same.
        say: Told what takes time, before it does.

    Attributes:
        faults: What is wrong with the files that were left out, by path.
    """

    def __init__(
        self, reader: SourceReader, *, tolerant: bool = False, say: Callable[[str], None] = lambda _: None
    ) -> None:
        self._reader = reader
        self._say = say
        self._tolerant = tolerant
        self.faults: dict[str, InputError] = {}

    def read(self, what: Path) -> Mapping[str, Described]:
        """Return contracts by ``path.sol:Name``, or by whatever name the file gives them.

        Raises:
            InputError: There is nothing to read, or it is malformed, or it does not compile.
            UnavailableError: A compiler is missing.
        """
        if what.is_file():
            return self._file(what)
        self.expect(what)
        units = sources_in(what)
        if units:
            return self._compiled(what, units)
        found = self._builds(what)
        if not found:
            raise _nothing_in(what)
        return found

    def expect(self, what: Path) -> None:
        """Refuse a tree in which there is nothing to read, as far as that is known without reading.

        Raises:
            InputError: It is not there, or holds neither sources nor JSON.
        """
        if what.is_file():
            return
        if not what.is_dir():
            raise InputError("no such file or folder", where=str(what)[:400], remedy="check the path")
        if not sources_in(what) and next(_json_files(what), None) is None:
            raise _nothing_in(what)

    def _compiled(self, folder: Path, units: list[str]) -> Mapping[str, Described]:
        """Compile sources; those that the compiler refuses, and what imports them, are put aside."""
        while True:
            self._say(f"compiling {counted(len(units), 'source')}")
            try:
                return self._reader.compiled(folder, units)
            except InputError as error:
                refused = {name for pair in _REFUSED.findall(str(error)) for name in pair if name}
                left = [
                    unit for unit in units if refused.isdisjoint(gathered(folder, [unit], project_remappings(folder)))
                ]
                if not self._tolerant or not left or len(left) == len(units):
                    raise
                self.faults |= dict.fromkeys((unit for unit in units if unit not in left), error)
                units = left

    def _builds(self, folder: Path) -> dict[str, Described]:
        """Read every file of a known format; one of an unknown format may lie among them.

        Raises:
            InputError: One is malformed; where that is tolerated, all of them are.
        """
        files = list(_json_files(folder))
        infos = [file for file in files if file.parent.name == "build-info"]
        for chosen in (infos, [file for file in files if file not in set(infos)]):
            found: dict[str, Described] = {}
            if chosen:
                self._say(f"reading {counted(len(chosen), 'build')}")
            # A newer build-info takes the place of an older one.
            for file in sorted(chosen, key=lambda path: (path.stat().st_mtime_ns, path.name)):
                if self._reader.recognises(file):
                    found |= self._build(file, folder)
            if found:
                return found
        if self.faults:
            raise next(iter(self.faults.values()))
        return {}

    def _build(self, file: Path, folder: Path) -> dict[str, Described]:
        """Read one of many builds; one that is malformed is put aside, as a source is that does not compile."""
        try:
            return self._file(file)
        except InputError as error:
            if not self._tolerant:
                raise
            self.faults[file.relative_to(folder).as_posix()] = error
            return {}

    def _file(self, file: Path) -> dict[str, Described]:
        return dict(_named(key, read, file) for key, read in self._reader.every(file).items())


def _nothing_in(folder: Path) -> InputError:
    vyper = "; Vyper sources are checked one by one: upgrader check OLD.vy NEW.vy" if sources_in(folder, SUFFIX) else ""
    return InputError(
        "neither Solidity sources nor builds are in it",
        where=str(folder),
        remedy=f"give a project, a folder of build-infos or artifacts, or one such file{vyper}",
    )


def _named(key: str, read: Described, file: Path) -> tuple[str, Described]:
    """Return a contract and what it is called: by its file where a format has no names, by its layout in a manifest."""
    if not isinstance(read, StorageLayout):
        return key, read
    if not key:
        name = file.name.partition(".")[0]
        return name, replace(read, contract=name)
    return read.contract if key.startswith("0x") else key, read


def sources_in(folder: Path, suffix: str = ".sol") -> list[str]:
    """Return the sources of a project, relative to it; those of any folder where it has none for sources."""
    configured = _configured(folder)
    roots = [folder / name for name in ([configured] if configured else SOURCES) if (folder / name).is_dir()]
    roots = roots or [folder]
    return sorted(file.relative_to(folder).as_posix() for root in roots for file in _below(root, suffix))


def _configured(folder: Path) -> str:
    for name, table, key in (
        ("upgrader.toml", ("project",), "sources"),
        ("foundry.toml", ("profile", "default"), "src"),
    ):
        if (folder / name).is_file():
            tree = read_toml(folder / name)
            for part in table:
                inner = tree.get(part)
                tree = inner if isinstance(inner, dict) else {}
            value = tree.get(key)
            if isinstance(value, str) and not Path(value).is_absolute() and ".." not in Path(value).parts:
                return value
    return ""


def _json_files(folder: Path) -> Iterator[Path]:
    # Hardhat's debug pointers and Hardhat 3's second halves belong to the file beside them.
    for count, file in enumerate(_below(folder, ".json")):
        if count >= MAX_FILES:
            raise InputError(f"more than {MAX_FILES} JSON files", where=str(folder), remedy="give one build-info")
        if not file.name.endswith((".dbg.json", ".output.json")):
            yield file


def _below(folder: Path, suffix: str) -> Iterator[Path]:
    for count, (home, folders, files) in enumerate(os.walk(folder)):
        if count >= MAX_FOLDERS:
            raise InputError(f"more than {MAX_FOLDERS} folders are in it", where=str(folder), remedy="give one project")
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        yield from (Path(home) / name for name in sorted(files) if name.endswith(suffix))

"""The Bundle: one folder under ``upgrades/`` that holds all of an upgrade's evidence, as files in git.

``MANIFEST`` seals everything above ``signatures/``; what comes later (signatures, approvals, notices, the journal)
lives beside it and carries its own proof.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from upgrader.edges import contents, files
from upgrader.edges.clock import SystemClock
from upgrader.edges.journal import FileJournal
from upgrader.errors import InputError
from upgrader.ports import Clock
from upgrader.units import Hash32, keccak

FOLDER: Final = "upgrades"
_NUMBERED: Final = re.compile(r"(\d{1,6})-([a-z0-9][a-z0-9-]{0,80})")


class FolderBundle:
    """A bundle in a folder.

    Attributes:
        name: The folder's name, ``001-put-spreads``.
        folder: Where it is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name

    def exists(self, path: str) -> bool:
        """Tell whether the file is there."""
        return self._at(path).is_file()

    def read_toml(self, path: str) -> Mapping[str, Any]:
        """Return a parsed TOML file."""
        return files.read_toml(self._at(path))

    def read_json(self, path: str) -> Mapping[str, Any]:
        """Return a parsed JSON object.

        Raises:
            InputError: It is missing, malformed or no object.
        """
        tree = files.read_json(self._at(path))
        if not isinstance(tree, Mapping):
            raise InputError("the file holds no JSON object", remedy="restore it from git", where=str(self._at(path)))
        return tree

    def write_json(self, path: str, tree: Mapping[str, Any]) -> None:
        """Write canonical JSON, beside and renamed."""
        target = self._at(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        files.write_json(target, tree)

    def write_text(self, path: str, text: str) -> None:
        """Write UTF-8 text, beside and renamed."""
        target = self._at(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        files.write_file(target, text)

    def remove(self, path: str) -> None:
        """Remove a file; nothing where there is none."""
        self._at(path).unlink(missing_ok=True)

    def names(self, folder: str) -> Sequence[str]:
        """Return the files directly in a folder, sorted."""
        where = self._at(folder)
        return sorted(item.name for item in where.iterdir() if item.is_file()) if where.is_dir() else []

    def seal(self) -> Hash32:
        """Write MANIFEST and return the keccak-256 of its bytes, the evidence digest."""
        contents.write_manifest(self.folder)
        return self._digest()

    def verify(self) -> Hash32:
        """Compare every file with MANIFEST and return the evidence digest."""
        contents.verify_manifest(self.folder)
        return self._digest()

    def journal(self, clock: Clock | None = None) -> FileJournal:
        """Return the bundle's append-only record."""
        return FileJournal(self.folder / "journal.jsonl", clock or SystemClock())

    def _digest(self) -> Hash32:
        return keccak(files.read_bytes(self.folder / "MANIFEST"))

    def _at(self, path: str) -> Path:
        target = self.folder / path
        if ".." in Path(path).parts or Path(path).is_absolute():
            raise InputError(
                f"{path!r} leads out of the bundle", remedy="name a file inside it", where=str(self.folder)
            )
        return target


def find_bundle(reference: str, root: Path) -> FolderBundle:
    """Return the bundle that a path, a number or a slug names.

    Args:
        reference: ``upgrades/001-put-spreads``, ``1`` or ``put-spreads``.
        root: The project folder.

    Raises:
        InputError: None fits, or more than one does.
    """
    direct = Path(reference)
    for folder in (direct, root / direct):
        if (folder / "upgrade.toml").is_file():
            return FolderBundle(folder.resolve())
    found = [folder for folder in bundle_folders(root) if reference in _handles(folder.name)]
    if len(found) == 1:
        return FolderBundle(found[0])
    known = ", ".join(folder.name for folder in bundle_folders(root)) or "none"
    what = "names more than one upgrade" if found else "names no upgrade"
    begin = f"write {FOLDER}/001-name/upgrade.toml first; {FOLDER}/README.md shows one"
    remedy = "give its folder, its number or its slug" if bundle_folders(root) else begin
    raise InputError(f"{reference[:100]!r} {what} (known: {known})", remedy=remedy)


def bundle_folders(root: Path) -> list[Path]:
    """Return every bundle of a project, by number."""
    parent = root / FOLDER
    if not parent.is_dir():
        return []
    numbered = [folder for folder in parent.iterdir() if _NUMBERED.fullmatch(folder.name) and folder.is_dir()]
    return sorted(numbered, key=lambda folder: (int(folder.name.partition("-")[0]), folder.name))


def new_bundle(slug: str, root: Path) -> FolderBundle:
    """Make the folder of the next number.

    Raises:
        InputError: The slug is no slug.
    """
    taken = [int(folder.name.partition("-")[0]) for folder in bundle_folders(root)]
    name = f"{max(taken, default=0) + 1:03d}-{slug}"
    if not _NUMBERED.fullmatch(name):
        raise InputError(f"{slug[:80]!r} is no slug", remedy="use lower-case letters, digits and dashes")
    folder = root / FOLDER / name
    folder.mkdir(parents=True)
    return FolderBundle(folder)


def unplanned_bundle(slug: str, root: Path) -> FolderBundle:
    """Return the newest bundle of that slug if nothing was planned in it yet, else a new one.

    Raises:
        InputError: The slug is no slug.
    """
    same = [folder for folder in bundle_folders(root) if folder.name.partition("-")[2] == slug]
    if same and not (same[-1] / "plan.json").exists():
        return FolderBundle(same[-1])
    return new_bundle(slug, root)


def _handles(name: str) -> set[str]:
    number, _, slug = name.partition("-")
    return {name, slug, number, str(int(number))}

"""Files of a build that belong together: an artifact, and the build-info with everything else its run put out.

A Hardhat artifact is replaced by its entry in the build-info it names, and Hardhat 3's two halves become one, whose
sources are called as they are on the disk.  A Foundry artifact names no build-info: it is looked for, by its code,
among those that ``forge build --build-info`` left beside it.

Sources: https://hardhat.org/hardhat-runner/docs/advanced/artifacts,
https://getfoundry.sh/config/reference/project#build_info
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from upgrader.edges.files import read_bytes
from upgrader.errors import InputError

MAX_BYTES: Final = 512 * 2**20
"""Of one JSON file; full build-infos of large projects have over a hundred megabytes."""

MAX_TRIED: Final = 50
"""Build-infos, the newest first, among which the one of an artifact is looked for."""

_NPM: Final = re.compile(r"npm/((?:@[^/@]+/)?[^/@]+)@[^/]+/(.+)")
"""What Hardhat 3 calls a file of a package: ``npm/@scope/name@version/path``."""


class BuildInfos:
    """Joins files of builds.

    Args:
        read: Reads a file as JSON, or raises :class:`~upgrader.errors.InputError`.
    """

    def __init__(self, read: Callable[[Path], Any]) -> None:
        self._read = read

    def joined(self, file: Path, document: dict[str, Any], key: str) -> tuple[Any, str]:
        """Return the document that says most about what a file says, and the key of the contract there.

        Args:
            file: Where ``document`` was read.
            document: An artifact, a build-info or anything else, which is returned as it is.
            key: As it was asked for.

        Raises:
            InputError: A file that must be there is missing, or is not JSON.
        """
        source = str(document.get("inputSourceName") or document.get("sourceName"))
        name = document.get("contractName")
        if str(document.get("_format", "")).startswith("hh-sol-artifact"):
            pointer = file.with_suffix(".dbg.json")
            if pointer.is_file():
                said = self._read(pointer)
                target = said.get("buildInfo") if isinstance(said, dict) else None
                if isinstance(target, str) and (found := pointer.parent / target).is_file():
                    return self._read(found.resolve()), f"{source}:{name}"
        named = document.get("buildInfoId")
        if isinstance(named, str) and (half := _build_info(file, named)):
            whole = self._halves(half)
            return _as_on_disk(whole), f"{_names(whole).get(source, source)}:{name}"
        if str(document.get("_format", "")).startswith("hh3-sol-build-info"):
            return _as_on_disk(self._halves(file)), key
        return self._of_foundry(file, document) or (document, key)

    def _of_foundry(self, file: Path, document: Mapping[str, Any]) -> tuple[Any, str] | None:
        """Return the newest build-info whose run put out an artifact's code, and what the contract is called there.

        None where the file is no artifact of Foundry's, or no build-info has it: then what it holds itself must do.
        """
        path, name = _target(document)
        code = _code(document)
        folder = _folder_of_build_infos(file)
        if not name or code is None or folder is None:
            return None
        files = [each for each in folder.glob("*.json") if each.is_file()]
        for tried in sorted(files, key=lambda each: each.stat().st_mtime, reverse=True)[:MAX_TRIED]:
            try:
                # They heap up, and a large one takes seconds to parse: most are told by their bytes.
                whole = self._read(tried) if code.encode() in read_bytes(tried, limit=MAX_BYTES) else None
            except InputError:
                continue  # nobody asked for this file
            if _code(_under(whole, "output", "contracts", path, name, "evm")) == code:
                return whole, f"{path}:{name}"
        return None

    def _halves(self, file: Path) -> dict[str, Any]:
        stem = file.name.removesuffix(".json").removesuffix(".output")
        whole: dict[str, Any] = {}
        for half in (file.with_name(f"{stem}.json"), file.with_name(f"{stem}.output.json")):
            if not half.is_file():
                raise InputError(
                    "one of the two files of a Hardhat 3 build-info is missing",
                    where=str(half),
                    remedy="keep ID.json and ID.output.json beside one another, as hardhat build writes them",
                )
            content = self._read(half)
            whole |= content if isinstance(content, dict) else {}
        return whole


def _as_on_disk(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Return a joined build-info of Hardhat 3 with the names of files that a reader can open."""
    sources, output, names = _under(whole, "input", "sources"), _under(whole, "output"), _names(whole)
    contracts = {
        names[path]: {name: _relinked(contract, names) for name, contract in named.items()}
        for path, named in _under(output, "contracts").items()
        if isinstance(named, dict)
    }
    units = {names[path]: unit for path, unit in _under(output, "sources").items()}
    return {
        **whole,
        "input": {**_under(whole, "input"), "sources": {names[path]: text for path, text in sources.items()}},
        "output": {**output, "contracts": contracts, "sources": units},
    }


def _names(whole: Mapping[str, Any]) -> dict[str, str]:
    """Return what each source of Hardhat 3 is called on the disk; two versions of one package keep their names."""
    places = (("input", "sources"), ("output", "sources"), ("output", "contracts"))
    paths = dict.fromkeys(path for keys in places for path in _under(whole, *keys))
    counts = Counter(map(_on_disk, paths))
    return {path: there if counts[there := _on_disk(path)] == 1 else path for path in paths}


def _relinked(contract: Any, names: Mapping[str, str]) -> Any:
    """Return a contract's output in which libraries are called by the files that a reader can open."""
    evm = {
        side: {**code, "linkReferences": {names.get(path, path): each for path, each in code["linkReferences"].items()}}
        if isinstance(code, dict) and isinstance(code.get("linkReferences"), dict)
        else code
        for side, code in _under(contract, "evm").items()
    }
    return {**contract, "evm": evm} if evm else contract


def _on_disk(path: str) -> str:
    """Return where a file is that Hardhat 3 calls ``project/…`` or ``npm/…``; any other path as it is."""
    if found := _NPM.fullmatch(path):
        return f"node_modules/{found[1]}/{found[2]}"
    return path.removeprefix("project/")


def _under(document: Any, *keys: str) -> dict[str, Any]:
    """Return the object that keys lead to; an empty one where they lead nowhere."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def _target(document: Mapping[str, Any]) -> tuple[str, str]:
    """Return path and name of the contract that an artifact of Foundry's says it is; empty ones for any other file."""
    target = _under(document, "metadata", "settings", "compilationTarget") if "rawMetadata" in document else {}
    path, name = next(iter(target.items())) if len(target) == 1 else ("", "")
    return path, str(name)


def _code(document: Mapping[str, Any]) -> str | None:
    """Return the deployed code, which holds a hash of every source, as hex; None where there is none."""
    found = _under(document, "deployedBytecode").get("object")
    return found.removeprefix("0x") if isinstance(found, str) and found.removeprefix("0x") else None


def _folder_of_build_infos(file: Path) -> Path | None:
    return next((home for each in file.resolve().parents if (home := each / "build-info").is_dir()), None)


def _build_info(file: Path, name: str) -> Path | None:
    """Return Hardhat 3's build-info of an artifact, in the nearest ``build-info`` folder upward."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,128}", name):
        return None
    found = (folder / "build-info" / f"{name}.json" for folder in file.resolve().parents)
    return next((path for path in found if path.is_file()), None)

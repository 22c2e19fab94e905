"""Files of a build that belong together: an artifact, and the build-info with everything else its run put out.

A Hardhat artifact is replaced by its entry in the build-info it names, and Hardhat 3's two halves become one.

Sources: https://hardhat.org/hardhat-runner/docs/advanced/artifacts,
https://getfoundry.sh/config/reference/project#build_info
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from upgrader.errors import InputError


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
        own = f"{document.get('inputSourceName') or document.get('sourceName')}:{document.get('contractName')}"
        if str(document.get("_format", "")).startswith("hh-sol-artifact"):
            pointer = file.with_suffix(".dbg.json")
            if pointer.is_file():
                said = self._read(pointer)
                target = said.get("buildInfo") if isinstance(said, dict) else None
                if isinstance(target, str) and (found := pointer.parent / target).is_file():
                    return self._read(found.resolve()), own
        named = document.get("buildInfoId")
        if isinstance(named, str) and (half := _build_info(file, named)):
            return self._halves(half), own
        if str(document.get("_format", "")).startswith("hh3-sol-build-info"):
            return self._halves(file), key
        return document, key

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


def _build_info(file: Path, name: str) -> Path | None:
    """Return Hardhat 3's build-info of an artifact, in the nearest ``build-info`` folder upward."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,128}", name):
        return None
    found = (folder / "build-info" / f"{name}.json" for folder in file.resolve().parents)
    return next((path for path in found if path.is_file()), None)

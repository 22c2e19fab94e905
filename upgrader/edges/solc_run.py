"""One run of solc: its standard-JSON input, and its output, kept under the hash of what it is a function of.

A compiler run is a pure function of its version and its input, and the input holds every source text, so its output
is kept in ``.build/solc`` of the project (:mod:`upgrader.edges.solc_compile` makes it, :mod:`upgrader.edges.solc`
keeps it).

Source: https://docs.soliditylang.org/en/latest/using-the-compiler.html#compiler-input-and-output-json-description
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final

from upgrader.edges.compilers import installed_versions
from upgrader.edges.pragma import newest_allowed, pragmas
from upgrader.errors import UnavailableError

CACHE: Final = Path(".build") / "solc"
LAYOUT: Final = ("storageLayout", "transientStorageLayout")

EXCERPTS: Final = 3
"""Counts changes to what excerpts hold and to what is put back: results under an older number are not read."""


class Part(Enum):
    """What the compiler is given of the sources."""

    WHOLE = ""
    """All of them, as code that is deployed needs."""
    LIVING = "living_excerpt"
    """All but library functions that nothing names (:mod:`upgrader.layout.solidity.living`)."""
    STORAGE = "storage_excerpt"
    """What storage depends on (:mod:`upgrader.layout.solidity.excerpt`)."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a compiler is to be asked.

    Attributes:
        key: Hash of all that the output depends on.
        texts: Every unit by its name, whole.
        settings: Of the standard-JSON input, with what is asked for.
        version: Of the compiler.
        part: What the compiler is given of the sources.
        home: Folder of the project that keeps the output.
    """

    key: str
    texts: dict[str, str]
    settings: Mapping[str, Any]
    version: str
    part: Part
    home: Path

    @property
    def file(self) -> Path:
        """Where the output is kept."""
        return self.home / CACHE / f"{self.key}.json"


def run_of(
    texts: Mapping[str, str],
    *,
    root: Path,
    version: str | None,
    settings: Mapping[str, Any] | None,
    selection: Mapping[str, Any],
    part: Part,
) -> Run:
    """Return the run that compiles source texts.

    Args:
        texts: Every unit by its name.
        root: The project folder.
        version: Of the compiler; None for the newest installed one that every pragma allows.
        settings: Of the standard-JSON input, but for what is asked for.
        selection: What is asked for, as solc's ``outputSelection``.
        part: What the compiler is given of the sources.

    Raises:
        UnavailableError: No installed compiler fits.
    """
    chosen = version or chosen_version(texts)
    whole = {name: texts[name] for name in sorted(texts)}
    asked = {**(settings or {}), "outputSelection": selection}
    given = f"{part.value} {EXCERPTS}" if part is not Part.WHOLE else ""
    key = hashlib.sha256(
        f"{chosen}\n{given}\n{json.dumps(standard_input(whole, asked), sort_keys=True)}".encode()
    ).hexdigest()
    return Run(key, whole, asked, chosen, part, _home(root))


def standard_input(texts: Mapping[str, str], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return texts and settings as standard-JSON input."""
    sources = {name: {"content": text} for name, text in texts.items()}
    return {"language": "Solidity", "sources": sources, "settings": settings}


def chosen_version(texts: Mapping[str, str]) -> str:
    """Return the newest installed compiler that every pragma allows.

    Raises:
        UnavailableError: None does.
    """
    ranges = sorted({each for text in texts.values() for each in pragmas(text)})
    installed = installed_versions()
    chosen = newest_allowed(installed, ranges)
    if chosen is None:
        raise UnavailableError(
            f"no installed solc satisfies {' and '.join(ranges[:8]) or 'the sources'}; "
            f"installed: {', '.join(installed) or 'none'}",
            remedy="python -m solcx.install VERSION, or upgrader doctor to see what is missing",
        )
    return chosen


def _home(root: Path) -> Path:
    """Return the project that keeps the results: an installed package's belong to whoever installed it."""
    outside = [folder for folder in root.parents if folder.name == "node_modules"]
    return outside[-1].parent if outside else root

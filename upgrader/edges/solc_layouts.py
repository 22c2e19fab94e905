"""Storage layouts of a project's sources, at a fraction of what compiling them costs.

They are those that a compiled contract leads to, but the compiler is given only what storage depends on
(:mod:`upgrader.layout.solidity.excerpt`).  So errors in a function's body are not seen here.

What was made of a run is kept as well, under the hash of the code that made it: where neither a source nor that code
changed, nothing is compiled, no AST is read, and none of what reads one is imported.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import upgrader.layout
from upgrader.edges.imports import gathered, project_remappings
from upgrader.edges.own_results import keep, kept
from upgrader.edges.solc_run import LAYOUT, Part, Run, run_of
from upgrader.layout.kept import kept_layouts, read_kept_layouts
from upgrader.layout.model import StorageLayout

CACHE: Final = Path(".build") / "layouts"

_SELECTION: Final = {"*": {"*": list(LAYOUT), "": ["ast"]}}


def source_layouts(
    sources: Sequence[str],
    *,
    root: Path,
    version: str | None = None,
    settings: Mapping[str, Any] | None = None,
    cached: bool = True,
) -> Mapping[str, StorageLayout]:
    """Return the storage layout of every contract in files below ``root`` and in what they import.

    Args:
        sources: Paths below ``root``.
        root: The project folder.
        version: Of the compiler; None for the newest installed one that every pragma allows.
        settings: As of the standard-JSON input; remappings in them replace the project's.
        cached: Whether results are kept in, and taken from, ``.build`` of the project.

    Returns:
        By ``path.sol:Name``.

    Raises:
        InputError: A file is missing, the sources do not compile, or a layout is not to be read.
        UnavailableError: No installed compiler fits.
    """
    given = dict(settings or {})
    given["remappings"] = list(given.get("remappings", project_remappings(root)))
    texts = gathered(root, sources, given["remappings"])
    return text_layouts(texts, root=root, version=version, settings=given, cached=cached)


def text_layouts(
    texts: Mapping[str, str],
    *,
    root: Path,
    version: str | None = None,
    settings: Mapping[str, Any] | None = None,
    cached: bool = True,
) -> Mapping[str, StorageLayout]:
    """Return the storage layout of every contract in source texts, all of them given (see :func:`source_layouts`)."""
    run = run_of(
        texts,
        root=root,
        version=version,
        settings=settings,
        selection=_SELECTION,
        part=Part.STORAGE,
    )
    file, origin = run.home / CACHE / f"{run.key}.json", str(root)
    made_by = _digest()
    known = _known(file, made_by, origin) if cached else None
    if known is not None:
        return known
    layouts = _made(run, origin, cached=cached)
    if cached:
        keep(file, {"made_by": made_by, "layouts": kept_layouts(layouts)})
    return layouts


def _made(run: Run, origin: str, *, cached: bool) -> dict[str, StorageLayout]:
    from upgrader.edges.solc import artifacts, output_of
    from upgrader.layout.read import layout_of

    return {name: layout_of(each) for name, each in artifacts(run, output_of(run, cached=cached), origin).items()}


def _known(file: Path, made_by: str, origin: str) -> dict[str, StorageLayout] | None:
    """Return kept layouts; None where there are none, or where other code made them."""
    found = kept(file)
    if not isinstance(found, dict) or found.get("made_by") != made_by:
        return None
    return read_kept_layouts(found.get("layouts"), origin)


def _digest() -> str:
    """Return the hash of the code that reads layouts: all of :mod:`upgrader.layout`."""
    folder = Path(*upgrader.layout.__path__)
    files = sorted(folder.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()

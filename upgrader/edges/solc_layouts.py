"""Storage layouts of a project's sources, at a fraction of what compiling them costs.

They are those that a compiled contract leads to, but the compiler is given only what storage depends on
(:mod:`upgrader.layout.solidity.excerpt`).  So errors in a function's body are not seen here.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from upgrader.edges.imports import gathered, project_remappings
from upgrader.edges.solc_run import LAYOUT, artifacts, run_of
from upgrader.layout.model import StorageLayout
from upgrader.layout.read import layout_of
from upgrader.layout.solidity.excerpt import storage_excerpt

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
        cached: Whether results are kept in, and taken from, ``.build/solc`` of the project.

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
    run = run_of(texts, root=root, version=version, settings=settings, selection=_SELECTION, excerpt=storage_excerpt)
    return {name: layout_of(each) for name, each in artifacts(run, run.output(cached=cached), str(root)).items()}

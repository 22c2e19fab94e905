"""solc behind the :class:`~upgrader.ports.Compiler` port: standard JSON, cached by its input.

A compiler run is a pure function of its version and its input, and the input holds every source text, so its output
is kept under the hash of both in ``.build/solc`` of the project.  Only what is asked for is compiled, and of the
sources only what the answer depends on: code generation costs as much as everything else together, an AST most of the
rest, and nearly all of an AST is function bodies.

Source: https://docs.soliditylang.org/en/latest/using-the-compiler.html#compiler-input-and-output-json-description
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from upgrader.build import Artifact, CompilerSettings
from upgrader.edges.compilers import installed_versions, run_solc
from upgrader.edges.files import write_file
from upgrader.edges.imports import gathered, project_remappings
from upgrader.edges.pragma import newest_allowed, pragmas
from upgrader.edges.solc_parts import run_in_parts
from upgrader.errors import InputError, UnavailableError
from upgrader.layout.formats.compiler_output import artifact
from upgrader.layout.model import StorageLayout
from upgrader.layout.read import layout_of
from upgrader.layout.solidity.excerpt import Excerpt, storage_excerpt
from upgrader.layout.solidity.living import living_excerpt
from upgrader.layout.solidity.summary import summarised

CACHE: Final = Path(".build") / "solc"
_LAYOUT: Final = ("storageLayout", "transientStorageLayout")
_CODE: Final = ("evm.bytecode.object", "evm.bytecode.linkReferences")
_RUNTIME: Final = (
    "evm.deployedBytecode.object",
    "evm.deployedBytecode.linkReferences",
    "evm.deployedBytecode.immutableReferences",
)


_REGIONS: Final = {"*": {"*": list(_LAYOUT), "": ["ast"]}}

EXCERPTS: Final = 3
"""Counts changes to what excerpts hold and to what is put back: results under an older number are not read."""

Excerpted: TypeAlias = Callable[[Mapping[str, str]], Excerpt]


class Outputs(Enum):
    """What a run is asked for, cheapest first."""

    LAYOUT = "layout"
    """Storage layouts and nothing else: a quarter of a full build."""
    SOURCE = "source"
    """Storage layouts, interfaces and the AST, except of library functions that nothing names."""
    LIVING = "living"
    """The same, and code of the contracts in the files that were named: to judge, not to deploy."""
    NAMED = "named"
    """All of the AST, and code of the contracts in the files that were named."""
    EVERYTHING = "everything"
    """Code of every contract of the run, too."""


class Runs:
    """The runs that a process made last, by key and folder: reading one back costs as much as a check."""

    MOST: Final = 4
    """A large project's is a hundred megabytes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], Mapping[str, Artifact]] = OrderedDict()

    def get(self, run: tuple[str, str]) -> Mapping[str, Artifact] | None:
        """Return a run's contracts; None when it is not kept."""
        if run in self._kept:
            self._kept.move_to_end(run)
        return self._kept.get(run)

    def keep(self, run: tuple[str, str], made: Mapping[str, Artifact]) -> Mapping[str, Artifact]:
        """Keep a run in place of the one that was longest of no use, and return it."""
        self._kept[run] = made
        while len(self._kept) > self.MOST:
            self._kept.popitem(last=False)
        return made


LATEST: Final = Runs()
"""Of this process."""


class Solc:
    """Compiles projects.

    Args:
        outputs: What every run is asked for.
        cached: Whether results are kept in, and taken from, ``.build/solc`` of the project.
        runs: Results that are at hand already, where they are kept at all.
    """

    def __init__(self, outputs: Outputs = Outputs.EVERYTHING, *, cached: bool = True, runs: Runs = LATEST) -> None:
        self.outputs = outputs
        self.cached = cached
        self._runs = runs if cached else Runs()

    def compile(
        self,
        sources: Sequence[str],
        *,
        root: Path,
        version: str | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Artifact]:
        """Compile files below ``root`` (see :class:`~upgrader.ports.Compiler`).

        Remappings in ``settings`` replace the project's.

        Raises:
            InputError: A file is missing, or the sources do not compile (solc's messages are in the error).
            UnavailableError: No installed compiler fits.
        """
        given = dict(settings or {})
        remappings = list(given.get("remappings", project_remappings(root)))
        texts = gathered(root, sources, remappings)
        return self.compile_texts(
            texts, root=root, version=version, settings={**given, "remappings": remappings}, named=sources
        )

    def compile_texts(
        self,
        texts: Mapping[str, str],
        *,
        root: Path,
        version: str | None = None,
        settings: Mapping[str, Any] | None = None,
        named: Sequence[str] = ("*",),
    ) -> Mapping[str, Artifact]:
        """Compile source texts by unit name, all of them given.

        Args:
            texts: Every unit that the run needs.
            root: The project folder, for the cache.
            version: As for :meth:`compile`.
            settings: As for :meth:`compile`.
            named: Units whose contracts get code where only the named ones do.
        """
        return self._made(self._request(texts, version, settings, named), texts, root)

    def kept(
        self,
        sources: Sequence[str],
        *,
        root: Path,
        version: str | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Artifact] | None:
        """Return what :meth:`compile` would, if that run was made before; None otherwise, and nothing is compiled."""
        given = dict(settings or {})
        given["remappings"] = list(given.get("remappings", project_remappings(root)))
        texts = gathered(root, sources, given["remappings"])
        requested = self._request(texts, version, given, sources)
        return self._made(requested, texts, root) if self._knows(requested[0], root) else None

    def knows(
        self,
        texts: Mapping[str, str],
        *,
        root: Path,
        version: str | None = None,
        settings: Mapping[str, Any] | None = None,
        named: Sequence[str] = ("*",),
    ) -> bool:
        """Whether the run that :meth:`compile_texts` would make was made before."""
        return self._knows(self._request(texts, version, settings, named)[0], root)

    def _knows(self, key: str, root: Path) -> bool:
        inside = self._runs.get((key, str(root))) is not None
        return inside or (self.cached and (_home(root) / CACHE / f"{key}.json").is_file())

    def _made(
        self, requested: tuple[str, dict[str, Any], str], texts: Mapping[str, str], root: Path
    ) -> Mapping[str, Artifact]:
        """Return the contracts of a run: of this process, kept in the project, or made now."""
        key, request, chosen = requested
        run = (key, str(root))
        if (known := self._runs.get(run)) is not None:
            return known
        output = self._output(key, request, chosen, root, self._excerpt)
        compiler = CompilerSettings(chosen, "Solidity", request["settings"])
        return self._runs.keep(run, artifacts(output, texts, compiler, str(root)))

    def layouts(
        self,
        sources: Sequence[str],
        *,
        root: Path,
        version: str | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Mapping[str, StorageLayout]:
        """Return the storage layout of every contract in files below ``root`` and in what they import.

        They are those that :meth:`compile` leads to, at a fraction of its cost: the compiler is given what storage
        depends on (:mod:`upgrader.layout.solidity.excerpt`).  So errors in a function's body are not seen here.

        Args:
            sources: As for :meth:`compile`.
            root: As for :meth:`compile`.
            version: As for :meth:`compile`.
            settings: As for :meth:`compile`.

        Raises:
            InputError: As :meth:`compile`, or a layout is not to be read.
            UnavailableError: No installed compiler fits.
        """
        given = dict(settings or {})
        given["remappings"] = list(given.get("remappings", project_remappings(root)))
        texts = gathered(root, sources, given["remappings"])
        return self.layouts_of_texts(texts, root=root, version=version, settings=given)

    def layouts_of_texts(
        self,
        texts: Mapping[str, str],
        *,
        root: Path,
        version: str | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Mapping[str, StorageLayout]:
        """Return the storage layout of every contract in source texts, all of them given (see :meth:`layouts`)."""
        key, request, chosen = _request(texts, version, settings, _REGIONS, storage_excerpt)
        output = self._output(key, request, chosen, root, storage_excerpt)
        compiler = CompilerSettings(chosen, "Solidity", request["settings"])
        return {name: layout_of(each) for name, each in artifacts(output, texts, compiler, str(root)).items()}

    @property
    def _excerpt(self) -> "Excerpted | None":
        """What the compiler is given of the sources; None for all of them, as code that is deployed needs."""
        return living_excerpt if self.outputs in {Outputs.SOURCE, Outputs.LIVING} else None

    def _request(
        self,
        texts: Mapping[str, str],
        version: str | None,
        settings: Mapping[str, Any] | None,
        named: Sequence[str],
    ) -> tuple[str, dict[str, Any], str]:
        return _request(texts, version, settings, _selection(self.outputs, named), self._excerpt)

    def _output(
        self, key: str, request: Mapping[str, Any], version: str, root: Path, excerpt: Excerpted | None
    ) -> Mapping[str, Any]:
        file = _home(root) / CACHE / f"{key}.json"
        kept = _read_cache(file) if self.cached else None
        if kept is not None:
            return kept
        output = (excerpt and _excerpt_run(request, version, excerpt)) or run_in_parts(request, version)
        if self.cached:
            _write_cache(file, output)
        return output


def _request(
    texts: Mapping[str, str],
    version: str | None,
    settings: Mapping[str, Any] | None,
    selection: Mapping[str, Any],
    excerpt: Excerpted | None,
) -> tuple[str, dict[str, Any], str]:
    """Return a run's key, its standard-JSON input and its compiler's version."""
    chosen = version or chosen_version(texts)
    request: dict[str, Any] = {
        "language": "Solidity",
        "sources": {name: {"content": texts[name]} for name in sorted(texts)},
        "settings": {**(settings or {}), "outputSelection": selection},
    }
    part = f"{excerpt.__name__} {EXCERPTS}" if excerpt else ""
    key = hashlib.sha256(f"{chosen}\n{part}\n{json.dumps(request, sort_keys=True)}".encode()).hexdigest()
    return key, request, chosen


def _excerpt_run(request: Mapping[str, Any], version: str, excerpt: Excerpted) -> Mapping[str, Any] | None:
    """Compile an excerpt; None where it does not compile, which is no fault of the sources."""
    part = excerpt({path: unit["content"] for path, unit in request["sources"].items()})
    try:
        output = run_solc(
            {**request, "sources": {path: {"content": text} for path, text in part.texts.items()}}, version
        )
    except InputError:
        return None
    if part.left_out:
        summarised(part, output.get("sources") or {})
    return output


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


def artifacts(
    output: Mapping[str, Any], texts: Mapping[str, str], compiler: CompilerSettings, origin: str
) -> dict[str, Artifact]:
    """Return the contracts of a standard-JSON output by ``path.sol:Name``."""
    asts = MappingProxyType(
        {path: unit["ast"] for path, unit in (output.get("sources") or {}).items() if "ast" in unit}
    )
    shared = MappingProxyType(dict(texts))
    return {
        f"{path}:{name}": artifact(
            raw, path, name, f"{origin}: {path}:{name}", settings=compiler, asts=asts, texts=shared
        )
        for path, contracts in (output.get("contracts") or {}).items()
        for name, raw in contracts.items()
    }


def _selection(outputs: Outputs, named: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    source = {"*": {"*": ["abi", *_LAYOUT], "": ["ast"]}}
    match outputs:
        case Outputs.LAYOUT:
            return {"*": {"*": list(_LAYOUT)}}
        case Outputs.SOURCE:
            return source
        case Outputs.LIVING | Outputs.NAMED:
            return {
                **source,
                **{unit: {"*": [*source["*"]["*"], *_CODE, *_RUNTIME], "": ["ast"]} for unit in sorted(named)},
            }
        case Outputs.EVERYTHING:
            return {"*": {"*": [*source["*"]["*"], *_CODE, *_RUNTIME], "": ["ast"]}}


def _home(root: Path) -> Path:
    """Return the project that keeps the results: an installed package's belong to whoever installed it."""
    outside = [folder for folder in root.parents if folder.name == "node_modules"]
    return outside[-1].parent if outside else root


def _read_cache(file: Path) -> Mapping[str, Any] | None:
    """Return a kept output; None when there is none or it is damaged."""
    try:
        kept = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return kept if isinstance(kept, dict) and isinstance(kept.get("contracts"), dict) else None


def _write_cache(file: Path, output: Mapping[str, Any]) -> None:
    """Keep an output; a folder that cannot be written is no error, only slower the next time."""
    with suppress(InputError):
        write_file(file, json.dumps(output, separators=(",", ":")))

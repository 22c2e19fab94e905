"""solc behind the :class:`~upgrader.ports.Compiler` port: whole projects, of which only what is asked for is compiled.

Code generation costs as much as everything else together, an AST most of the rest, and nearly all of an AST is function
bodies; so whoever needs no code asks for none.  What a run is, and where its output is kept, is
:mod:`upgrader.edges.solc_run`'s; storage layouts alone cost a fraction of that (:mod:`upgrader.edges.solc_layouts`).

Source: https://docs.soliditylang.org/en/latest/using-the-compiler.html#compiler-input-and-output-json-description
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from upgrader.build import Artifact, CompilerSettings
from upgrader.edges.imports import gathered, project_remappings
from upgrader.edges.own_results import keep, kept
from upgrader.edges.solc_run import LAYOUT, Part, Run, run_of
from upgrader.layout.formats.compiler_output import artifact

_CODE: Final = ("evm.bytecode.object", "evm.bytecode.linkReferences")
_RUNTIME: Final = (
    "evm.deployedBytecode.object",
    "evm.deployedBytecode.linkReferences",
    "evm.deployedBytecode.immutableReferences",
)


class Outputs(Enum):
    """What a run is asked for, cheapest first."""

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
        self._kept: OrderedDict[tuple[str, str], tuple[Mapping[str, Any], Mapping[str, Artifact]]] = OrderedDict()

    def get(self, key: str, folder: str) -> Mapping[str, Artifact] | None:
        """Return a run's contracts; None when it is not kept."""
        if (key, folder) not in self._kept:
            return None
        self._kept.move_to_end((key, folder))
        return self._kept[key, folder][1]

    def output(self, key: str) -> Mapping[str, Any] | None:
        """Return what a compiler said to the same input, in whichever folder it was: a base is often unchanged."""
        return next((output for (known, _), (output, _) in self._kept.items() if known == key), None)

    def keep(
        self, key: str, folder: str, output: Mapping[str, Any], made: Mapping[str, Artifact]
    ) -> Mapping[str, Artifact]:
        """Keep a run in place of the one that was longest of no use, and return its contracts."""
        self._kept[key, folder] = output, made
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
        return self._made(self._run(texts, root, version, settings, named), root)

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
        run = self._run(texts, root, version, given, sources)
        return self._made(run, root) if self._knows(run) else None

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
        return self._knows(self._run(texts, root, version, settings, named))

    def _knows(self, run: Run) -> bool:
        return self._runs.output(run.key) is not None or (self.cached and run.file.is_file())

    def _made(self, run: Run, root: Path) -> Mapping[str, Artifact]:
        """Return the contracts of a run: of this process, kept in the project, or made now."""
        if (known := self._runs.get(run.key, str(root))) is not None:
            return known
        output = output_of(run, cached=self.cached, at_hand=self._runs.output(run.key))
        return self._runs.keep(run.key, str(root), output, artifacts(run, output, str(root)))

    def _run(
        self,
        texts: Mapping[str, str],
        root: Path,
        version: str | None,
        settings: Mapping[str, Any] | None,
        named: Sequence[str],
    ) -> Run:
        part = Part.LIVING if self.outputs in {Outputs.SOURCE, Outputs.LIVING} else Part.WHOLE
        selection = _selection(self.outputs, named)
        return run_of(texts, root=root, version=version, settings=settings, selection=selection, part=part)


def output_of(run: Run, *, cached: bool, at_hand: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """Return the output of a run: a kept one, or the compiler's.

    Args:
        run: What is compiled.
        cached: Whether the output is taken from, and kept in, the project.
        at_hand: It, where the same was compiled for another project.

    Raises:
        InputError: The sources do not compile.
        UnavailableError: The compiler does not run.
    """
    output = at_hand
    if output is None and cached:
        found = kept(run.file)
        if isinstance(found, dict) and isinstance(found.get("contracts"), dict):
            return found
    if output is None:
        from upgrader.edges.solc_compile import compiled  # a kept output needs nothing of what compiles

        output = compiled(run)
    if cached and (at_hand is None or not run.file.is_file()):
        keep(run.file, output)
    return output


def artifacts(run: Run, output: Mapping[str, Any], origin: str) -> dict[str, Artifact]:
    """Return the contracts of a run's output by ``path.sol:Name``.

    Args:
        run: What was compiled.
        output: What came of it.
        origin: The project, for messages.
    """
    asts = MappingProxyType(
        {path: unit["ast"] for path, unit in (output.get("sources") or {}).items() if "ast" in unit}
    )
    texts = MappingProxyType(run.texts)
    settings = CompilerSettings(run.version, "Solidity", run.settings)
    return {
        f"{path}:{name}": artifact(
            raw, path, name, f"{origin}: {path}:{name}", settings=settings, asts=asts, texts=texts
        )
        for path, contracts in (output.get("contracts") or {}).items()
        for name, raw in contracts.items()
    }


def _selection(outputs: Outputs, named: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    source = {"*": {"*": ["abi", *LAYOUT], "": ["ast"]}}
    match outputs:
        case Outputs.SOURCE:
            return source
        case Outputs.LIVING | Outputs.NAMED:
            return {
                **source,
                **{unit: {"*": [*source["*"]["*"], *_CODE, *_RUNTIME], "": ["ast"]} for unit in sorted(named)},
            }
        case Outputs.EVERYTHING:
            return {"*": {"*": [*source["*"]["*"], *_CODE, *_RUNTIME], "": ["ast"]}}

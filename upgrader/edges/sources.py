"""From a reference, as people write it, to a contract.

==========================================  ===========================================================
reference                                   what is read
==========================================  ===========================================================
``file.sol:Contract``                       compiled here; imports resolve from the nearest project
``file.vy``                                 compiled by the vyper that is installed
``file.json:path.sol:Contract``             a build-info, a standard-JSON output, an artifact
``file.json``                               a storage layout, or a file with one contract
``.openzeppelin/x.json#0xImplementation``   an entry of a manifest
``network:0xAddress``                       verified sources of the implementation, from a folder
==========================================  ===========================================================

Formats are recognised by their content (:mod:`upgrader.layout.formats`); files of a build that belong together are
joined (:mod:`upgrader.edges.build_infos`).
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from upgrader.build import Artifact
from upgrader.edges.build_infos import MAX_BYTES, BuildInfos
from upgrader.edges.files import read_bytes
from upgrader.edges.imports import project_of
from upgrader.edges.settings import foreign_choice
from upgrader.edges.solc import Outputs, Solc
from upgrader.edges.solc_layouts import source_layouts
from upgrader.edges.sourcify import verified
from upgrader.edges.unfound import no_contract, no_file, undeclared
from upgrader.edges.vyper import SUFFIX as VYPER
from upgrader.edges.vyper import vyper_layout_of
from upgrader.errors import InputError, UpgraderError
from upgrader.layout.formats import Described, describe, describe_every, document_of, form_of
from upgrader.layout.model import StorageLayout
from upgrader.plan.compiler import SolcChoice
from upgrader.units import Address, ChainId

_Contract = TypeVar("_Contract", Artifact, StorageLayout)

_ON_CHAIN: Final = re.compile(r"([A-Za-z0-9_.-]{1,64}):(0x[0-9a-fA-F]{40})")
_SUFFIXES: Final = (".json", ".sol", VYPER)


@dataclass(frozen=True, slots=True)
class Deployed:
    """An implementation on a chain."""

    chain_id: ChainId
    address: Address


Locate = Callable[[str, str], Deployed]
"""From a network's name and an address (a proxy stands for its implementation) to the implementation."""


Settle = Callable[[Path], tuple[SolcChoice, str]]
"""From a project's folder to the compiler it names and its folder of sources; empty ones where it says nothing."""


class SourceReader:
    """Reads references.

    Args:
        root: Folder that relative paths start from.
        compiler: None for one that asks solc for everything about the contracts that references name.
        sources: Folder with verified sources, laid out as Sourcify does; None for none.
        locate: Finds implementations on chains; None where no chain may be asked.
        settle: What a project says of its compiler and its folder of sources; None where projects say nothing.
    """

    def __init__(
        self,
        root: Path,
        *,
        compiler: Solc | None = None,
        sources: Path | None = None,
        locate: Locate | None = None,
        settle: Settle | None = None,
    ) -> None:
        self.root = root
        self.compiler = compiler or Solc(Outputs.NAMED)
        self.sources = sources
        self.locate = locate
        self.settle = settle
        self._documents: dict[Path, Any] = {}
        self._builds = BuildInfos(self._json)

    def artifact(self, reference: str, solc: SolcChoice) -> Artifact:
        """Return the contract that ``reference`` names (see :class:`~upgrader.ports.Sources`)."""
        found = self.read(reference, solc)
        if isinstance(found, Artifact):
            return found
        raise InputError(
            "holds a storage layout only, and code is needed",
            where=reference,
            remedy="name a Solidity source, an artifact or a build-info",
        )

    def read_all(self, references: Sequence[str]) -> list[Described]:
        """Read several references; sources of one project are compiled in one run where one compiler takes them all.

        Raises:
            InputError: As :meth:`read`; of references that name nothing, before anything is compiled.
            UnavailableError: As :meth:`read`.
        """
        self.expect(references)
        files = [parts for parts in map(self._split, references) if parts is not None and parts[0].suffix == ".sol"]
        by_project: dict[Path, list[str]] = {}
        for file, _ in files:
            project = project_of(file)
            by_project.setdefault(project, []).append(_unit(project, file))
        together: dict[Path, Mapping[str, Artifact]] = {}
        for project, units in by_project.items():
            try:
                together[project] = self._compiled(project, sorted(set(units)), self._choice(project))
            except UpgraderError:
                if len(set(units)) == 1:
                    raise
                # One of them alone may compile, and its own error says more.
                continue
        return [self._read(reference, None, together) for reference in references]

    def expect(self, references: Sequence[str]) -> None:
        """Refuse references that name nothing, as far as that is known without a compiler.

        Raises:
            InputError: There is no such file, or no such contract in it.
        """
        for reference in references:
            parts = self._split(reference)
            if parts is None and not _ON_CHAIN.fullmatch(reference):
                raise no_file(self.root, reference)
            if parts is not None and parts[0].suffix == ".sol":
                error = undeclared(parts[0], parts[1], reference)
                if error is not None:
                    raise error

    def layouts(self, references: Sequence[str]) -> list[Described]:
        """Read several references of which nothing but their storage is asked; sources are not compiled whole."""
        found = []
        for reference in references:
            parts = self._split(reference)
            if parts is None or parts[0].suffix != ".sol":
                found.append(self.read(reference))
                continue
            project = project_of(parts[0])
            unit, solc = _unit(project, parts[0]), self._choice(project)
            version, settings = solc.version or None, solc.settings()
            layouts = source_layouts([unit], root=project, version=version, settings=settings)
            found.append(_own(layouts, unit, parts[1], reference))
        return found

    def read(self, reference: str, solc: SolcChoice | None = None) -> Described:
        """Read one reference.

        Args:
            reference: One of the forms above.
            solc: Compiler and settings of sources; None takes their project's.

        Raises:
            InputError: It names nothing, or what it names is malformed or does not compile.
            UnavailableError: A compiler or a chain is missing.
        """
        return self._read(reference, solc, {})

    def compiled(self, project: Path, units: Sequence[str]) -> Mapping[str, Artifact]:
        """Compile files of a project in one run, by its own compiler and settings; contracts by ``path.sol:Name``.

        Raises:
            InputError: They do not compile.
            UnavailableError: A compiler is missing.
        """
        return self._compiled(project, sorted(set(units)), self._choice(project))

    def recognises(self, file: Path) -> bool:
        """Whether a file has one of the formats that are read here."""
        try:
            document = self._json(file)
        except InputError:
            return False
        return isinstance(document, dict) and form_of(self._builds.joined(file, document, "")[0]) is not None

    def every(self, file: Path) -> dict[str, Described]:
        """Return every contract of a JSON file by its name in there.

        Raises:
            InputError: The format is unknown, or the document is malformed.
        """
        document, key = self._json(file), ""
        if isinstance(document, dict):
            document, key = self._builds.joined(file, document, "")
        return {key: describe(document, key, str(file))} if key else describe_every(document, str(file))

    def home(self, reference: str) -> tuple[Path, str]:
        """Return the folder that paths in findings about a reference start from, and its own file from there.

        Sources are called as their project calls them, other files as they were given; the file is empty where a
        reference names none.
        """
        parts = self._split(reference)
        if parts is None:
            return self.root, ""
        if parts[0].suffix not in {".sol", VYPER}:
            return self.root, reference[: len(reference) - len(parts[1])].rstrip(":#")
        project = project_of(parts[0])
        return project, _unit(project, parts[0])

    def place(self, reference: str) -> tuple[str, str] | None:
        """Return network and address of a reference to a chain; None for any other form."""
        found = _ON_CHAIN.fullmatch(reference)
        return (found[1], found[2]) if found is not None and self._split(reference) is None else None

    def _read(
        self, reference: str, solc: SolcChoice | None, together: Mapping[Path, Mapping[str, Artifact]]
    ) -> Described:
        parts = self._split(reference)
        if parts is not None:
            file, key = parts
            if file.suffix == ".sol":
                return self._source(reference, file, key, solc, together)
            if file.suffix == VYPER:
                return vyper_layout_of(file, project_of(file), key, reference)
            return self._document(file, key, reference)
        if on_chain := _ON_CHAIN.fullmatch(reference):
            return self._deployed(on_chain[1], on_chain[2])
        raise no_file(self.root, reference)

    def _split(self, reference: str) -> tuple[Path, str] | None:
        """Return the file that a reference begins with, and the rest; None when it begins with none."""
        if "\0" in reference or len(reference) > 4096:  # noqa: PLR2004 - PATH_MAX
            return None
        for match in re.finditer(r"(?:[:#]|$)", reference):
            file = self.root / reference[: match.start()]
            if file.suffix in _SUFFIXES and os.path.isfile(file):  # noqa: PTH113 - Path.is_file raises for a long name
                return file, reference[match.end() :]
        return None

    def _source(
        self,
        reference: str,
        file: Path,
        name: str,
        solc: SolcChoice | None,
        together: Mapping[Path, Mapping[str, Artifact]],
    ) -> Artifact:
        project = project_of(file)
        unit = _unit(project, file)
        compiled = together.get(project)
        if compiled is None:
            said = solc if solc is not None and solc != SolcChoice() else self._choice(project)
            compiled = self._compiled(project, [unit], said)
        return _own(compiled, unit, name, reference)

    def _choice(self, project: Path) -> SolcChoice:
        own = self.settle(project)[0] if self.settle else SolcChoice()
        return foreign_choice(project) if own == SolcChoice() else own

    def _compiled(self, project: Path, units: list[str], solc: SolcChoice) -> Mapping[str, Artifact]:
        """Compile ``units``, or take them from a run of the whole project that was made before."""
        folder = self.settle(project)[1] if self.settle else ""
        version, settings = solc.version or None, solc.settings()
        if folder and (project / folder).is_dir():
            every = sorted(path.relative_to(project).as_posix() for path in (project / folder).rglob("*.sol"))
            whole = self.compiler.kept(every, root=project, version=version, settings=settings)
            if whole is not None and set(units) <= {artifact.source for artifact in whole.values()}:
                return whole
        return self.compiler.compile(units, root=project, version=version, settings=settings)

    def _document(self, file: Path, key: str, reference: str) -> Described:
        document = self._json(file)
        if isinstance(document, dict):
            document, key = self._builds.joined(file, document, key)
        return describe(document, key, str(reference))

    def _json(self, file: Path) -> Any:
        if file not in self._documents:
            remedy = "give the file as the tool wrote it"
            try:
                self._documents[file] = document_of(read_bytes(file, limit=MAX_BYTES))
            except RecursionError as error:
                raise InputError("is nested too deeply", where=str(file), remedy=remedy) from error
            except ValueError as error:
                raise InputError(f"is not JSON: {str(error)[:200]}", where=str(file), remedy=remedy) from error
        return self._documents[file]

    def _deployed(self, network: str, address: str) -> Described:
        if self.locate is None or self.sources is None:
            raise InputError(
                "an address needs its verified sources",
                where=f"{network}:{address}",
                remedy="give --sources DIR, laid out as Sourcify does: DIR/<chain id>/<address>/metadata.json",
            )
        there = self.locate(network, address)
        return verified(self.sources, there.chain_id, there.address, self.compiler)


def _unit(project: Path, file: Path) -> str:
    return file.resolve().relative_to(project.resolve()).as_posix()


def _own(contracts: Mapping[str, _Contract], unit: str, name: str, reference: str) -> _Contract:
    """Return the contract of a unit that a reference names; the only one where it names none."""
    own = {key.rpartition(":")[2]: found for key, found in contracts.items() if key.rpartition(":")[0] == unit}
    if not name and len(own) == 1:
        return next(iter(own.values()))
    if name not in own:
        raise no_contract(reference, name, sorted(own))
    return own[name]

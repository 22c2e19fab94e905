"""The family of file formats.

A format is one module with one class: it says whether a parsed document is of its kind, which contracts are in it,
and reads one of them.  Nothing here touches a disk; which file a reference means, and files that a document points
to, are the business of ``edges/sources``.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Protocol, TypeAlias

from upgrader.build import Artifact
from upgrader.errors import InputError
from upgrader.layout.model import StorageLayout
from upgrader.layout.untrusted import MAX_ENTRIES, record
from upgrader.nearest import listed
from upgrader.registry import Family

Described: TypeAlias = Artifact | StorageLayout
"""What a document yields: everything a compiler said about a contract, or only its layout."""

MAX_CHOICES: Final = 12
"""Contracts that an ambiguous reference lists."""


LINES: Final = "lines"
"""The key of what a file holds that has one JSON document a line, as compilers print several outputs."""


class Format(Protocol):
    """One kind of file."""

    name: ClassVar[str]

    def recognises(self, document: Mapping[str, Any]) -> bool:
        """Whether a parsed document is of this kind."""
        ...

    def contracts(self, document: Mapping[str, Any]) -> Sequence[str]:
        """Return the keys of the contracts in it: ``path.sol:Name``, an address, or one empty key."""
        ...

    def read(self, document: Mapping[str, Any], key: str, origin: str) -> Described:
        """Return one contract by its key.

        Raises:
            InputError: It does not have its form.
        """
        ...


FORMATS: Final[Family[type[Format]]] = Family(__package__)


def document_of(content: str | bytes) -> Any:
    """Return the JSON of a file: its one document, or ``{LINES: [...]}`` where each line has one.

    Raises:
        ValueError: It is neither.
    """
    try:
        return json.loads(content)
    except ValueError as error:
        lines = [line for line in content.splitlines() if line.strip()]
        if len(lines) < 2:  # noqa: PLR2004 - lines of documents are several
            raise
        try:
            return {LINES: [json.loads(line) for line in lines]}
        except ValueError:
            raise error from None


def describe(document: Any, key: str, origin: str) -> Described:
    """Return the contract that ``key`` names in a document of any known format.

    Args:
        document: Parsed JSON.
        key: ``path.sol:Name``, ``Name``, an implementation's address; empty where the document holds one contract.
        origin: What was read, for messages.

    Raises:
        InputError: The format is unknown, the key names no contract or several, or the document is malformed.
    """
    whole = record(document, origin)
    form = _known(whole, origin)
    return form.read(whole, _chosen(form, whole, key, origin), origin)


def describe_every(document: Any, origin: str) -> dict[str, Described]:
    """Return every contract in a document of any known format, by its key.

    Raises:
        InputError: The format is unknown, or the document is malformed.
    """
    whole = record(document, origin)
    form = _known(whole, origin)
    return {key: form.read(whole, key, f"{origin}:{key}" if key else origin) for key in form.contracts(whole)}


def output_contracts(document: Mapping[str, Any]) -> list[str]:
    """Return ``path:Name`` of every contract of a standard-JSON output, alone or under ``output``."""
    output = document.get("output", document)
    return [
        f"{path}:{name}" for path, named in output["contracts"].items() if isinstance(named, Mapping) for name in named
    ][:MAX_ENTRIES]


def form_of(document: Mapping[str, Any]) -> Format | None:
    """Return the format of a document; None for one that is not known."""
    return next((form for member in FORMATS.members() if (form := member()).recognises(document)), None)


def _known(document: Mapping[str, Any], origin: str) -> Format:
    form = form_of(document)
    if form is None and "source_id_to_path" in document:
        raise InputError(
            "Foundry wrote the names of its sources here and nothing else",
            where=origin,
            remedy="write whole build-infos: forge build --force --build-info, or build_info = true in foundry.toml",
        )
    if form is None:
        raise InputError(
            "not a storage layout, build-info, artifact or manifest of a known format",
            where=origin,
            remedy=f"known are: {', '.join(member.name for member in FORMATS.members())}",
        )
    return form


def _chosen(form: Format, document: Mapping[str, Any], key: str, origin: str) -> str:
    known = list(form.contracts(document))
    wanted = key.lower()
    found = [name for name in known if name == key] or [
        name for name in known if wanted and wanted in (name.lower(), name.rpartition(":")[2].lower())
    ]
    if not found and not key and len(known) == 1:
        found = known
    # A document that holds one contract need not know its name.
    if not found and known == [""]:
        found = known
    if len(found) == 1:
        return found[0]
    what = f"{key[:120]!r} names {len(found)} contracts" if key else f"it holds {len(known)} contracts"
    raise InputError(
        what if found or not key else f"there is no {key[:120]!r} in it",
        where=origin,
        remedy=f"name one after a colon (a # before an address): {listed(key, found or known, MAX_CHOICES)}",
    )

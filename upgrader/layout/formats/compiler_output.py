"""Compiler output of a whole run: standard JSON, and the build-infos of Hardhat 2, Hardhat 3 and Foundry.

They differ in what they wrap around the same ``output``; Hardhat 3 keeps input and output in two files, which arrive
here joined.

Sources: https://docs.soliditylang.org/en/latest/using-the-compiler.html#output-description,
https://hardhat.org/hardhat-runner/docs/advanced/artifacts#build-info-files,
https://getfoundry.sh/config/reference/project#build_info
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Final

from upgrader.build import Artifact, Bytecode, CompilerSettings
from upgrader.layout.formats._base import FORMATS, Described, output_contracts
from upgrader.layout.untrusted import malformed, record

_PLACEHOLDER: Final = re.compile(r"__.{36}__", re.DOTALL)
_MAX_CODE: Final = 2**22
"""Hex digits of one object; code is at most 48 KiB on the chain (EIP-3860)."""


@FORMATS.register
class CompilerOutput:
    """``{"contracts": {path: {name: {...}}}, "sources": {...}}``, alone or under ``output``."""

    name: ClassVar[str] = "standard JSON output, Hardhat or Foundry build-info"

    def recognises(self, document: Mapping[str, Any]) -> bool:
        """Whether there are contracts by path and name."""
        output = document.get("output", document)
        known = isinstance(output, Mapping) and isinstance(output.get("contracts"), Mapping) and "abi" not in document
        return known and not str(output.get("compiler", "")).startswith("vyper")

    def contracts(self, document: Mapping[str, Any]) -> Sequence[str]:
        """Return ``path.sol:Name`` of every contract."""
        return output_contracts(document)

    def read(self, document: Mapping[str, Any], key: str, origin: str) -> Described:
        """Return one contract with the ASTs and texts of its whole run."""
        output = record(document.get("output", document), origin)
        path, _, name = key.rpartition(":")
        raw = record(record(output["contracts"].get(path), f"{origin} {path}").get(name), f"{origin} {key}")
        units = record(output.get("sources") or {}, f"{origin} sources")
        asts = {
            p: unit["ast"]
            for p, unit in units.items()
            if isinstance(unit, Mapping) and isinstance(unit.get("ast"), dict)
        }
        return artifact(raw, path, name, origin, settings=_settings(document), asts=asts, texts=_texts(document))


def artifact(  # noqa: PLR0913 - the parts of an artifact
    raw: Mapping[str, Any],
    path: str,
    name: str,
    origin: str,
    *,
    settings: CompilerSettings,
    asts: Mapping[str, Any],
    texts: Mapping[str, str],
) -> Artifact:
    """Return the artifact of one ``contracts`` entry."""
    evm = raw.get("evm") if isinstance(raw.get("evm"), Mapping) else {}
    abi = raw.get("abi")
    return Artifact(
        source=path,
        name=name,
        compiler=settings,
        abi=tuple(item for item in abi if isinstance(item, Mapping)) if isinstance(abi, list) else None,
        creation=code((evm or {}).get("bytecode"), origin),
        runtime=code((evm or {}).get("deployedBytecode"), origin),
        storage_layout=_object(raw.get("storageLayout")),
        transient_layout=_object(raw.get("transientStorageLayout")),
        asts=asts,
        texts=texts,
        origin=origin,
    )


def code(raw: Any, origin: str) -> Bytecode | None:
    """Return bytecode given as ``{"object": hex, ...}`` or as hex; None where there is none.

    Raises:
        InputError: It is not hex, or its places are not numbers.
    """
    whole = raw if isinstance(raw, Mapping) else {"object": raw}
    text = whole.get("object")
    if not isinstance(text, str) or not text.removeprefix("0x"):
        return None
    text = _PLACEHOLDER.sub("00" * 20, text.removeprefix("0x"))
    if len(text) > _MAX_CODE or not re.fullmatch(r"(?:[0-9a-fA-F]{2})*", text):
        raise malformed("its code is not hex", origin)
    try:
        links = {
            f"{source}:{library}": tuple(int(place["start"]) for place in places)
            for source, libraries in (whole.get("linkReferences") or {}).items()
            for library, places in libraries.items()
        }
        immutables = {
            str(number): tuple((int(place["start"]), int(place["length"])) for place in places)
            for number, places in (whole.get("immutableReferences") or {}).items()
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise malformed("its link or immutable references do not have their form", origin) from error
    return Bytecode(bytes.fromhex(text), MappingProxyType(links), MappingProxyType(immutables))


def _settings(document: Mapping[str, Any]) -> CompilerSettings:
    given = document.get("input") if isinstance(document.get("input"), Mapping) else {}
    settings = (given or {}).get("settings")
    version = document.get("solcVersion") or (given or {}).get("version") or ""
    return CompilerSettings(
        str(version)[:40],
        str((given or {}).get("language", "Solidity"))[:20],
        MappingProxyType(dict(settings)) if isinstance(settings, Mapping) else MappingProxyType({}),
    )


def _texts(document: Mapping[str, Any]) -> dict[str, str]:
    given = document.get("input")
    sources = given.get("sources") if isinstance(given, Mapping) else None
    if not isinstance(sources, Mapping):
        return {}
    return {
        path: unit["content"]
        for path, unit in sources.items()
        if isinstance(unit, Mapping) and isinstance(unit.get("content"), str)
    }


def _object(raw: Any) -> Mapping[str, Any] | None:
    # Foundry writes `"storageLayout": {"storage": [], "types": {}}` for what it did not ask for, too; null is null.
    return raw if isinstance(raw, Mapping) and raw else None

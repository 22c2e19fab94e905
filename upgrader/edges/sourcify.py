"""Verified sources of a deployed contract, from a folder laid out as Sourcify's repository.

``<chain id>/<address>/metadata.json`` says compiler, settings and the hash of every source; ``sources/`` holds them.
The hashes are compared, so that a folder that was edited is not taken for what was verified.

Source: https://docs.sourcify.dev/docs/repository/file-repositories/
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from upgrader.build import Artifact
from upgrader.edges.files import read_bytes, read_text
from upgrader.edges.solc import Solc
from upgrader.errors import InputError, MismatchError
from upgrader.layout.untrusted import record, text
from upgrader.units import Address, ChainId, hexed, keccak

_PLACES: Final = ("", "full_match", "partial_match", "contracts/full_match", "contracts/partial_match")
_REMEDY: Final = "fetch the verified sources again, or name the source of the contract"


def verified(folder: Path, chain_id: ChainId, address: Address, compiler: Solc) -> Artifact:
    """Compile the verified sources of a contract with its own compiler and settings.

    Args:
        folder: Root of the repository.
        chain_id: Where the contract lives.
        address: The contract, not a proxy in front of it.
        compiler: Compiles them.

    Raises:
        InputError: There are none, or their metadata does not have its form.
        MismatchError: A source is not the one that was verified.
        UnavailableError: Their compiler is not installed.
    """
    home = _home(folder, chain_id, address)
    where = str(home / "metadata.json")
    try:
        metadata = record(json.loads(read_bytes(home / "metadata.json")), where)
    except (ValueError, RecursionError) as error:
        raise InputError("is not JSON", where=where, remedy=_REMEDY) from error
    settings = dict(record(metadata.get("settings"), f"{where} settings"))
    target = record(settings.pop("compilationTarget", None), f"{where} compilationTarget")
    if len(target) != 1:
        raise InputError("names no compilation target", where=where, remedy=_REMEDY)
    version = text(record(metadata.get("compiler"), where).get("version"), where).partition("+")[0]
    texts = _texts(home, record(metadata.get("sources"), f"{where} sources"))
    settings["libraries"] = _libraries(record(settings.get("libraries") or {}, where))
    (path, name), *_ = target.items()
    compiled = compiler.compile_texts(texts, root=folder, version=version, settings=settings, named=[path])
    if f"{path}:{name}" not in compiled:
        raise InputError(f"does not compile to {path}:{name}", where=where, remedy=_REMEDY)
    return compiled[f"{path}:{name}"]


def _home(folder: Path, chain_id: ChainId, address: Address) -> Path:
    for place in _PLACES:
        for spelled in (address, address.lower()):
            home = folder / place / str(chain_id) / spelled
            if (home / "metadata.json").is_file():
                return home
    raise InputError(
        f"has no verified sources of {address} on chain {chain_id}",
        where=str(folder),
        remedy=f"put them into {folder / str(chain_id) / address}, as Sourcify lays them out",
    )


def _texts(home: Path, sources: Mapping[str, Any]) -> dict[str, str]:
    texts = {}
    for path, raw in sources.items():
        entry = record(raw, f"{home} {path}")
        content = entry.get("content")
        if not isinstance(content, str):
            file = home / "sources" / path.removeprefix("/")
            if not file.resolve().is_relative_to(home.resolve()):
                raise InputError(f"names a source outside itself: {path}", where=str(home), remedy=_REMEDY)
            content = read_text(file)
        if (
            "keccak256" in entry
            and hexed(keccak(content.encode("utf-8", "surrogatepass"))) != str(entry["keccak256"]).lower()
        ):
            raise MismatchError(f"{path} is not the source that was verified", where=str(home), remedy=_REMEDY)
        texts[path] = content
    return texts


def _libraries(flat: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Turn metadata's ``path:Name`` keys into the compiler's ``{path: {Name: address}}``."""
    found: dict[str, dict[str, str]] = {}
    for key, value in flat.items():
        path, _, name = key.rpartition(":")
        if isinstance(value, str):
            found.setdefault(path, {})[name] = value
    return found

"""Real compiler output for the checks: one solc run a corpus, kept in ``.build`` under the hash of its input.

A fixture pair says in its new side's comment what must be found (``@custom:expect code=SEVERITY …`` or ``nothing``)
and behind which proxy (``@custom:proxy kind=… initialized=… call=… answers=…``).
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from upgrader.build import Artifact, Bytecode, CompilerSettings
from upgrader.calls import selector
from upgrader.checks.code import CodePair

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "node_modules"
SHARED = ROOT.parent / "shared"
FIXTURES = Path(__file__).parent / "fixtures"
OUTPUTS = [
    "abi",
    "storageLayout",
    *(f"evm.{code}.{part}" for code in ("bytecode", "deployedBytecode") for part in ("object", "linkReferences")),
    "evm.deployedBytecode.immutableReferences",
]
"""What an artifact is made of; all of a bytecode would come as text, too, with a map of its sources."""
MODERN, PERP = "0.8.37", "0.7.6"
NPM = ("@openzeppelin/=node_modules/@openzeppelin/",)

_EXPECT = re.compile(r"@custom:expect ([^@]*)")
_PROXY = re.compile(r"@custom:proxy ([^@]*)")

Build = Mapping[str, Artifact]
"""Artifacts by ``path:Name``."""


@cache
def compile_sources(paths: tuple[tuple[str, Path], ...], version: str, remappings: tuple[str, ...] = NPM) -> Build:
    """Compile files (name in the compiler's eyes, path) and return every contract of the run."""
    sources = {name: {"content": path.read_text()} for name, path in paths}
    settings = {
        "remappings": list(remappings),
        "optimizer": {"enabled": False},
        "outputSelection": {"*": {"": ["ast"], "*": OUTPUTS}},
    }
    request = {"language": "Solidity", "sources": sources, "settings": settings}
    output = _cached(request, version)
    asts = {path: unit["ast"] for path, unit in output["sources"].items()}
    texts = {name: source["content"] for name, source in sources.items()}
    return {
        f"{path}:{name}": _artifact(path, name, contract, asts, texts, version)
        for path, contracts in output["contracts"].items()
        for name, contract in contracts.items()
    }


def _cached(request: dict, version: str) -> dict:
    digest = hashlib.sha256(f"{version}{json.dumps(request, sort_keys=True)}".encode()).hexdigest()[:24]
    kept = ROOT / ".build" / "tests" / f"checks-{digest}.json"
    if kept.exists():
        return json.loads(kept.read_text())
    os.environ.setdefault("SOLCX_BINARY_PATH", str(ROOT / ".tools" / "solcx"))
    import solcx

    output = solcx.compile_standard(request, solc_version=version, base_path=str(ROOT), allow_paths=str(ROOT))
    kept.parent.mkdir(parents=True, exist_ok=True)
    beside = kept.with_suffix(f".{os.getpid()}")
    beside.write_text(json.dumps(output))
    beside.rename(kept)
    return output


def _artifact(path: str, name: str, contract: dict, asts: Mapping, texts: Mapping, version: str) -> Artifact:
    return Artifact(
        source=path,
        name=name,
        compiler=CompilerSettings(version),
        abi=tuple(contract["abi"]),
        creation=_bytecode(contract["evm"]["bytecode"]),
        runtime=_bytecode(contract["evm"]["deployedBytecode"]),
        storage_layout=contract.get("storageLayout"),
        asts=asts,
        texts=texts,
    )


def _bytecode(emitted: dict) -> Bytecode:
    links = {
        f"{path}:{name}": tuple(place["start"] for place in places)
        for path, libraries in emitted.get("linkReferences", {}).items()
        for name, places in libraries.items()
    }
    text = emitted["object"]
    for places in emitted.get("linkReferences", {}).values():
        for spots in places.values():
            for spot in spots:
                begin, end = spot["start"] * 2, (spot["start"] + spot["length"]) * 2
                text = text[:begin] + "0" * (end - begin) + text[end:]
    immutables = {
        identity: tuple((place["start"], place["length"]) for place in places)
        for identity, places in emitted.get("immutableReferences", {}).items()
    }
    return Bytecode(bytes.fromhex(text), links, immutables)


def pair_of(build, name: str) -> CodePair:
    """Return the pair whose new side is ``name``, with the proxy its comment describes."""
    new = build[name]
    facts = dict(word.split("=", 1) for word in _documented(new, _PROXY))
    call = facts.get("call")
    return CodePair(
        new=new,
        old=build.get(name.removesuffix("_V2") + "_V1"),
        proxy_kind=facts.get("kind"),
        initialized=int(facts["initialized"]) if "initialized" in facts else None,
        proxy=_answering(facts["answers"]) if "answers" in facts else None,
        call=None if call is None else b"" if call == "none" else selector(call),
    )


def _answering(signature: str) -> Artifact:
    return Artifact("", "Proxy", abi=({"type": "function", "name": signature.partition("(")[0], "inputs": []},))


def expected_of(artifact: Artifact) -> set[tuple[str, str]]:
    """Return the ``(code, severity)`` pairs that a fixture's comment names."""
    words = _documented(artifact, _EXPECT)
    return {tuple(word.split("=", 1)) for word in words if word != "nothing"}


def _documented(artifact: Artifact, tag: re.Pattern[str]) -> list[str]:
    nodes = artifact.asts[artifact.source]["nodes"]
    node = next(node for node in nodes if node.get("name") == artifact.name)
    match = tag.search((node.get("documentation") or {}).get("text", ""))
    return match[1].split() if match else []

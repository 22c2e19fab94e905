"""Real layouts for the layout tests: one solc run a corpus, kept in ``.build`` under the hash of its input."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from upgrader.build import Artifact
from upgrader.edges.imports import gathered
from upgrader.edges.solc import Outputs, Solc

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "layouts"
PAIRS = ROOT / "tests" / "vectors" / "layout" / "pairs"


def shared(path: str) -> Path:
    """Return a file or folder of the shared corpora, or skip."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"{found.name} of the shared corpora is not here")
    return found


@cache
def own_artifacts() -> Mapping[str, Artifact]:
    """Compile this folder's own pairs of layouts; contracts by name."""
    return _by_name({file.name: file.read_text() for file in sorted(PAIRS.glob("*.sol"))})


@cache
def adversarial_artifacts() -> Mapping[str, Artifact]:
    """Compile the shared adversarial pairs with their imports; contracts by ``id:Name``."""
    folder = shared("adversarial")
    texts = {}
    for file in sorted(folder.glob("*.sol")):
        texts |= gathered(ROOT, _imports(file), []) | {file.name: file.read_text()}
    compiled = Solc(Outputs.EVERYTHING).compile_texts(texts, root=ROOT)
    return {f"{artifact.source.removesuffix('.sol')}:{artifact.name}": artifact for artifact in compiled.values()}


def adversarial_cases() -> list[dict]:
    """Return what is expected of the shared adversarial pairs; empty where they are not there."""
    file = SHARED / "adversarial" / "expected.json"
    return json.loads(file.read_text()) if file.exists() else []


def _imports(file: Path) -> list[str]:
    return [line.split('"')[1] for line in file.read_text().splitlines() if line.startswith("import")]


def _by_name(texts: dict[str, str]) -> Mapping[str, Artifact]:
    return {artifact.name: artifact for artifact in Solc(Outputs.SOURCE).compile_texts(texts, root=ROOT).values()}

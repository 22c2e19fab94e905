"""Whether code without the optimizer bounds the code that is deployed: what ``upgrader/edges/judging.py`` rests on.

``python -m bench.plain_code`` compiles each large corpus twice, optimised and plain, and prints how many contracts'
plain code is the larger one, as it must be but for metadata, and how many are judged alike in both forms.  The small
corpora are in ``tests/layout/test_layout_excerpt.py``.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from bench.trees import closure, tree_sources
from upgrader.build import Artifact
from upgrader.edges.imports import gathered, project_remappings
from upgrader.edges.judging import METADATA, plain_settings
from upgrader.edges.solc import Outputs, Solc
from upgrader.edges.solc_run import chosen_version
from upgrader.findings import Finding
from upgrader.flows.check import check_pair

ROOT: Final = Path(__file__).resolve().parents[1]
PERP: Final = ROOT / "node_modules" / "@perp" / "curie-contract"
OPTIMIZED: Final = {"optimizer": {"enabled": True, "runs": 200}}


def main() -> None:
    """Print the score on each corpus, and each contract that is an exception."""
    for name, corpus in CORPORA.items():
        texts, settings = corpus()
        exact, plain = both(texts, settings)
        coded = [key for key, each in exact.items() if each.runtime and each.runtime.code]
        smaller, otherwise = list(larger_optimised(exact, plain)), list(judged_otherwise(exact, plain))
        print(f"{name}: plain code is the larger one in {len(coded) - len(smaller)} of {len(coded)} contracts")
        print(f"{name}: {len(exact) - len(otherwise)} of {len(exact)} contracts are judged alike")
        for key in (*smaller, *otherwise):
            print(f"  {key}")


def both(
    texts: Mapping[str, str], settings: Mapping[str, Any]
) -> tuple[Mapping[str, Artifact], Mapping[str, Artifact]]:
    """Compile texts as they would be deployed, and as they are judged."""
    settings = {**settings, **OPTIMIZED}
    simpler = plain_settings(settings, chosen_version(texts))
    assert simpler is not None, "these settings have a plain form"
    exact = Solc(Outputs.NAMED).compile_texts(texts, root=ROOT, settings=settings)
    return exact, Solc(Outputs.LIVING).compile_texts(texts, root=ROOT, settings=simpler)


def larger_optimised(exact: Mapping[str, Artifact], plain: Mapping[str, Artifact]) -> Iterator[str]:
    """Yield each contract whose optimised code is larger than its plain code and metadata together."""
    for name, each in exact.items():
        if each.runtime and each.runtime.code and len(each.runtime.code) > _size(plain[name]) + METADATA:
            yield name


def judged_otherwise(exact: Mapping[str, Artifact], plain: Mapping[str, Artifact]) -> Iterator[str]:
    """Yield each contract about whose upgrade to itself the two forms lead to different findings."""
    for name, each in exact.items():
        if _findings(each) != _findings(plain[name]):
            yield name


def _size(artifact: Artifact) -> int:
    return len(artifact.runtime.code) if artifact.runtime else 0


def _findings(artifact: Artifact) -> list[Finding]:
    # A size that is above a limit is measured again, with the optimizer.
    return [one for one in check_pair(artifact, artifact).findings if one.code != "code-size"]


def _tree() -> tuple[dict[str, str], dict[str, Any]]:
    return closure(tree_sources()), {"remappings": project_remappings(ROOT)}


def _perp() -> tuple[dict[str, str], dict[str, Any]]:
    sources = sorted(f"contracts/{file.name}" for file in (PERP / "contracts").glob("*.sol"))
    remappings = project_remappings(PERP)
    return gathered(PERP, sources, remappings), {"remappings": remappings}


def _reference() -> tuple[dict[str, str], dict[str, Any]]:
    sources = sorted(file.relative_to(ROOT).as_posix() for file in (ROOT / "contracts").rglob("*.sol"))
    remappings = project_remappings(ROOT)
    return gathered(ROOT, sources, remappings), {"remappings": remappings, "evmVersion": "cancun"}


CORPORA: Final[Mapping[str, Callable[[], tuple[dict[str, str], dict[str, Any]]]]] = {
    "@openzeppelin/contracts-upgradeable": _tree,
    "@perp/curie-contract": _perp,
    "the reference protocol": _reference,
}

if __name__ == "__main__":
    main()

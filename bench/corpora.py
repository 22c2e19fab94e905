"""Everything whose judgement is known, and what ours is: the score on each corpus.

``python -m bench.corpora`` prints one line a corpus, and one for every case that is judged otherwise than its label
says.  A label is one of

* *corruption*: must block; *hazard*: at least a warning; *safe*: never blocks (pairs made by hand: a pair's label
  stands in the comment of its new side, ``@custom:expect corruption storage-moved``, or in ``expected.json``),
* *unsafe*, *safe*, *safe-if-acknowledged* (``../shared/layouts/pairs.json``: upgrades that real teams made).

Manifests have no labels: every implementation has to be read and every consecutive pair judged.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.pairs import LAYOUTS
from upgrader.build import Artifact
from upgrader.checks.storage import examine
from upgrader.edges.imports import gathered
from upgrader.edges.solc import Outputs, Solc
from upgrader.findings import Finding, Severity, Verdict, verdict_of
from upgrader.flows.check import check_pair
from upgrader.layout.formats import Described, describe

ROOT: Final = Path(__file__).resolve().parents[1]
OWN: Final = ROOT / "tests" / "vectors" / "checks" / "pairs"

_EXPECT: Final = re.compile(r"@custom:expect (\w+)[^\n]*\n(?:abstract )?contract (\w+)_V2\b")


@dataclass(frozen=True, slots=True)
class Judged:
    """One case: what its label says, and the verdict on it.

    Attributes:
        name: Where it is found.
        label: What it should be.
        found: Verdict, and the codes of what is loud about it.
        right: Whether that is what the label asks for.
    """

    name: str
    label: str
    found: str
    right: bool


def main() -> None:
    """Print the score on each corpus, and each disagreement."""
    for name, cases in (
        ("own pairs, tests/vectors/checks/pairs", list(_own())),
        ("adversarial pairs, shared/layouts/adversarial", list(_adversarial())),
        ("labelled real upgrades, shared/layouts/pairs.json", list(_labelled())),
        ("manifests, shared/layouts/manifests", list(_manifests())),
    ):
        if not cases:
            print(f"{name}: not here")
            continue
        labels = Counter(case.label for case in cases)
        told = ", ".join(
            f"{sum(c.right for c in cases if c.label == label)} of {n} {label}" for label, n in labels.items()
        )
        print(f"{name}: {sum(case.right for case in cases)} of {len(cases)} right ({told})")
        for case in cases:
            if not case.right:
                print(f"  {case.name}: labelled {case.label}, found {case.found}")


def _own() -> Iterator[Judged]:
    older = sorted((OWN / "older").glob("*.sol"))  # each for a compiler of its own
    for files in (sorted(OWN.glob("*.sol")), *([file] for file in older)):
        built = _compiled(files)
        for file in files:
            for label, name in _EXPECT.findall(file.read_text()):
                sides = [built[f"{file.name}:{name}_{version}"] for version in ("V1", "V2")]
                history = [built[f"{file.name}:{name}_V0"]] if f"{file.name}:{name}_V0" in built else []
                proxy = built.get(f"{file.name}:{name}_Proxy")
                findings = check_pair(*sides, history=history, proxy=proxy).findings
                yield _by_hand(f"{file.name} {name}", label, findings)


def _adversarial() -> Iterator[Judged]:
    folder = LAYOUTS / "adversarial"
    if not folder.exists():
        return
    built = _compiled(sorted(folder.glob("*.sol")))
    for case in json.loads((folder / "expected.json").read_text()):
        name = case["id"]
        sides = [built[f"{name}.sol:{name}_{version}"] for version in ("V1", "V2")]
        history = [built[f"{name}.sol:{earlier}"] for earlier in case.get("history", ())]
        yield _by_hand(name, case["expect"], check_pair(*sides, history=history).findings)


def _compiled(files: list[Path]) -> Mapping[str, Artifact]:
    texts = {file.name: file.read_text() for file in files}
    imported = {
        line.split('"')[1] for text in texts.values() for line in text.splitlines() if line.startswith("import")
    }
    return Solc(Outputs.EVERYTHING).compile_texts({**gathered(ROOT, sorted(imported), []), **texts}, root=ROOT)


def _by_hand(name: str, label: str, findings: tuple[Finding, ...]) -> Judged:
    weights = {finding.severity for finding in findings}
    right = {
        "corruption": Severity.BLOCKER in weights,
        "hazard": bool(weights & {Severity.BLOCKER, Severity.WARNING}),
        "safe": Severity.BLOCKER not in weights,
    }[label]
    return Judged(name, label, _found(findings), right)


def _labelled() -> Iterator[Judged]:
    file = LAYOUTS / "pairs.json"
    for label in json.loads(file.read_text()) if file.exists() else ():
        findings = examine(_history(label["layout_from"]), _history(label["layout_to"]))
        wanted = Verdict.UNSAFE if label["judgement"] == "unsafe" else Verdict.SAFE
        name = f"{label['contract']} {label['from']} -> {label['to']}"
        yield Judged(name, label["judgement"], _found(findings), verdict_of(findings) is wanted)


def _history(path: str) -> Described:
    return describe(json.loads((LAYOUTS / "histories" / path).read_text()), "", path)


def _manifests() -> Iterator[Judged]:
    for file in sorted((LAYOUTS / "manifests").glob("*/*.json")):
        document = json.loads(file.read_text())
        last: dict[str, Described] = {}
        for entry in document["impls"].values():
            layout = describe(document, entry["address"], file.name)
            yield Judged(f"{file.name}#{entry['address']}", "implementation", "read", right=True)
            before = last.get(layout.contract)
            if before is not None:
                verdict = verdict_of(examine(before, layout))
                yield Judged(f"{file.name}#{entry['address']}", "pair", verdict.value, right=verdict in Verdict)
            last[layout.contract] = layout


def _found(findings: tuple[Finding, ...]) -> str:
    loud = sorted({finding.code for finding in findings if finding.severity is not Severity.NOTE})
    return f"{verdict_of(findings).value} ({', '.join(loud) or 'nothing loud'})"


if __name__ == "__main__":
    main()

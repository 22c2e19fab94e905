"""Upgrades made to be misjudged, each argued in its own source: corruption blocks, a hazard is loud, safe passes.

A pair's label and the codes that must be loud stand in the comment of its new side.  A safe pair has no warning but
those that its comment names.
"""

import re
from functools import cache

import pytest
from checks_corpora import ROOT

from upgrader.edges.imports import gathered
from upgrader.edges.solc import Outputs, Solc
from upgrader.findings import Severity
from upgrader.flows.check import check_pair

PAIRS = ROOT / "tests" / "vectors" / "checks" / "pairs"
EXPECT = re.compile(r"@custom:expect ([^\n]*)\n(?:abstract )?contract (\w+)_V2\b")
CASES = {
    f"{file.stem}-{name}": (file.name, name, *words.split())
    for file in sorted(PAIRS.rglob("*.sol"))
    for words, name in EXPECT.findall(file.read_text())
}


@cache
def built(file, outputs=Outputs.EVERYTHING):
    """Compile the pairs that a file is compiled with: all of this compiler's in one run, an older compiler's alone."""
    (path,) = PAIRS.rglob(file)
    files = sorted(PAIRS.glob("*.sol")) if path.parent == PAIRS else [path]
    if file != files[0].name:
        return built(files[0].name, outputs)
    texts = {each.name: each.read_text() for each in files}
    imported = {
        line.split('"')[1] for text in texts.values() for line in text.splitlines() if line.startswith("import")
    }
    return Solc(outputs).compile_texts({**gathered(ROOT, sorted(imported), []), **texts}, root=ROOT)


@pytest.mark.parametrize("case", CASES)
def test_pair_is_judged_as_its_comment_says(case):
    """The label holds, and every code that the comment names is loud."""
    file, name, label, *codes = CASES[case]
    made = built(file)
    versions = {v: made[f"{file}:{name}_{v}"] for v in ("V0", "V1", "V2", "Proxy") if f"{file}:{name}_{v}" in made}
    history = [versions["V0"]] if "V0" in versions else []

    findings = check_pair(versions["V1"], versions["V2"], history=history, proxy=versions.get("Proxy")).findings

    loud = {severity: {f.code for f in findings if f.severity is severity} for severity in Severity}
    match label:
        case "corruption":
            assert loud[Severity.BLOCKER]
            assert {*codes} <= loud[Severity.BLOCKER]
        case "hazard":
            assert loud[Severity.BLOCKER] | loud[Severity.WARNING]
            assert {*codes} <= loud[Severity.BLOCKER] | loud[Severity.WARNING]
        case "safe":
            assert (set(), {*codes}) == (loud[Severity.BLOCKER], loud[Severity.WARNING])


@pytest.mark.parametrize("case", CASES)
def test_version_of_a_pair_passes_against_itself(case):
    """No version of any pair blocks against itself, but for what is wrong with it whatever it replaces."""
    file, name, *_ = CASES[case]
    version = built(file)[f"{file}:{name}_V1"]

    blockers = {finding.code for finding in check_pair(version, version).findings if finding.blocks}

    assert blockers <= {"storage-function-pointer", "internal-function-storage"}


def test_there_are_enough_of_them():
    """The pairs are found by their comments: none is passed over for a comment that is written otherwise."""
    versions = [line for file in PAIRS.rglob("*.sol") for line in file.read_text().splitlines() if "_V2 " in line]

    assert len([line for line in versions if line.startswith("contract ")]) == len(CASES) >= 936

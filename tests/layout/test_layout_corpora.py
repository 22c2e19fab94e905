"""Layouts that real teams deployed: 408 labelled pairs, and every manifest of two perpetuals protocols."""

import itertools
import json

import pytest
from layout_corpora import SHARED, shared

from upgrader.checks.storage import examine
from upgrader.findings import Verdict, verdict_of
from upgrader.layout.formats import describe

LABELS = json.loads((SHARED / "pairs.json").read_text()) if (SHARED / "pairs.json").exists() else []
MANIFESTS = sorted((SHARED / "manifests").glob("*/*.json")) if (SHARED / "manifests").exists() else []

ARGUED = {
    # Labelled safe if the rename of the mapping is acknowledged.  But in its values, uint64 tollRatio (bytes 0 to 7)
    # became uint32 takerTollRatio (0 to 3) and uint32 makerTollRatio (4 to 7): the maker's ratio starts as the high
    # half of the old one, and the taker's is cut.  That blocks.
    ("FuturesGateway", "unknown-930000:5a9dde1a", "unknown-930000:a9068e93"): Verdict.UNSAFE,
}


def _layout(path, contract):
    return describe(json.loads((shared("histories") / path).read_text()), contract, path)


@pytest.mark.skipif(not LABELS, reason="the shared labels are not here")
def test_labelled_pairs():
    """Every label of the 408 holds: safe and safe-if-acknowledged never block, unsafe does; one is argued."""
    wrong = []
    for label in LABELS:
        old, new = (_layout(label[side], "") for side in ("layout_from", "layout_to"))

        verdict = verdict_of(examine(old, new))

        key = label["contract"], label["from"], label["to"]
        expected = Verdict.UNSAFE if label["judgement"] == "unsafe" else Verdict.SAFE
        if verdict is not ARGUED.get(key, expected):
            wrong.append((key, label["judgement"], verdict))

    assert [] == wrong


@pytest.mark.skipif(not LABELS, reason="the shared labels are not here")
def test_layout_of_a_history_equals_itself():
    """No layout of the histories differs from itself, except in enums that it does not list."""
    for path in sorted({label["layout_to"] for label in LABELS}):
        layout = _layout(path, "")

        codes = {finding.code for finding in examine(layout, layout)}

        assert codes <= {"storage-enum-unlisted", "storage-regions-unseen"}


@pytest.mark.skipif(not MANIFESTS, reason="the shared manifests are not here")
@pytest.mark.parametrize("file", MANIFESTS, ids=[f"{file.parent.name[:8]}-{file.stem}" for file in MANIFESTS])
def test_manifest_is_read_and_judged(file):
    """Every implementation of a manifest is read, and every two consecutive ones of a contract are judged."""
    document = json.loads(file.read_text())
    by_contract = {}
    for implementation in document["impls"].values():
        layout = describe(document, implementation["address"], file.name)
        by_contract.setdefault(layout.contract, []).append(layout)

    verdicts = [
        verdict_of(examine(old, new)) for layouts in by_contract.values() for old, new in itertools.pairwise(layouts)
    ]

    assert len(document["impls"]) == sum(map(len, by_contract.values()))
    assert {*verdicts} <= {*Verdict}

"""One contract in two formats: whatever one leaves out, nothing is said to have moved, and nothing passes unseen."""

import json

import pytest
from test_check_pairs import CASES, built

from upgrader.edges.solc import Outputs
from upgrader.findings import Severity, Verdict, verdict_of
from upgrader.flows.check import check_pair, described_layout
from upgrader.layout.formats import describe

ADDRESS = "0x" + "11" * 20
UNKNOWN = {"storage-unjudged", "storage-enum-unlisted", "storage-function-pointer"}
"""What may be said of a layout that is compared with itself, where a format does not say enough."""


def raw(artifact):
    """Return what `solc --storage-layout` prints."""
    return describe(json.loads(json.dumps(artifact.storage_layout)), "", "layout.json")


def manifest(artifact):
    """Return an entry of a manifest as OpenZeppelin's plugins write it now."""
    layout = json.loads(json.dumps(artifact.storage_layout))
    storage = [{key: item[key] for key in ("label", "type", "slot", "offset")} for item in layout["storage"]]
    types = {name: _kept(kind, ("label", "numberOfBytes", "members")) for name, kind in layout["types"].items()}
    return _entry("3.4", {"storage": storage, "types": types, "namespaces": {}})


def first_age(artifact):
    """Return an entry of a manifest of the first age: no slots, no sizes, no members."""
    layout = json.loads(json.dumps(artifact.storage_layout))
    storage = [{"contract": "C", "label": item["label"], "type": item["type"]} for item in layout["storage"]]
    return _entry("3.0", {"storage": storage, "types": {n: {"label": k["label"]} for n, k in layout["types"].items()}})


def _kept(kind, names):
    return {name: kind[name] for name in names if name in kind}


def _entry(version, layout):
    document = {"manifestVersion": version, "impls": {"h": {"address": ADDRESS, "layout": layout}}}
    return describe(document, ADDRESS, "manifest.json")


def with_root_only(case, version):
    """Return one side of a pair that keeps everything in the root at slot 0; None for every other."""
    file, name, *_ = CASES[case]
    artifact = built(file, Outputs.SOURCE)[f"{file}:{name}_{version}"]
    regions = described_layout(artifact).regions
    return artifact if len(regions) == 1 and regions[0].variables and not regions[0].base else None


@pytest.mark.parametrize("form", [raw, manifest, first_age])
def test_contract_in_another_format_has_not_changed(form):
    """From the format to the source, back, and to itself: only what the format leaves out is mentioned."""
    count, wrong = 0, []
    for case in CASES:
        artifact = with_root_only(case, "V1")
        if artifact is None:
            continue
        count += 1
        for sides in ((form(artifact), artifact), (artifact, form(artifact)), (form(artifact), form(artifact))):
            loud = {f.code for f in check_pair(*sides).findings if f.severity is not Severity.NOTE}
            wrong += [case] if {code for code in loud if code.startswith("storage-")} - UNKNOWN else []

    assert count > 300
    assert [] == wrong


@pytest.mark.parametrize("form", [raw, manifest, first_age])
def test_pair_in_another_format_is_not_waved_through(form):
    """What corrupts storage by its types blocks in every format, be it because the format does not say enough."""
    count, wrong = 0, []
    for case, (_, _, label, *codes) in CASES.items():
        sides = [with_root_only(case, version) for version in ("V1", "V2")]
        if label != "corruption" or None in sides or not {"storage-moved", "storage-narrowed"} & {*codes}:
            continue
        count += 1
        if verdict_of(check_pair(*map(form, sides)).findings) is Verdict.SAFE:
            wrong.append(case)

    assert count > 30
    # Namesakes are told apart by the contracts that declare them, which these formats leave out.
    assert {case for case in wrong if not case.startswith("namesakes-")} <= KNOWN_BY_CODE


KNOWN_BY_CODE = {"places-gap_asm", "bases-gap_written", "corners-same_name_dropped"}
"""A gap that the code writes, and which of two variables of one name is left: no layout says that."""

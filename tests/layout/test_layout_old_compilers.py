"""solc 0.5 to 0.7: layouts computed from their ASTs, slot constants in the assembly of their time, and judgement."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from upgrader.edges.solc import Outputs, Solc
from upgrader.findings import Verdict
from upgrader.flows.check import check_pair
from upgrader.layout.model import RegionKind
from upgrader.layout.read import layout_of
from upgrader.units import keccak

ROOT = Path(__file__).resolve().parents[2]
OLD = "tests/vectors/layout/old"
VERSIONS = {5: "0.5.17", 6: "0.6.12", 7: "0.7.6"}


@cache
def _compiled(minor):
    return Solc(Outputs.NAMED).compile([f"{OLD}/Storage0{minor}.sol"], root=ROOT, version=VERSIONS[minor])


def _artifact(minor, name):
    return _compiled(minor)[f"{OLD}/Storage0{minor}.sol:{name}{minor}"]


def _root(layout):
    region = next(region for region in layout.regions if region.kind is RegionKind.ROOT)
    return [(v.name, v.slot, v.offset, v.size) for v in region.variables]


@pytest.mark.parametrize("minor", VERSIONS)
def test_the_computed_layout_is_the_compilers(minor):
    """Solc states storage layouts since 0.5.13; older ones have to be computed, by the same rules."""
    artifact = _artifact(minor, "Storage")

    computed = layout_of(replace(artifact, storage_layout=None))

    assert len(_root(computed)) == 15
    assert _root(layout_of(artifact)) == _root(computed)


@pytest.mark.parametrize("minor", [6, 7])
def test_a_struct_behind_a_slot_constant_is_a_region(minor):
    """``m_slot := slot`` in 0.6, ``m.slot := slot`` since; 0.5 cannot point a struct at a slot."""
    layout = layout_of(_artifact(minor, "Storage"))

    bases = [region.base for region in layout.regions if region.kind is not RegionKind.ROOT]

    assert [int.from_bytes(keccak(b"old.market"), "big")] == bases


@pytest.mark.parametrize("minor", VERSIONS)
def test_an_insertion_blocks_and_an_append_does_not(minor):
    """The judgement does not depend on the age of the compiler."""
    old = _artifact(minor, "Storage")

    inserted = check_pair(old, _artifact(minor, "Inserted"))
    appended = check_pair(old, _artifact(minor, "Appended"))

    assert Verdict.UNSAFE is inserted.verdict
    assert "storage-moved" in {finding.code for finding in inserted.findings if finding.blocks}
    assert Verdict.SAFE is appended.verdict, appended.findings

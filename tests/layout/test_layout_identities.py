"""Random upgrades, judged a second time by the identities of their variables (:mod:`identities`)."""

import random
from functools import cache

import identities
import pytest
from layout_corpora import ROOT

from upgrader.edges.solc import Outputs, Solc
from upgrader.findings import Severity
from upgrader.flows.check import check_pair

EACH = 16
"""Upgrades of one kind."""

EDITS = {edit.__name__: edit for edit in identities.EDITS}


@cache
def upgrades():
    """Return every upgrade by its edit, compiled in one run."""
    pairs = {}
    for name, edit in EDITS.items():
        for number in range(EACH):
            rnd = random.Random(f"{name} {number}")  # noqa: S311 - the same upgrades every time
            old = identities.program(rnd)
            pairs[f"{name}/{number}"] = old, identities.edited(rnd, old, edit)
    texts = {
        f"{key}/{side}.sol": identities.source(each)
        for key, pair in pairs.items()
        for side, each in zip(("old", "new"), pair, strict=True)
    }
    built = Solc(Outputs.SOURCE).compile_texts(texts, root=ROOT)
    return {key: (*pair, built[f"{key}/old.sol:Main"], built[f"{key}/new.sol:Main"]) for key, pair in pairs.items()}


@pytest.mark.parametrize("name", EDITS)
def test_upgrade_blocks_if_and_only_if_it_harms_live_bytes(name):
    """What moves, is taken over or means something else is refused; whatever stays where it is, is not."""
    for number in range(EACH):
        old, new, before, after = upgrades()[f"{name}/{number}"]
        harm = identities.harmed(old, new)
        blocking = [
            f"{finding.code}: {finding.message}"
            for finding in check_pair(before, after).findings
            if finding.severity is Severity.BLOCKER and finding.code.startswith("storage")
        ]
        told = f"{name} {number}\n{identities.source(old)}\n{identities.source(new)}\n{harm}\n{blocking}"
        assert bool(harm) == bool(blocking), told


def test_edits_do_harm_and_no_harm():
    """The law above is no law of nothing."""
    harmful = [bool(identities.harmed(old, new)) for old, new, _, _ in upgrades().values()]

    assert 0.3 < sum(harmful) / len(harmful) < 0.7

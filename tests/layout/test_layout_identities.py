"""Random upgrades, judged a second time by the identities of their variables (:mod:`identities`)."""

import random
from functools import cache

import identities
import pytest
from layout_corpora import ROOT

from upgrader.edges.solc import Outputs, Solc
from upgrader.findings import Severity
from upgrader.flows.check import check_pair

EACH = 12
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


HISTORIES = 32


@cache
def histories():
    """Return upgrades of a proxy that ran on something else before, compiled in one run."""
    found = {}
    for number in range(HISTORIES):
        rnd = random.Random(f"history {number}")  # noqa: S311 - the same upgrades every time
        first = identities.program(rnd)
        first[-1].vars = identities.variables(rnd, 2)
        second = identities.edited(rnd, first, [identities.drop_last, identities.rename_last][number % 2])
        found[f"{number}"] = first, second, identities.edited(rnd, second, identities.append)
    texts = {f"{key}/{i}.sol": identities.source(each) for key, three in found.items() for i, each in enumerate(three)}
    built = Solc(Outputs.SOURCE).compile_texts(texts, root=ROOT)
    return [(three, [built[f"{key}/{i}.sol:Main"] for i in range(3)]) for key, three in found.items()]


def test_bytes_that_an_earlier_layout_had_live_are_not_fresh():
    """Whatever takes them is refused; a variable of the same name may be the old one, and is at least loud."""
    taken = 0
    for programs, (first, second, third) in histories():
        harm = identities.takes_over(*programs)
        findings = check_pair(second, third, history=[first]).findings
        loud = {finding.code for finding in findings if finding.severity is not Severity.NOTE}
        told = f"{[identities.source(each) for each in programs]}\n{harm}\n{loud}"
        assert bool(harm) == bool(loud & {"storage-reused", "storage-restored"}), told
        assert "storage-restored" not in loud or programs[2][-1].vars[-1].name == programs[0][-1].vars[-1].name, told
        taken += bool(harm)

    assert HISTORIES / 4 < taken < HISTORIES


def test_edits_do_harm_and_no_harm():
    """The law above is no law of nothing."""
    harmful = [bool(identities.harmed(old, new)) for old, new, _, _ in upgrades().values()]

    assert min(sum(harmful), len(harmful) - sum(harmful)) > len(EDITS) * 3

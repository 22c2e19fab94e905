"""Rules on a simulated upgrade: each fires on its fact and on nothing else."""

from dataclasses import replace

import pytest

from upgrader.checks.outcome import Outcome, examine
from upgrader.findings import Severity
from upgrader.plan.manifest import Difference
from upgrader.simulation.result import Probe, Simulation, SlotChange, Step, VariableChange, ViewDifference

GOOD = Simulation(
    engine="anvil",
    chain_id=31337,
    base_block=1,
    base_timestamp=1,
    plan_digest="0x",
    steps=(Step("execute", "a", "b", "execute", succeeded=True, gas_used=1, timestamp=2),),
    call_tree=(),
    changes=(SlotChange("market", "0xa", "0x00", "0x00", "0x01", (VariableChange("limit", "uint256", "0", "1"),)),),
    probes=(
        Probe("reinitialise", "market", "initialize()", "held", ""),
        Probe("bare implementation", "market", "initialize()", "held", ""),
        Probe("pause", "market", "pause()", "held", ""),
    ),
    views_compared=9,
    differences=(),
    executed=True,
)
KINDS = {"market": "uups", "clearing": "transparent"}


def _probe(name, answer="failed", contract="market"):
    return {"probes": (Probe(name, contract, "f()", answer, "x"),)}


def _codes(outcome):
    return [(finding.code, finding.severity) for finding in examine(outcome)]


def test_a_good_simulation_has_no_findings():
    """Nothing to say about an upgrade that behaves."""
    assert _codes(Outcome(GOOD, KINDS)) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (_probe("reinitialise"), ("proxy-reinitialisable", Severity.BLOCKER)),
        (_probe("reinitialise", "unclear"), ("proxy-reinitialisable", Severity.WARNING)),
        (_probe("bare implementation"), ("implementation-initialisable", Severity.BLOCKER)),
        (_probe("bare implementation", contract="clearing"), ("implementation-initialisable", Severity.WARNING)),
        (_probe("pause"), ("pause-broken", Severity.BLOCKER)),
        (_probe("roles"), ("roles-changed", Severity.BLOCKER)),
        (_probe("new state"), ("new-state-zero", Severity.BLOCKER)),
        ({"executed": False}, ("simulation-path-failed", Severity.BLOCKER)),
        (
            {"steps": (Step("execute early", "a", "b", "", succeeded=False, gas_used=0, timestamp=1),)},
            ("timelock-early-execution", Severity.BLOCKER),
        ),
        (
            {"changes": (SlotChange("market", "0xa", "0x07", "0x00", "0x01"),)},
            ("storage-write-unexplained", Severity.BLOCKER),
        ),
        (
            {"changes": (SlotChange("0xff", "0xff", "0x07", "0x00", "0x01"),)},
            ("storage-write-elsewhere", Severity.NOTE),
        ),
        (
            {"differences": (ViewDifference("market", "price()", "", "1", "2"),)},
            ("view-changed", Severity.BLOCKER),
        ),
    ],
)
def test_each_fact_gives_its_one_finding(changes, expected):
    """One planted fact, one code, its severity."""
    assert [expected] == _codes(Outcome(replace(GOOD, **changes), KINDS))


def test_code_that_can_destroy_itself_blocks_behind_any_proxy():
    """A transparent proxy protects only where the code can neither delegatecall nor selfdestruct."""
    simulation = replace(GOOD, **_probe("bare implementation", contract="clearing"))

    outcome = Outcome(simulation, KINDS, perilous=frozenset({"clearing"}))

    assert [("implementation-initialisable", Severity.BLOCKER)] == _codes(outcome)


def test_a_declared_difference_is_a_note_and_an_unused_declaration_a_warning():
    """Declarations come before the run and are held against it."""
    simulation = replace(GOOD, differences=(ViewDifference("market", "version()", "", "1", "2"),))
    declared = (Difference("market", "version()", "new"), Difference("market", "fee()", "lower"))

    assert [("difference-unused", Severity.WARNING), ("difference-declared", Severity.NOTE)] == _codes(
        Outcome(simulation, KINDS, declared=declared)
    )

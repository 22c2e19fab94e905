"""What differs is mined and traced: calls, variables, keys and members of real trades, and a word without a name."""

import protocol_build
import pytest

from upgrader.checks.regression import examine
from upgrader.edges.engine_packed import PackedEngine
from upgrader.edges.rpc import RpcChain
from upgrader.findings import Verdict, verdict_of
from upgrader.flows.dissect import Known, dissect
from upgrader.layout.read import layout_of
from upgrader.simulation.regression import Regression
from upgrader.simulation.reproduction import Reproduction
from upgrader.simulation.scenario import Act, Moment, Override, Scenario
from upgrader.units import Seconds, address, word

ACTOR, KEEPER = address("0x" + "ac" * 20), address("0x" + "c0" * 20)
STORE = bytes.fromhex("60015f355500")
"""Writes 1 to the slot that the calldata names."""


def quiet(_):
    """Say nothing."""


@pytest.fixture(scope="module")
def known(venue):
    """Layouts of the first and of the second version."""
    built = {key.rpartition(":")[2]: artifact for key, artifact in protocol_build.compile_contracts().items()}
    layouts = {name: layout_of(built[name]) for name in built if name.startswith(("OptionsMarket", "ClearingHouse"))}
    market, house = venue.protocol.market, venue.protocol.house
    return Known(
        old={market: layouts["OptionsMarketV1"], house: layouts["ClearingHouseV1"]},
        new={market: layouts["OptionsMarketV2"], house: layouts["ClearingHouseV2"]},
        names=venue.base.lens.names,
    )


def reproduction(venue, scenario):
    """Return a script as the regression saves it, behind the good upgrade."""
    trial = venue.trial()
    return Reproduction(
        scenario=scenario,
        prelude=trial.upgrade,
        upgrade=(0,),
        case="calm",
        difference="",
        chain_id=trial.chain_id,
        block=trial.block.number,
        block_hash=trial.block.hash,
    )


@pytest.fixture(scope="module")
def engine(venue):
    with PackedEngine(RpcChain([venue.sandbox.url]), venue.base.block) as copy:
        yield copy


def test_every_word_of_real_trades_has_a_name(venue, known, engine):
    """Mappings by their keys, structs by their members, on both branches; the calls go through each branch's code."""
    day = venue.scripts("insurance_fund_empty")[0].scenario
    acts = tuple(act for moment in day.moments[:2] for act in moment.acts)[:12]

    old, new = dissect(
        engine, {"01.json": reproduction(venue, Scenario("one", (Moment(Seconds(1), acts),)))}, known, quiet
    )

    assert [("01.json", "old"), ("01.json", "new")] == [(each.script, each.branch) for each in (old, new)]
    managed = {venue.protocol.market, venue.protocol.house}
    for each in (old, new):
        changes = [change for inside in each.acts for change in inside.changes if change.address in managed]
        names = [variable.name for change in changes for variable in change.variables]
        assert () == each.unexplained
        assert len(changes) > 5
        assert all(change.variables for change in changes)
        assert any("[0x" in name for name in names), names
    codes = [
        {node.to.lower() for inside in each.acts for node in inside.tree if node.kind == "DELEGATECALL"}
        for each in (old, new)
    ]
    assert venue.deployed["OptionsMarketV2"].lower() in codes[1] - codes[0]


def test_a_word_without_a_name_cannot_be_judged(venue, known, engine):
    """A write to a hard-coded slot behind the layout's back."""
    act = Act(ACTOR, KEEPER, word(2**200), label="sweep")
    scenario = Scenario("one", (Moment(Seconds(1), (act,), overrides={KEEPER: Override(code=STORE)}),))
    layout = known.new[venue.protocol.house]

    found = dissect(engine, {"01.json": reproduction(venue, scenario)}, Known({}, {KEEPER: layout}), quiet)

    assert [(), ((KEEPER, "0x" + word(2**200).hex()),)] == [each.unexplained for each in found]
    findings = examine(Regression(0, (), dissected=found))
    assert ["market-write-unexplained"] == [finding.code for finding in findings]
    assert Verdict.CANNOT_TELL == verdict_of(findings)

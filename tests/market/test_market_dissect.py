"""What differs is mined and traced: calls, variables, keys and members of real trades, and a word without a name."""

from dataclasses import replace

import protocol_build
import pytest

from upgrader.calls import encode_call
from upgrader.checks.regression import examine
from upgrader.edges.engine_packed import PackedEngine
from upgrader.edges.rpc import RpcChain
from upgrader.findings import Verdict, verdict_of
from upgrader.flows.assurance import assure
from upgrader.flows.dissect import Known, dissect, explained
from upgrader.flows.regression import regress
from upgrader.layout.read import layout_of
from upgrader.simulation.regression import Regression
from upgrader.simulation.reproduction import Reproduction
from upgrader.simulation.scenario import Act, Moment, Override, Scenario
from upgrader.units import Seconds, Slot, address, word

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


def test_a_word_that_differs_is_called_by_its_variable(venue, known, engine):
    """A balance in other bits: the slot stays the observable, and the trace says whose balance it is."""
    day = venue.scripts("insurance_fund_empty")[0]
    owner, dollar, writer = venue.protocol.house, venue.protocol.collateral, venue.protocol.parties.writers[0]
    steps = (
        Act(writer, dollar, encode_call("mint(address,uint256)", writer, 7), label="mint"),
        Act(writer, dollar, encode_call("approve(address,uint256)", owner, 7), label="approve"),
        Act(writer, owner, encode_call("deposit(uint256)", 7), label="deposit"),
    )
    script = replace(day, scenario=Scenario("one", (Moment(Seconds(1), steps),)), laws=())
    trial = venue.trial(house="PackedBits")
    learnt = assure(engine, trial, [script], (owner,), quiet).trial
    learnt = replace(learnt, lens=known.lens(learnt.lens, learnt.watch))

    found = regress(engine, learnt, [script], quiet)
    regression = explained(found.regression, dissect(engine, found.scripts, known, quiet))

    (shown,) = [each for each in regression.differences if each.aspect == "storage"]
    assert (f"_balances[{writer}]", True) == (shown.variables, shown.observable.startswith("slot 0x"))
    (finding,) = [each for each in examine(regression) if each.subject == f"house.{shown.observable}"]
    assert finding.message.startswith(f"It (_balances[{writer}]) is left with another value")


def test_a_plain_variable_is_the_observable_itself(venue, known):
    """One that lies where the layout says needs no trace: findings and declarations name it."""
    house = venue.protocol.house
    (place,) = [each.slot for each in known.new[house].regions[0].variables if each.name == "_fund"]

    lens = known.lens(venue.base.lens, {house: (Slot(place), Slot(2**200))})

    assert {(house, place): "_fund"} == lens.variables


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

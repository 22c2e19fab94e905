"""Real traffic of the reference protocol, re-executed on the old and on the new code."""

import json
from dataclasses import replace

import pytest
from faulty_node import FaultyNode
from market_world import STRANGER, TRADER

from upgrader.checks.regression import examine
from upgrader.edges.engine_packed import PackedEngine
from upgrader.edges.engine_past import PastEngines
from upgrader.edges.kept_runs import KeptRuns
from upgrader.edges.rpc import RpcChain
from upgrader.errors import UnavailableError
from upgrader.findings import Severity, verdict_of
from upgrader.flows.regression import reproduce
from upgrader.flows.replay import replay
from upgrader.plan.manifest import Difference
from upgrader.simulation.compare import Aspect
from upgrader.simulation.reproduction import read_reproduction, write_reproduction
from upgrader.units import keccak

PROXY_WORDS = {
    int.from_bytes(keccak(f"eip1967.proxy.{name}".encode()), "big") - 1
    for name in ("implementation", "admin", "beacon")
}

EVERYTHING = 24
"""Transactions from the account that spends all it has to the last redemption."""


def blockers(regressed):
    """Return code and subject of every finding that blocks."""
    return {(each.code, each.subject) for each in examine(regressed.regression) if each.severity is Severity.BLOCKER}


def codes(regressed):
    """Return the codes of all findings, worst first."""
    return [each.code for each in examine(regressed.regression)]


@pytest.fixture(scope="module")
def good(past):
    """The good upgrade on everything that happened."""
    return past.replay(past.trial(), EVERYTHING)


def test_a_good_upgrade_changes_nothing_that_ever_happened(good):
    """Trades, refusals, a liquidation, settlement: as their receipts say on the old code, and the same on the new."""
    assert ["traffic-replayed"] == codes(good)
    assert ((), {}) == (good.regression.differences, good.scripts)
    assert EVERYTHING == good.regression.replay.transactions


def test_all_that_users_did_was_compared_twice(good):
    """Block by block, and one after the other; the grid has a row for each with what was called."""
    grid = good.regression.grid()

    assert ["traffic/block by block", "traffic/one after the other"] == list(grid)
    for row in grid.values():
        assert {"same"} == set(row.values())
        assert {
            ("market", "buy(uint256,address,uint256,uint256)"),
            ("market", "close(uint256,uint256)"),
            ("market", "redeem(uint256,uint256)"),
            ("house", "liquidate(address,uint256,uint256,uint256)"),
            ("house", "deposit(uint256)"),
        } <= set(row)


@pytest.mark.parametrize(
    ("contract", "until", "observable", "aspect"),
    [
        ("AccountClass", "spent all", "market.buy(uint256,address,uint256,uint256)", Aspect.STATUS),
        (
            "LiquidationNotPaused",
            "liquidation while paused",
            "house.liquidate(address,uint256,uint256,uint256)",
            Aspect.STATUS,
        ),
        ("LiquidationGas", "liquidation", "house.liquidate(address,uint256,uint256,uint256) gas", Aspect.GAS),
        ("ExpiryComparison", "close at expiry", "market.close(uint256,uint256)", Aspect.STATUS),
        ("RedeemPaused", "redemption while paused", "market.redeem(uint256,uint256)", Aspect.STATUS),
        ("SettlementRoundedUp", "odd redemption", "market.redeem(uint256,uint256)", Aspect.RESULT),
        ("PackedBits", "spent all", "house.withdraw(uint256)", Aspect.STATUS),
    ],
)
def test_broken_economics_show_in_what_happened(past, contract, until, observable, aspect):
    """Each planted defect that a past transaction met is a blocker on the function that it is in."""
    side = "market" if contract in {"ExpiryComparison", "SettlementRoundedUp"} else "house"

    regressed = past.replay(past.trial(**{side: contract}, until=until), 2)

    assert ("market-difference", observable) in blockers(regressed)
    assert aspect.value in {
        shown.aspect
        for shown in regressed.regression.differences
        if f"{shown.contract}.{shown.observable}" == observable
    }
    assert () == regressed.regression.replay.unproved


def test_a_saved_script_shows_its_difference_alone(past):
    """One redemption, with the upgrade before it in its block, read back from JSON; and what it did inside."""
    trial = past.trial("SettlementRoundedUp", until="odd redemption")
    regressed = past.replay(trial, 2, known=past.known)
    (name,) = {shown.script for shown in regressed.regression.differences if shown.aspect == Aspect.RESULT}
    reproduction = regressed.scripts[name]
    again = read_reproduction(json.loads(json.dumps(write_reproduction(reproduction))), where=name)
    base = past.world.sandbox.block(again.block)

    with past.past.engines(base) as engine:
        (shown, *_) = reproduce(engine, again, trial.lens)

    assert (base.hash, reproduction) == (again.block_hash, again)
    assert [1] == [len(moment.acts) for moment in again.scenario.moments]
    assert ("market", "redeem(uint256,uint256)", "returns 3000", "returns 3001") == (
        shown.contract, shown.observable, shown.old, shown.new
    )  # fmt: skip
    old, new = (each for each in regressed.regression.dissected if each.script == name)
    assert ("old", (), "new", ()) == (old.branch, old.unexplained, new.branch, new.unexplained)
    assert [1, 1] == [len(each.acts) for each in (old, new)]
    assert f"_balances[{TRADER}]" in {variable.name for change in new.acts[0].changes for variable in change.variables}


def test_a_word_without_a_name_in_what_happened_cannot_be_judged(past):
    """The new code of the house writes where no variable of its layout lies."""
    house = past.known.new[past.world.house.address]
    bare = replace(house, regions=())
    known = replace(past.known, new={**past.known.new, past.world.house.address: bare})

    found = examine(past.replay(past.trial("SettlementRoundedUp", until="odd redemption"), 1, known=known).regression)

    assert "market-write-unexplained" in {each.code for each in found if each.blocks}


def test_a_declared_difference_is_a_note(past):
    """Declared for traffic and within its bound; a twentieth of a per cent is not."""
    severities = {}
    for bound in ("0.001", "0.0001"):
        declared = [
            Difference("market", "redeem(uint256,uint256)", "payouts are rounded", condition="traffic", bound=bound),
            Difference("house", "storage", "payouts are rounded", condition="traffic"),
        ]
        trial = past.trial("SettlementRoundedUp", until="odd redemption", declared=tuple(declared))
        found = examine(past.replay(trial, 1).regression)
        severities[bound] = {each.severity for each in found if each.subject == "market.redeem(uint256,uint256)"}

    assert {"0.001": {Severity.NOTE}, "0.0001": {Severity.BLOCKER}} == severities


# ------------------------------------------------------------------------------------------------ what cannot be told


@pytest.fixture
def spoiled(past):
    """Return a function that gives the past as a server tells it which spoils the node's answers."""
    nodes = []

    def start(change):
        node = FaultyNode(past.world.sandbox.url, lambda exchange: exchange.forward(change)).__enter__()
        nodes.append(node)
        return past.through(RpcChain([node.url], pause=lambda _: None))

    yield start
    for node in nodes:
        node.__exit__()


def refuse(reply, message, code=-32000):
    """Turn a reply into an error."""
    reply.pop("result", None)
    reply["error"] = {"code": code, "message": message}


def _flipped(receipt):
    receipt["status"] = "0x0"


def _cheaper(receipt):
    receipt["gasUsed"] = hex(int(receipt["gasUsed"], 16) - 1)


def _other_event(receipt):
    receipt["logs"][0]["data"] = "0x" + "00" * (len(receipt["logs"][0]["data"]) // 2 - 1)


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (_flipped, "it reverted then and goes through now"),
        (_cheaper, "gas then and uses"),
        (_other_event, "other events then"),
    ],
)
def test_a_receipt_that_is_not_reproduced_cannot_be_told(past, spoiled, tamper, words):
    """One of two transactions ended otherwise than its receipt says: it is not compared, and the other one is."""
    trial = past.trial(until="settlement")
    number = hex(trial.block.number)

    def change(request, reply):
        if request["method"] == "eth_getBlockReceipts" and request["params"] == [number]:
            tamper(reply["result"][0])

    regressed = past.replay(trial, 2, past=spoiled(change))
    found = examine(regressed.regression)
    (blocker,) = [each for each in found if each.blocks]

    assert ("traffic-not-reproduced", "market.settle(uint256,uint256)") == (blocker.code, blocker.subject)
    assert words in blocker.message
    assert ("cannot_tell", 1) == (verdict_of(found), regressed.regression.replay.transactions)


def test_a_node_that_simulates_and_traces_nothing_serves(past, spoiled):
    """Only state and logs are needed of it: the result is the same."""

    def change(request, reply):
        if request["method"] in {"eth_simulateV1", "debug_traceCall", "eth_getBlockReceipts", "eth_createAccessList"}:
            refuse(reply, "the method does not exist/is not available", -32601)

    trial = past.trial("SettlementRoundedUp", until="odd redemption")

    assert past.replay(trial, 2).regression == past.replay(trial, 2, past=spoiled(change)).regression


def test_state_that_is_gone_cannot_be_told(past, spoiled):
    """A node that keeps the newest blocks' state: those are compared; the older ones are named, with what to change."""
    trial = past.trial(until="odd redemption")
    kept = trial.block.number - 2

    def change(request, reply):
        tags = [
            part for part in request["params"] if isinstance(part, str) and part.startswith("0x") and len(part) < 10
        ]
        state = request["method"].startswith(("eth_get", "eth_call", "debug_")) and "Block" not in request["method"]
        if state and tags and int(tags[0], 16) < kept:
            refuse(reply, "missing trie node")

    regressed = past.replay(trial, 4, past=spoiled(change))
    lost = [each for each in examine(regressed.regression) if each.blocks]

    assert {"market.pause()", "market.settle(uint256,uint256)"} == {each.subject for each in lost}
    assert all("missing trie node" in each.message and "--rpc" in each.remedy for each in lost)
    assert "cannot_tell" == verdict_of(lost)
    assert (2, kept + 1) == (regressed.regression.replay.transactions, regressed.regression.replay.first)


def test_a_node_that_lies_about_state_cannot_be_told(past, spoiled):
    """Every balance is nothing: what went through then does not now, and so is no evidence."""

    def change(request, reply):
        if request["method"] == "debug_traceCall":
            refuse(reply, "not offered", -32601)
        if request["method"] == "eth_getStorageAt" and request["params"][0] == past.world.house.address:
            slot = int(request["params"][1], 16)
            if slot > 2**64 and slot not in PROXY_WORDS:
                reply["result"] = "0x" + "00" * 32

    regressed = past.replay(past.trial(until="spent all"), 1, past=spoiled(change))
    found = examine(regressed.regression)

    assert ("cannot_tell", 0, ()) == (
        verdict_of(found),
        regressed.regression.replay.transactions,
        regressed.regression.differences,
    )


def test_an_endpoint_that_is_gone_is_an_error(past):
    """Nothing is judged of a chain that cannot be asked any more."""
    with FaultyNode(past.world.sandbox.url, lambda exchange: exchange.send(502, b"bad gateway")) as node:
        gone = past.through(RpcChain([node.url], pause=lambda _: None))

        with pytest.raises(UnavailableError, match="502"):
            past.replay(past.trial(), 1, past=replace(gone, history=past.past.history))


def test_a_chain_without_traffic_says_so(past):
    """Nobody ever called this address."""
    regressed = past.replay(past.trial(), 5, managed=[STRANGER])

    assert ["traffic-none"] == codes(regressed)
    assert 0 == regressed.regression.scenarios


def test_new_code_that_came_later_is_given_to_older_blocks(past):
    """Without being told of it the upgrade cannot be made there; with it, all is as before."""
    trial = past.trial("OptionsMarketV2, late", "ClearingHouseV2, late")
    late = [past.deployed[f"{name}, late"] for name in ("OptionsMarketV2", "ClearingHouseV2")]

    without, given = (past.replay(trial, 2, implementations=codes) for codes in ((), late))

    assert {("traffic-not-reproduced", "market.redeem(uint256,uint256)")} == blockers(without)
    assert "upgrade the house" in examine(without.regression)[0].message
    assert ["traffic-replayed"] == codes(given)


# ------------------------------------------------------------------------------------------------------- resumption


@pytest.mark.parametrize("contract", ["OptionsMarketV2", "SettlementRoundedUp"])
def test_a_stopped_replay_goes_on_where_it_stopped(past, tmp_path, monkeypatch, contract):
    """Ctrl-C before the second of three blocks: the first one is not copied again, and all is as of one go."""
    trial, most = past.trial(contract, until="odd redemption"), 3
    whole = past.replay(trial, most)
    copied = []
    enter = PackedEngine.__enter__
    monkeypatch.setattr(PackedEngine, "__enter__", lambda self: (copied.append(self), enter(self))[1])

    def stop(words):
        if ", 2 of 3," in words:
            raise KeyboardInterrupt

    def resumed(say):
        engines = PastEngines(past.world.sandbox, kept=KeptRuns(tmp_path / "runs.jsonl"))
        return replay(trial, past.managed, replace(past.past, engines=engines), say, most=most)

    with pytest.raises(KeyboardInterrupt):
        resumed(stop)
    begun = len(copied)
    finished, after = resumed(lambda _: None), len(copied)
    again = resumed(lambda _: None)

    assert (1, 1 + 3, after) == (begun, after, len(copied))  # two blocks, and all of them one after the other
    assert whole == finished == again

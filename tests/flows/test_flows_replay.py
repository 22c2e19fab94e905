"""Replay of what happened to one small contract that sees everything that a block says of itself."""

import json

import pytest

from upgrader.edges.anvil import Anvil
from upgrader.edges.engine_past import PastEngines
from upgrader.edges.history import ChainHistory
from upgrader.errors import SimulationError
from upgrader.flows.regression import Trial, reproduce
from upgrader.flows.replay import Past, replay
from upgrader.simulation.compare import Lens
from upgrader.simulation.reproduction import read_reproduction, write_reproduction
from upgrader.simulation.scenario import Act, Moment, Override, Scenario
from upgrader.units import Seconds, Slot, address, address_from_word, hexed, keccak, word

USER, MINER = (address_from_word(keccak(name)) for name in (b"user", b"miner"))
SEER = address("0x" + "5e" * 20)
SEES = bytes.fromhex(
    "366001146028"
    "57"  # one byte of calldata is the upgrade
    "435f524260205248604052"
    "3a6060524160805244"
    "60a0525f5460c052"
    "60e05fa000"  # number, time, base fee, gas price, beneficiary, randomness, word 0
    "5b60015f5500"
)
"""Emits what it reads of its block and transaction, with its word 0; called with one byte it writes 1 there."""

UPGRADE = Act(USER, SEER, b"\x01", label="write the word")
NOTHING = Act(USER, USER, b"", label="nothing")
CREATION = bytes.fromhex("5f5f5f5f5f73" + SEER[2:] + "5af1505f5ff3")
"""A constructor that calls the contract."""


@pytest.fixture(scope="module")
def seen():
    """Blocks with tips, a beneficiary and an access list, two calls in each, and a creation that calls."""
    with Anvil(options=["--order", "fifo"]) as chain:
        chain.set_code(SEER, SEES)
        chain.request("anvil_setCoinbase", MINER)
        chain.request("anvil_impersonateAccount", USER)
        chain.set_balance(USER, 10**20)
        fees = {"maxFeePerGas": hex(10**11), "maxPriorityFeePerGas": hex(3 * 10**9), "gas": hex(200_000)}
        listed = {"accessList": [{"address": SEER, "storageKeys": [hexed(word(0)), hexed(word(7))]}]}

        def send(to, **more):
            chain.request("eth_sendTransaction", {"from": USER, **({"to": to} if to else {}), **fees, **more})

        chain.request("evm_setAutomine", False)  # noqa: FBT003 - a JSON-RPC parameter
        for after in (5, 12):
            chain.request("evm_increaseTime", after)
            send(SEER)
            send(USER, value="0x1")
            send(SEER, **listed)
            chain.mine()
        send(None, data=hexed(CREATION))
        chain.mine(2)
        yield chain


@pytest.fixture
def run(seen):
    """Return a function that replays the last transactions with an upgrade."""

    def start(upgrade, most, block=None):
        trial = Trial((Moment(Seconds(12), (upgrade,)),), seen.chain_id(), block or seen.block())
        past = Past(seen, ChainHistory(seen), PastEngines(seen))
        return replay(trial, [SEER], past, lambda _: None, most=most)

    return start


def test_a_block_is_run_again_as_it_was(run, seen):
    """Number, time, base fee, gas price with its tip, beneficiary and randomness: the events of then, to the byte."""
    regression = run(NOTHING, 4, seen.block(2)).regression

    assert (4, ()) == (regression.replay.transactions, regression.replay.unproved)
    assert () == regression.differences
    assert (1, 2) == (regression.replay.first, regression.replay.last)


def test_the_upgrade_comes_first_in_the_same_block(run, seen):
    """Each transaction sees the word that the upgrade wrote, and nothing else of its block is moved."""
    regression = run(UPGRADE, 4, seen.block(2)).regression

    assert {("traffic/block by block", "events", 4), ("traffic/one after the other", "events", 4)} == {
        (shown.case, shown.aspect, shown.count) for shown in regression.differences
    }


def test_a_saved_script_keeps_number_and_second_of_its_block(run, seen):
    """The upgrade comes first in the script's own block, so that the events are those of then and of the replay."""
    regressed = run(UPGRADE, 1, seen.block(2))
    (shown,) = regressed.regression.differences
    saved = regressed.scripts[shown.script]
    again = read_reproduction(json.loads(json.dumps(write_reproduction(saved))), where="script.json")

    with PastEngines(seen)(seen.block(again.block)) as engine:
        (found,) = reproduce(engine, again, Lens())

    assert (saved, 1) == (again, len(again.scenario.moments))
    assert (shown.old, shown.new) == (found.old, found.new)
    assert ["upgrade", "act"] == [step.kind for step in regressed.regression.told[0].steps]


def test_a_creation_that_touched_cannot_be_told(run):
    """Only calls are re-executed; the rest of the past is, all the same."""
    replayed = run(NOTHING, 5).regression.replay

    assert 4 == replayed.transactions
    assert [("(creation)", 3, "it creates a contract, and only calls are re-executed")] == [
        (each.contract, each.block, each.reason) for each in replayed.unproved
    ]


def test_state_that_the_upgrade_puts_in_place_is_there(seen):
    """An upgrade may be an override alone, as where code is given."""
    put = Moment(Seconds(12), overrides={SEER: Override(slots={Slot(0): word(5)})})
    trial = Trial((put,), seen.chain_id(), seen.block(1))
    past = Past(seen, ChainHistory(seen), PastEngines(seen))

    regression = replay(trial, [SEER], past, lambda _: None, most=2).regression

    assert [("events", 2)] == [(shown.aspect, shown.count) for shown in regression.differences]


def test_what_no_block_would_take_is_not_taken_for_lost_state(seen):
    """A gas limit below what any transaction costs: the run is refused, and the state is there."""
    act = Act(USER, SEER, b"", gas=1_000)

    with (
        PastEngines(seen)(seen.block(1)) as engine,
        pytest.raises(SimulationError, match="could not be found out"),
    ):
        engine.written((), Scenario("too little gas", (Moment(Seconds(1), (act,)),)))

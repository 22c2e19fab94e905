"""The execution specifications as a second EVM: equal to anvil on what each of its own shortcuts could spoil."""

import pytest

from upgrader.edges.anvil import Anvil
from upgrader.edges.engine_packed import PackedEngine
from upgrader.edges.rpc import RpcChain
from upgrader.edges.specs import ExecutionSpecs
from upgrader.errors import UnavailableError
from upgrader.inquiry import ReadFailed
from upgrader.simulation.coverage import disagreements
from upgrader.simulation.ground import Ground
from upgrader.simulation.request import Run
from upgrader.simulation.scenario import Act, Moment, Override, Question, Scenario
from upgrader.units import Seconds, Slot, Wei, address, word

ACTOR = address("0x" + "ac" * 20)
CONTRACT, CALLER, REVERTER, HASHES, MAKER, LEAF = (address("0x" + digit * 40) for digit in "123456")

DIRTIES = bytes.fromhex("5f546001015f555f545f5260205ff3")
"""Adds one to its word 0 and returns it."""

RESTORES = bytes.fromhex("5f5480600101" + "5f55" + "5f55" + "00")
"""Writes another value to word 0 and the old one back: a refund that rests on the word's original value."""

CALLS_TWICE = bytes.fromhex(
    "5f5f5f5f5f73" + LEAF[2:] + "5af150" + "5f5f5f5f5f73" + CONTRACT[2:] + "5af1" + "5f5260205ff3"
)
"""Calls LEAF, then CONTRACT; returns whether the second call went through."""

DIRTIES_AND_REVERTS = bytes.fromhex("60095f55" + "5f5ffd")
REVERTS = bytes.fromhex("63deadbeef5f526004601cfd")
LOGS = bytes.fromhex("5f3560075f5fa200")
PARENT_HASH = bytes.fromhex("60014303405f5260205ff3")
MAKES = bytes.fromhex("5f5f5f5ff55f5260205ff3")
"""Creates an empty contract with CREATE2 and returns its address; a second time it fails."""


@pytest.fixture(scope="module")
def copy():
    """A copy of a chain on which every contract lives, with words that no override puts."""
    with Anvil(hardfork="osaka") as chain:
        for owner, code in {
            CONTRACT: RESTORES, CALLER: CALLS_TWICE, REVERTER: REVERTS, HASHES: PARENT_HASH, MAKER: MAKES,
            LEAF: DIRTIES_AND_REVERTS,
        }.items():  # fmt: skip
            chain.set_code(owner, code)
            chain.set_storage(owner, Slot(0), word(41))
        chain.mine()
        with PackedEngine(RpcChain([chain.url])) as engine:
            yield engine


def both(engine, *moments, watch=None):
    """Return what the engine and the specifications show of one scenario."""
    scenario = Scenario("one", moments)
    (simulated,) = engine.run((), [scenario], watch or {})
    return simulated, ExecutionSpecs().run(Run(engine.base, (), scenario, watch or {}), engine.ground)


def block(*acts, **more):
    return Moment(Seconds(12), acts, **more)


def test_refunds_rest_on_the_words_of_the_chain(copy):
    """A word that is first met in the middle of a transaction was, before it, what the chain has: 41, not zero."""
    watch = {CONTRACT: (Slot(0),), LEAF: (Slot(0),)}

    simulated, again = both(copy, block(Act(ACTOR, CALLER, b""), Act(ACTOR, CONTRACT, b"")), watch=watch)

    assert () == disagreements(simulated, again)
    assert {CONTRACT: {Slot(0): word(41)}, LEAF: {Slot(0): word(41)}} == again.slots
    assert word(1) == again.acts[0][0].data


def test_an_account_with_code_acts_with_its_code(copy):
    """EIP-3607 lets no contract send; a timelock that acts in a sandbox is still itself when it is called."""
    simulated, again = both(copy, block(Act(REVERTER, REVERTER, b""), Act(CALLER, CONTRACT, b"")))

    assert () == disagreements(simulated, again)
    assert [(False, bytes.fromhex("deadbeef")), (True, b"")] == [(a.status, a.data) for a in again.acts[0]]


def test_what_a_question_changes_is_undone(copy):
    """A view is asked on what the acts left, and leaves nothing; one that reverts answers with its data."""
    put = {CONTRACT: Override(code=DIRTIES, slots={Slot(0): word(7)})}
    asked = (Question(CONTRACT, b""), Question(REVERTER, b""))

    again = both(copy, block(Act(ACTOR, CONTRACT, b""), questions=asked, overrides=put), watch={CONTRACT: (Slot(0),)})[
        1
    ]

    assert word(8) == again.acts[0][0].data == again.slots[CONTRACT][Slot(0)]
    assert word(9) == again.questions[0][0]
    assert (bytes.fromhex("deadbeef"), True) == (again.questions[0][1].data, again.questions[0][1].reverted)
    assert isinstance(again.questions[0][1], ReadFailed)


def test_value_fees_access_lists_logs_and_creations_agree(copy):
    """Senders without money are given it; a log's index counts within the block; a second creation collides."""
    put = {LEAF: Override(code=LOGS)}
    acts = (
        Act(ACTOR, address("0x" + "bd" * 20), b"", Wei(10**18)), Act(ACTOR, LEAF, word(3)), Act(ACTOR, LEAF, word(4)),
        Act(ACTOR, MAKER, b""), Act(ACTOR, MAKER, b""),
        Act(ACTOR, CONTRACT, b"", tip=Wei(3), access=((CONTRACT, (Slot(0),)),)),
    )  # fmt: skip

    simulated, again = both(
        copy, block(*acts, overrides=put, basefee=Wei(7), beneficiary=LEAF), block(Act(ACTOR, MAKER, b""))
    )

    assert () == disagreements(simulated, again)
    assert [0, 1] == [log.index for act in again.acts[0] for log in act.logs]
    assert [True, False, False] == [any(act.data) for act in (*again.acts[0][3:5], *again.acts[1])]


def test_the_hash_of_a_simulated_block_is_not_made_up(copy):
    """Simulated blocks have none that another EVM would know."""
    with pytest.raises(UnavailableError, match="the hash of a block"):
        both(copy, block(Act(ACTOR, HASHES, b"")))


def test_rules_that_the_package_does_not_know_are_named(copy):
    """The chain may be ahead of the package."""
    ground = copy.ground
    tomorrow = Ground(ground.chain_id, "tomorrow", ground.gas_limit, ground.fact)

    with pytest.raises(UnavailableError, match="does not know tomorrow"):
        ExecutionSpecs().run(Run(copy.base, (), Scenario("one", ()), {}), tomorrow)

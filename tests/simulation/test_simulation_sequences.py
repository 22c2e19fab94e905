"""Laws of generated call sequences: what a seed decides, which values fit, what is kept and what is compared."""

import pytest
from eth_abi import encode as abi_encode
from hypothesis import given, settings
from hypothesis import strategies as st

from upgrader.calls import selector
from upgrader.codec import encode
from upgrader.inquiry import Log
from upgrader.simulation.compare import Aspect, Lens, signatures_of
from upgrader.simulation.naming import Names
from upgrader.simulation.scenario import Act, ActResult, Answers
from upgrader.simulation.sequences.chance import Chance
from upgrader.simulation.sequences.compose import INTRUDER, Composer
from upgrader.simulation.sequences.corpus import Corpus, Step, scenario_of
from upgrader.simulation.sequences.learning import learn_traffic
from upgrader.simulation.sequences.parting import CONTROL, AtRest, parted
from upgrader.simulation.sequences.pool import Pool, element_of, leaves
from upgrader.simulation.sequences.surface import Interface, Parameter, surface_of
from upgrader.simulation.sequences.values import Values, bounds, fits
from upgrader.simulation.shrink import shrink
from upgrader.simulation.traffic import Transaction
from upgrader.units import Address, BlockNumber, Hash32, Timestamp, Wei, address_from_word, keccak, word

START = Timestamp(1_767_614_400)


def account(number):
    """Return an address."""
    return address_from_word(keccak(b"account %d" % number))


VENUE, FEED, KEEPER, TRADER = map(account, range(4))


def function(name, inputs, outputs=(), mutability="nonpayable"):
    """Return an ABI entry; inputs are (name, type)."""
    return {
        "type": "function", "name": name, "stateMutability": mutability,
        "inputs": [{"name": each, "type": kind} for each, kind in inputs],
        "outputs": [{"name": each, "type": kind} for each, kind in outputs],
    }  # fmt: skip


BUY = function("buy", [("seriesId", "uint256"), ("maximumCost", "uint128")], [("cost", "uint256")])
GONE = function("gone", [])
FRESH = function("execute", [("target", "address"), ("data", "bytes")])
PRICE = function("priceOf", [("seriesId", "uint256")], [("", "uint256")], "view")
OLD, NEW = (BUY, GONE, PRICE), (BUY, PRICE, FRESH)


def sent(number, to, data, sender=TRADER):
    """Return one transaction of the past."""
    return Transaction(
        hash=Hash32(keccak(b"%d" % number)), index=0, sender=sender, to=to, data=data, value=Wei(0), gas=10**6,
        block=BlockNumber(number), timestamp=Timestamp(START - 100 + number), status=True, gas_used=50_000,
    )  # fmt: skip


def bought(series, cost):
    """Return calldata of a purchase."""
    return selector("buy(uint256,uint128)") + encode(("uint256", "uint128"), (series, cost))


TRAFFIC = (
    sent(1, VENUE, bought(7, 10**6)),
    sent(2, FEED, bytes.fromhex("aabbccdd") + word(3_000), KEEPER),
    sent(3, VENUE, bought(8, 2 * 10**6)),
)
SURFACE = surface_of({VENUE: Interface("venue", OLD, NEW)}, TRAFFIC)
LENS = Lens(Names({VENUE: "venue"}), signatures_of([OLD, NEW]))


def learnt():
    """Return a pool that has seen the traffic."""
    pool = Pool(START)
    learn_traffic(pool, SURFACE, TRAFFIC)
    return pool


def drafts(seed, count=24):
    """Return the first sequences of a seed, on a corpus in which everything goes through."""
    corpus = Corpus(SURFACE)
    composer = Composer(SURFACE, learnt(), corpus, TRAFFIC, START, seed)
    made = []
    for number in range(count):
        draft = composer.draft(number)
        made.append(draft)
        if not draft.fresh:
            corpus.add(draft.steps, [[PASSED] * len(step.acts) for step in draft.steps])
    return made


PASSED = ActResult(True, 50_000, (), b"")  # noqa: FBT003 - as the field is named
REFUSED = ActResult(False, 50_000, (), selector("No()"))  # noqa: FBT003 - likewise


# ------------------------------------------------------------------------------------------------------------ a surface


def test_what_only_one_side_has():
    """What the old code alone has is called, since its callers will be refused; what the new one alone has is fresh."""
    assert {"buy", "gone"} == {each.name for each in SURFACE.calls if each.managed}
    assert ["execute"] == [each.name for each in SURFACE.fresh]
    assert ["priceOf"] == [each.name for each in SURFACE.views]


def test_an_unknown_contract_is_called_word_by_word():
    """Of a feed without an ABI its selector and the number of its words are known."""
    (feed,) = [each for each in SURFACE.calls if each.to == FEED]

    assert ("bytes32",) == feed.types
    assert TRAFFIC[1].data == feed.calldata([word(3_000)])


def test_what_changed_is_called_more_often():
    """A function that alone reaches what changed weighs more than one that does not."""
    reached = {selector("buy(uint256,uint128)"): 1.0}
    surface = surface_of({VENUE: Interface("venue", OLD, NEW, reached)}, ())
    weights = {each.name: each.weight for each in surface.calls}

    assert weights["buy"] > weights["gone"]


# --------------------------------------------------------------------------------------------------------------- values

SCALARS = st.one_of(
    st.integers(1, 32).map(lambda size: f"uint{8 * size}"),
    st.integers(1, 32).map(lambda size: f"int{8 * size}"),
    st.integers(1, 32).map(lambda size: f"bytes{size}"),
    st.sampled_from(["address", "bool", "bytes", "string"]),
)
NAMED = st.sampled_from(["", "seriesid", "minimumproceeds", "maximumcost", "deadline", "to"])


def scalar(kind, name):
    """Return a parameter without members."""
    return Parameter(name, kind)


def struct(members):
    """Return a tuple of parameters."""
    return Parameter("", "(" + ",".join(each.kind for each in members) + ")", tuple(members))


def listed(inner, length):
    """Return an array of a parameter, of any length for 0."""
    return Parameter(inner.name, f"{inner.kind}[{length or ''}]", inner.members)


PARAMETERS = st.recursive(
    st.builds(scalar, SCALARS, NAMED),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(struct), st.builds(listed, inner, st.integers(0, 3))
    ),
    max_leaves=6,
)


@given(PARAMETERS, st.integers(0, 2**64 - 1))
@settings(max_examples=150, deadline=None)
def test_every_value_fits_its_type(parameter, seed):
    """Whatever the type, eth-abi encodes what was drawn, and every scalar is within its bounds."""
    value = Values(learnt(), Chance(seed)).value(parameter)

    assert abi_encode([parameter.kind], [value])
    for leaf, inner in leaves(parameter, value):
        assert element_of(leaf) is None
        assert fits(leaf.kind, inner)


@given(SCALARS.filter(lambda kind: "int" in kind), st.integers(0, 2**64 - 1), st.data())
@settings(max_examples=100, deadline=None)
def test_a_scaled_number_still_fits(kind, seed, data):
    """Prices move within the type that they have."""
    value = data.draw(st.integers(*bounds(kind)))

    assert fits(kind, Values(Pool(START), Chance(seed)).scaled(Parameter("", kind), value))


@pytest.mark.parametrize("kind", ["uint256[]", "int128[3]", "uint8[][2]"])
def test_an_array_of_numbers_is_no_number(kind):
    """A keeper's call with a list is repeated with other numbers around it, and the list as it was."""
    value = ((1, 2), (3,)) if kind.endswith("[2]") else (1, 2, 3)

    assert value == Values(Pool(START), Chance(0)).scaled(Parameter("", kind), value)


def test_values_come_from_traffic():
    """Most series that are bought are those that were bought before."""
    values = Values(learnt(), Chance(0))
    (buy,) = [each for each in SURFACE.calls if each.name == "buy"]
    drawn = [values.arguments(*buy.place, buy.parameters)[0] for _ in range(200)]

    assert sum(each in {7, 8} for each in drawn) > 100


# ------------------------------------------------------------------------------------------------------------ sequences


@given(st.integers())
@settings(max_examples=15, deadline=None)
def test_the_same_seed_makes_the_same_sequences(seed):
    """Nothing but the seed and what was learnt decides."""
    assert drafts(seed) == drafts(seed)


@given(st.integers())
@settings(max_examples=15, deadline=None)
def test_sequences_are_scenarios(seed):
    """Time rises, every call is one of the surface, and what only the new code has is called in drafts that say so."""
    for draft in drafts(seed):
        scenario = scenario_of("generated", draft.steps, START)
        assert all(moment.after >= 1 for moment in scenario.moments)
        for act in (act for step in draft.steps for act in step.acts):
            called = SURFACE.at(act.to, act.data)
            assert called is not None
            assert draft.fresh or called not in SURFACE.fresh


@given(st.integers(0, 2**32), st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_shrinking_a_sequence_keeps_showing(seed, wanted):
    """The smallest sequence still shows what it is about, and no act of it can be left out."""
    draft = max(drafts(seed), key=lambda each: sum(len(step.acts) for step in each.steps))
    acts = [act for step in draft.steps for act in step.acts]
    needed = set(acts[:: max(1, len(acts) // wanted)][:wanted])

    def shows(scenario):
        return needed <= {act for moment in scenario.moments for act in moment.acts}

    smallest = shrink(scenario_of("generated", draft.steps, START), shows)
    left = [act for moment in smallest.moments for act in moment.acts]

    assert shows(smallest)
    assert sorted(map(repr, needed)) == sorted(map(repr, left))


def test_only_what_went_through_is_kept():
    """A refused call changed nothing, so that what begins with a sequence does without it."""
    corpus = Corpus(SURFACE)
    acts = tuple(Act(TRADER, VENUE, bought(series, 1)) for series in (1, 2))

    assert corpus.add([Step(START, acts)], [[REFUSED, PASSED]])
    assert {(acts[1],)} == {each.steps[0].acts for each in corpus if each.refused is None}
    assert not corpus.add([Step(START, acts)], [[REFUSED, PASSED]])


# ------------------------------------------------------------------------------------------------------------ comparing

GAP = word(1)


def answers(*results, slots=None):
    """Return what a run of one block showed."""
    return Answers("generated", (), (results,), ((),), slots or {})


def compared(acts, old, new, rest=None):
    """Return what differs, by aspect and observable."""
    scenario = scenario_of("generated", [Step(START, acts)], START)
    found = parted(scenario, old, new, LENS, SURFACE, rest or AtRest({}, {}))
    return [(each.aspect, each.observable) for each in found]


def test_nothing_is_compared_behind_the_act_at_which_two_runs_part():
    """What comes after it happens in two different states."""
    acts = tuple(Act(TRADER, VENUE, bought(series, 1), label=str(series)) for series in (1, 2))
    event = ActResult(True, 50_000, (Log(VENUE, (GAP,), b"", BlockNumber(1), 0),), b"")  # noqa: FBT003

    assert [(Aspect.STATUS, "buy(uint256,uint128)")] == compared(acts, answers(PASSED, PASSED), answers(REFUSED, event))


def test_an_act_that_only_costs_more_parts_nothing():
    """Gas is reported, and so is what comes after it."""
    acts = tuple(Act(TRADER, VENUE, bought(series, 1), label=str(series)) for series in (1, 2))
    dear = ActResult(True, 90_000, (), b"")  # noqa: FBT003

    assert [
        (Aspect.GAS, "buy(uint256,uint128) gas"), (Aspect.STATUS, "buy(uint256,uint128)")
    ] == compared(acts, answers(PASSED, PASSED), answers(dear, REFUSED))  # fmt: skip


def test_who_was_refused_before_loses_nothing_by_a_function_that_is_gone():
    """An initializer that has run refuses everybody, and so does its absence; whoever went through is cut off."""
    acts = (Act(TRADER, VENUE, selector("gone()")), Act(TRADER, VENUE, bought(1, 1)))
    had_run = ActResult(False, 30_000, (), selector("InvalidInitialization()"))  # noqa: FBT003 - it was refused
    absent = ActResult(False, 25_000, (), b"")  # noqa: FBT003 - likewise

    assert [] == compared(acts, answers(had_run, PASSED), answers(absent, PASSED))
    assert [(Aspect.STATUS, "gone()")] == compared(acts, answers(PASSED, PASSED), answers(absent, PASSED))
    assert [(Aspect.RESULT, "buy(uint256,uint128)")] == compared(
        acts[::-1], answers(had_run, PASSED), answers(absent, PASSED)
    )


def executed(sender):
    """Return a call of what only the new code has."""
    return (Act(sender, VENUE, selector("execute(address,bytes)") + encode(("address", "bytes"), (FEED, b""))),)


def test_what_a_fresh_function_does_for_a_stranger_counts():
    """Its own outcome has nothing to be compared with; a word of storage that it changed has."""
    place = Address(VENUE)
    old, new = ({place: {5: word(each)}} for each in (0, 1))

    assert [(Aspect.STORAGE, "slot 0x5")] == compared(
        executed(INTRUDER), answers(REFUSED, slots=old), answers(PASSED, slots=new)
    )
    assert [] == compared(executed(TRADER), answers(REFUSED, slots=old), answers(PASSED, slots=new))


def test_nobody_may_change_who_runs_a_proxy_by_a_fresh_function():
    """Another implementation than right after the upgrade is a finding, whoever called."""
    slot = next(each for each, name in CONTROL.items() if name == "implementation")
    before, upgraded, seized = ({VENUE: {slot: word(each)}} for each in (1, 2, 3))
    rest = AtRest(before, upgraded)

    assert [] == compared(executed(TRADER), answers(REFUSED, slots=before), answers(PASSED, slots=upgraded), rest)
    assert [(Aspect.STORAGE, "proxy implementation")] == compared(
        executed(TRADER), answers(REFUSED, slots=before), answers(PASSED, slots=seized), rest
    )

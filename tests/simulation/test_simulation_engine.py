"""Runs as requests, replies as answers, packs and records: what the engine's pure parts hold."""

import copy
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.errors import InputError, SimulationError
from upgrader.inquiry import Log, ReadBalance, ReadCode, ReadFailed, ReadSlot
from upgrader.simulation import pack as packs
from upgrader.simulation.answers import answers_of
from upgrader.simulation.coverage import disagreements, unwatched, widened
from upgrader.simulation.discovery import RUNNER, facts_of, known, touched, trace_request
from upgrader.simulation.pack import ReadNonce, StatePack
from upgrader.simulation.probes import STRANGER
from upgrader.simulation.record import key_of, line_of, record_in
from upgrader.simulation.request import ACT_GAS, SLOT_READER, Base, Run, request_of, spent
from upgrader.simulation.rules import hardfork
from upgrader.simulation.scenario import Act, ActResult, Answers, Moment, Override, Question, Scenario, idle
from upgrader.simulation.validate import PORTABLE, Limits, validate
from upgrader.units import (
    BlockNumber,
    ChainId,
    Hash32,
    Seconds,
    Slot,
    Timestamp,
    Wei,
    address,
    address_from_word,
    hexed,
    keccak,
    word,
)

ALICE, BOB, MARKET = (address("0x" + pair * 20) for pair in ("a1", "b0", "c3"))
BASE = Base(BlockNumber(100), Timestamp(1_000))
BUY = Act(ALICE, MARKET, b"buy!", Wei(5))
ASK = Question(MARKET, b"much")
PRELUDE = (Moment(Seconds(12), (Act(BOB, MARKET, b"upgr"),)),)
SCENARIO = Scenario(
    "one",
    (Moment(Seconds(60), (BUY,), (ASK,)), Moment(Seconds(1), overrides={BOB: Override(slots={Slot(2): word(9)})})),
)
WATCH = {MARKET: (Slot(0), Slot(7))}
RUN = Run(BASE, PRELUDE, SCENARIO, WATCH)
LOG = {"address": MARKET.lower(), "topics": [hexed(word(1))], "data": "0x0a"}


def call(status=1, gas=21_000, data="0x", logs=(), **more):
    return {"status": hex(status), "gasUsed": hex(gas), "returnData": data, "logs": list(logs), **more}


def reply():
    """A node's answer to RUN."""
    return [
        {"calls": [call()]},
        {"calls": [call(logs=[LOG, LOG]), call(0, error={"code": 3, "message": "no", "data": "0xdead"})]},
        {"calls": []},
        {"calls": [call(data=hexed(word(3) + word(4)))]},
    ]


def request(**changes):
    """The request of RUN, its first block's first call changed."""
    document = copy.deepcopy(request_of(RUN))
    document["blockStateCalls"][0]["calls"][0].update(changes)
    return document


# ---------------------------------------------------------------------------------------------------------- requests


def test_every_block_says_its_number_and_time_and_the_last_reads_storage():
    """Nothing is left to the node: prelude, scenario, and one second later the reading block."""
    blocks = request_of(RUN)["blockStateCalls"]

    assert [(101, 1_012), (102, 1_072), (103, 1_073), (104, 1_074)] == [
        (int(b["blockOverrides"]["number"], 16), int(b["blockOverrides"]["time"], 16)) for b in blocks
    ]
    assert {MARKET: {"code": hexed(SLOT_READER)}} == blocks[3]["stateOverrides"]
    assert hexed(word(0) + word(7)) == blocks[3]["calls"][0]["data"]
    assert {"stateDiff": {hexed(word(2)): hexed(word(9))}} == blocks[2]["stateOverrides"][BOB]


def test_the_idle_branch_has_the_same_blocks_and_nothing_in_them():
    """Both branches run at the same numbers and times."""
    old = request_of(Run(BASE, idle(PRELUDE), SCENARIO, WATCH))["blockStateCalls"]

    assert [b["blockOverrides"] for b in request_of(RUN)["blockStateCalls"]] == [b["blockOverrides"] for b in old]
    assert [] == old[0]["calls"]


def test_who_owns_less_than_it_may_spend_is_given_it():
    """And nobody else: an override changes what contracts see."""
    assert {ALICE: 5} == spent(RUN.moments)
    assert {ALICE: {"balance": "0x5"}} == request_of(RUN, {ALICE: Wei(4)})["blockStateCalls"][0]["stateOverrides"]
    assert "stateOverrides" not in request_of(RUN, {ALICE: Wei(5)})["blockStateCalls"][0]


def test_a_price_of_gas_makes_the_whole_request_a_validated_one():
    """Blocks without a price then say that gas costs nothing."""
    priced = Run(BASE, (), Scenario("p", (Moment(Seconds(1), (BUY,), basefee=Wei(7)), Moment(Seconds(1)))), {})
    document = request_of(priced)

    assert document["validation"]
    assert ["0x7", "0x0"] == [b["blockOverrides"]["baseFeePerGas"] for b in document["blockStateCalls"]]
    assert {ALICE: 5 + 7 * ACT_GAS} == spent(priced.moments)


def test_a_past_block_says_who_made_it_and_its_transactions_what_they_paid():
    """Beneficiary, randomness, tip and access list go with the request; the sender can pay the tip, too."""
    paid = replace(BUY, gas=50_000, tip=Wei(2), access=((MARKET, (Slot(3),)),))
    past = Moment(Seconds(1), (paid,), basefee=Wei(7), beneficiary=BOB, randomness=word(5))
    document = request_of(Run(BASE, (), Scenario("p", (past,)), {}))
    (block,) = document["blockStateCalls"]

    validate(document, BASE)
    assert (BOB, hexed(word(5))) == (block["blockOverrides"]["feeRecipient"], block["blockOverrides"]["prevRandao"])
    assert ("0x9", "0x2") == (block["calls"][0]["maxFeePerGas"], block["calls"][0]["maxPriorityFeePerGas"])
    assert [{"address": MARKET, "storageKeys": [hexed(word(3))]}] == block["calls"][0]["accessList"]
    assert {ALICE: 5 + 9 * 50_000} == spent((past,))


def test_only_a_block_of_the_past_may_share_a_second():
    """Other nodes refuse it; the pinned anvil runs it."""
    document = request_of(Run(BASE, (), Scenario("same", (Moment(Seconds(0), (BUY,)),)), {}))

    validate(document, BASE, Limits(same_time=True))
    with pytest.raises(SimulationError, match="its time 1000 is not after 1000"):
        validate(document, BASE)


def test_what_is_built_is_what_every_node_accepts():
    """The builder passes the validator."""
    validate(request_of(RUN), BASE)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"blockStateCalls": []}, "no blocks"),
        ({**request_of(RUN), "validate": True}, "validate"),
        (request(gasLimit="0x1"), "gasLimit"),
        (request(gas=hex(ACT_GAS + 1)), "nodes take"),
        (request(gas=100), "'gas'"),
        (request(gas="0x0a"), "'gas'"),
        (request(to=None), "'to'"),
        (request(data="0xabc"), "'data'"),
        (request(value="-0x1"), "'value'"),
        ({"blockStateCalls": [{"blockOverrides": {"number": "0x64", "time": "0xfff"}}]}, "number 100 is not after 100"),
        ({"blockStateCalls": [{"blockOverrides": {"number": "0x65", "time": "0x3e8"}}]}, "time 1000 is not after"),
        ({"blockStateCalls": [{"blockOverrides": {"number": "0x165", "time": "0xfff"}}]}, "257 blocks after the base"),
        ({"blockStateCalls": [{"calls": []}]}, "number"),
        ({"blockStateCalls": [{"blockOverrides": {"number": "0x65", "time": "0xfff", "coinbase": "0x"}}]}, "coinbase"),
    ],
)
def test_what_some_node_would_refuse_is_refused(document, words):
    """The message says which block and call, and what is wrong."""
    with pytest.raises(SimulationError, match=words):
        validate(document, BASE)


def test_the_gas_of_all_calls_together_is_held_where_a_node_has_a_cap():
    """Four calls of 2**24 are more than geth's fifty million."""
    many = Run(BASE, (), Scenario("many", (Moment(Seconds(1), (BUY,) * 4),)), {})
    validate(request_of(many), BASE)

    with pytest.raises(SimulationError, match="together"):
        validate(request_of(many), BASE, PORTABLE)


# ----------------------------------------------------------------------------------------------------------- answers


def test_a_reply_becomes_answers():
    """Logs count within their block, a refused question is a value with geth's revert data, words are by slot."""
    answers = answers_of(reply(), RUN)

    assert ((ActResult(status=True, gas_used=21_000, logs=(), data=b""),),) == answers.prelude
    logs = tuple(Log(MARKET, (word(1),), b"\n", BlockNumber(102), index) for index in (0, 1))
    assert ((ActResult(status=True, gas_used=21_000, logs=logs, data=b""),), ()) == answers.acts
    assert ((ReadFailed("no", b"\xde\xad", reverted=True),), ()) == answers.questions
    assert {MARKET: {Slot(0): word(3), Slot(7): word(4)}} == answers.slots


def spoiled(change):
    found = reply()
    change(found)
    return found


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        reply()[:3],
        spoiled(lambda r: r[0]["calls"].append(call())),
        spoiled(lambda r: r[0].pop("calls")),
        spoiled(lambda r: r[0]["calls"][0].update(status="0x2")),
        spoiled(lambda r: r[0]["calls"][0].update(gasUsed=hex(ACT_GAS + 1))),
        spoiled(lambda r: r[0]["calls"][0].update(returnData="nothing")),
        spoiled(lambda r: r[1]["calls"][0]["logs"].__setitem__(0, {**LOG, "topics": ["0x01"]})),
        spoiled(lambda r: r[1]["calls"][0]["logs"].__setitem__(0, {**LOG, "topics": [hexed(word(1))] * 5})),
        spoiled(lambda r: r[1]["calls"][0]["logs"].__setitem__(0, {**LOG, "address": "0x01"})),
        spoiled(lambda r: r[3]["calls"][0].update(returnData=hexed(word(3)))),
        spoiled(lambda r: r[3]["calls"][0].update(status="0x0")),
    ],
)
def test_a_reply_to_something_else_is_refused(answer):
    """Fewer blocks, more calls, impossible gas, logs or words: an error, never a guess."""
    with pytest.raises(SimulationError, match="makes no sense"):
        answers_of(answer, RUN)


words32 = st.binary(min_size=32, max_size=32)
addresses = st.binary(min_size=20, max_size=20).map(lambda raw: address_from_word(raw.rjust(32, b"\0")))
results = st.builds(
    ActResult,
    st.booleans(),
    st.integers(0, ACT_GAS),
    st.lists(
        st.builds(
            Log,
            addresses,
            st.lists(words32, max_size=4).map(tuple),
            st.binary(max_size=40),
            st.integers(0, 2**40).map(BlockNumber),
            st.integers(0, 99),
        ),
        max_size=2,
    ).map(tuple),
    st.binary(max_size=40),
)
failures = st.builds(ReadFailed, st.text(max_size=20), st.binary(max_size=8), st.booleans())


def rows(of):
    return st.lists(st.lists(of, max_size=2).map(tuple), max_size=2).map(tuple)


answered = st.builds(
    Answers,
    st.text(max_size=10),
    rows(results),
    rows(results),
    rows(st.binary(max_size=40) | failures),
    st.dictionaries(addresses, st.dictionaries(st.integers(0, 2**256 - 1).map(Slot), words32, max_size=3), max_size=2),
)


@given(answered)
def test_a_record_reads_back_as_it_was_written(answers):
    """One line, whatever the answers hold."""
    line = line_of(Hash32(word(1)), answers)

    assert "\n" not in line
    assert (word(1), answers) == record_in(line)


def test_the_key_of_a_run_commits_to_all_that_decides_it():
    """Another block, engine or request is another run."""
    keys = [
        key_of(Hash32(word(1)), "anvil", {"a": 1}),
        key_of(Hash32(word(2)), "anvil", {"a": 1}),
        key_of(Hash32(word(1)), "geth", {"a": 1}),
        key_of(Hash32(word(1)), "anvil", {"a": 2}),
    ]

    assert 4 == len(set(keys))


@pytest.mark.parametrize(
    "line", ["", "{", "[]", '{"key": "0x"}', line_of(Hash32(word(1)), answers_of(reply(), RUN))[:-9]]
)
def test_a_line_that_was_cut_off_is_no_record(line):
    """It is as good as none; the scenario runs again."""
    with pytest.raises(InputError):
        record_in(line)


# ------------------------------------------------------------------------------------------------------------- state

facts = st.dictionaries(
    st.one_of(
        st.builds(ReadSlot, addresses, st.integers(0, 2**256 - 1).map(Slot)),
        st.builds(ReadBalance, addresses),
        st.builds(ReadNonce, addresses),
    ),
    words32,
    max_size=6,
)


def pack_of(known_facts):
    return StatePack(ChainId(1), BlockNumber(7), Hash32(word(8)), {"timestamp": "0x9"}, known_facts)


@given(facts, addresses, st.binary(max_size=50))
def test_a_pack_reads_back_as_it_was_written(known_facts, owner, code):
    """And its digest depends on the facts, not on their order."""
    pack = pack_of({**known_facts, ReadCode(owner): code})
    mixed = pack_of(dict(reversed(pack.facts.items())))

    assert pack == packs.read(json.loads(json.dumps(packs.written(pack))))
    assert (pack.digest, packs.written(pack)) == (mixed.digest, packs.written(mixed))


@given(facts)
def test_an_unknown_fact_and_a_zero_are_different_packs(known_facts):
    """A word that is zero was read; one that is missing was not."""
    asked = ReadSlot(ALICE, Slot(2**255))
    zero = pack_of({**known_facts, asked: bytes(32)})
    unknown = pack_of({key: value for key, value in known_facts.items() if key != asked})

    assert zero.digest != unknown.digest


@pytest.mark.parametrize("change", [{"format": "other"}, {"accounts": []}, {"digest": hexed(word(0))}, {"block": None}])
def test_a_pack_that_was_touched_is_refused(change):
    """It is made again from the chain."""
    with pytest.raises(InputError):
        packs.read({**packs.written(pack_of({ReadBalance(ALICE): word(1)})), **change})


def test_what_is_needed_whatever_code_does_is_known_without_asking():
    """Every party's account, every callee's proxy slots, every watched word."""
    wanted = known(RUN.moments, WATCH)

    assert {ReadBalance(ALICE), ReadNonce(BOB), ReadCode(MARKET), ReadSlot(MARKET, Slot(7))} <= wanted.keys()
    assert ReadSlot(MARKET, Slot(int.from_bytes(keccak(b"eip1967.proxy.implementation"), "big") - 1)) in wanted


def test_a_trace_tells_nothing_of_what_it_overrode_itself():
    """Words of relays stay true; their code and balance, and the replaced words, are the trace's own."""
    moment = Moment(Seconds(1), (BUY,), overrides={MARKET: Override(slots={Slot(1): word(1)})})
    _, options = trace_request((moment,), 101, 1_012)
    account = {
        "balance": "0x10",
        "nonce": 3,
        "code": "0x60",
        "storage": {hexed(word(n)): hexed(word(5)) for n in (1, 2)},
    }

    told = facts_of({ALICE: account, MARKET: account, BOB: account, RUNNER: account, STRANGER: account}, options)

    assert {
        ReadBalance(BOB): word(16), ReadNonce(BOB): word(3), ReadCode(BOB): b"\x60",
        **{ReadSlot(owner, Slot(2)): word(5) for owner in (ALICE, BOB, MARKET, RUNNER, STRANGER)},
        **{ReadSlot(owner, Slot(1)): word(5) for owner in (ALICE, BOB, RUNNER, STRANGER)},
    } == told  # fmt: skip


@pytest.mark.parametrize("trace", [None, [], {"0x1": {}}, {ALICE: {"balance": "many"}}, {ALICE: 5}])
def test_a_trace_that_is_none_is_refused(trace):
    """Whoever asked goes on without it."""
    with pytest.raises(InputError):
        facts_of(trace, {"stateOverrides": {}})


def test_an_access_list_names_words_and_their_accounts():
    """What makes no sense names nothing."""
    listed = {"accessList": [{"address": MARKET, "storageKeys": [hexed(word(3))]}]}

    assert {ReadSlot(MARKET, Slot(3)), ReadCode(MARKET)} <= set(touched(listed))
    assert () == touched(None) == touched({"accessList": [{"address": "0x"}]})


@pytest.mark.parametrize(
    ("header", "probed", "name"),
    [
        ({"baseFeePerGas": "0x1", "difficulty": "0x5"}, None, "london"),
        ({"baseFeePerGas": "0x1", "difficulty": "0x0"}, None, "paris"),
        ({"baseFeePerGas": "0x1", "withdrawalsRoot": "0x"}, "0x", "shanghai"),
        ({"parentBeaconBlockRoot": "0x", "withdrawalsRoot": "0x"}, None, "cancun"),
        ({"requestsHash": "0x", "parentBeaconBlockRoot": "0x"}, None, "prague"),
        ({"requestsHash": "0x"}, hexed(word(255)), "osaka"),
        ({}, None, "berlin"),
    ],
)
def test_a_chains_rules_are_told_by_its_header_and_its_opcodes(header, probed, name):
    """The newest field names the fork; Osaka is told by CLZ."""
    assert name == hardfork(header, probed)


# ---------------------------------------------------------------------------------------------------------- coverage


def test_written_words_that_nobody_watches_are_named():
    """Only those of managed contracts; the wider watch lacks nothing."""
    written = {MARKET: frozenset({Slot(9), Slot(7)}), BOB: frozenset({Slot(1)})}
    missing = unwatched(written, WATCH, {MARKET})

    assert {MARKET: (Slot(9),)} == missing
    assert {} == unwatched(written, widened(WATCH, missing), {MARKET})
    assert {MARKET: (Slot(0), Slot(7), Slot(9))} == widened(WATCH, missing)


def test_two_ways_of_running_differ_where_they_say():
    """Words for a refusal may differ; its data, a status or a word of storage may not."""
    one, other, third = answers_of(reply(), RUN), reply(), reply()
    other[1]["calls"][1]["error"]["message"] = "execution reverted"
    third[1]["calls"][0]["gasUsed"] = hex(21_001)
    third[3]["calls"][0]["returnData"] = hexed(word(3) + word(5))

    assert () == disagreements(one, answers_of(other, RUN))
    assert ["acts, moment 0, 0", f"slot 0x7 of {MARKET}"] == [
        words.partition(": ")[0] for words in disagreements(one, answers_of(third, RUN))
    ]

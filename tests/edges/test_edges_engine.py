"""The engine on the reference protocol: one request a scenario, equal to the same run mined."""

from itertools import islice

import pytest
from faulty_node import FaultyNode

from upgrader.edges.anvil import Anvil
from upgrader.edges.engine import SimulatingEngine
from upgrader.edges.engine_packed import ROUNDS, PackedEngine
from upgrader.edges.engine_resumed import ResumedCopy, ResumedEngine
from upgrader.edges.kept_runs import KeptRuns
from upgrader.edges.pack import UpstreamPack
from upgrader.edges.rpc import RpcChain
from upgrader.errors import MismatchError, SimulationError, UnavailableError
from upgrader.inquiry import ReadFailed, ReadSlot
from upgrader.simulation.coverage import disagreements, unwatched, widened
from upgrader.simulation.prelude import at_once, governed
from upgrader.simulation.request import Base
from upgrader.simulation.scenario import Act, Moment, Override, Question, Scenario, idle
from upgrader.units import ZERO_HASH, Seconds, Slot, Wei, address, address_from_word, keccak, word

ACTOR = address("0x" + "ac" * 20)
READER = address("0x" + "4d" * 20)
COUNTER = address("0x" + "c0" * 20)
COUNTS = bytes.fromhex("5f54600101805f555f5260205ff3")
"""Adds one to its word 0 and returns it."""

REVERTS = bytes.fromhex("63deadbeef5f526004601cfd")
BASE_FEE = bytes.fromhex("485f523a60205260405ff3")
"""Returns BASEFEE and GASPRICE."""

CLZ = bytes.fromhex("60011e5f5260205ff3")


@pytest.fixture
def packed(demo):
    """Return a function that opens the engine on a copy of the demo's chain, behind a server that may spoil answers."""
    opened = []

    def start(fault=lambda exchange: exchange.forward(), **options):
        node = FaultyNode(demo.sandbox.url, fault).__enter__()
        opened.append(node)
        pauses = []
        engine = PackedEngine(RpcChain([node.url], pause=pauses.append), demo.block, **options)
        engine.__enter__()
        opened.append(engine)
        return engine, node

    yield start
    for each in reversed(opened):
        each.__exit__(None, None, None)


def implementation(answers, proxy):
    """Return where a proxy points at the end of a run."""
    return address_from_word(*answers.slots[proxy].values())


def without(*methods):
    """Return a fault: a node that does not offer these methods."""

    def fault(exchange):
        def change(request, reply):
            if request["method"] in methods:
                reply.pop("result", None)
                reply["error"] = {"code": -32601, "message": "the method does not exist/is not available"}

        exchange.forward(change)

    return fault


# ------------------------------------------------------------------------------------------------ the upgrade's paths


def test_the_upgrade_through_its_governance_and_trades_equal_the_mined_run(demo, packed):
    """Approvals, schedule, 48 hours, execute, trades: status, gas, logs and returns are those of mined blocks."""
    engine, _ = packed()
    prelude = governed(demo.governing, demo.creations)
    scenarios = [demo.trades(number) for number in range(3)]

    simulated = list(engine.run(prelude, scenarios, demo.watch))

    assert [[], [], []] == [
        list(disagreements(answers, engine.replay(prelude, scenario, demo.watch).answers))
        for answers, scenario in zip(simulated, scenarios, strict=True)
    ]
    schedule, execute = simulated[0].prelude[0][-1], simulated[0].prelude[1][-1]
    assert ("", "") == (
        demo.governing.shortfall("schedule", schedule.logs),
        demo.governing.shortfall("execute", execute.logs),
    )


def test_both_branches_run_the_same_blocks_and_only_one_is_upgraded(demo, packed):
    """The old branch's idle prelude leaves the proxies where they were; as of now, the new one moves them."""
    engine, _ = packed()
    prelude = at_once(demo.governing, demo.creations)

    (new,) = engine.run(prelude, [demo.trades(0)], demo.watch)
    (old,) = engine.run(idle(prelude), [demo.trades(0)], demo.watch)

    plan = demo.governing.plan
    assert {u.proxy: (u.before, u.after) for u in plan.upgrades} == {
        u.proxy: (implementation(old, u.proxy), implementation(new, u.proxy)) for u in plan.upgrades
    }
    assert all(result.status for moment in (*new.acts, *old.acts) for result in moment)


def test_nothing_is_mined_and_every_scenario_starts_from_the_base(demo, packed):
    """The same scenario shows the same, whatever ran before it; the copied chain does not move."""
    engine, _ = packed()

    first, _, again = engine.run((), [demo.trades(1), demo.trades(2), demo.trades(1)], demo.watch)

    assert first == again
    assert demo.block == demo.sandbox.block() == engine.sandbox.block()


def test_a_mined_sample_names_the_words_that_the_watch_lacks(demo, packed):
    """Trades write words of both proxies; once they are watched, the run reads what was mined and nothing is left."""
    engine, _ = packed()
    scenario = demo.trades(0)
    managed = set(demo.watch)

    written = engine.replay((), scenario, demo.watch).written
    wider = widened(demo.watch, unwatched(written, demo.watch, managed))
    (answers,) = engine.run((), [scenario], wider)
    mined = engine.replay((), scenario, wider)

    assert managed == set(unwatched(written, demo.watch, managed))
    assert {} == unwatched(mined.written, wider, managed)
    assert mined.answers.slots == answers.slots


# ------------------------------------------------------------------------------------------------- state in few trips


def test_tracing_brings_the_state_of_a_sweep_in_three_round_trips(demo, packed):
    """Header, traces, what they left out: then forty scenarios run on facts alone."""
    engine, node = packed(hints=at_once(demo.governing, demo.creations)[0].acts)
    prelude = governed(demo.governing, demo.creations)

    list(engine.run(prelude, [demo.trades(number) for number in range(40)], demo.watch))

    assert engine.rounds <= 3
    assert len(node.posts) == engine.rounds


def test_without_tracing_the_state_is_found_out_here_in_twelve(demo, packed):
    """The same answers as with tracing, a few batches later."""
    scenarios = [demo.trades(number) for number in range(20)]
    prelude = governed(demo.governing, demo.creations)
    traced, _ = packed()
    plain, node = packed(without("debug_traceCall"))

    expected = list(traced.run(prelude, scenarios, demo.watch))

    assert expected == list(plain.run(prelude, scenarios, demo.watch))
    assert 3 < plain.rounds <= ROUNDS
    assert traced.pack.block_hash == plain.pack.block_hash
    assert len(node.posts) < 3 * ROUNDS


def test_where_batches_do_not_converge_the_copy_is_a_plain_fork(demo, packed, monkeypatch):
    """With no batch left, each unknown word is one question to the chain, and the answers are the same."""
    monkeypatch.setattr("upgrader.edges.engine_packed.ROUNDS", 0)
    engine, node = packed(without("debug_traceCall", "eth_createAccessList"))
    direct = SimulatingEngine(RpcChain([demo.sandbox.url]), demo.block)

    assert list(direct.run((), [demo.trades(0)], demo.watch)) == list(engine.run((), [demo.trades(0)], demo.watch))
    assert len(node.posts) > ROUNDS


def test_a_word_that_the_pack_lacks_is_never_read_as_zero(demo, packed):
    """Words written behind the engine's back, in a contract that no trace saw, are read as they are."""
    engine, _ = packed()
    list(engine.run((), [demo.trades(0)], {}))
    slots = tuple(Slot(number) for number in range(5))

    (answers,) = engine.run((), [Scenario("look", (Moment(Seconds(1)),))], {demo.protocol.house: slots})

    real = {s: demo.sandbox.request("eth_getStorageAt", demo.protocol.house, hex(s), "latest") for s in slots}
    assert {s: bytes.fromhex(value[2:]) for s, value in real.items()} == answers.slots[demo.protocol.house]
    assert any(answers.slots[demo.protocol.house][s] != bytes(32) for s in slots)


def test_an_unknown_word_whose_chain_is_gone_is_an_error(demo, packed):
    """When the chain stops answering, a run that needs another word ends; it does not go on with zeroes."""
    gone = []

    def fault(exchange):
        if gone:
            exchange.send(503, b"")
        else:
            exchange.forward()

    engine, _ = packed(fault)
    known = list(engine.run((), [demo.trades(0)], demo.watch))
    gone.append(True)

    assert known == list(engine.run((), [demo.trades(0)], demo.watch))
    with pytest.raises(UnavailableError, match="503"):
        list(engine.run((), [demo.trades(0)], {demo.protocol.house: (Slot(2**200),)}))


def test_a_pack_is_kept_and_is_found_by_its_block(demo, packed, tmp_path):
    """The second sweep on one block asks for its header alone; a pack that was touched is read from the chain again."""
    scenarios = [demo.trades(number) for number in range(3)]
    first, _ = packed(folder=tmp_path)
    expected = list(first.run((), scenarios, demo.watch))
    first.__exit__(None, None, None)
    second, node = packed(folder=tmp_path)

    assert expected == list(second.run((), scenarios, demo.watch))
    assert 1 == len(node.posts)
    assert first.pack.digest == second.pack.digest

    second.__exit__(None, None, None)
    (file,) = tmp_path.iterdir()
    assert f"{first.pack.chain_id}-{demo.block.hash.hex()}.json" == file.name
    file.write_text(file.read_text().replace(word(6 * 10**17).hex(), word(7 * 10**17).hex()))
    third, node = packed(folder=tmp_path)
    assert expected == list(third.run((), scenarios, demo.watch))
    assert len(node.posts) > 1
    assert first.pack.digest == third.pack.digest


# --------------------------------------------------------------------------------------------------- upstream faults


def first_posts(count, fault):
    """Return a fault of the first posts."""
    seen = []

    def both(exchange):
        seen.append(1)
        if len(seen) <= count:
            fault(exchange)
        else:
            exchange.forward()

    return both


def batch_of_at_most(limit):
    """Return a fault: batches above ``limit`` are refused."""

    def fault(exchange):
        if exchange.is_batch and len(exchange.documents) > limit:
            exchange.refuse(-32600, "batch too large")
        else:
            exchange.forward()

    return fault


@pytest.mark.parametrize(
    "fault",
    [
        first_posts(2, lambda exchange: exchange.send(429, b"")),
        first_posts(1, lambda exchange: exchange.send(200, b"[" + b" " * 1000, cut=100)),
        batch_of_at_most(20),
        batch_of_at_most(0),
        without("debug_traceCall", "eth_createAccessList"),
    ],
    ids=["429", "cut midway", "batch capped", "batch refused", "no debug"],
)
def test_an_upstream_that_stumbles_gives_the_same_answers(demo, packed, fault):
    """Rate limits, cut connections, small batches and missing methods cost time, never an answer."""
    direct = SimulatingEngine(RpcChain([demo.sandbox.url]), demo.block)
    engine, _ = packed(fault)

    assert list(direct.run((), [demo.trades(0)], demo.watch)) == list(engine.run((), [demo.trades(0)], demo.watch))


def test_a_reorganised_base_block_ends_the_sweep(demo, packed):
    """State of two blocks is never mixed."""
    moved = []

    def fault(exchange):
        def change(request, reply):
            if moved and request["method"] == "eth_getBlockByNumber":
                reply["result"]["hash"] = "0x" + "ee" * 32

        exchange.forward(change)

    engine, _ = packed(fault)
    moved.append(True)

    with pytest.raises(MismatchError, match="is not the one it was"):
        list(engine.run((), [demo.trades(0)], demo.watch))


def test_endpoints_that_disagree_end_the_sweep(demo):
    """Where all endpoints must agree, one that tells another balance is not outvoted."""

    def fault(exchange):
        def change(request, reply):
            if request["method"] == "eth_getBalance":
                reply["result"] = "0x123"

        exchange.forward(change)

    with FaultyNode(demo.sandbox.url, fault) as liar:
        chain = RpcChain([demo.sandbox.url, liar.url], agree=True)
        with PackedEngine(chain, demo.block) as engine, pytest.raises(MismatchError, match="differently"):
            list(engine.run((), [demo.trades(0)], demo.watch))


def other_words(exchange):
    """A fault: every mapping's words are other ones, and nothing is traced."""

    def change(request, reply):
        if request["method"] == "eth_getStorageAt" and int(request["params"][1], 16) > 2**64:
            reply["result"] = "0x" + "11" * 32

    exchange.forward(change)


def without_the_state(exchange):
    """A fault: the node has pruned the state of the block."""

    def change(request, reply):
        if request["method"] == "eth_getStorageAt":
            del reply["result"]
            reply["error"] = {"code": -32000, "message": "missing trie node"}

    exchange.forward(change)


def test_what_a_sweep_rests_on_is_confirmed_by_every_endpoint(demo, tmp_path):
    """One that tells another word ends it, and no pack is kept; one that has pruned the state says nothing."""

    def sweep(fault):
        with FaultyNode(demo.sandbox.url, fault) as other:
            chain = RpcChain([demo.sandbox.url, other.url])
            with PackedEngine(chain, demo.block, folder=tmp_path) as engine:
                list(engine.run((), [demo.trades(0)], demo.watch))
            return [each["method"] for post in other.posts for each in (post if isinstance(post, list) else [post])]

    with pytest.raises(MismatchError, match=r"differently at block \d+: slot 0x[0-9a-f]{20,} of 0x"):
        sweep(other_words)
    assert [] == list(tmp_path.iterdir())
    assert "eth_getStorageAt" in sweep(without_the_state)
    assert 1 == len(list(tmp_path.iterdir()))


def test_a_node_without_the_method_is_named(demo):
    """The remedy is another endpoint."""
    with FaultyNode(demo.sandbox.url, without("eth_simulateV1")) as node:
        engine = SimulatingEngine(RpcChain([node.url]), demo.block)
        with pytest.raises(UnavailableError) as caught:
            list(engine.run((), [demo.trades(0)], {}))

    assert "eth_simulateV1" in caught.value.remedy


# ------------------------------------------------------------------------------------------------------- resumption


def test_a_stopped_sweep_goes_on_where_it_stopped(demo, tmp_path):
    """What the file holds is not run again, a line that was cut off is, and the answers are those of one go."""
    file = tmp_path / "answers.jsonl"
    scenarios = [demo.trades(number) for number in (0, 1, 0, 2, 3)]
    expected = list(SimulatingEngine(RpcChain([demo.sandbox.url]), demo.block).run((), scenarios, demo.watch))

    with FaultyNode(demo.sandbox.url, lambda exchange: exchange.forward()) as node:
        engine = SimulatingEngine(RpcChain([node.url]), demo.block, workers=1)
        base = Base(demo.block.number, demo.block.timestamp)
        resumed = ResumedEngine(engine, base, demo.block.hash, "anvil", KeptRuns(file))
        begun = list(islice(resumed.run((), scenarios, demo.watch), 2))
        with file.open("ab") as cut:
            cut.write(file.read_bytes()[:200])
        node.posts.clear()
        finished = list(resumed.run((), scenarios, demo.watch))
        asked = [d for post in node.posts for d in post if d["method"] == "eth_simulateV1"]

    assert (expected[:2], expected) == (begun, finished)
    assert 2 == len(asked)


def test_runs_that_came_with_the_project_are_not_believed(demo, tmp_path, monkeypatch):
    """Whoever can commit a source can commit what runs are said to have shown: another user's are made again."""
    engine = SimulatingEngine(RpcChain([demo.sandbox.url]), demo.block)
    base, file = Base(demo.block.number, demo.block.timestamp), tmp_path / "answers.jsonl"
    scenarios = [demo.trades(0)]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "theirs"))
    theirs = list(ResumedEngine(engine, base, demo.block.hash, "anvil", KeptRuns(file)).run((), scenarios, demo.watch))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "ours"))
    before = file.read_bytes()

    ours = list(ResumedEngine(engine, base, demo.block.hash, "anvil", KeptRuns(file)).run((), scenarios, demo.watch))

    assert theirs == ours
    assert 2 * before.count(b"\n") == file.read_bytes().count(b"\n")


def test_what_runs_showed_and_wrote_is_had_from_the_file_alone(demo, packed, tmp_path):
    """Another process finds both in the file that the first one left, and makes no run."""
    engine, node = packed()
    first, again = (
        ResumedCopy(engine, engine.base, demo.block.hash, "anvil", KeptRuns(tmp_path / "runs.jsonl")) for _ in range(2)
    )
    trades = demo.trades(0)
    said = [*first.run((), [trades], demo.watch)], first.written((), trades)
    engine.__exit__(None, None, None)
    node.posts.clear()

    assert said == ([*again.run((), [trades], demo.watch)], again.written((), trades))
    assert said[1]
    assert [] == node.posts


# ------------------------------------------------------------------------------------------------------- the blocks


@pytest.fixture(scope="module")
def blank():
    """An empty chain under Prague's rules, and its engine."""
    with Anvil(hardfork="prague") as chain:
        yield chain


def run(chain, *moments, watch=None):
    """Run one scenario on a chain's head and return its answers."""
    (answers,) = SimulatingEngine(chain, chain.block()).run((), [Scenario("one", moments)], watch or {})
    return answers


def test_acts_see_one_another_and_questions_see_them_all(blank):
    """Words and code put in place before a block are there, and the last word is read at the end."""
    count = Act(ACTOR, COUNTER, b"")
    put = {COUNTER: Override(code=COUNTS, slots={Slot(0): word(40)})}

    answers = run(
        blank,
        Moment(Seconds(1), (count, count), (Question(COUNTER, b""),), overrides=put),
        Moment(Seconds(5), (count,)),
        watch={COUNTER: (Slot(0), Slot(1))},
    )

    assert [word(41), word(42), word(44)] == [act.data for moment in answers.acts for act in moment]
    assert ((word(43),), ()) == answers.questions
    assert {Slot(0): word(44), Slot(1): bytes(32)} == answers.slots[COUNTER]


def test_a_view_that_reverts_answers_with_its_data(blank):
    """A refused question is a value, as everywhere."""
    put = {COUNTER: Override(code=REVERTS)}

    ((answer,),) = run(blank, Moment(Seconds(1), (), (Question(COUNTER, b""),), overrides=put)).questions

    assert (bytes.fromhex("deadbeef"), True) == (answer.data, answer.reverted)
    assert isinstance(answer, ReadFailed)


def test_a_gas_price_is_seen_where_one_is_given(blank):
    """BASEFEE and GASPRICE are what the moment says, and zero in the others; nobody needs money for it."""
    put = {COUNTER: Override(code=BASE_FEE)}
    act = Act(ACTOR, COUNTER, b"")

    answers = run(
        blank,
        Moment(Seconds(1), (act,), overrides=put),
        Moment(Seconds(1), (act,), (Question(COUNTER, b""),), basefee=Wei(7)),
    )

    assert [word(0) * 2, word(7) * 2] == [act.data for moment in answers.acts for act in moment]
    assert word(7) * 2 == answers.questions[1][0]


def test_who_owns_nothing_can_still_send_value(blank):
    """An unfunded transfer would fail the whole request; its sender is given what it spends."""
    (sent,) = run(blank, Moment(Seconds(1), (Act(ACTOR, READER, b"", Wei(10**21)),))).acts

    assert sent[0].status


def test_an_empty_sweep_asks_nothing(demo, packed):
    """No scenarios, no answers."""
    engine, _ = packed()

    assert [] == list(engine.run((), [], demo.watch))


def test_a_time_that_stands_still_is_refused_before_it_is_sent(blank):
    """What anvil would run without a word, geth refuses."""
    with pytest.raises(SimulationError, match="is not after"):
        run(blank, Moment(Seconds(0), (Act(ACTOR, COUNTER, b""),)))


@pytest.mark.parametrize(("rules", "works"), [("prague", False), ("osaka", True)])
def test_the_copy_runs_the_rules_of_its_chain(rules, works):
    """CLZ came with Osaka: under Prague it must fail, whatever anvil's newest rules are."""
    put = {COUNTER: Override(code=CLZ)}
    scenario = Scenario("clz", (Moment(Seconds(1), (Act(ACTOR, COUNTER, b""),), overrides=put),))

    with Anvil(hardfork=rules) as chain, PackedEngine(RpcChain([chain.url])) as engine:
        (answers,) = engine.run((), [scenario], {})

    assert works == answers.acts[0][0].status


def test_the_digest_of_a_pack_commits_to_every_fact(demo):
    """One other word, another digest."""
    upstream = UpstreamPack(RpcChain([demo.sandbox.url]), demo.block)
    empty = upstream.pack.digest
    upstream.fetch([ReadSlot(demo.protocol.market, Slot(5))])

    assert empty != upstream.pack.digest
    assert ZERO_HASH != keccak(upstream.pack.digest)

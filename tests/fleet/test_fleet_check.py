"""The whole judgement of a fleet, over recorded answers."""

from dataclasses import replace
from datetime import date

import pytest
from fleet_world import GETH, HEAD, NOW, Recorded, config, fleet_of, node, pair, single

from upgrader.errors import InputError
from upgrader.findings import Verdict
from upgrader.fleet.facts import ConsensusFacts, ExecutionFacts, HeadBlock, NodeFacts
from upgrader.fleet.fleet import Policy
from upgrader.fleet.readiness import Status
from upgrader.flows.nodes import check


def _check(schedule, fleet, reader, *, fork=None, now=NOW):
    return check(fleet, schedule, reader, fork_name=fork, now=now, progress=lambda _: None)


def _codes(found):
    return sorted((finding.subject, finding.code) for finding in found.findings)


def _with_one(schedule, **changes):
    """Judge two sound nodes and one that differs."""
    said = single(schedule, "a"), single(schedule, "b"), single(schedule, "odd", **changes)
    return _check(schedule, *fleet_of(*said))


def test_a_sound_fleet_is_safe(sepolia):
    """Right chain, head, peers and release, and the next fork in every configuration: nothing to say."""
    found = _check(sepolia, *fleet_of(pair(sepolia, "a"), pair(sepolia, "b"), single(sepolia, "c")))

    assert (Verdict.SAFE, []) == (found.verdict, _codes(found))
    assert "amsterdam" == found.fork.name
    assert {Status.READY} == {judged.status for judged in found.readiness.values()}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"chain_id": 1}, "node-wrong-chain"),
        ({"genesis_hash": b"\x01" * 32}, "node-wrong-genesis"),
        ({"head": replace(HEAD, number=HEAD.number - 10)}, "node-behind"),
        ({"head": replace(HEAD, timestamp=NOW - 3600)}, "node-stands-still"),
        ({"syncing": True}, "node-syncing"),
        ({"peers": 0}, "node-no-peers"),
        ({"client_version": GETH.replace("1.17.7", "1.17.6")}, "node-version-differs"),
        ({"client_version": "reth/v2.7.0"}, "node-client-differs"),
    ],
)
def test_one_unsound_node_makes_the_fleet_unsafe(sepolia, changes, code):
    """Each way of being no member of the fleet has its finding, on the node that is it."""
    found = _with_one(sepolia, **changes)

    assert Verdict.UNSAFE is found.verdict
    assert [("odd", code)] == [pair for pair in _codes(found) if pair[1] != "node-fork-not-ready"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unreachable": "cannot be reached (Connection refused)"}, "node-unreachable"),
        ({"chain_id": None}, "node-chain-unknown"),
        ({"genesis_hash": None}, "node-genesis-unknown"),
        ({"head": None}, "node-head-unknown"),
        ({"head": replace(HEAD, timestamp=NOW + 3600)}, "node-head-in-future"),
        ({"client_version": ""}, "node-version-unknown"),
    ],
)
def test_what_a_node_does_not_say_is_not_held_for_good(sepolia, changes, code):
    """Silence about what matters leaves the verdict open, which blocks too."""
    facts = ExecutionFacts(**changes) if "unreachable" in changes else None
    odd = NodeFacts(node("odd"), facts) if facts else single(sepolia, "odd", **changes)
    found = _check(sepolia, *fleet_of(single(sepolia, "a"), single(sepolia, "b"), odd))

    assert Verdict.CANNOT_TELL is found.verdict
    assert ("odd", code) in _codes(found)


def test_unknown_peers_are_only_noted(sepolia):
    """Many sound nodes keep the net namespace closed."""
    found = _with_one(sepolia, peers=None)

    assert (Verdict.SAFE, [("odd", "node-peers-unknown")]) == (found.verdict, _codes(found))


def test_a_node_ahead_is_a_warning(sepolia):
    """One node far ahead is wrong, or the others stand still."""
    found = _with_one(sepolia, head=replace(HEAD, number=HEAD.number + 10))

    assert [("odd", "node-ahead")] == _codes(found)


def test_a_newer_release_than_wanted_is_a_warning(sepolia):
    """Somebody upgraded it; the file is behind."""
    found = _with_one(sepolia, client_version=GETH.replace("1.17.7", "1.18.0"))

    assert (Verdict.SAFE, [("odd", "node-version-differs")]) == (found.verdict, _codes(found))


def test_a_configuration_without_the_fork_is_a_restart(sepolia):
    """The release knows Amsterdam, what it was started with does not."""
    found = _with_one(sepolia, eth_config=config(sepolia, sepolia.named("bpo2").timestamp))

    assert Status.RESTART_NEEDED is found.readiness["odd"].status
    assert (Verdict.UNSAFE, [("odd", "node-restart-needed")]) == (found.verdict, _codes(found))


def test_too_old_a_release_is_not_ready_whatever_its_configuration_says(sepolia):
    """Geth 1.17.6 with Amsterdam's date set by hand."""
    said = NodeFacts(
        node("odd", want="1.17.6"), single(sepolia, client_version=GETH.replace("1.17.7", "1.17.6")).execution
    )
    found = _check(sepolia, *fleet_of(single(sepolia, "a"), single(sepolia, "b"), said))

    assert [("odd", "node-fork-not-ready")] == _codes(found)
    assert "1.17.7" in found.findings[0].message


def test_a_consensus_client_without_the_fork_fails_the_pair(sepolia):
    """The execution half is ready and the consensus half was not upgraded."""
    old = pair(sepolia).consensus.spec | {"GLOAS_FORK_EPOCH": str(2**64 - 1)}
    cl = {"client_version": "Lighthouse/v8.0.0-e42406d/x86_64-linux", "fork_schedule": [], "spec": old}
    found = _check(sepolia, *fleet_of(pair(sepolia, "a"), pair(sepolia, "odd", cl=cl)))

    assert [("odd", "node-fork-not-ready")] == _codes(found)


def test_two_layers_that_disagree_are_looked_at(sepolia):
    """The fork schedule has Gloas and the configuration another epoch for it."""
    moved = pair(sepolia).consensus.spec | {"GLOAS_FORK_EPOCH": "353025"}
    found = _check(sepolia, *fleet_of(pair(sepolia, "a"), pair(sepolia, "odd", cl={"spec": moved})))

    assert (Verdict.CANNOT_TELL, [("odd", "node-evidence-disagrees")]) == (found.verdict, _codes(found))


def test_version_alone_is_a_warning(sepolia):
    """Ready by its release, but nothing shows what it was started with."""
    found = _with_one(sepolia, eth_config=None)

    assert (Verdict.SAFE, [("odd", "node-ready-by-version")]) == (found.verdict, _codes(found))


def test_a_node_that_missed_the_fork_is_found_though_it_says_that_it_is_synced(sepolia):
    """After Amsterdam the others go on; the odd one stands at the block before, with eth_syncing false."""
    amsterdam = sepolia.named("amsterdam").timestamp
    now = amsterdam + 200
    going = {"head": HeadBlock(HEAD.number, HEAD.hash, now - 6), "eth_config": config(sepolia, amsterdam)}
    stuck = {"head": HeadBlock(HEAD.number - 16, HEAD.hash, amsterdam - 12), "syncing": False}
    said = single(sepolia, "a", **going), single(sepolia, "b", **going), single(sepolia, "odd", **stuck)
    found = _check(sepolia, *fleet_of(*said), now=now)

    assert "amsterdam" == found.fork.name
    assert Status.NOT_READY is found.readiness["odd"].status
    assert [("odd", "node-behind"), ("odd", "node-fork-not-ready")] == _codes(found)


def test_a_fleet_that_missed_the_fork_together_is_not_safe(sepolia):
    """No node lags behind another, and yet none is ready."""
    amsterdam = sepolia.named("amsterdam").timestamp
    stuck = {"head": HeadBlock(HEAD.number, HEAD.hash, amsterdam - 12)}
    found = _check(
        sepolia, *fleet_of(single(sepolia, "a", **stuck), single(sepolia, "b", **stuck)), now=amsterdam + 400
    )

    assert Verdict.UNSAFE is found.verdict
    assert {"node-stands-still", "node-fork-not-ready"} == {code for _, code in _codes(found)}


def test_a_node_on_another_chain_is_never_ready(sepolia):
    """Its configuration may hold the right fork ids; they are of another chain."""
    assert Status.UNKNOWN is _with_one(sepolia, chain_id=1).readiness["odd"].status


def test_a_split_is_found_by_block_hash(sepolia):
    """Three nodes at one height, one of them on another branch."""
    said = [single(sepolia, name) for name in ("a", "b", "odd")]
    fleet, _ = fleet_of(*said)
    found = _check(sepolia, fleet, Recorded(said, {"odd": b"\x02" * 32}))

    assert (Verdict.UNSAFE, [("odd", "node-different-block")]) == (found.verdict, _codes(found))


def test_an_even_split_is_everybodys(sepolia):
    """Two against two: nobody can tell who is right."""
    said = [single(sepolia, name) for name in "abcd"]
    fleet, _ = fleet_of(*said)
    found = _check(sepolia, fleet, Recorded(said, {"c": b"\x02" * 32, "d": b"\x02" * 32}))

    assert Verdict.CANNOT_TELL is found.verdict
    assert [(name, "node-different-block") for name in "abcd"] == _codes(found)


def test_a_block_that_is_not_shown_cannot_be_compared(sepolia):
    """A node that names its head and then not the block below it."""
    said = [single(sepolia, name) for name in ("a", "b", "odd")]
    fleet, _ = fleet_of(*said)
    found = _check(sepolia, fleet, Recorded(said, {"odd": None}))

    assert (Verdict.CANNOT_TELL, [("odd", "node-block-unknown")]) == (found.verdict, _codes(found))


def test_a_fork_unknown_to_the_data_is_said(sepolia):
    """A node that has one more fork than the schedule shows that the schedule is old."""
    later = sepolia.named("amsterdam").timestamp + 10_000_000
    answer = single(sepolia).execution.eth_config
    found = _with_one(sepolia, eth_config=answer | {"last": answer["next"] | {"activationTime": later}})

    assert [("odd", "node-unknown-fork")] == _codes(found)


def test_nonsense_for_a_configuration_is_a_warning_and_no_evidence(sepolia):
    """The version still speaks for the node."""
    found = _with_one(sepolia, eth_config={"current": "\x1b[2J<script>"})

    assert [("odd", "node-answer-malformed"), ("odd", "node-ready-by-version")] == _codes(found)


def test_a_pair_whose_halves_do_not_belong_together(sepolia):
    """The consensus client drives another execution client than the address in the file."""
    cl = {"execution_version": "Nethermind/v1.39.3+28cbe2a0"}
    found = _check(sepolia, *fleet_of(pair(sepolia, "a"), pair(sepolia, "odd", cl=cl)))

    assert [("odd", "node-pair-differs")] == _codes(found)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"syncing": True}, "node-syncing"),
        ({"execution_offline": True}, "node-execution-offline"),
        ({"peers": 0}, "node-no-peers"),
        ({"head_slot": 10_999_000}, "node-behind"),
        ({"genesis_validators_root": b"\x01" * 32}, "node-wrong-chain"),
    ],
)
def test_an_unsound_consensus_client(sepolia, changes, code):
    """The other half has its own ways of being unsound."""
    said = pair(sepolia, "a"), pair(sepolia, "b"), pair(sepolia, "odd", cl=changes)
    found = _check(sepolia, *fleet_of(*said))

    assert (Verdict.UNSAFE, [("odd", code)]) == (found.verdict, _codes(found))


def test_an_unreachable_consensus_client_leaves_the_pair_unknown(sepolia):
    """Half a node is not a ready node."""
    silent = NodeFacts(node("odd", pair=True), pair(sepolia).execution, ConsensusFacts(unreachable="gives no answer"))
    found = _check(sepolia, *fleet_of(pair(sepolia, "a"), silent))

    assert Status.UNKNOWN is found.readiness["odd"].status
    assert [("odd", "node-unreachable")] == _codes(found)


def test_without_a_schedule_the_majority_is_expected(sepolia):
    """A network without data: chain and genesis are what most nodes say, readiness is not judged."""
    said = single(sepolia, "a"), single(sepolia, "b"), single(sepolia, "odd", chain_id=5)
    found = _check(None, *fleet_of(*said, network="private"))

    assert [("odd", "node-wrong-chain"), ("private", "fork-schedule-missing")] == _codes(found)
    assert ({}, sepolia.chain_id) == (found.readiness, found.expected.chain_id)


def test_without_a_schedule_a_deviating_configuration_is_a_warning(sepolia):
    """A staggered upgrade is a normal state, so it is said and does not block."""
    bare = config(sepolia, sepolia.named("bpo2").timestamp)
    said = single(sepolia, "a"), single(sepolia, "b"), single(sepolia, "odd", eth_config=bare)
    found = _check(None, *fleet_of(*said, network="private"))

    assert Verdict.SAFE is found.verdict
    assert ("odd", "node-config-differs") in _codes(found)


def test_two_nodes_of_different_chains_and_no_expectation(sepolia):
    """One against one: nobody can tell."""
    said = single(sepolia, "a"), single(sepolia, "b", chain_id=5, genesis_hash=b"\x05" * 32)
    found = _check(None, *fleet_of(*said, network="private"))

    assert Verdict.CANNOT_TELL is found.verdict
    assert {"node-chain-unknown", "node-genesis-unknown"} <= {code for _, code in _codes(found)}


def test_a_consensus_client_that_does_not_name_its_network(sepolia):
    """It may be any network's."""
    said = pair(sepolia, "a"), pair(sepolia, "odd", cl={"genesis_validators_root": None})
    found = _check(sepolia, *fleet_of(*said))

    assert (Verdict.CANNOT_TELL, [("odd", "node-chain-unknown")]) == (found.verdict, _codes(found))


def test_policy_bounds(sepolia):
    """The fleet file's own limits take the place of the defaults."""
    said = single(sepolia, "a"), single(sepolia, "b", head=replace(HEAD, number=HEAD.number - 10), peers=0)
    lax = Policy(max_lag=20, min_peers=0)

    assert Verdict.SAFE is _check(sepolia, *fleet_of(*said, policy=lax)).verdict


@pytest.mark.parametrize("name", ["gloas", "Amsterdam", "osaka", "bpo1"])
def test_a_fork_can_be_named(sepolia, name):
    """By either layer's name, past or to come."""
    found = _check(sepolia, *fleet_of(pair(sepolia, "a")), fork=name)

    assert (Verdict.SAFE, sepolia.named(name)) == (found.verdict, found.fork)


def test_an_unknown_fork_is_an_input_error(sepolia):
    """A mistyped fork is not silently another one."""
    with pytest.raises(InputError, match="amsterdan") as caught:
        _check(sepolia, *fleet_of(single(sepolia)), fork="amsterdan")

    assert "amsterdam" in caught.value.remedy


def test_a_fork_without_a_date_cannot_be_judged(sepolia):
    """Nobody is ready for a day that is not set."""
    undated = replace(sepolia, forks=(*sepolia.forks, replace(sepolia.forks[-1], name="bogota", consensus="heze")))
    undated = replace(undated, forks=tuple(_undated(f) if f.name == "bogota" else f for f in undated.forks))
    found = _check(undated, *fleet_of(single(sepolia)), fork="bogota")

    assert (Verdict.CANNOT_TELL, [("sepolia", "fork-unscheduled")]) == (found.verdict, _codes(found))


def test_a_fleet_file_that_contradicts_the_schedule(sepolia):
    """Two sources for one fact that differ are an error, not a preference."""
    fleet, reader = fleet_of(single(sepolia), chain_id=1)

    with pytest.raises(InputError, match="different chains"):
        _check(sepolia, fleet, reader)


def test_an_old_schedule_without_a_fork_to_come_is_a_warning(sepolia):
    """Half a year later nothing is left to wait for, and the data has not been looked at."""
    later = NOW + 200 * 86_400
    old = replace(sepolia, retrieved=date(2026, 11, 20))
    head = HeadBlock(10_000_000, HEAD.hash, later - 6)
    said = single(sepolia, head=head, eth_config=config(sepolia, sepolia.named("amsterdam").timestamp))
    found = _check(old, *fleet_of(said), now=later)

    assert [("sepolia", "fork-schedule-old")] == _codes(found)


def _undated(fork):
    from upgrader.forks.criteria import Unscheduled

    return replace(fork, criterion=Unscheduled(), epoch=None)

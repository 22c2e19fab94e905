"""Fork ids against every published vector."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.errors import InputError
from upgrader.forks.criteria import UINT64_MAX, ByBlock, ByTimestamp, Head
from upgrader.forks.fork_id import Compatibility, ForkId, decode, encode, fork_hash_at, fork_id, validate
from upgrader.forks.schedule import Fork

VERDICTS = {
    None: Compatibility.COMPATIBLE,
    "ErrRemoteStale": Compatibility.REMOTE_STALE,
    "ErrLocalIncompatibleOrStale": Compatibility.LOCAL_INCOMPATIBLE_OR_STALE,
}
PETERSBURG = 7_280_000
"""The last fork that EIP-2124 knew on mainnet."""


def _only_blocks(schedule, last=UINT64_MAX):
    kept = (f for f in schedule.forks if isinstance(f.criterion, ByBlock) and f.criterion.number <= last)
    return replace(schedule, forks=tuple(kept))


def _eip6122(schedule):
    merge = Fork("merge-netsplit", ByBlock(18_000_000))
    shanghai = Fork("shanghai", ByTimestamp(1_668_000_000))
    return replace(schedule, forks=(*_only_blocks(schedule).forks, merge, shanghai))


def _announced(schedule, case):
    identity = fork_id(schedule, Head(case["head"], case.get("time", 0)))
    return f"0x{identity.hash.hex()}", identity.next


def _judged(schedule, case):
    remote = ForkId(bytes.fromhex(case["remote_hash"][2:]), case["remote_next"])
    return validate(schedule, Head(case["head"], case.get("time", 0)), remote)


def test_geth_creation(schedules, vectors):
    """The 78 fork ids that go-ethereum expects on four networks."""
    cases = vectors("forkid_creation_geth")["cases"]
    got = []
    for case in cases:
        bundled = [f for f in schedules[case["network"]].forks if f.name != "amsterdam"]  # newer than the vectors
        got.append(_announced(replace(schedules[case["network"]], forks=tuple(bundled)), case))

    assert [(case["hash"], case["next"]) for case in cases] == got
    assert 78 == len(cases)


def test_geth_validation(schedules, vectors):
    """The 45 judgements that go-ethereum expects of remote fork ids."""
    cases = vectors("forkid_validation_geth")["cases"]
    mainnet = schedules["mainnet"]
    worlds = {"mainnet": mainnet, "mainnet_block_forks_only": _only_blocks(mainnet)}

    assert [VERDICTS[case["expect"]] for case in cases] == [_judged(worlds[c["config"]], c) for c in cases]
    assert 45 == len(cases)


@pytest.mark.parametrize(
    ("name", "world", "created", "validated"),
    [
        ("forkid_eip2124", lambda schedule: _only_blocks(schedule, PETERSBURG), 14, 15),
        ("forkid_eip6122", _eip6122, 29, 16),
    ],
)
def test_eip_vectors(schedules, vectors, name, world, created, validated):
    """The vectors printed in the two standards themselves."""
    schedule = world(schedules["mainnet"])
    cases = vectors(name)
    creation = [case for case in cases["creation"] if case["network"].startswith("mainnet")]

    assert [(case["hash"], case["next"]) for case in creation] == [_announced(schedule, case) for case in creation]
    assert [VERDICTS[c["expect"]] for c in cases["validation"]] == [_judged(schedule, c) for c in cases["validation"]]
    assert (created, validated) == (len(creation), len(cases["validation"]))


def test_glamsterdam_on_sepolia(schedules, vectors):
    """The two fork ids around Sepolia's newest fork."""
    cases = vectors("glamsterdam_sepolia")["forkid_cases"]

    assert [(case["hash"], case["next"]) for case in cases] == [_announced(schedules["sepolia"], c) for c in cases]


def test_activation_table(schedules, vectors):
    """Every dated row of EIP-7607 stands in the schedules: fork, epoch, timestamp, fork id."""
    rows = vectors("activation_eip7607")["rows"]
    got = []
    for row in rows:
        schedule = schedules[row["network"]]
        fork = schedule.named(row["fork"].split("/")[0])
        assert fork is not None
        got.append((fork.epoch, fork.timestamp, f"0x{fork_hash_at(schedule, fork.timestamp).hex()}"))

    assert [(row["epoch"], row["timestamp"], row["fork_id"]) for row in rows] == got


def test_rlp(vectors):
    """The published encodings, both ways."""
    cases = vectors("forkid_rlp_geth")["cases"]
    identities = [ForkId(bytes.fromhex(case["hash"][2:]), case["next"]) for case in cases]

    assert [case["rlp"] for case in cases] == [f"0x{encode(identity).hex()}" for identity in identities]
    assert identities == [decode(bytes.fromhex(case["rlp"][2:])) for case in cases]


@given(st.binary(min_size=4, max_size=4), st.integers(0, UINT64_MAX))
def test_rlp_decodes_what_it_encodes(digest, following):
    """Decoding an encoding gives the fork id back."""
    identity = ForkId(digest, following)

    assert identity == decode(encode(identity))


@given(st.binary(max_size=16))
def test_rlp_of_anything_else_is_refused(data):
    """Bytes either are the canonical encoding of what they decode to, or an input error."""
    with suppress(InputError):
        assert data == encode(decode(data))


@given(st.integers(0, UINT64_MAX), st.integers(0, UINT64_MAX))
def test_a_node_accepts_itself(schedules, number, timestamp):
    """Two nodes with one schedule at one head are always compatible."""
    for schedule in schedules.values():
        head = Head(number, timestamp)

        assert Compatibility.COMPATIBLE is validate(schedule, head, fork_id(schedule, head))

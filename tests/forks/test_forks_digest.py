"""Consensus fork digests against the vectors of consensus-specs and against known networks."""

import pytest

from upgrader.forks.digest import BlobParameters, blob_parameters, digest_of, fork_digest

SEPOLIA = {"prague": "14045b5a", "osaka": "7e0d3447", "bpo1": "fd32b622", "bpo2": "74d01459", "amsterdam": "669e6c11"}
"""Electra to Gloas. Source: TestSepoliaForkDigests in crewlinker/clgo@b645c702, clconfig/config_test.go."""


def test_consensus_specs_vectors(vectors):
    """All 26 digests with blob-parameter-only forks."""
    world = vectors("cl_fork_digest")
    entries = [BlobParameters(entry["EPOCH"], entry["MAX_BLOBS_PER_BLOCK"]) for entry in world["blob_schedule"]]
    got = [
        fork_digest(
            bytes.fromhex(case["fork_version"][2:]),
            bytes.fromhex(case["genesis_validators_root"][2:]),
            blob_parameters(entries, case["epoch"]),
        )
        for case in world["cases"]
    ]

    assert [case["expected"] for case in world["cases"]] == [f"0x{digest.hex()}" for digest in got]
    assert 26 == len(got)


@pytest.mark.parametrize("fork", SEPOLIA)
def test_sepolia(schedules, fork):
    """The schedule file of Sepolia gives the digests that its nodes gossip under."""
    sepolia = schedules["sepolia"]

    assert SEPOLIA[fork] == digest_of(sepolia, sepolia.named(fork)).hex()


def test_mainnet_electra(schedules):
    """Mainnet's Electra digest, which needs no blob mask."""
    mainnet = schedules["mainnet"]

    assert "ad532ceb" == digest_of(mainnet, mainnet.named("electra")).hex()


def test_an_unscheduled_fork_has_no_digest(schedules):
    """Without an epoch there is nothing to compute."""
    mainnet = schedules["mainnet"]

    assert digest_of(mainnet, mainnet.named("gloas")) is None


def test_no_parameters_before_the_first_entry():
    """The blob schedule says nothing of earlier epochs."""
    assert blob_parameters([BlobParameters(9, 9)], 8) is None

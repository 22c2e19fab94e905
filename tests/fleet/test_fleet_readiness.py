"""The fusion of evidence, and the defect table that made it necessary."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.fleet.clients._base import FAMILY
from upgrader.fleet.evidence import Evidence, Kind, Layer, Standing
from upgrader.fleet.identity import Unknown, identify
from upgrader.fleet.readiness import Status, Witness, judge

KNOWS, LACKS, DIFFERS, SILENT = Standing.KNOWS, Standing.LACKS, Standing.DIFFERS, Standing.SILENT
RETH = "reth/v2.2.0"
GETH_FIXED = "Geth/v1.17.7-stable/linux-amd64/go1.24"
GETH_FORGETFUL = "Geth/v1.16.7-stable-b9f3a3d9/linux-amd64/go1.24"
LIGHTHOUSE = "Lighthouse/v8.3.0-e42406d/x86_64-linux"


def _witness(client, **standings):
    identity = identify(client)
    layer = Layer.EXECUTION if isinstance(identity, Unknown) else identity.client.layer
    return Witness(
        layer,
        identity,
        tuple(Evidence(layer, Kind(kind), standing, f"{kind} {standing}") for kind, standing in standings.items()),
    )


def _status(*witnesses, fork="osaka"):
    return judge(fork, witnesses).status


@pytest.mark.parametrize(
    ("standings", "status"),
    [
        ({"eth_config": KNOWS, "version": SILENT, "head": SILENT}, Status.READY),
        ({"eth_config": KNOWS, "version": KNOWS, "head": SILENT}, Status.READY),
        ({"eth_config": SILENT, "version": KNOWS, "head": SILENT}, Status.READY),
        ({"eth_config": SILENT, "version": SILENT, "head": KNOWS}, Status.READY),
        ({"eth_config": KNOWS, "version": LACKS, "head": SILENT}, Status.NOT_READY),
        ({"eth_config": LACKS, "version": SILENT, "head": SILENT}, Status.NOT_READY),
        ({"eth_config": LACKS, "version": LACKS, "head": SILENT}, Status.NOT_READY),
        ({"eth_config": DIFFERS, "version": SILENT, "head": SILENT}, Status.NOT_READY),
        ({"eth_config": KNOWS, "version": KNOWS, "head": LACKS}, Status.NOT_READY),
        ({"eth_config": LACKS, "version": KNOWS, "head": SILENT}, Status.RESTART_NEEDED),
        ({"eth_config": DIFFERS, "version": KNOWS, "head": SILENT}, Status.DISAGREE),
        ({"eth_config": DIFFERS, "version": SILENT, "head": KNOWS}, Status.DISAGREE),
        ({"eth_config": LACKS, "version": SILENT, "head": KNOWS}, Status.DISAGREE),
        ({"eth_config": SILENT, "version": LACKS, "head": KNOWS}, Status.DISAGREE),
        ({"eth_config": SILENT, "version": SILENT, "head": SILENT}, Status.UNKNOWN),
        ({}, Status.UNKNOWN),
    ],
)
def test_one_layer(standings, status):
    """Each way in which the statements of an execution node can fall together."""
    assert status is _status(_witness(RETH, **standings))


@pytest.mark.parametrize(
    ("consensus", "status"),
    [
        ({"fork_schedule": KNOWS, "spec": KNOWS}, Status.READY),
        ({"fork_schedule": SILENT, "spec": KNOWS}, Status.READY),
        ({"fork_schedule": LACKS, "spec": LACKS}, Status.NOT_READY),
        ({"fork_schedule": LACKS, "spec": KNOWS}, Status.DISAGREE),
        ({"fork_schedule": DIFFERS, "spec": DIFFERS}, Status.DISAGREE),
        ({"fork_schedule": SILENT, "spec": SILENT}, Status.UNKNOWN),
        ({"fork_schedule": LACKS, "spec": LACKS, "version": KNOWS}, Status.RESTART_NEEDED),
    ],
)
def test_a_pair_is_as_ready_as_its_less_ready_half(consensus, status):
    """A ready execution client does not make up for its consensus client."""
    assert status is _status(_witness(RETH, eth_config=KNOWS), _witness(LIGHTHOUSE, **consensus))


def test_a_program_without_a_name_is_never_ready():
    """Who does not say what it is cannot be cleared of known issues."""
    assert Status.UNKNOWN is _status(_witness("CustomClient", eth_config=KNOWS, version=KNOWS, head=KNOWS))


def test_no_layer_is_unknown():
    """Nothing to judge is not ready."""
    assert Status.UNKNOWN is _status()


def test_readiness_by_version_alone_is_said():
    """A version shows what a release can, not what it was started with."""
    alone = judge("osaka", [_witness(GETH_FIXED, version=KNOWS, eth_config=SILENT)])
    shown = judge("osaka", [_witness(GETH_FIXED, version=KNOWS, eth_config=KNOWS)])

    assert (Status.READY, True) == (alone.status, alone.by_version_only)
    assert (Status.READY, False) == (shown.status, shown.by_version_only)


DEFECTS = {
    "geth 1.16.7 forgets later forks": (GETH_FORGETFUL, {"eth_config": LACKS, "version": KNOWS}, "osaka", Status.READY),
    "geth 1.16.7 alone proves nothing": (GETH_FORGETFUL, {"eth_config": LACKS}, "osaka", Status.UNKNOWN),
    "geth 1.16.7 is believed otherwise": (GETH_FORGETFUL, {"eth_config": DIFFERS}, "osaka", Status.NOT_READY),
    "geth 1.17.7 is believed": (GETH_FIXED, {"eth_config": LACKS}, "osaka", Status.NOT_READY),
    "nimbus-el gives the id of genesis": (
        "nimbus-eth1/v0.2.0-f10349dc/linux-amd64",
        {"eth_config": DIFFERS},
        "osaka",
        Status.UNKNOWN,
    ),
    "besu of 2025-07 puts ids elsewhere": ("besu/v25.7.0/linux", {"eth_config": LACKS}, "osaka", Status.UNKNOWN),
    "erigon of mid-2025 puts ids elsewhere": ("erigon/3.0.14/linux", {"eth_config": DIFFERS}, "osaka", Status.UNKNOWN),
    "anvil has no ids": ("anvil/v1.7.1", {"eth_config": DIFFERS}, "prague", Status.UNKNOWN),
    "anvil is not believed at all": ("anvil/v1.7.1", {"eth_config": KNOWS}, "prague", Status.UNKNOWN),
    "ethereumjs 0.9.0 halts at prague": (
        "EthereumJS/0.9.0/linux/node20",
        {"eth_config": KNOWS, "version": KNOWS},
        "prague",
        Status.KNOWN_ISSUE,
    ),
    "ethereumjs 0.10.2 halts at prague": (
        "EthereumJS/0.10.2/linux",
        {"eth_config": KNOWS},
        "prague",
        Status.KNOWN_ISSUE,
    ),
    "ethereumjs 0.10.5 passes prague": ("EthereumJS/0.10.5/linux", {"head": KNOWS}, "prague", Status.READY),
    "ethereumjs has no eth_config": ("EthereumJS/0.10.5/linux", {"eth_config": SILENT}, "prague", Status.UNKNOWN),
    "teku 23.1 drops entries": ("teku/v23.1.0/linux", {"fork_schedule": LACKS, "spec": KNOWS}, "osaka", Status.READY),
    "teku 25.4 does not": ("teku/v25.4.1/linux", {"fork_schedule": LACKS, "spec": KNOWS}, "osaka", Status.DISAGREE),
    "an unversioned teku may": ("teku/vUNKNOWN+g40561a9", {"fork_schedule": LACKS}, "osaka", Status.UNKNOWN),
    "a node stuck at the fork": (
        RETH,
        {"eth_config": KNOWS, "version": KNOWS, "head": LACKS},
        "osaka",
        Status.NOT_READY,
    ),
}
"""Known defect -> who shows it, what it then says, about which fork, and what must come of it."""


@pytest.mark.parametrize("case", DEFECTS)
def test_known_defects_do_not_mislead(case):
    """No defect makes a node falsely ready, and none condemns a node that other evidence clears."""
    client, standings, fork, status = DEFECTS[case]

    assert status is _status(_witness(client, **standings), fork=fork)


def test_every_defect_of_the_family_is_in_the_table():
    """A client that gains a defect gains a row above."""
    rows = " ".join(DEFECTS)
    missing = [c.name for c in FAMILY.members() if c.defects and c.name.removesuffix("-el") not in rows]

    assert [] == missing


def test_never_ready_against_evidence():
    """Over all combinations of two layers, READY needs a supporter in each and tolerates no credible opponent."""
    for config, version, head, spec in itertools.product(Standing, repeat=4):
        pair = (_witness(RETH, eth_config=config, version=version, head=head), _witness(LIGHTHOUSE, spec=spec))
        opposed = {LACKS, DIFFERS} & {config, version, head, spec}
        supported = KNOWS in {config, version, head} and spec is KNOWS

        assert (not opposed and supported) == (_status(*pair) is Status.READY)


@given(st.permutations([Kind.ETH_CONFIG, Kind.VERSION, Kind.HEAD]), st.tuples(*[st.sampled_from(Standing)] * 3))
def test_order_of_evidence_does_not_matter(kinds, standings):
    """A judgement is about what was said, not in which order."""
    said = dict(zip(kinds, standings, strict=True))
    backwards = dict(reversed(said.items()))

    assert _status(_witness(RETH, **said)) is _status(_witness(RETH, **backwards))

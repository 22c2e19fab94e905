"""eth_config answers: read, compared with a schedule, and survived when hostile."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.forks.agreement import Standing
from upgrader.forks.criteria import ByTimestamp
from upgrader.forks.eth_config import EthConfig, agreement, parse, unknown_forks
from upgrader.forks.schedule import BlobLimits, Fork
from upgrader.forks.untrusted import Malformed

PRAGUE = 1_742_999_832
"""Prague on Hoodi, which the samples show."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=20,
)


@pytest.fixture(scope="module")
def samples(vectors):
    found = {sample["name"]: sample["value"] for sample in vectors("eth_config_samples")["samples"]}
    return {name.split(" ")[0]: value.get("result", value) for name, value in found.items()}


@pytest.fixture
def hoodi(schedules):
    """Hoodi as it was known when the samples were written: Prague is the last fork."""
    known = tuple(fork for fork in schedules["hoodi"].forks if fork.name in {"shanghai", "cancun", "prague"})
    return replace(schedules["hoodi"], forks=known)


def _ready(samples):
    return parse(samples["response_with_future_fork"])


def test_the_standards_own_example_reads(samples):
    """Every member of EIP-7910's example arrives."""
    config = _ready(samples)

    assert (0, PRAGUE, PRAGUE) == (config.current.activation, config.next.activation, config.last.activation)
    assert (bytes.fromhex("0929e24e"), 560048) == (config.next.fork_id, config.next.chain_id)
    assert BlobLimits(6, 9, 5007716) == config.next.blobs
    assert ("BLS12_G1ADD", "0x000000000000000000000000000000000000000b") in config.next.precompiles


@pytest.mark.parametrize(
    ("sample", "fork", "standing"),
    [
        ("response_with_future_fork", "prague", Standing.KNOWS),
        ("response_with_future_fork", "cancun", Standing.KNOWS),
        ("response_no_future_fork", "prague", Standing.LACKS),
        ("response_no_future_fork", "cancun", Standing.KNOWS),
        ("geth_eth_config-next-and-last.json", "prague", Standing.KNOWS),
        ("geth_eth_config-current.json", "prague", Standing.KNOWS),
        ("anvil_1.7.1_--hardfork_osaka", "prague", Standing.DIFFERS),
        ("execution_apis_get_config", "prague", Standing.DIFFERS),
    ],
)
def test_samples_against_hoodi(samples, hoodi, sample, fork, standing):
    """What each published or captured answer says of a fork of Hoodi."""
    assert standing is agreement(parse(samples[sample]), hoodi, hoodi.named(fork)).standing


def test_a_later_fork_id_proves_the_earlier_fork(samples, hoodi):
    """The checksum is chained: a node whose rules after BPO match has Prague too."""
    config = _ready(samples)

    assert Standing.KNOWS is agreement(replace(config, next=None), hoodi, hoodi.named("prague")).standing


def test_another_date_differs(samples, hoodi):
    """A node that would fork an hour later does not agree, whatever its fork id."""
    moved = Fork("prague", ByTimestamp(PRAGUE - 3600))
    schedule = replace(hoodi, forks=(*hoodi.forks[:-1], moved))

    assert Standing.DIFFERS is agreement(_ready(samples), schedule, moved).standing


def test_other_blob_limits_differ(samples, hoodi):
    """The fork id leaves the blob limits out, so they are compared on their own."""
    config = _ready(samples)
    wrong = replace(config.last, blobs=BlobLimits(6, 12, 5007716))
    found = agreement(EthConfig(config.current, wrong, wrong), hoodi, hoodi.named("prague"))

    assert Standing.DIFFERS is found.standing
    assert "6/12/5007716, expected 6/9/5007716" in found.detail


def test_a_missing_fork_id_is_silent(samples, hoodi):
    """Early implementations left the id out; a date alone proves nothing."""
    config = _ready(samples)
    bare = replace(config.last, fork_id=None)

    found = agreement(EthConfig(config.current, bare, bare), hoodi, hoodi.named("prague"))

    assert Standing.SILENT is found.standing


def test_a_fork_beyond_the_schedule_is_named(samples, hoodi):
    """A node that knows more than the data says that the data is old, and proves nothing."""
    config = _ready(samples)
    later = replace(config.last, activation=PRAGUE + 1000, fork_id=b"\1\2\3\4")
    newer = EthConfig(config.current, later, later)

    assert (PRAGUE + 1000,) == unknown_forks(newer, hoodi)
    assert Standing.DIFFERS is agreement(newer, hoodi, hoodi.named("prague")).standing
    assert Standing.KNOWS is agreement(replace(newer, next=config.next), hoodi, hoodi.named("prague")).standing


def test_canonical_form_ignores_order_and_case(samples):
    """Two clients that write the same rules differently are equal."""
    answer = samples["hoodi_prague_config"]
    shuffled = {
        key: dict(reversed(value.items())) if isinstance(value, dict) else value
        for key, value in reversed(answer.items())
    }
    shuffled["forkId"] = "0x" + answer["forkId"][2:].upper()
    shuffled["systemContracts"] = {k: v.upper().replace("0X", "0x") for k, v in answer["systemContracts"].items()}

    assert parse({"current": answer}).current.canonical() == parse({"current": shuffled}).current.canonical()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "<html>",
        [],
        {},
        {"current": None},
        {"current": {"activationTime": -1, "chainId": "0x1"}},
        {"current": {"activationTime": 2**64, "chainId": "0x1"}},
        {"current": {"activationTime": True, "chainId": "0x1"}},
        {"current": {"activationTime": "9" * 100_000, "chainId": "0x1"}},
        {"current": {"activationTime": 0, "chainId": "0x1", "forkId": "0x1"}},
        {"current": {"activationTime": 0, "chainId": "0x1", "forkId": 7}},
        {"current": {"activationTime": 0, "chainId": "0x1", "blobSchedule": [3, 6]}},
        {"current": {"activationTime": 0, "chainId": "0x1", "precompiles": {"A" * 1000: "0x" + "00" * 20}}},
        {"current": {"activationTime": 0, "chainId": "0x1", "precompiles": {str(i): 1 for i in range(1000)}}},
        {str(i): i for i in range(1000)},
    ],
)
def test_a_hostile_answer_is_malformed(answer):
    """Whatever a node sends becomes a short sentence and never an exception."""
    found = parse(answer)

    assert isinstance(found, Malformed)
    assert len(found.reason) < 300


@given(JSON, JSON, JSON)
def test_any_json_survives(current, following, last):
    """No JSON value breaks the parser or the comparison's precondition."""
    found = parse({"current": current, "next": following, "last": last})

    assert isinstance(found, EthConfig | Malformed)

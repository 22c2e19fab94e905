"""Fork schedules and configurations of consensus nodes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.forks.agreement import Standing
from upgrader.forks.consensus import (
    FAR_FUTURE_EPOCH,
    ConsensusSpec,
    parse_fork_schedule,
    parse_spec,
    schedule_agreement,
    spec_agreement,
    unknown_forks,
)
from upgrader.forks.untrusted import Malformed

SEPOLIA_SPEC = {
    "CONFIG_NAME": "sepolia",
    "ELECTRA_FORK_EPOCH": "222464",
    "FULU_FORK_EPOCH": "272640",
    "GLOAS_FORK_EPOCH": "353024",
    "BLOB_SCHEDULE": [
        {"EPOCH": "274176", "MAX_BLOBS_PER_BLOCK": "15"},
        {"EPOCH": "275712", "MAX_BLOBS_PER_BLOCK": "21"},
    ],
}
"""The part that concerns forks of what a beacon node of Sepolia answers; numbers are text in the Beacon API."""

SEPOLIA_FORKS = [
    {"previous_version": "0x90000074", "current_version": "0x90000075", "epoch": "272640"},
    {"previous_version": "0x90000075", "current_version": "0x90000076", "epoch": "353024"},
]


@pytest.mark.parametrize("fork", ["prague", "osaka", "bpo1", "bpo2", "amsterdam"])
def test_a_ready_configuration_knows_every_fork(schedules, fork):
    """Named forks by their epoch, blob-only forks by their entry."""
    found = spec_agreement(parse_spec(SEPOLIA_SPEC), schedules["sepolia"].named(fork))

    assert Standing.KNOWS is found.standing


@pytest.mark.parametrize(
    ("change", "fork", "standing"),
    [
        ({"GLOAS_FORK_EPOCH": str(FAR_FUTURE_EPOCH)}, "gloas", Standing.LACKS),
        ({"GLOAS_FORK_EPOCH": "353025"}, "gloas", Standing.DIFFERS),
        ({"BLOB_SCHEDULE": SEPOLIA_SPEC["BLOB_SCHEDULE"][:1]}, "bpo2", Standing.LACKS),
        ({"BLOB_SCHEDULE": []}, "bpo1", Standing.LACKS),
        ({"BLOB_SCHEDULE": [{"EPOCH": "275712", "MAX_BLOBS_PER_BLOCK": "20"}]}, "bpo2", Standing.DIFFERS),
    ],
)
def test_other_configurations_do_not(schedules, change, fork, standing):
    """A missing date lacks the fork, another date differs."""
    spec = parse_spec(SEPOLIA_SPEC | change)

    assert standing is spec_agreement(spec, schedules["sepolia"].named(fork)).standing


def test_a_client_too_old_to_have_the_key_lacks_the_fork(schedules):
    """A release from before a fork was named has no key for it."""
    old = {key: value for key, value in SEPOLIA_SPEC.items() if not key.startswith("GLOAS")}

    assert Standing.LACKS is spec_agreement(parse_spec(old), schedules["sepolia"].named("gloas")).standing


def test_an_unscheduled_fork_is_silent(schedules):
    """Nothing can agree with a date that is not set."""
    gloas = schedules["mainnet"].named("gloas")

    assert Standing.SILENT is spec_agreement(parse_spec(SEPOLIA_SPEC), gloas).standing
    assert Standing.SILENT is schedule_agreement(parse_fork_schedule(SEPOLIA_FORKS), gloas).standing


@pytest.mark.parametrize(
    ("entries", "standing"),
    [
        (SEPOLIA_FORKS, Standing.KNOWS),
        (SEPOLIA_FORKS[:1], Standing.LACKS),
        ([SEPOLIA_FORKS[1] | {"epoch": "1"}], Standing.DIFFERS),
        ([SEPOLIA_FORKS[1] | {"epoch": str(FAR_FUTURE_EPOCH)}], Standing.LACKS),
    ],
)
def test_fork_schedules(schedules, entries, standing):
    """A fork schedule is judged by version and epoch."""
    found = schedule_agreement(parse_fork_schedule(entries), schedules["sepolia"].named("gloas"))

    assert standing is found.standing


def test_a_fork_later_than_the_data_is_named(schedules):
    """A node that has a date for Heze says that the schedule is old; far-future ones say nothing."""
    spec = parse_spec(SEPOLIA_SPEC | {"HEZE_FORK_EPOCH": "400000", "NEXT_FORK_EPOCH": str(FAR_FUTURE_EPOCH)})

    assert ("heze",) == unknown_forks(spec, schedules["sepolia"])


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "text",
        {"FULU_FORK_EPOCH": "0x" + "f" * 40},
        {"FULU_FORK_EPOCH": None},
        {"BLOB_SCHEDULE": "text"},
        {"BLOB_SCHEDULE": [{}] * 1000},
        {"BLOB_SCHEDULE": [{"EPOCH": -1}]},
        {f"K{i}": i for i in range(5000)},
    ],
)
def test_a_hostile_configuration_is_malformed(answer):
    """Whatever a node sends becomes a short sentence."""
    found = parse_spec(answer)

    assert isinstance(found, Malformed)
    assert len(found.reason) < 300


@pytest.mark.parametrize("answer", [None, {}, [1], [{}], [{"current_version": "0x01", "epoch": "1"}], [{}] * 1000])
def test_a_hostile_fork_schedule_is_malformed(answer):
    """The same for fork schedules."""
    assert isinstance(parse_fork_schedule(answer), Malformed)


@given(st.dictionaries(st.text(max_size=10).map(lambda t: f"{t}_FORK_EPOCH"), st.integers() | st.text(), max_size=5))
def test_any_epochs_survive(answer):
    """No value of an epoch breaks the parser."""
    assert isinstance(parse_spec(answer), ConsensusSpec | Malformed)


def test_an_execution_only_fork_is_silent_on_the_consensus_layer(schedules):
    """A fork without version, name or blobs does not concern it."""
    fork = replace(schedules["sepolia"].named("bpo1"), blobs=None)

    assert Standing.SILENT is spec_agreement(parse_spec(SEPOLIA_SPEC), fork).standing

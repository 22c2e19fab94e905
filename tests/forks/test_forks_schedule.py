"""The schedule files of the project, and files that must be refused."""

import tomllib

import pytest
from pydantic import TypeAdapter, ValidationError

from upgrader.forks.criteria import Head, Unscheduled
from upgrader.forks.schedule_file import ScheduleFile

DEVNET = """
network = "devnet"
chain_id = 4242
genesis_hash = "0x{zero}"
genesis_time = 1700000000
retrieved = 2026-11-20
sources = ["genesis.json"]
[consensus]
genesis_time = 1700000000
[[fork]]
name = "prague"
timestamp = 1700003840
consensus = "electra"
epoch = 10
version = "0x05000000"
""".format(zero="00" * 32)


def _read(text):
    return TypeAdapter(ScheduleFile).validate_python(tomllib.loads(text))


def test_every_file_is_named_after_its_network(schedules):
    """The name by which a schedule is found is the name it states."""
    assert list(schedules) == [schedule.network for schedule in schedules.values()]


def test_forks_are_in_order_of_activation(schedules):
    """Whatever the order in the file, blocks come first, then times, then what has no date."""
    for schedule in schedules.values():
        assert sorted(f.criterion for f in schedule.forks) == [f.criterion for f in schedule.forks]


def test_a_fork_is_found_by_either_of_its_names(schedules):
    """Execution and consensus layer name the same fork differently."""
    assert schedules["sepolia"].named("Osaka") is schedules["sepolia"].named("fulu")
    assert schedules["sepolia"].named("") is None


def test_what_comes_next(schedules):
    """Between BPO2 and Amsterdam, Sepolia waits for one fork."""
    head = Head(9_000_000, 1_770_000_000)

    assert ["amsterdam"] == [fork.name for fork in schedules["sepolia"].upcoming(head)]
    assert "bpo2" == schedules["sepolia"].active(head)[-1].name


def test_an_announced_fork_without_a_date_is_not_upcoming(schedules):
    """Mainnet's Amsterdam is named but not waited for."""
    mainnet = schedules["mainnet"]

    assert Unscheduled() == mainnet.named("amsterdam").criterion
    assert () == mainnet.upcoming(Head(30_000_000, 2_000_000_000))


def test_blob_limits_hold_until_the_next_fork_that_sets_them(schedules):
    """Osaka leaves Prague's limits; BPO1 raises them."""
    sepolia = schedules["sepolia"]

    assert [9, 15] == [sepolia.blobs_at(sepolia.named(name).timestamp).maximum for name in ("osaka", "bpo1")]
    assert sepolia.blobs_at(0) is None


def test_a_private_network_reads():
    """A schedule needs no more than its identity and its forks."""
    schedule = _read(DEVNET).schedule()

    assert (4242, "electra", 1_700_003_840) == (
        schedule.chain_id,
        schedule.forks[0].consensus,
        schedule.forks[0].timestamp,
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("timestamp = 1700003840", "timestmap = 1700003840"), "Unexpected keyword"),
        (("timestamp = 1700003840", "timestamp = 1700003841"), "begins at 1700003840"),
        (("timestamp = 1700003840", 'timestamp = "soon"'), "valid integer"),
        (("timestamp = 1700003840", "timestamp = true"), "valid integer"),
        (("timestamp = 1700003840", "timestamp = 1700003840\nblock = 5"), "not both"),
        (("epoch = 10", "epoch = -1"), "greater than or equal"),
        (("0x05000000", "0x0500"), "8 hex digits"),
        (("chain_id = 4242", "chain_id = 0"), "greater than or equal"),
        (('sources = ["genesis.json"]', "sources = []"), "at least 1"),
        (('name = "prague"', 'name = "electra"\nblock = 1\n[[fork]]\nname = "prague"'), "electra stands twice"),
        (('network = "devnet"', 'network = "../devnet"'), "match pattern"),
    ],
)
def test_a_wrong_file_is_refused(change, complaint):
    """A mistyped key, an impossible date or a wrong type never passes for a schedule."""
    with pytest.raises(ValidationError, match=complaint):
        _read(DEVNET.replace(*change))

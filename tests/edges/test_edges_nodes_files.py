"""Fleet files and schedules: found, read, and refused with the line of what is wrong."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upgrader.edges.nodes.files import SIZE_LIMIT, find_fleet, read_fleet, read_schedule
from upgrader.errors import InputError
from upgrader.fleet.fleet import MAX_LAG

PROJECT = Path(__file__).parents[2]

FLEET = """\
# Our nodes on Sepolia.
[fleet]
network = "sepolia"
max_head_age = "5m"

[[node]]
name = "rpc-1"
role = "rpc"
zone = "fra"
el = { client = "geth", rpc = "http://10.0.0.1:8545", want = "1.17.7" }
cl = { client = "lighthouse", api = "https://beacon.example/${BEACON_KEY}", want = "8.3.0" }

[[node]]
name = "rpc-2"

[node.el]
client = "reth"
rpc = "https://user:${PASSWORD}@rpc.example:8545/v3/${KEY}?x=1"
"""

SECRETS = {"BEACON_KEY": "beacon-secret", "PASSWORD": "hunter2", "KEY": "rpc-secret"}


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a fleet file and gives its path."""

    def save(text, name="sepolia"):
        path = tmp_path / "networks" / f"{name}.fleet.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return save


def _error(path, environment=SECRETS):
    with pytest.raises(InputError) as caught:
        read_fleet(path, environment)
    assert 2 == caught.value.exit_code
    return caught.value


def test_a_fleet_file_reads(write):
    """Nodes with both layers, wanted releases and limits."""
    fleet = read_fleet(write(FLEET), SECRETS)
    first, second = fleet.nodes

    assert ("sepolia", 300, MAX_LAG) == (fleet.network, fleet.policy.max_head_age, fleet.policy.max_lag)
    assert ("rpc-1", "rpc", "fra") == (first.name, first.role, first.zone)
    assert ("geth", "1.17.7", "lighthouse", "8.3.0") == (
        first.execution.client.name,
        str(first.execution.want),
        first.consensus.client.name,
        str(first.consensus.want),
    )
    assert ("reth", None, None) == (second.execution.client.name, second.execution.want, second.consensus)


def test_secrets_come_from_the_environment_and_are_never_shown(write):
    """The whole address is used; what is shown of it, or printed by accident, holds nothing secret."""
    fleet = read_fleet(write(FLEET), SECRETS)

    assert "https://user:hunter2@rpc.example:8545/v3/rpc-secret?x=1" == fleet.nodes[1].execution.endpoint.url
    assert "https://rpc.example:8545/…" == fleet.nodes[1].execution.endpoint.shown
    assert not any(secret in repr(fleet) for secret in SECRETS.values())


def test_a_whole_address_may_come_from_the_environment(write):
    """As in a network file; what the variable holds must be an address then, and is not shown where it is none."""
    file = write(FLEET.replace("http://10.0.0.1:8545", "${NODE}", 1))

    found = read_fleet(file, {**SECRETS, "NODE": "http://10.0.0.7:8545"})
    error = _error(file, {**SECRETS, "NODE": "s3cret"})

    assert "http://10.0.0.7:8545" == found.nodes[0].execution.endpoint.url
    assert "must be an address like http://" in error.message
    assert "s3cret" not in str(error)
    assert error.where.endswith(":10")


def test_a_variable_that_is_not_set(write):
    """Its name and line are said, nothing else."""
    error = _error(write(FLEET), {"BEACON_KEY": "x", "PASSWORD": "y"})

    assert "KEY is not set" in error.message
    assert error.where.endswith(":18")


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ('name = "rpc-2"', "name = ", 14, "Invalid value"),
        ("[[node]]", "[[node]", 6, "Expected"),
        ('network = "sepolia"', 'netwrk = "sepolia"', 3, "netwrk: no such key"),
        ('role = "rpc"', 'rle = "rpc"', 8, "rle: no such key"),
        ('want = "1.17.7"', "wnat = 1", 10, "wnat: no such key"),
        ('want = "1.17.7"', 'want = "newest"', 10, 'must be a version like "1.17.7"'),
        ('client = "geth"', 'client = "lighthouse"', 10, "no known execution client; known are anvil, besu"),
        ('client = "reth"', 'client = "parity"', 17, "no known execution client"),
        ("http://10.0.0.1:8545", "ws://10.0.0.1:8546", 10, "must be an address like http://"),
        ("http://10.0.0.1:8545", "file:///etc/passwd", 10, "must be an address like http://"),
        ('"5m"', '"soon"', 4, "is not a duration"),
        ('"5m"', "0", 4, "greater than or equal to 1"),
        ('name = "rpc-2"', 'name = "rpc 2"', 14, "String should match pattern"),
        ('name = "rpc-2"', "name = 2", 14, "valid string"),
        ('network = "sepolia"', 'network = "../secrets"', 3, "String should match pattern"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(write, old, new, line, complaint):
    """Whatever is wrong in the file, the message says what and on which line."""
    error = _error(write(FLEET.replace(old, new, 1)))

    assert complaint in error.message
    assert f":{line}" == error.where[error.where.rindex(":") :]


def test_a_mistyped_key_is_told_with_those_that_there_are(write):
    error = _error(write(FLEET.replace('want = "1.17.7"', "wnat = 1", 1)))

    assert "the keys there are: rpc, client, want" == error.remedy


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "fleet: Field required"),
        ('[fleet]\nnetwork = "x"\n', "node: Field required"),
        ('node = []\n[fleet]\nnetwork = "x"\n', "at least 1 item"),
        ('node = 5\n[fleet]\nnetwork = "x"\n', "valid list"),
        ('[fleet]\nnetwork = "x"\n[[node]]\nname = "a"\n', "a node needs el"),
        (FLEET.replace('"rpc-2"', '"rpc-1"'), "two nodes are called rpc-1"),
        (b"\xff\xfe\x00", "not UTF-8"),
        ("a = " + "[" * 100_000, "nested too deeply"),
        ("#" * (SIZE_LIMIT + 1), "larger than 8 MB"),
    ],
)
def test_a_file_that_is_no_fleet(write, text, complaint):
    """Anything else is one clear error."""
    assert complaint in _error(write(text)).message


def test_a_missing_file(tmp_path):
    """A path with nothing there, and a folder."""
    assert "No such file" in _error(tmp_path / "none.toml").message
    assert "Is a directory" in _error(tmp_path).message


@given(st.text(max_size=200))
def test_any_text_is_a_fleet_or_an_input_error(tmp_path_factory, text):
    """No content of the file ends in anything but its fleet or an input error."""
    path = tmp_path_factory.mktemp("fleet") / "x.fleet.toml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass" if text.isascii() else "replace")
    with suppress(InputError):
        assert read_fleet(path, {}).nodes


def test_the_only_fleet_file_is_found(write, tmp_path):
    """With one file nothing needs to be named; with two, one must be."""
    first = write(FLEET)

    assert first == find_fleet(tmp_path, None)

    second = write(FLEET, "hoodi")

    assert second == find_fleet(tmp_path, "hoodi")
    with pytest.raises(InputError) as several:
        find_fleet(tmp_path, None)
    assert "hoodi, sepolia" in several.value.remedy


@pytest.mark.parametrize("name", ["mainnet", "../../etc/passwd", ""])
def test_a_network_without_a_fleet_file(write, tmp_path, name):
    """The names that would do are listed; a path is no name."""
    write(FLEET)
    with pytest.raises(InputError) as caught:
        find_fleet(tmp_path, name)

    assert "there are: sepolia" in caught.value.remedy


def test_no_fleet_file_at_all(tmp_path):
    """A project that has none is told how to name one."""
    with pytest.raises(InputError, match="no fleet file under networks/"):
        find_fleet(tmp_path, None)


def test_the_projects_schedule_comes_before_the_toolkits(tmp_path):
    """A newer copy in the project replaces the one that came with the toolkit."""
    folder = tmp_path / "networks"
    (folder / "forks").mkdir(parents=True)
    own = (PROJECT / "networks/forks/sepolia.toml").read_text().replace("1791294816", "1791295200")
    (folder / "forks/sepolia.toml").write_text(own.replace("epoch = 353024", "epoch = 353025"))

    assert 1_791_295_200 == read_schedule("sepolia", (folder,)).named("gloas").timestamp
    assert 1_791_294_816 == read_schedule("sepolia", ()).named("gloas").timestamp
    assert read_schedule("nowhere", (folder,)) is None


def test_a_wrong_schedule_is_named_with_its_line(tmp_path):
    """A mistyped date in a schedule is an error at that line, since a fork unread is a fork missed."""
    folder = tmp_path / "networks"
    (folder / "forks").mkdir(parents=True)
    text = (PROJECT / "networks/forks/hoodi.toml").read_text()
    path = folder / "forks/hoodi.toml"
    path.write_text(text.replace("timestamp = 1761677592", "timestmap = 1761677592"))
    with pytest.raises(InputError, match="timestmap") as caught:
        read_schedule("hoodi", (folder,))

    line = 1 + path.read_text().splitlines().index("timestmap = 1761677592")
    assert f"{path}:{line}" == caught.value.where


def test_a_schedule_under_another_name(tmp_path):
    """A copied file that still says which network it was."""
    folder = tmp_path / "networks"
    (folder / "forks").mkdir(parents=True)
    (folder / "forks/mynet.toml").write_text((PROJECT / "networks/forks/hoodi.toml").read_text())

    with pytest.raises(InputError, match="schedule of hoodi"):
        read_schedule("mynet", (folder,))


def test_the_example_fleet_reads():
    """The fleet file that comes with the project is valid and needs no variable."""
    fleet = read_fleet(PROJECT / "networks/local.fleet.toml", {})

    assert ("local", ["local-1"]) == (fleet.network, [node.name for node in fleet.nodes])

"""Networks and projects as files."""

import pytest

from upgrader.edges.networks import CHECKOUT, load_network, network_names
from upgrader.edges.project import find_project, load_project
from upgrader.errors import InputError, UnavailableError
from upgrader.units import address


def written(root, text, name="chain"):
    """Write a network and read it back."""
    (root / "networks").mkdir(exist_ok=True)
    (root / "networks" / f"{name}.toml").write_text(text)
    return load_network(name, root)


@pytest.mark.parametrize(
    ("name", "chain_id", "test"),
    [("mainnet", 1, False), ("sepolia", 11155111, True), ("hoodi", 560048, True), ("local", 31337, True)],
)
def test_the_networks_that_come_with_us(name, chain_id, test):
    """Chain ids are the registered ones, and only the live chain is not a test network."""
    network = load_network(name, CHECKOUT)

    assert (chain_id, test) == (network.chain_id, network.test)


def test_secrets_come_from_the_environment(tmp_path):
    """``${NAME}`` is filled in when the chain is opened, anywhere in the address."""
    network = written(tmp_path, 'chain_id = 5\nrpc = ["https://h/${A_KEY}?t=${B_KEY}", "https://two/${NONE}"]')

    assert ("https://h/k1?t=k2",) == network.endpoints({"A_KEY": "k1", "B_KEY": "k2"})
    assert "k1" not in repr(network)


def test_an_unset_variable_is_named_with_its_remedy(tmp_path):
    """Exit 7 and the line to type."""
    with pytest.raises(UnavailableError, match="CHAIN_RPC_URL is not set") as caught:
        written(tmp_path, 'chain_id = 5\nrpc = ["${CHAIN_RPC_URL}"]').endpoints({"CHAIN_RPC_URL": ""})

    assert "export CHAIN_RPC_URL=https://…, or give --rpc URL" == caught.value.remedy


def test_well_known_addresses_have_names(tmp_path):
    """A label is found by its address in any case."""
    network = written(tmp_path, 'chain_id = 5\n[addresses]\ntimelock = "0x' + "ab" * 20 + '"')

    assert ("timelock", "") == (network.label(address("0x" + "AB" * 20)), network.label(address("0x" + "00" * 20)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "chain_id"),
        ("chain_id = 0", "chain_id"),
        ('chain_id = "one"', "chain_id"),
        ("chain_id = 5\nrpcs = []", "rpcs"),
        ("chain_id = 5\ntest = 'very'", "test"),
        ('chain_id = 5\nfinality = "soon"', "finality"),
        ('chain_id = 5\nexplorer = "javascript:alert(1)"', "explorer"),
        ('chain_id = 5\n[addresses]\na = "0x12"', "addresses"),
        ('chain_id = 5\nname = "other"', "name"),
        ("chain_id = ", "not TOML"),
    ],
)
def test_a_wrong_field_is_named(tmp_path, text, words):
    """Every mistake is exit 2 with the field or the line."""
    with pytest.raises(InputError, match=words) as caught:
        written(tmp_path, text)

    assert "chain.toml" in caught.value.where


@pytest.mark.parametrize("name", ["../local", "Local", "", "a" * 80, "mainnet.fleet", "nowhere"])
def test_a_network_that_is_none_lists_those_that_are(tmp_path, name):
    """Names are not paths."""
    with pytest.raises(InputError, match=r"no network .* \(known: .*mainnet"):
        load_network(name, tmp_path)


def test_a_projects_own_network_comes_first(tmp_path):
    """The checkout's ``local`` is only for projects without one; a fleet is not a network."""
    written(tmp_path, "chain_id = 77", name="local")
    (tmp_path / "networks" / "local.fleet.toml").write_text("")

    assert 77 == load_network("local", tmp_path).chain_id
    assert ("hoodi", "local", "mainnet", "sepolia") == network_names(tmp_path)


def test_a_project_is_found_upward(tmp_path):
    """From any folder inside, as git does."""
    (tmp_path / "upgrader.toml").write_text('schema = 1\n[project]\nname = "desk"')
    (tmp_path / "a" / "b").mkdir(parents=True)

    assert tmp_path == find_project(tmp_path / "a" / "b")
    assert "desk" == load_project(tmp_path).project.name


def test_no_project_names_the_command_that_makes_one(tmp_path):
    """The remedy is ``upgrader init``."""
    with pytest.raises(InputError, match=r"no upgrader\.toml") as caught:
        find_project(tmp_path)

    assert "upgrader init" in caught.value.remedy

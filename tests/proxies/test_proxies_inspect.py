"""``inspect`` through the command line, on a real chain: text, JSON, bulk, bad input."""

import io
import json

import pytest
from click.testing import CliRunner
from real_parts import DEPLOYER, OWNERS, deploy_safe, deploy_timelock

from upgrader.calls import Call, encode_call
from upgrader.cli.app import main
from upgrader.cli.commands.inspect import command
from upgrader.governance.timelock import operation_of
from upgrader.units import Seconds, hexed, keccak

TWO_DAYS = 172_800


@pytest.fixture(scope="module")
def url(chain):
    return chain.url


@pytest.fixture(scope="module")
def world(chain, uups):
    """A vault whose upgrader is a timelock that a Safe proposes to, with one upgrade waiting."""
    safe = deploy_safe(chain)
    timelock = deploy_timelock(chain, delay=TWO_DAYS, proposers=(safe,))
    proxy = uups("RoleVault", "initialize(address,address)", timelock, timelock)
    upgrade = Call(proxy, encode_call("upgradeToAndCall(address,bytes)", OWNERS[0], b""))
    operation = operation_of((upgrade,), salt=keccak(b"waiting"), delay=Seconds(TWO_DAYS))
    assert chain.send(operation.schedule_call(timelock), safe).status
    return {"safe": safe, "timelock": timelock, "proxy": proxy, "operation": hexed(operation.id)}


def inspect(url, *words, text=None):
    return CliRunner().invoke(command, [*words, "--rpc", url], input=text)


def document(url, *words, text=None):
    result = inspect(url, *words, "--json", text=text)
    return json.loads(result.stdout)


def test_the_tree_is_drawn(url, world):
    """Kind, implementation, timelock, Safe, owners, weakest path and what waits, for a person."""
    result = inspect(url, world["proxy"])

    assert result.exit_code == 0
    for expected in (
        f"{world['proxy']}: uups proxy, implementation 0x",
        f"  role UPGRADER_ROLE: timelock {world['timelock']}, 2 days, executor open to anybody",
        f"    proposer: Safe 1.4.1 {world['safe']}, 2 of 3",
        f"  weakest: 2 keys of safe {world['safe']}, after 2 days",
        f"waiting operation {world['operation']}",
        "timelock-open-executor",
    ):
        assert expected in result.stdout


def test_the_document_holds_the_graph(url, world):
    """Holders once each, links by address, pending operations with their calls."""
    found = document(url, world["proxy"])
    (entry,) = found["data"]["addresses"]

    assert (found["schema"], found["ok"], found["verdict"]) == ("upgrader.inspect/1", True, "safe")
    assert entry["authority"]["holders"][world["timelock"]]["timelock"]["min_delay"] == TWO_DAYS
    assert entry["authority"]["holders"][world["safe"]]["safe"]["threshold"] == 2
    assert entry["authority"]["weakest"]["keys"] == 2
    (waiting,) = entry["pending"]
    assert (waiting["id"], waiting["state"], waiting["reproduced"]) == (world["operation"], "waiting", True)
    assert waiting["calls"][0]["to"] == world["proxy"]


def test_a_timelock_and_a_safe_can_be_asked_about_themselves(url, world):
    """Neither a proxy under someone else: the timelock shows its roles and what waits, the Safe itself."""
    found = document(url, world["timelock"], world["safe"])
    of_timelock, of_safe = found["data"]["addresses"]

    assert (of_timelock["kind"], of_safe["kind"]) == ("timelock", "safe")
    assert of_timelock["holder"]["timelock"]["proposers"] == [world["safe"]]
    assert of_timelock["holders"][world["safe"]]["safe"]["threshold"] == 2
    assert set(OWNERS) < set(of_timelock["holders"])
    assert f"      signer: account {OWNERS[0]}" in inspect(url, world["timelock"]).stdout.splitlines()
    assert of_timelock["pending"][0]["id"] == world["operation"]
    assert "nobody" not in inspect(url, world["timelock"]).stdout


def test_an_upgrade_open_to_anybody_exits_3(url, uups):
    """A judgement that is unsafe blocks, as everywhere."""
    proxy = uups("OpenVault", "initialize(address)", OWNERS[0])
    found = document(url, proxy)

    assert (found["exit"], found["verdict"], found["findings"][0]["code"]) == (3, "unsafe", "authority-open")


def test_addresses_come_from_stdin_and_files(url, world, tmp_path):
    """One address a line, comments and empty lines aside, in the order given."""
    file = tmp_path / "addresses.txt"
    file.write_text(f"# the vault\n{world['proxy']}\n\n{world['safe']}  # its Safe\n")

    from_file = document(url, str(file))["data"]["addresses"]
    from_stdin = document(url, "-", text=file.read_text())["data"]["addresses"]

    assert [entry["address"] for entry in from_file] == [world["proxy"], world["safe"]]
    assert from_stdin == from_file


def test_many_addresses_are_listed(url, world):
    """Accounts and other contracts among many are said, and stop nothing."""
    others = [hexed(number.to_bytes(20)) for number in range(1000, 1030)]
    found = document(url, world["proxy"], *others)
    kinds = [entry["kind"] for entry in found["data"]["addresses"]]

    assert kinds == ["uups", *["account"] * 30]
    assert "account without code" in inspect(url, world["proxy"], *others).stdout


BAD = {
    "a word": (("nothing",), "neither an address nor a file"),
    "a short address": (("0x1234",), "is not an address"),
    "a mistyped address": ((OWNERS[0][:-1] + "E",), "wrong EIP-55 checksum"),
    "no code": ((OWNERS[0],), "has no code on chain 31337"),
    "an empty list": (("-",), "no address was given"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_clear_error(url, case, capsys, monkeypatch):
    """Exit code 2 and one sentence; no traceback."""
    words, expected = BAD[case]
    monkeypatch.setattr("sys.stdin", io.StringIO("# nothing\n"))

    with pytest.raises(SystemExit) as ended:
        main(["inspect", *words, "--rpc", url])

    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert expected in said
    assert "Traceback" not in said


def test_a_bad_line_of_a_file_is_named(url, tmp_path, capsys):
    """File and line stand before the message."""
    file = tmp_path / "addresses.txt"
    file.write_text(f"{DEPLOYER}\n0xzz\n")

    with pytest.raises(SystemExit) as ended:
        main(["inspect", str(file), "--rpc", url])

    assert ended.value.code == 2
    assert f"{file}:2" in capsys.readouterr().err


def test_no_chain_is_said(capsys):
    """Without a network or an endpoint there is nothing to ask."""
    with pytest.raises(SystemExit) as ended:
        main(["inspect", DEPLOYER])

    assert ended.value.code == 2
    assert "--network" in capsys.readouterr().err

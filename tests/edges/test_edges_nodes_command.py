"""``upgrader nodes list`` and ``upgrader nodes check`` as a person or a program runs them."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fake_fleet import BEACON, SOUND, FakeNode

from upgrader.cli import main
from upgrader.edges.anvil import Anvil
from upgrader.edges.nodes.files import read_schedule
from upgrader.forks.fork_id import fork_hash_at

GENESIS_TIME = 1_700_000_000
HOSTILE = "Geth/v1.16.7\x1b[2J\u202e<script>/" + "A" * 5000
"""A version string that would clear the terminal, turn the line around, and fill the screen."""


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Return a function that runs the command in an empty folder and gives exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(["nodes", *arguments])
        said = capsys.readouterr()
        return end.value.code, said.out, said.err

    return call


@pytest.fixture
def fleet(tmp_path):
    """Return a function that writes a fleet file for named addresses."""

    def write(network="local", settings="min_peers = 0", **nodes):
        text = f'[fleet]\nnetwork = "{network}"\n{settings}\n'
        for name, given in nodes.items():
            halves = {"el": f'{{ rpc = "{given}" }}'} if isinstance(given, str) else given
            text += f'[[node]]\nname = "{name}"\n' + "".join(f"{key} = {value}\n" for key, value in halves.items())
        path = tmp_path / "fleet.toml"
        path.write_text(text)
        return str(path)

    return write


def _codes(document):
    return sorted((finding["subject"], finding["code"]) for finding in document["findings"])


def test_a_fleet_of_real_nodes(run, fleet):
    """Two sound anvils, one behind, one on another chain, one stopped: each is what it is."""
    with Anvil() as stopped:
        gone = stopped.url
    with (
        Anvil(timestamp=GENESIS_TIME) as one,
        Anvil(timestamp=GENESIS_TIME) as two,
        Anvil(timestamp=GENESIS_TIME) as late,
        Anvil(timestamp=GENESIS_TIME, chain_id=5) as odd,
    ):
        for chain in (one, two):
            for number in range(1, 9):
                chain.request("evm_setNextBlockTimestamp", GENESIS_TIME + number)
                chain.mine()
        path = fleet(one=one.url, two=two.url, late=late.url, odd=odd.url, stopped=gone)
        code, out, _ = run("check", "--fleet", path, "--json")
        listed, listing, progress = run("list", "--fleet", path)

    document = json.loads(out)
    assert (3, "unsafe", False) == (code, document["verdict"], document["ok"])
    assert [
        ("late", "node-behind"),
        ("local", "fork-schedule-missing"),
        ("odd", "node-wrong-chain"),
        ("stopped", "node-unreachable"),
    ] == _codes(document)
    assert {"chain_id": 31337, "head": 8} == {key: document["data"]["expected"][key] for key in ("chain_id", "head")}
    assert (0, 6) == (
        listed,
        sum(line.startswith(("NODE", "one", "two", "late", "odd", "stopped")) for line in listing.splitlines()),
    )
    assert "anvil 1.7.1" in listing
    assert "asking 5 nodes of local" in progress


def test_two_real_nodes_that_are_sound(run, fleet):
    """The shortest way to yes, as text and as a document."""
    with Anvil(timestamp=GENESIS_TIME) as one, Anvil(timestamp=GENESIS_TIME) as two:
        path = fleet(one=one.url, two=two.url)
        text_code, text, _ = run("check", "--fleet", path)
        json_code, out, _ = run("check", "--fleet", path, "--json")

    document = json.loads(out)
    assert (0, 0, "safe", True) == (text_code, json_code, document["verdict"], document["ok"])
    assert "upgrader.nodes.check/1" == document["schema"]
    assert {"schema", "ok", "exit", "verdict", "findings", "data"} == set(document)
    assert "safe: 0 blockers, 0 warnings, 1 note" in text
    assert "next: upgrader nodes list --fleet fleet.toml" == text.splitlines()[-1]


def test_real_nodes_on_two_branches(run, fleet):
    """Same chain id, same genesis, same height, other blocks: found by the hashes of a common block."""
    with (
        Anvil(timestamp=GENESIS_TIME) as one,
        Anvil(timestamp=GENESIS_TIME) as two,
        Anvil(timestamp=GENESIS_TIME) as odd,
    ):
        for chain, step in ((one, 1), (two, 1), (odd, 2)):
            for number in range(1, 6):
                chain.request("evm_setNextBlockTimestamp", GENESIS_TIME + number * step)
                chain.mine()
        code, out, _ = run("check", "--fleet", fleet(one=one.url, two=two.url, odd=odd.url), "--json")

    assert 3 == code
    assert ("odd", "node-different-block") in _codes(json.loads(out))


@pytest.fixture
def sepolia():
    """Return a function that starts a fake pair of Sepolia, sound but for what is changed."""
    schedule = read_schedule("sepolia", ())
    now = int(time.time())
    rules = max(f.timestamp for f in schedule.forks if f.timestamp is not None and f.timestamp <= now)
    block = {"number": "0x0", "hash": f"0x{schedule.genesis_hash.hex()}", "timestamp": hex(schedule.genesis_time)}
    latest = {"number": hex(9_500_000), "hash": "0x" + "44" * 32, "timestamp": hex(now)}
    config = {
        "activationTime": rules,
        "chainId": hex(schedule.chain_id),
        "forkId": f"0x{fork_hash_at(schedule, rules).hex()}",
    }
    rpc = {
        **SOUND,
        "web3_clientVersion": "Geth/v1.17.7-stable-b9f3a3d9/linux-amd64/go1.24",
        "eth_chainId": hex(schedule.chain_id),
        "eth_getBlockByNumber": lambda params: latest if params[0] == "latest" else block,
        "eth_config": {"current": config, "next": None, "last": None},
    }
    root = f"0x{schedule.clock.genesis_validators_root.hex()}"
    versions = [{"current_version": f"0x{f.version.hex()}", "epoch": str(f.epoch)} for f in schedule.forks if f.version]
    spec = {f"{f.consensus.upper()}_FORK_EPOCH": str(f.epoch) for f in schedule.forks if f.consensus}
    beacon = {
        **BEACON,
        "/eth/v2/node/version": {"execution_client": {"name": "Geth", "version": "v1.17.7"}},
        "/eth/v1/beacon/genesis": {"genesis_validators_root": root},
        "/eth/v1/config/fork_schedule": versions,
        "/eth/v1/config/spec": spec,
    }
    running = []

    def start(*, rpc_changes=None, beacon_changes=None):
        node = FakeNode({**rpc, **(rpc_changes or {})}, {**beacon, **(beacon_changes or {})})
        running.append(node)
        return node.__enter__().url

    yield start
    for node in running:
        node.__exit__()


def _pair(url):
    return {"el": f'{{ client = "geth", rpc = "{url}" }}', "cl": f'{{ client = "lighthouse", api = "{url}" }}'}


def test_a_pair_that_is_ready(run, fleet, sepolia):
    """Both halves speak for Amsterdam, and the table, the document and the exit code agree."""
    path = fleet("sepolia", a=_pair(sepolia()), b=_pair(sepolia()))
    code, out, _ = run("check", "--fleet", path, "--fork", "gloas", "--json")
    document = json.loads(out)

    assert (0, "safe", []) == (code, document["verdict"], document["findings"])
    assert {"name": "amsterdam", "fork_id": "0x6c1d9423", "digest": "0x669e6c11"} == {
        key: document["data"]["fork"][key] for key in ("name", "fork_id", "digest")
    }
    assert ["ready", "ready"] == [node["readiness"]["status"] for node in document["data"]["nodes"]]
    _, text, _ = run("check", "--fleet", path, "--fork", "gloas")
    assert "geth 1.17.7 + lighthouse 8.3.0" in text
    assert "2 of 2 ready for amsterdam" in text


def test_a_consensus_client_without_the_fork(run, fleet, sepolia):
    """Its release knows Gloas and it was started without: unsafe, with the reason and the remedy."""
    old = {"/eth/v1/config/fork_schedule": [], "/eth/v1/config/spec": {"FULU_FORK_EPOCH": "272640"}}
    path = fleet("sepolia", a=_pair(sepolia()), odd=_pair(sepolia(beacon_changes=old)))
    code, out, _ = run("check", "--fleet", path, "--fork", "amsterdam")

    assert 3 == code
    assert "node-restart-needed  odd" in out
    assert "the configuration has no GLOAS_FORK_EPOCH" in out
    assert "> restart it with the network's newest configuration" in out


def test_strict_lets_warnings_block(run, fleet, sepolia):
    """A node that runs a newer release than the file wants is fine, unless one is strict."""
    path = fleet("sepolia", a={"el": f'{{ rpc = "{sepolia()}", want = "1.17.6" }}'})

    assert [0, 3] == [run("check", "--fleet", path, *strict)[0] for strict in ((), ("--strict",))]


def test_hostile_words_do_not_reach_the_terminal(run, fleet, sepolia):
    """Control characters and marks that turn the line around are shown as what they are, and length is bounded."""
    path = fleet("sepolia", a=sepolia(rpc_changes={"web3_clientVersion": HOSTILE}))
    for command in ("list", "check"):
        _, out, err = run(command, "--fleet", path)

        assert "\x1b" not in out + err
        assert "\u202e" not in out + err
        assert max(map(len, out.splitlines())) < 1000
        assert "\\x1b[2J\\u202e" in out
    _, document, _ = run("list", "--fleet", path, "--json")
    assert document.isascii()


def test_passwords_are_never_printed(run, fleet, sepolia, monkeypatch):
    """An address with user, password and key shows its host alone, in every form of output and when it fails."""
    monkeypatch.setenv("NODE_KEY", "rpc-secret")
    live = sepolia().replace("http://", "http://me:hunter2@") + "/v3/${NODE_KEY}"
    dead = "http://me:hunter2@127.0.0.1:1/v3/${NODE_KEY}"
    path = fleet("sepolia", live=live, dead=dead)
    said = "".join(
        "".join(run(*arguments, "--fleet", path)[1:])
        for arguments in (("list",), ("list", "--json"), ("check",), ("check", "--json"))
    )

    assert "hunter2" not in said
    assert "rpc-secret" not in said
    assert "http://127.0.0.1:1/…" in said


def test_a_fleet_where_nobody_answers(run, fleet):
    """Exit code 7: nothing could be read at all; the document still names every node."""
    path = fleet(a="http://127.0.0.1:1", b="http://127.0.0.1:1")
    listed, _, _ = run("list", "--fleet", path)
    code, out, _ = run("check", "--fleet", path, "--json")

    document = json.loads(out)
    assert (7, 7, "cannot_tell") == (listed, code, document["verdict"])
    assert [("a", "node-unreachable"), ("b", "node-unreachable")] == _codes(document)[:2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("list",), "there is no fleet file under networks/"),
        (("list", "--fleet", "missing.toml"), "missing.toml: cannot be read (No such file or directory)"),
        (("check", "--network", "nowhere"), "no fleet file for the network 'nowhere'"),
        (("check", "--fleet", "fleet.toml", "--fork", "x\x1b[2J"), "no fork 'x\\x1b[2J' is known on local"),
        (("check", "--fleet", "fleet.toml", "--network", "sepolia"), "the fleet is on local, not on 'sepolia'"),
        (("list", "--fleet", "broken.toml"), "broken.toml:3: fleet.netwrk: no such key"),
    ],
)
def test_bad_input(run, fleet, tmp_path, arguments, words):
    """A missing file, a wrong name, a mistyped key: exit 2, one sentence with its remedy, no traceback."""
    fleet(a="http://127.0.0.1:1")
    (tmp_path / "broken.toml").write_text('\n[fleet]\nnetwrk = "sepolia"\n[[node]]\nname = "a"\n')
    code, out, err = run(*arguments)

    assert (2, "") == (code, out)
    assert words in err
    assert "fix:" in err
    assert "Traceback" not in err


def test_the_command_starts_light():
    """Asking for help, or failing on a missing file, imports neither web3 nor aiohttp nor ape."""
    program = (
        "import sys\n"
        "from upgrader.cli import main\n"
        "try:\n    main(['nodes', 'check', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "print([m for m in ('web3', 'aiohttp', 'ape', 'solcx', 'pydantic') if m in sys.modules])\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )

    assert "[]" == done.stdout.splitlines()[-1]

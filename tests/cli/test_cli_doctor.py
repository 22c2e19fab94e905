"""``doctor`` on this machine as it is, and on machines that lack something."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from upgrader.errors import MismatchError, NotReadyError
from upgrader.flows.doctor import Part, State, examine

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments, cwd=ROOT, **environment):
    """Run ``upgrader doctor`` as a user does."""
    return subprocess.run(
        [sys.executable, "-c", "from upgrader.cli import main; main()", "doctor", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
    )


class WellMachine:
    """A machine with everything; a test takes something away."""

    setup = "make setup"

    def __init__(self, **changes):
        self.changes = changes

    def _or(self, name, value):
        return self.changes.get(name, value)

    def python(self):
        """An interpreter."""
        return self._or("python", "3.11.9")

    def packages(self):
        """One package."""
        return self._or("packages", {"web3": ("==7.16.0", "7.16.0", True)})

    def ape(self):
        """No trouble."""
        return self._or("ape", "")

    def node(self):
        """A Node."""
        return self._or("node", "24.19.0")

    def git(self):
        """A git."""
        return self._or("git", "2.39.5")

    def npm(self):
        """Two npm packages."""
        return self._or("npm", {"solc": ("0.8.37", "0.8.37"), "oz-4": ("4.9.6", "4.9.6")})

    def compilers(self):
        """One compiler."""
        return self._or("compilers", {"0.8.37": "npm's behind a shim"})

    def wanted_compiler(self):
        """The one that is there."""
        return self._or("wanted_compiler", "0.8.37")

    def anvil(self):
        """The pinned one."""
        return self._or("anvil", ("1.7.1", "1.7.1", ""))

    def networks(self):
        """One network."""
        return ("chain",)

    def reach(self, network):
        """An answer, or what was put in its place."""
        reached = self._or("reach", f"{network} answers")
        if isinstance(reached, Exception):
            raise reached
        return reached

    def browser(self):
        """A browser."""
        return self._or("browser", "156.0.1")


def failing(**changes):
    """The parts that a machine with these changes fails on, as (name, state, remedy)."""
    return [(part.name, part.state, part.remedy) for part in examine(WellMachine(**changes)) if part.fails]


def test_a_well_machine_has_nothing_to_mend():
    """Every part is there, none with a remedy."""
    parts = examine(WellMachine())

    assert [] == [part for part in parts if part.fails or part.remedy]
    assert ["Python", "web3", "Ape with its plugins", "Node", "npm packages"] == [part.name for part in parts[:5]]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"python": "3.13.1"}, ("Python", State.WRONG, "install 3.11 or 3.12")),
        ({"python": "3.1.9"}, ("Python", State.WRONG, "install 3.11 or 3.12")),
        ({"packages": {"web3": ("==7.16.0", "", False)}}, ("web3", State.MISSING, "make setup")),
        ({"packages": {"web3": ("==7.16.0", "8.0.0", False)}}, ("web3", State.WRONG, "make setup")),
        ({"ape": "ImportError: HashBytes32"}, ("Ape with its plugins", State.WRONG, "make setup")),
        ({"node": ""}, ("Node", State.MISSING, "make setup")),
        ({"compilers": {"0.8.37": ""}, "node": "1"}, ("solc 0.8.37", State.WRONG, "make setup")),
        ({"compilers": {}}, ("solc 0.8.37", State.MISSING, "make setup")),
        ({"wanted_compiler": "0.8.1"}, ("solc 0.8.1", State.MISSING, "make setup")),
        ({"anvil": ("1.7.1", "", "npm ci")}, ("anvil", State.MISSING, "npm ci")),
        ({"anvil": ("1.7.1", "1.2.0", "npm ci")}, ("anvil", State.WRONG, "npm ci")),
        (
            {"reach": MismatchError("is chain 5, not 1", remedy="name another")},
            ("network chain", State.WRONG, "name another"),
        ),
    ],
)
def test_each_missing_part_is_named_with_what_mends_it(changes, expected):
    """One thing taken away is one part that fails."""
    assert [expected] == failing(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"node": "", "compilers": {"0.8.37": "native"}},
        {"browser": ""},
        {"reach": NotReadyError("MAINNET_RPC_URL is not set", remedy="export it")},
        {"npm": {}},
    ],
)
def test_what_is_not_needed_does_not_fail(changes):
    """Node beside a native compiler, a browser, a network that nobody configured, a project without npm."""
    assert [] == failing(**changes)


def test_one_wrong_npm_package_is_named():
    """The summary line and the package itself say so."""
    names = [name for name, _, _ in failing(npm={"solc": ("0.8.37", "0.8.30"), "oz-4": ("4.9.6", "4.9.6")})]

    assert ["npm packages", "solc"] == names


def test_a_part_that_is_not_required_never_fails():
    """Only what upgrader needs decides the exit code."""
    part = Part("x", State.MISSING)

    assert (True, False) == (part.fails, replace(part, required=False).fails)


def test_this_machine_is_well():
    """What the set-up installed is what the doctor wants; stdout is one document."""
    done = run("--json")
    document = json.loads(done.stdout)
    parts = {part["name"]: part for part in document["data"]["parts"]}

    assert (0, True, "upgrader.doctor/1") == (done.returncode, document["ok"], document["schema"])
    assert "1.7.1" == parts["anvil"]["found"]
    assert {"solc 0.8.37", "solc 0.7.6", "eth-ape", "Python", "network mainnet"} <= parts.keys()


def test_a_dead_endpoint_and_a_missing_compiler_are_exit_7(tmp_path):
    """In a project whose network does not answer and whose compiler is not there, both are named; no key is shown."""
    with socket.socket() as probe:  # bound and not listening: every connection is refused
        probe.bind(("127.0.0.2", 0))
        (tmp_path / "networks").mkdir()
        (tmp_path / "networks" / "venue.toml").write_text('chain_id = 5\nrpc = ["${VENUE_URL}"]')
        (tmp_path / "upgrader.toml").write_text('schema = 1\n[project]\nname = "x"\n[solc]\nversion = "0.8.1"')
        done = run("--json", cwd=tmp_path, VENUE_URL=f"http://127.0.0.2:{probe.getsockname()[1]}/SECRETKEY")

    parts = {part["name"]: part for part in json.loads(done.stdout)["data"]["parts"]}
    assert 7 == done.returncode
    assert ("wrong", "missing") == (parts["network venue"]["state"], parts["solc 0.8.1"]["state"])
    assert "cannot be reached (Connection refused)" in parts["network venue"]["found"]
    assert "SECRETKEY" not in done.stdout + done.stderr


def test_a_broken_project_file_is_a_part_and_not_the_end(tmp_path):
    """The rest is still looked at."""
    (tmp_path / "upgrader.toml").write_text("schema = ")
    done = run(cwd=tmp_path)

    assert 7 == done.returncode
    assert "✗ project" in done.stdout
    assert "✓ anvil" in done.stdout

"""A compiler that stays answers as one that is started, and whatever happens to it is told."""

import json
import os
import re
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE

import pytest

from upgrader.edges import compilers
from upgrader.edges.compilers import run_solc
from upgrader.edges.resident import Residents, can_stay
from upgrader.errors import UnavailableError

SOLC = Path(os.environ.get("SOLCX_BINARY_PATH") or Path.home() / ".solcx") / "solc-v0.8.37"
pytestmark = pytest.mark.skipif(not can_stay(SOLC), reason="solc is native here: it is started for each input")


STRING = 'string s = unicode"é";'


def request(name="A", body="uint256 a;"):
    return {
        "language": "Solidity",
        "sources": {
            f"{name}.sol": {"content": f'pragma solidity ^0.8.0; contract {name} {{ {body} string s = unicode"é"; }}'}
        },
        "settings": {"outputSelection": {"*": {"*": ["storageLayout", "evm.bytecode.object"], "": ["ast"]}}},
    }


@pytest.fixture
def residents(monkeypatch):
    """Compilers of this test alone."""
    own = Residents(idle=0.3)
    monkeypatch.setattr(compilers, "HERE", own)
    yield own
    own.close()


def waiting(residents, executable=SOLC):
    """Return the process of the one that waits."""
    with residents.one(executable) as resident:
        return resident.process


def test_one_process_answers_as_many_do(residents, monkeypatch):
    """Its answers depend on nothing that it was asked before."""
    asked = [request("A"), request("B", "struct S { uint8 x; } S b;"), request("A")]
    with residents.one(SOLC) as resident:
        stayed = [resident.ask(json.dumps(each).encode(), 60) for each in asked]

    monkeypatch.setattr(compilers, "can_stay", lambda _: False)
    started = [run_solc(each, "0.8.37") for each in asked[:2]]

    assert [*started, started[0]] == [json.loads(each) for each in stayed]


NPM_S_OWN = """
const asked = JSON.parse(fs.readFileSync(0)), solc = require(process.argv[1]);
const found = asked.map((each) => solc.compile(each, { import: (name) => ({ contents: name }) }));
process.stdout.write(JSON.stringify(found));
"""
IMPORTED = "contract B{}"
"""A source that is its own file's name, so that one rule finds what is imported wherever it is looked for."""


def test_answers_are_those_of_npm_s_own_compiler(tmp_path):
    """Also where it throws within, and where it asks back for a source: nothing that makes ours faster shows."""
    importing = request("C")
    importing["sources"]["C.sol"]["content"] += f'import "{IMPORTED}";'
    wrong = request("D", "uint8 x = true; function f() external { g(); }")
    asked = [json.dumps(each) for each in (request(), wrong, importing, wrong, request())]
    node, module = (re.search(f"{word}'(.+?)'", SOLC.read_text())[1] for word in ("exec ", "SOLJS="))
    (tmp_path / IMPORTED).write_text(IMPORTED)

    own = subprocess.run([node, "-e", NPM_S_OWN, module], input=json.dumps(asked).encode(), stdout=PIPE, check=True)
    stays = [str(SOLC), "--stay", "--base-path", str(tmp_path)]
    sent = b"".join(b"%d\n%s" % (len(each.encode()), each.encode()) for each in asked)
    ours = subprocess.run(stays, input=sent, stdout=PIPE, check=True).stdout

    expected = [each.encode() for each in json.loads(own.stdout)]
    assert b"".join(b"%d\n%s" % (len(each), each) for each in expected) == ours
    assert [False, True, False, True, False] == [b'"severity":"error"' in each for each in expected]
    assert [False, True] == [IMPORTED.encode() in each for each in expected[::2][:2]]


def test_it_is_the_same_process_until_it_has_waited_for_long(residents):
    """Nothing is left behind."""
    run_solc(request(), "0.8.37")
    first, again = waiting(residents), waiting(residents)

    first.wait(timeout=20)

    assert first is again
    assert waiting(residents) is not first


@pytest.mark.usefixtures("residents")
def test_inputs_at_a_time_have_a_compiler_each():
    """None waits for another, and no answer is another's."""
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda name: run_solc(request(name), "0.8.37"), ("A", "B")))

    assert [["A.sol"], ["B.sol"]] == [list(each["contracts"]) for each in found]


def test_one_that_was_killed_while_it_waited_is_replaced(residents):
    """By nobody's leave."""
    gone = waiting(residents)
    os.kill(gone.pid, signal.SIGKILL)
    gone.wait(timeout=20)

    assert run_solc(request(), "0.8.37")["contracts"]


@pytest.mark.parametrize(
    ("what_it_does", "said"),
    [
        ("echo 'out of memory' >&2; exit 1", "out of memory"),
        ("read length; echo banner; sleep 60", "banner"),
        ("read length; printf '9\\nshort'", "without an answer"),
        ("read length; printf '2\\n{]'; sleep 60", "does not answer"),
        ("read length; printf '2\\n[]'; sleep 60", "with an object"),
    ],
)
@pytest.mark.usefixtures("residents")
def test_one_that_fails_is_told_and_not_asked_again(monkeypatch, tmp_path, what_it_does, said):
    """What it said last is in the error."""
    fake = tmp_path / "solc-v0.8.37"
    fake.write_text(f"#!/bin/sh\n# solc_shim.js\n{what_it_does}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("SOLCX_BINARY_PATH", str(tmp_path))

    with pytest.raises(UnavailableError, match=said) as told:
        run_solc(request(), "0.8.37")

    assert told.value.remedy


@pytest.mark.usefixtures("residents")
def test_one_that_takes_too_long_is_stopped(monkeypatch, tmp_path):
    """As one that is started is."""
    fake = tmp_path / "solc-v0.8.37"
    fake.write_text("#!/bin/sh\n# solc_shim.js\nexec sleep 60\n")
    fake.chmod(0o755)
    monkeypatch.setenv("SOLCX_BINARY_PATH", str(tmp_path))
    monkeypatch.setattr(compilers, "RUN_LIMIT", 0.2)
    begun = time.monotonic()

    with pytest.raises(UnavailableError, match="does not answer"):
        run_solc(request(), "0.8.37")

    assert time.monotonic() - begun < 30

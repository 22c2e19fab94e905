"""A compiler that stays answers as one that is started, and whatever happens to it is told."""

import json
import os
import re
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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
    started = [run_solc(each, "0.8.37") for each in asked]

    assert started == [json.loads(each) for each in stayed]


COMPILING = """
const [npm, calls] = process.argv.slice(1), { Instance } = WebAssembly, path = require("path");
let modules = 0;
WebAssembly.Instance = function (...given) { modules++; return new Instance(...given); };
if (calls) require(calls).callWithin(path.join(npm, "soljson.js"));
const solc = require(npm), found = [];
function source(name) {
  if (name === "refused") throw new Error("not this one");
  return { contents: name };
}
for (const each of JSON.parse(fs.readFileSync(0)))
  try { found.push(solc.compile(each, { import: source })); } catch (error) { found.push(String(error)); }
process.stdout.write(JSON.stringify([modules, found]));
"""


def test_calls_within_webassembly_are_those_of_npm_s_own_compiler():
    """Also where it throws within, asks back for a source, and where what answers throws through all of it."""
    importing, refused, wrong = (request(name) for name in "BCD")
    importing["sources"]["B.sol"]["content"] += 'import "contract E{}";'
    refused["sources"]["C.sol"]["content"] += 'import "refused";'
    wrong["sources"]["D.sol"]["content"] += "contract F { function f() external { g(); } }"
    asked = json.dumps([json.dumps(each) for each in (request(), wrong, importing, wrong, request(), refused)])
    npm, node, shim = re.findall(r"'([^' ]*/[^']+)'", SOLC.read_text())
    run = [node, "-e", COMPILING, npm]

    own, expected = json.loads(subprocess.run(run, input=asked, capture_output=True, text=True, check=True).stdout)
    run.append(str(Path(shim).with_name("solc_calls.js")))
    ours, found = json.loads(subprocess.run(run, input=asked, capture_output=True, text=True, check=True).stdout)

    assert own + 1 == ours, "there is the second module"
    assert expected == found
    assert [False, True, False, True, False, False] == ['"severity":"error"' in each for each in found]
    assert "Error: not this one" == found[-1]


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

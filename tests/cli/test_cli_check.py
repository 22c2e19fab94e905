"""`upgrader check OLD NEW` as a person and as a program use it."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import pytest
from processes import run_within

SOURCE = """pragma solidity ^0.8.20;
contract V1 { uint256 a; uint256[49] __gap; uint256 z; }
contract Good { uint256 a; uint256 b; uint256[48] __gap; uint256 z; }
contract Bad { uint256 a; uint256 b; uint256[49] __gap; uint256 z; }
contract Renamed { uint256 first; uint256[49] __gap; uint256 z; }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with two sources, no project around it; each is compiled once for all tests."""
    home = tmp_path_factory.mktemp("check")
    (home / "A.sol").write_text(SOURCE)
    (home / "P.sol").write_text(PACKED)
    return home


PACKED = """pragma solidity ^0.8.20;
contract V1 { uint64 lastFundingTimestamp; uint64 maintenanceMargin; bool paused; }
contract V2 { uint64 lastFundingTimestamp; uint96 maintenanceMargin; bool paused; }
"""


def run(folder, *arguments):
    """Run the command and return what it did."""
    return run_within(folder, "check", *arguments)


def started(folder, *arguments):
    """Run the command in a process of its own."""
    command = [str(Path(sys.executable).with_name("upgrader")), "check", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("arguments", [("A.sol:V1", "A.sol:Good"), ("A.sol:V1", "A.sol:Bad", "--json"), ("A.sol:V1",)])
def test_a_process_of_its_own_says_the_same(folder, arguments):
    """To the byte and to each stream: what the other tests run within this process is what a person runs."""
    within, alone = run(folder, *arguments), started(folder, *arguments)

    assert (within.returncode, within.stdout, within.stderr) == (alone.returncode, alone.stdout, alone.stderr)


def test_safe_upgrade(folder):
    """Nothing to say means one line, the next command and exit 0."""
    done = run(folder, "A.sol:V1", "A.sol:Good")

    assert (0, "safe: 0 blockers, 0 warnings, 0 notes") == (done.returncode, done.stdout.splitlines()[0])


def test_unsafe_upgrade_names_line_bytes_and_fix(folder):
    """An unsafe upgrade exits 3, with file and line, the slots and the length the gap should have."""
    done = run(folder, "A.sol:V1", "A.sol:Bad")

    assert 3 == done.returncode
    assert "A.sol:4: ✗ BLOCKER storage-moved  Bad.z" in done.stdout
    assert "z moves from slot 50 to slot 51 because b (slot 1) stands before it" in done.stdout
    assert "set Bad.__gap to 48 words" in done.stdout


def test_one_json_document(folder):
    """--json prints exactly one document with verdict, findings and every fact."""
    done = run(folder, "A.sol:V1", "A.sol:Bad", "--json")

    document = json.loads(done.stdout)
    assert ("upgrader.check/1", False, 3, "unsafe") == tuple(document[k] for k in ("schema", "ok", "exit", "verdict"))
    assert ["storage-moved"] == [finding["code"] for finding in document["findings"]]
    assert "50" == document["findings"][0]["evidence"]["old_slot"]
    assert {"moved", "added"} == {change["kind"] for change in document["data"]["changes"]}


def test_strict_lets_warnings_block(folder):
    """A rename warns and passes; with --strict it does not pass."""
    lax, strict = run(folder, "A.sol:V1", "A.sol:Renamed"), run(folder, "A.sol:V1", "A.sol:Renamed", "--strict")

    assert (0, 3) == (lax.returncode, strict.returncode)


def test_history_counts(tmp_path):
    """An earlier layout makes bytes dirty that the last one left out."""
    for name, fields in {"v0": "ab", "v1": "a", "v2": "ac"}.items():
        storage = [{"label": f, "type": "t_uint256", "slot": str(i), "offset": 0} for i, f in enumerate(fields)]
        (tmp_path / f"{name}.json").write_text(json.dumps({"storage": storage, "types": {}}))

    without, with_it = run(tmp_path, "v1.json", "v2.json"), run(tmp_path, "v1.json", "v2.json", "--history", "v0.json")

    assert (0, 3) == (without.returncode, with_it.returncode)
    assert "storage-reused" in with_it.stdout


def test_the_proxy_s_own_code_counts(folder):
    """What the proxy keeps in storage itself is overwritten by what is new there; the next command names it, too."""
    (folder / "Proxy.sol").write_text("pragma solidity ^0.8.20;\ncontract Proxy { uint256 a; address admin; }\n")

    done = run(folder, "A.sol:V1", "A.sol:Good", "--proxy", "Proxy.sol:Proxy")

    assert 3 == done.returncode
    assert "A.sol:3: ✗ BLOCKER storage-proxy-collision  Good.b" in done.stdout
    assert "b lies on admin, a variable of the proxy's own (Proxy), at slot 1" in done.stdout
    assert "next: upgrader check A.sol:V1 A.sol:Good --proxy Proxy.sol:Proxy --draw" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("Missing.sol:A", "A.sol:V1"),
        ("A.sol", "A.sol:V1"),
        ("A.sol:V1", "A.sol:Nothing"),
        ("mainnet:0x" + "11" * 20, "A.sol:V1"),
        (),
        ("A.sol:V1", "A.sol:Good", "too", "much"),
        ("A.sol:V1", "A.sol:Good", "--history", "gone.json"),
        ("A.sol:V1", "A.sol:Good", "--proxy", "gone.json"),
        ("next-upgrade", "--proxy", "A.sol:V1"),
        ("--all", ".", "--against", ".", "--proxy", "A.sol:V1"),
    ],
)
def test_bad_input_is_one_error_with_its_remedy(folder, arguments):
    """Bad input exits 2 with one error and one fix, and --json still prints one document."""
    done, document = run(folder, *arguments), json.loads(run(folder, *arguments, "--json").stdout)

    assert 2 == done.returncode
    assert "Traceback" not in done.stderr
    assert ("error: ", "  fix: ") == tuple(line[:7] for line in done.stderr.splitlines()[-2:])
    assert (False, 2) == (document["ok"], document["exit"])


def test_hostile_names_are_escaped(tmp_path):
    """Control characters and right-to-left marks of a layout never reach the terminal as themselves."""
    name = "\x1b[31mowner\u202e\r\n✓ safe"
    for file, kind in {"old": "t_uint256", "new": "t_int256"}.items():
        storage = [{"label": name, "type": kind, "slot": "0", "offset": 0}]
        (tmp_path / f"{file}.json").write_text(json.dumps({"storage": storage, "types": {}}))

    done = run(tmp_path, "old.json", "new.json")

    assert 3 == done.returncode
    assert not {"\x1b", "\u202e", "\r"} & set(done.stdout + done.stderr)
    assert "\\x1b[31mowner\\u202e" in done.stdout


def seen(folder, columns, *arguments, **environment):
    """Run the command in a terminal of some columns and return what it shows, line by line."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR"}}
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("upgrader")), "check", "-q", *arguments],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env={**kept, "TERM": "xterm", **environment},
    )
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # Linux says that the other end is closed by an error
        while piece := os.read(ours, 65_536):
            shown += piece
    os.close(ours)
    process.wait(timeout=120)
    return shown.decode().replace("\r\n", "\n").splitlines()


@pytest.mark.parametrize(
    ("columns", "environment", "name"),
    [
        (80, {}, "lastFun…"),
        (200, {}, "lastFundingTimestamp"),
        (80, {"COLUMNS": "200"}, "lastFundingTimestamp"),
        (200, {"COLUMNS": "80"}, "lastFun…"),
        (0, {}, "lastFun…"),
        (60, {}, "lastFun…"),
    ],
)
def test_a_drawing_uses_the_terminal_that_it_is_shown_in(folder, columns, environment, name):
    """Wider where there is room, whole where there is little; COLUMNS is believed before the terminal."""
    lines = seen(folder, columns, "P.sol:V1", "P.sol:V2", "--draw", NO_COLOR="1", **environment)

    rows = [line for line in lines if "│" in line]
    assert any(name in row for row in rows)
    assert max(map(len, rows)) <= int(environment.get("COLUMNS", columns or 80))
    assert "\x1b" not in "".join(lines)


def test_a_drawing_has_colours_in_a_terminal_and_none_in_a_pipe(folder):
    """The same rows; a pipe has no width of its own and gets eighty columns."""
    shown = seen(folder, 80, "P.sol:V1", "P.sol:V2", "--draw")
    piped = run(folder, "P.sol:V1", "P.sol:V2", "--draw").stdout

    assert any("\x1b[1;31m>" in line for line in shown)
    assert piped.splitlines() == [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in shown]


def test_a_megabyte_of_name_is_no_megabyte_of_json(tmp_path):
    """Every text of the document is bounded, those of the evidence too, and says how much of it is left out."""
    storage = [{"label": "a", "contract": "C", "offset": 0, "slot": "0", "type": "t_enum(E)1"}]
    for file, members in (("old", ["A" * 1_000_000, "B"]), ("new", ["B", "A" * 1_000_000])):
        types = {"t_enum(E)1": {"label": "enum E", "numberOfBytes": "1", "members": members}}
        (tmp_path / f"{file}.json").write_text(json.dumps({"storage": storage, "types": types}))

    done = run(tmp_path, "old.json", "new.json", "--json")

    document = json.loads(done.stdout)
    assert 3 == done.returncode
    assert "more characters)" in document["findings"][0]["evidence"]["why"]
    assert len(done.stdout) < 100_000


def test_what_comes_next_is_a_command_as_it_is(tmp_path):
    """No word of it stands for another: a project where there is none, else what to write, else the plan of it."""
    for name, fields in {"old": "a", "new": "ab"}.items():
        storage = [{"label": f, "type": "t_uint256", "slot": str(i), "offset": 0} for i, f in enumerate(fields)]
        (tmp_path / f"{name}.json").write_text(json.dumps({"storage": storage, "types": {}}))
    found = []
    project = 'schema = 1\n[project]\nname = "x"\n'
    for path, text in {"": "", "upgrader.toml": project, "upgrades/001-fees/upgrade.toml": "schema = 1"}.items():
        if path:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        found.append(run(tmp_path, "old.json", "new.json").stdout.splitlines()[-1])

    assert ["next: upgrader init", "next: upgrader schema manifest", "next: upgrader plan 001-fees"] == found


def test_a_place_is_seen_from_where_the_command_runs(folder):
    """Two checkouts side by side have files of one name; a path from the project's root would name neither."""
    (folder / "sub").mkdir()

    done = run(folder / "sub", "../A.sol:V1", "../A.sol:Bad", "--sarif", "f.sarif")

    (result,) = [one for one in json.loads((folder / "sub" / "f.sarif").read_text())["runs"][0]["results"]
                 if one["ruleId"] == "storage-moved"]  # fmt: skip
    assert "../A.sol:4: ✗ BLOCKER storage-moved  Bad.z" in done.stdout
    assert "A.sol" == result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


@pytest.mark.parametrize("old", ["A.sol:V1", "A.sol", "layout.json", "m.json#0x12", "mainnet:0x" + "12" * 20])
def test_one_implementation_alone_is_compared_with_nothing(folder, old):
    """It is not taken for the name of an upgrade, of which there may be no project."""
    done = run(folder, old)

    assert (2, "") == (done.returncode, done.stdout)
    assert "error: Missing argument 'NEW'." in done.stderr

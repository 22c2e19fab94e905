"""Hostile names through every output of `check`: text, drawing, JSON and SARIF (the report's page has its own tests).

Identifiers of a source are letters, but those of a layout file are whatever somebody wrote there.
"""

import json
import re
import unicodedata

import pytest

from upgrader.cli.app import main

MARKS = "\x1b[2J\x1b]0;title\x07\u202eevas\u2066\u200b\ufeff\r\n\x00\x85\u2028<script>alert(1)</script>&amp;`|\\\ud800"
"""Escape sequences, a bell, text that runs backwards, invisible characters, line ends, markup, half a surrogate."""

HOSTILE = f"{MARKS}owner"
LONG = f"{MARKS}{'owner' * 180_000}"
RAW = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""What must never reach a terminal as itself (a line feed ends our own lines)."""

MOST = 60_000
"""Characters of any output about one contract with a handful of variables."""


def document(name, change):
    """Return a raw layout whose every text is ``name``; ``change`` says what the second version does to it."""
    types = {
        "t_struct(S)1_storage": {
            "encoding": "inplace",
            "label": f"struct {name}",
            "numberOfBytes": "32",
            "members": [{"label": name, "type": "t_uint128", "slot": "0", "offset": 0}],
        },
        "t_mapping(t_address,t_struct(S)1_storage)": {
            "encoding": "mapping",
            "label": f"mapping(address => {name})",
            "key": "t_address",
            "value": "t_struct(S)1_storage",
            "numberOfBytes": "32",
        },
        "t_uint128": {"encoding": "inplace", "label": "uint128", "numberOfBytes": "16"},
        "t_uint256": {"encoding": "inplace", "label": f"uint256{name}", "numberOfBytes": "32"},
        "t_address": {"encoding": "inplace", "label": "address", "numberOfBytes": "20"},
    }
    fields = [(name, "t_uint256"), (f"{name}b", "t_mapping(t_address,t_struct(S)1_storage)"), (f"{name}c", "t_uint256")]
    match change:
        case "moved":
            fields.insert(0, (f"{name}d", "t_uint256"))
        case "deleted":
            fields.pop()
        case "renamed":
            fields[0] = (f"{name}e", "t_uint256")
        case "retyped":
            fields[2] = (f"{name}c", "t_address")
        case "inside":
            types["t_struct(S)1_storage"]["members"][0]["offset"] = 16
    storage = [
        {"label": label, "type": kind, "slot": str(i), "offset": 0, "contract": f"{name}.sol:{name}", "astId": 1}
        for i, (label, kind) in enumerate(fields)
    ]
    return {"storage": storage, "types": types}


CHANGES = ("moved", "deleted", "renamed", "retyped", "inside")


@pytest.fixture
def check(tmp_path, monkeypatch, capsys):
    """Return a function that checks two documents in this process: exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(old, new, *arguments):
        for name, tree in {"old": old, "new": new}.items():
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "C.json").write_text(json.dumps(tree))
        with pytest.raises(SystemExit) as end:
            main(["check", *arguments])
        return end.value.code, *capsys.readouterr()

    return run


def harmless(text, most=MOST):
    """Demand that a text may be shown: no raw control or reordering character, and bounded."""
    assert RAW.search(text) is None, repr(text[max(0, RAW.search(text).start() - 60) :][:120])
    assert len(text) < most


@pytest.mark.parametrize("name", [HOSTILE, LONG], ids=["marks", "megabyte"])
@pytest.mark.parametrize("change", CHANGES)
def test_terminal(check, name, change):
    """Findings, drawing and progress, in both forms of the command."""
    sides = document(name, ""), document(name, change)

    for arguments in (("old/C.json", "new/C.json", "--draw"), ("--all", "new", "--against", "old", "--draw")):
        code, out, err = check(*sides, *arguments)

        assert code in {0, 3}
        harmless(out)
        harmless(err)


@pytest.mark.parametrize("name", [HOSTILE, LONG], ids=["marks", "megabyte"])
@pytest.mark.parametrize("change", CHANGES)
def test_json(check, name, change):
    """The document is ASCII, decodes, and is bounded; what it decodes to is the program's to escape."""
    sides = document(name, ""), document(name, change)

    for arguments in (("old/C.json", "new/C.json", "--json"), ("--all", "new", "--against", "old", "--json")):
        _, out, _ = check(*sides, *arguments)

        assert "upgrader.check/1" == json.loads(out)["schema"]
        assert out.isascii()
        harmless(out)


@pytest.mark.parametrize("name", [HOSTILE, LONG], ids=["marks", "megabyte"])
@pytest.mark.parametrize("change", CHANGES)
def test_sarif(check, tmp_path, name, change):
    """The log is bounded, and its texts are escaped even after decoding: code hosts show them as they are."""
    check(document(name, ""), document(name, change), "old/C.json", "new/C.json", "--sarif", "log.sarif")

    log = json.loads((tmp_path / "log.sarif").read_text())

    harmless(json.dumps(log, ensure_ascii=False))
    assert "2.1.0" == log["version"]


def test_an_artifact_with_a_hostile_name(check):
    """The names of a contract, its functions and its events are untrusted too."""

    def artifact(kind):
        abi = [
            {"type": "function", "name": HOSTILE, "inputs": [], "outputs": [{"type": kind}], "stateMutability": "view"}
        ]
        return {"contractName": LONG, "sourceName": HOSTILE, "abi": abi, "storageLayout": document("a", "")}

    for arguments in (("--draw",), ("--json",)):
        code, out, err = check(artifact("uint256"), artifact("address"), "old/C.json", "new/C.json", *arguments)

        assert code in {0, 2, 3}
        harmless(out)
        harmless(err)


def test_the_marks_are_what_they_claim():
    """Every class of character that must not get through is among the marks, so that these tests can fail."""
    assert {"Cc", "Cf", "Cs", "Zl"} <= {unicodedata.category(char) for char in MARKS}
    assert RAW.search(MARKS) is not None

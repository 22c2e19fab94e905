"""The frame around every command: one document, one error form, one exit code."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from processes import INTERRUPTIBLE, run_within

from upgrader.reports.schemas import schema

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments):
    """Run the command line within this process."""
    return run_within(ROOT, *arguments)


def started(*arguments, cwd=ROOT, **environment):
    """Run the command line as a user does."""
    return subprocess.run(
        [sys.executable, "-c", "from upgrader.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
    )


def test_help_and_version_are_answers():
    """Both go to stdout with exit 0."""
    shown, version = started("--help"), started("--version")

    assert (0, 0) == (shown.returncode, version.returncode)
    assert "State-changing commands show what they would send and stop" in shown.stdout
    assert "\n  Engineers:  init, " in shown.stdout
    assert "\\b" not in shown.stdout
    assert version.stdout.startswith("upgrader, version ")


@pytest.mark.parametrize("name", ["check", "completion", "report", "nodes"])
def test_help_keeps_the_lines_of_its_tables(name):
    """The mark of click for lines that stay apart is a character, never two on the page."""
    assert "\\b" not in run(name, "--help").stdout


def test_help_says_how_an_upgrade_is_named():
    """Arguments have no help of their own in click."""
    assert "its folder, its number or its slug" in run("report", "--help").stdout


@pytest.mark.parametrize("arguments", [["no-such-command"], ["doctor", "--no-such-option"], ["init", "a", "b"]])
def test_a_usage_error_is_one_document_with_json(arguments):
    """Exit 2, stdout one JSON document, stderr what and how to mend it."""
    done = started(*arguments, "--json")
    document = json.loads(done.stdout)

    assert (2, 2, False) == (done.returncode, document["exit"], document["ok"])
    assert document["data"]["error"]["remedy"]
    assert done.stderr.startswith("error: ")
    assert "\n  fix: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["no-such-command"], "usage"),
        (["../doctor"], "usage"),
        (["--no-such-option"], "usage"),
        (["nodes", "no-such-command"], "usage"),
        (["nodes", "check", "--fleet", "no-such-file.toml"], "nodes.check"),
        (["status", "7"], "status"),
    ],
)
def test_a_failure_bears_the_name_of_its_command(arguments, name):
    """The document names the schema that is published for it, and fits it."""
    document = json.loads(run(*arguments, "--json").stdout)

    assert f"upgrader.{name}/1" == document["schema"]
    jsonschema.Draft202012Validator(schema(document["schema"])).validate(document)


@pytest.mark.parametrize("arguments", [["no-such-command"], ["doctor", "--no-such-option"]])
def test_a_usage_error_without_json_leaves_stdout_empty(arguments):
    """What is no result is not on stdout."""
    done = run(*arguments)

    assert (2, "") == (done.returncode, done.stdout)


@pytest.mark.parametrize("name", ["__init__", "_private", "../doctor", "doctor.py", "os"])
def test_a_name_that_is_no_command_is_not_imported(name):
    """Command names are not module paths."""
    assert 2 == run(name).returncode


def test_an_escape_sequence_in_an_argument_does_not_reach_the_terminal():
    """Untrusted text in an error is shown, not obeyed."""
    done = run("\x1b[2Jbogus")

    assert "\x1b" not in done.stderr
    assert "\\x1b[2Jbogus" in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_learns_our_commands(shell):
    """The script asks us back, and we answer with the commands that begin as typed."""
    script = run("completion", shell)
    words = {"COMP_WORDS": "upgrader sta", "COMP_CWORD": "1" if shell != "fish" else "sta"}
    answer = started(_UPGRADER_COMPLETE=f"{shell}_complete", **words)

    assert 0 == script.returncode
    assert f"_UPGRADER_COMPLETE={shell}_complete" in script.stdout
    assert "status" in answer.stdout
    assert "execute" not in answer.stdout


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_an_interrupt_ends_with_130(tmp_path, arguments):
    """Ctrl-C while an endpoint keeps silent: one line, no traceback, the shell's code; with --json one document."""
    (tmp_path / "networks").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        words = ["inspect", "0x" + "12" * 20, "--rpc", url, *arguments]
        process = subprocess.Popen(
            [*INTERRUPTIBLE, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        )
        silent.accept()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)

    assert 130 == process.returncode
    assert [130] * len(arguments) == ([json.loads(out)["exit"]] if out else [])
    assert "interrupted; what was done so far is kept" in err
    assert "Traceback" not in err


def test_an_unexpected_error_names_its_dump(tmp_path):
    """A defect of ours: exit 1, one document, a file with the traceback and without the command line's values."""
    broken = """
import upgrader.edges.project
upgrader.edges.project.find_project = lambda *_: 1 / 0
from upgrader.cli import main
main(["status", "secret-name", "--json"])
"""
    done = subprocess.run(
        [sys.executable, "-c", broken],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    document = json.loads(done.stdout)
    (dump,) = tmp_path.iterdir()

    assert (1, 1) == (done.returncode, document["exit"])
    assert str(dump) in document["data"]["error"]["remedy"]
    assert "ZeroDivisionError" in dump.read_text()
    assert "secret-name" not in dump.read_text()
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_is_no_error():
    """``upgrader … | head`` ends quietly."""
    done = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -c 'from upgrader.cli import main; main()' --help | head -c 1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "U" == done.stdout
    assert "" == done.stderr


@pytest.mark.parametrize("encoding", ["latin-1", "cp437", "koi8-r"])
def test_a_terminal_that_lacks_a_character_gets_another_in_its_place(encoding):
    """Whatever its encoding, it is told the whole error, and exit codes stay what they are."""
    done = subprocess.run(
        [sys.executable, "-c", "from upgrader.cli import main; main()", "check", "a✓…\u6f22.sol:A", "b.sol:B"],
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )

    told = done.stderr.decode(encoding)
    assert 2 == done.returncode
    assert "error: a" in told
    assert "\\u6f22.sol:A" in told
    assert "unexpected" not in told


@pytest.mark.parametrize(("number", "code"), [("EACCES", 2), ("ENOSPC", 2), ("EIO", 1)])
def test_what_the_system_refuses_is_one_error_with_its_file(tmp_path, number, code):
    """A folder that may not be entered and a disk that is full are no defects of ours; another fault may be one."""
    broken = f"""
import errno, os
import upgrader.edges.project
def refuse(*_):
    raise OSError(errno.{number}, os.strerror(errno.{number}), "closed/upgrader.toml")
upgrader.edges.project.find_project = refuse
from upgrader.cli import main
main(["status", "1", "--json"])
"""
    done = subprocess.run(
        [sys.executable, "-c", broken],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    error = json.loads(done.stdout)["data"]["error"]

    assert code == done.returncode
    assert ("closed/upgrader.toml" == error["where"]) == (code == 2)
    assert (code == 2) == (not any(tmp_path.iterdir()))

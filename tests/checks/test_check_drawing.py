"""`check --draw` on a terminal: coloured where the terminal takes it and nobody asked for none."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def layout(fields):
    """Return a raw storage layout of words."""
    storage = [{"label": name, "type": "t_uint256", "slot": str(i), "offset": 0} for i, name in enumerate(fields)]
    return json.dumps({"storage": storage, "types": {}})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with an old and a new layout."""
    home = tmp_path_factory.mktemp("draw")
    (home / "old.json").write_text(layout("az"))
    (home / "new.json").write_text(layout("abz"))
    return home


def on_a_terminal(folder, **environment):
    """Run the command with a terminal as its stdout, and return what arrived there."""
    ours, theirs = pty.openpty()
    command = [str(Path(sys.executable).with_name("upgrader")), "check", "old.json", "new.json", "--draw", "-q"]
    base = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "TERM"}}
    done = subprocess.Popen(command, cwd=folder, stdout=theirs, stderr=subprocess.DEVNULL, env={**base, **environment})
    os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # how Linux says that the other end of a terminal was closed
            break
        if not part:
            break
        parts.append(part)
    os.close(ours)
    assert 3 == done.wait(timeout=60)
    return b"".join(parts).decode().replace("\r\n", "\n")


def test_a_terminal_gets_colours(folder):
    """What moved is red, what is new green; without the colours it is the same text."""
    shown = on_a_terminal(folder, TERM="xterm-256color")

    assert "\x1b[1;31m>z →2" in shown
    assert "\x1b[1;32m+b" in shown
    assert "         1 │>z →2                           │ │+b                              │" in ESCAPE.sub("", shown)


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"TERM": "xterm", "NO_COLOR": "1"}])
def test_who_wants_no_colours_gets_none(folder, environment):
    """NO_COLOR (https://no-color.org) and TERM=dumb are honoured."""
    shown = on_a_terminal(folder, **environment)

    assert "\x1b" not in shown
    assert ">z →2" in shown


def test_an_empty_no_color_asks_for_nothing(folder):
    """The convention counts the variable only when it is not empty."""
    assert "\x1b[1;31m" in on_a_terminal(folder, TERM="xterm", NO_COLOR="")


def test_a_file_gets_no_colours(folder):
    """What is not a terminal gets plain text."""
    command = [str(Path(sys.executable).with_name("upgrader")), "check", "old.json", "new.json", "--draw", "-q"]

    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)

    assert (3, False, True) == (done.returncode, "\x1b" in done.stdout, ">z →2" in done.stdout)

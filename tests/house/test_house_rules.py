"""The house's habits, held by machines: what a review would otherwise have to remember."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "upgrader"
LONGEST = 400
"""Lines that a file may have."""

PURE_FLOORS = (
    "units.py", "codec.py", "errors.py", "findings.py", "registry.py", "inquiry.py", "calls.py", "build.py",
    "ports.py", "layout", "forks", "market", "proxies", "governance", "fleet", "plan", "simulation", "checks",
    "reports",
)  # fmt: skip

IMPURE_CALLS = frozenset({"open", "print", "input", "breakpoint", "exec", "eval", "exit", "quit"})
IMPURE_MODULES = frozenset(
    {
        "aiohttp", "ape", "asyncio", "click", "ctypes", "fcntl", "getpass", "glob", "http", "httpx", "io", "logging",
        "multiprocessing", "os", "random", "requests", "rich", "secrets", "select", "shutil", "signal", "socket",
        "solcx", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib3", "uuid", "web3",
    }
)  # fmt: skip
IMPURE_ATTRIBUTES = frozenset(
    {"now", "today", "utcnow", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "iterdir",
     "is_file", "is_dir", "rglob", "environ", "getenv", "cwd", "home", "urlopen"}
)  # fmt: skip
"""Methods of files, clocks and the environment; a pure module has no business with any of them."""

DATA_READERS = {"read_text", "read_bytes", "iterdir", "is_file"}
"""What a module may call that reads data files shipped inside the package through ``importlib.resources``."""


def python_files(*places):
    """Every Python file below the given places of the package, sorted."""
    files = []
    for place in places:
        path = PACKAGE / place
        files += [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))
    return [file for file in files if file.exists()]


def named(path):
    return str(path.relative_to(ROOT))


def impurities(tree):
    """Yield (line, what) for everything in a module that reaches outside."""
    nodes = list(ast.walk(tree))
    reads_package_data = any(
        isinstance(node, ast.ImportFrom) and node.module in {"importlib.resources", "importlib.resources.abc"}
        for node in nodes
    )
    for node in nodes:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    if alias.name.partition(".")[0] in IMPURE_MODULES:
                        yield node.lineno, f"import {alias.name}"
            case ast.ImportFrom(module=str(module), level=0) if module.partition(".")[0] in IMPURE_MODULES:
                yield node.lineno, f"from {module} import"
            case ast.ImportFrom(module="urllib.request", level=0):
                yield node.lineno, "from urllib.request import"
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
                yield node.lineno, f"{name}()"
            case ast.Attribute(attr=name) if name in IMPURE_ATTRIBUTES:
                if not (reads_package_data and name in DATA_READERS):
                    yield node.lineno, f".{name}"


@pytest.mark.parametrize("path", python_files(*PURE_FLOORS), ids=named)
def test_the_floors_below_ports_are_pure(path):
    """No file, clock, randomness, environment, network or printing where the deciding is done."""
    found = [f"{named(path)}:{line}: {what}" for line, what in impurities(ast.parse(path.read_text()))]

    assert [] == found


@pytest.mark.parametrize(
    "code", ["import os", "from time import time", "open('x')", "print(1)", "datetime.now()", "Path('x').read_text()"]
)
def test_the_purity_rule_sees_what_it_forbids(code):
    """The rule above can fail."""
    assert [] != list(impurities(ast.parse(code)))


@pytest.mark.parametrize("path", python_files("."), ids=named)
def test_no_file_is_too_long_and_each_says_what_it_is(path):
    """At most 400 lines, and a docstring on top of every module."""
    text = path.read_text()

    assert len(text.splitlines()) <= LONGEST
    assert ast.get_docstring(ast.parse(text))


def test_no_machine_is_named():
    """No absolute path of anybody's machine, in any file that is committed."""
    git = ["git", "ls-files", "-z"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    machine = re.compile(r"(?<![\w.$}/:-])/(?:root|home/\w+|Users/\w+|work|tmp)/\w")
    found = []
    for name in listed.split("\0"):
        path = ROOT / name
        if path.suffix in {".py", ".toml", ".yaml", ".md", ".js", ".sol", ".lock", ""} and path.is_file():
            lines = path.read_text(errors="replace").splitlines()
            found += [f"{name}:{number}" for number, line in enumerate(lines, 1) if machine.search(line)]

    assert [] == found


def test_nothing_imports_upward():
    """import-linter's contract over the floors holds."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert 0 == done.returncode, done.stdout


def test_no_folder_for_everything():
    """A file is named for what it holds."""
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}

    assert [] == [named(path) for path in python_files(".") if path.stem in vague]

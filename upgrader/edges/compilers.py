"""Compilers that are installed: where py-solc-x puts them, and one run of one of them.

py-solc-x installs compilers and tools share its folder; to run one it is not needed.  It starts each twice, the first
time to ask for its version, and importing it costs more than all that a run does whose result is kept.

Sources: https://solcx.readthedocs.io,
https://docs.soliditylang.org/en/latest/using-the-compiler.html#compiler-input-and-output-json-description
"""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from upgrader.edges.pragma import parsed
from upgrader.edges.resident import HERE, can_stay
from upgrader.errors import InputError, UnavailableError

MAX_MESSAGES: Final = 5
"""Compiler errors that are shown; one mistake often causes a hundred."""

RUN_LIMIT: Final = 1800
"""Seconds; the largest projects take minutes, and whoever waits can stop it."""

_PREFIX: Final = "solc-v"


def installed_versions() -> list[str]:
    """Return the versions that are installed, newest first."""
    found = {version: name for name in map(_version, _folder().glob(f"{_PREFIX}*")) if (version := parsed(name))}
    return [found[version] for version in sorted(found, reverse=True)]


def run_solc(request: Mapping[str, Any], version: str) -> Mapping[str, Any]:
    """Return the standard-JSON output for an input.

    Raises:
        InputError: The compiler refuses the sources; its first messages are in the error.
        UnavailableError: It is not installed, does not run, or does not answer in JSON.
    """
    remedy = f"python -m solcx.install {version}, or upgrader doctor to see what is missing"
    executable = _folder() / f"{_PREFIX}{version}"
    if executable.is_dir():  # on Windows
        executable /= "solc.exe"
    if not executable.is_file():
        raise UnavailableError(f"solc {version} is not installed", remedy=remedy)
    answered = _stayed if can_stay(executable) else _started
    try:
        output = answered(executable, json.dumps(request).encode())
    except (OSError, ValueError, RecursionError, subprocess.SubprocessError) as error:
        raise UnavailableError(f"solc {version} does not answer as it should: {error}", remedy=remedy) from error
    if not isinstance(output, dict):
        raise UnavailableError(f"solc {version} does not answer with an object", remedy=remedy)
    _raise_refusal(output, version)
    return output


def _started(executable: Path, request: bytes) -> Any:
    """Start a compiler for one input."""
    done = subprocess.run(
        [str(executable), "--standard-json"], input=request, capture_output=True, check=False, timeout=RUN_LIMIT
    )
    if done.returncode != 0:
        raise OSError(done.stderr.decode(errors="replace").strip()[-400:] or f"exit code {done.returncode}")
    return json.loads(done.stdout)


def _stayed(executable: Path, request: bytes) -> Any:
    """Ask a compiler that stays; not again one whose answer is none."""
    with HERE.one(executable) as resident:
        return json.loads(resident.ask(request, RUN_LIMIT))


def _raise_refusal(output: Mapping[str, Any], version: str) -> None:
    messages = [
        str(item.get("formattedMessage") or item.get("message", "")).strip()
        for item in output.get("errors") or ()
        if isinstance(item, dict) and item.get("severity") == "error"
    ]
    if messages:
        shown = "\n".join(messages[:MAX_MESSAGES])
        more = f"\n… and {len(messages) - MAX_MESSAGES} more" if len(messages) > MAX_MESSAGES else ""
        raise InputError(f"solc {version} refuses the sources:\n{shown}{more}", remedy="mend what solc names")


def _folder() -> Path:
    return Path(os.environ.get("SOLCX_BINARY_PATH") or Path.home() / ".solcx")


def _version(path: Path) -> str:
    return path.name.removeprefix(_PREFIX)

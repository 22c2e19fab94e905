"""Code and the three EIP-1967 words of 2,000 addresses, over an upstream with 50 ms latency."""

import time
from statistics import median
from typing import Any, Final

from bench.latency import FarNode
from upgrader.edges.anvil import Anvil
from upgrader.edges.rpc import RpcChain
from upgrader.inquiry import Inquiry, ReadCode, ReadSlot
from upgrader.simulation.discovery import PROXY_SLOTS
from upgrader.units import Address, address_from_word, keccak, word

PEER: Final = "web3.py 7.16.0 batch_requests"
ADDRESSES: Final = 2_000
TURNS: Final = 3
BATCH: Final = 500
"""Requests in one of the peer's batches: the fastest that it was measured with."""


def row() -> dict[str, Any]:
    """Measure both; what they read must be identical."""
    owners = [address_from_word(keccak(b"proxy %d" % number)) for number in range(ADDRESSES)]
    with Anvil() as chain:
        chain.many([("anvil_setCode", (owner, "0x00")) for owner in owners[::2]])
        chain.many(
            [
                ("anvil_setStorageAt", (owner, hex(PROXY_SLOTS[0]), "0x" + word(number + 1).hex()))
                for number, owner in enumerate(owners[::2])
            ]
        )
        with FarNode(chain.url) as node:
            turns = [_turn(node.url, owners) for _ in range(TURNS)]
    ratios = sorted(theirs / mine for mine, theirs in turns)
    mine, theirs = map(median, zip(*turns, strict=True))
    return {
        "name": "proxy_scan",
        "ours": round(mine, 4),
        "peer": round(theirs, 4),
        "peer_name": PEER,
        "unit": "s",
        "ratio": round(theirs / mine, 2),
        "note": f"medians of {TURNS} turns, {ratios[0]:.1f} to {ratios[-1]:.1f} times in one",
    }


def _turn(url: str, owners: list[Address]) -> tuple[float, float]:
    """Return the seconds of ours and of the peer's; ours begins anew and finds out again what the endpoint takes."""
    begun = time.perf_counter()
    found = RpcChain([url]).ask(_scan(owners))
    mine = time.perf_counter() - begun
    begun = time.perf_counter()
    expected = _theirs(url, owners)
    theirs = time.perf_counter() - begun
    assert expected == list(found), "both read the same"
    return mine, theirs


def _scan(owners: list[Address]) -> Inquiry[tuple[Any, ...]]:
    answers = yield tuple(
        read for owner in owners for read in (ReadCode(owner), *(ReadSlot(owner, slot) for slot in PROXY_SLOTS))
    )
    return answers


def _theirs(url: str, owners: list[Address]) -> list[bytes]:
    from web3 import HTTPProvider, Web3

    w3 = Web3(HTTPProvider(url))
    found: list[bytes] = []
    for begin in range(0, len(owners), BATCH // 4):
        with w3.batch_requests() as batch:
            for owner in owners[begin : begin + BATCH // 4]:
                batch.add(w3.eth.get_code(owner))
                for slot in PROXY_SLOTS:
                    batch.add(w3.eth.get_storage_at(owner, slot))
            found += [bytes(answer) for answer in batch.execute()]
    return found

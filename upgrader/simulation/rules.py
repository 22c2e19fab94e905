"""Which rules a chain runs at a block, as far as its header and its EVM say.

The engine must run the chain's own rules: an opcode that one hard fork added fails under the one before.  A header
shows by its fields which forks had happened up to Prague; Osaka added none, but an opcode, so the node is asked to
run it.

Sources: EIP-3675, EIP-4895, EIP-4788, EIP-7685 (header fields), EIP-7939 (CLZ)
"""

from collections.abc import Mapping
from typing import Any, Final

from upgrader.units import Address, word

PROBE_AT: Final = Address("0x00000000000000000000000000000000000C1200")
CLZ_OF_ONE: Final = "0x60011e5f5260205ff3"
"""Code that returns CLZ(1)."""

_LEADING_ZEROES: Final = "0x" + word(255).hex()

_FIELDS: Final = (
    ("requestsHash", "prague"),
    ("parentBeaconBlockRoot", "cancun"),
    ("withdrawalsRoot", "shanghai"),
    ("baseFeePerGas", "london"),
)
"""The newest field first, and the fork that added it."""


def probe(tag: str) -> tuple[str, tuple[Any, ...]]:
    """Return the request that tells Osaka from Prague at a block."""
    return "eth_call", ({"to": PROBE_AT, "data": "0x"}, tag, {PROBE_AT: {"code": CLZ_OF_ONE}})


def hardfork(header: Mapping[str, Any], probed: object) -> str:
    """Return the fork's name as anvil takes it.

    Args:
        header: The block's, as JSON-RPC writes it.
        probed: What the node answered to :func:`probe`; anything else than the right word is no.
    """
    if probed == _LEADING_ZEROES:
        return "osaka"
    for field, name in _FIELDS:
        if header.get(field) is not None:
            # Between The Merge and Shanghai the header says so by its difficulty.
            return "paris" if name == "london" and header.get("difficulty") in {"0x0", "0x00"} else name
    return "berlin"

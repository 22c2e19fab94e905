"""Who lives on the chain of this folder's tests."""

from upgrader.units import address

SENDER = address("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")
"""anvil's first development account."""

REVERTER = address("0x" + "11" * 20)
"""Reverts with the custom error 0xdeadbeef, whatever is asked."""

INVALID = address("0x" + "22" * 20)
"""Runs into the invalid opcode."""

LOGGER = address("0x" + "33" * 20)
"""Emits one log with topic 7 and its calldata's first word as second topic."""

STORE = address("0x" + "44" * 20)
"""Has storage: slot n holds n + 1 for n < 300."""

SLOTS = 300

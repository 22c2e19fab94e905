"""Minimal clones: a few bytes of code that delegate to an address written into them, and can never change.

EIP-1167 is the standard form; the others save gas or carry immutable arguments behind the code, which the
implementation reads from its own code or, in the older forms, from the end of the calldata.

Sources: https://eips.ethereum.org/EIPS/eip-1167, ``Clones.sol`` of OpenZeppelin 5.7, ``LibClone.sol`` of
https://github.com/Vectorized/solady, https://github.com/wighawag/clones-with-immutable-args and Vyper's
``create_minimal_proxy_to``
"""

import re
from typing import Final

from upgrader.inquiry import Inquiry, ReadCode
from upgrader.proxies._base import FAMILY, Proxy, code_of
from upgrader.units import Address, address_from_word

_ANY_SIZE: Final = "...."
"""Two bytes of the code that hold the size of the arguments."""

_FORMS: Final = {
    "EIP-1167": ("363d3d373d3d3d363d73", "5af43d82803e903d91602b57fd5bf3"),
    "0age": ("3d3d3d3d363d3d37363d73", "5af43d3d93803e602a57fd5bf3"),
    "PUSH0": ("5f5f365f5f37365f73", "5af43d5f5f3e6029573d5ffd5b3d5ff3"),
    "Vyper": ("366000600037611000600036600073", "5af4602c57600080fd5b6110006000f3"),
    "immutable arguments": (
        f"3d3d3d3d363d3d3761{_ANY_SIZE}603736393661{_ANY_SIZE}013d73",
        "5af43d3d93803e603557fd5bf3",
    ),
    "immutable arguments with receive": (
        (
            "36602c57343d527f9e4ac34f21c619cefc926c8bd93b54bf5a39c7ab2127a895af1cc0691d7e3dff593da1005b"
            f"363d3d373d3d3d3d61{_ANY_SIZE}806062363936013d73"
        ),
        "5af43d3d93803e606057fd5bf3",
    ),
}
"""Form -> code before and after the implementation's twenty bytes."""


def _pattern(head: str, tail: str) -> re.Pattern[bytes]:
    parts = [re.escape(bytes.fromhex(part)) for part in head.split(_ANY_SIZE)]
    return re.compile(b"..".join(parts) + b"(.{20})" + re.escape(bytes.fromhex(tail)), re.DOTALL)


_PATTERNS: Final = tuple(_pattern(head, tail) for head, tail in _FORMS.values())


class MinimalClone:
    """Code with the implementation in it."""

    name = "minimal_clone"
    by_code = True

    def recognise(self, address: Address) -> Inquiry[Proxy | None]:
        """Ask for the code."""
        (answer,) = yield (ReadCode(address),)
        code = code_of(answer)
        for pattern in _PATTERNS:
            if match := pattern.match(code):
                return Proxy(address, self.name, address_from_word(match[1]), arguments=code[match.end() :])
        return None


FAMILY.add(__name__, MinimalClone())

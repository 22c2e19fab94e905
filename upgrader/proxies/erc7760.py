"""Minimal transparent proxies of ERC-7760: the factory that may upgrade them is in their code.

The implementation is in EIP-1967's slot.  The same standard has UUPS and beacon forms; those keep everything in
slots and are recognised by them.

Source: https://eips.ethereum.org/EIPS/eip-7760
"""

import re
from typing import Final

from upgrader.inquiry import Inquiry, ReadCode, ReadSlot
from upgrader.proxies._base import FAMILY, Proxy, code_of, stored_address
from upgrader.proxies.slots import IMPLEMENTATION_SLOT
from upgrader.units import Address, address_from_word, word

_SLOT = word(IMPLEMENTATION_SLOT).hex()
_FACTORY: Final = "*"

_FORMS: Final = (
    (
        f"3d3d3373{_FACTORY}14605757363d3d37363d7f{_SLOT}545af43d6000803e6052573d6000fd5b3d6000f3"
        "5b3d356020355560408036111560525736038060403d373d3d355af43d6000803e6052573d6000fd"
    ),
    (
        f"3d3d336d{_FACTORY}14605157363d3d37363d7f{_SLOT}545af43d6000803e604c573d6000fd5b3d6000f3"
        "5b3d3560203555604080361115604c5736038060403d373d3d355af43d6000803e604c573d6000fd"
    ),
    (
        f"3658146083573d3d3373{_FACTORY}14605d57363d3d37363d7f{_SLOT}545af43d6000803e6058573d6000fd5b3d6000f3"
        "5b3d35602035556040360380156058578060403d373d3d355af43d6000803e6058573d6000fd5b602060293d393d51543d52593df3"
    ),
    (
        f"365814607d573d3d336d{_FACTORY}14605757363d3d37363d7f{_SLOT}545af43d6000803e6052573d6000fd5b3d6000f3"
        "5b3d35602035556040360380156052578060403d373d3d355af43d6000803e6052573d6000fd5b602060233d393d51543d52593df3"
    ),
)
"""Runtime code, with the factory's 20 bytes (PUSH20) or 14 bytes (PUSH14, a mined address) for the star."""

_PATTERNS: Final = tuple(
    re.compile(
        re.escape(bytes.fromhex(head))
        + (b"(.{20})" if head.endswith("73") else b"(.{14})")
        + re.escape(bytes.fromhex(tail)),
        re.DOTALL,
    )
    for head, tail in (form.split(_FACTORY) for form in _FORMS)
)


class Erc7760:
    """ERC-7760's transparent form."""

    name = "erc7760"
    by_code = True

    def recognise(self, address: Address) -> Inquiry[Proxy | None]:
        """Ask for code and slot."""
        code, stored = yield (ReadCode(address), ReadSlot(address, IMPLEMENTATION_SLOT))
        factory = embedded_factory(code_of(code))
        if factory is None:
            return None
        return Proxy(address, self.name, stored_address(stored), admin=factory)


def embedded_factory(code: bytes) -> Address | None:
    """Return the factory in the code of such a proxy; None for any other code."""
    for pattern in _PATTERNS:
        if match := pattern.match(code):
            return address_from_word(match[1].rjust(32, b"\0"))
    return None


FAMILY.add(__name__, Erc7760())

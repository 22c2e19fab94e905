"""The family of proxy kinds: what a proxy is, and how an address is found to be one.

A proxy is an address whose code hands every call to other code and keeps the storage.  Each kind is one module that
knows where its kind keeps the implementation; all of them ask in the same round, so recognising one address, or two
thousand, costs two round trips.
"""

from dataclasses import dataclass
from typing import Protocol

from upgrader.inquiry import Inquiry, ReadFailed
from upgrader.registry import Family
from upgrader.units import WORD, Address, address_from_word

_ADDRESS_BYTES = 20


@dataclass(frozen=True, slots=True)
class Proxy:
    """An address that delegates, at one block.

    Attributes:
        kind: Name of its kind.
        implementation: The code it runs; None where it could not be read.
        admin: Who the proxy itself obeys, where it keeps one: the EIP-1967 admin, the owner of an older kind.
        beacon: The contract it asks for its implementation.
        arguments: Bytes appended to a clone's code.
        doubts: What else it could be, or what does not fit, in words; empty when it is clear.
    """

    address: Address
    kind: str
    implementation: Address | None
    admin: Address | None = None
    beacon: Address | None = None
    arguments: bytes = b""
    doubts: tuple[str, ...] = ()


class ProxyKind(Protocol):
    """One kind of proxy.

    Attributes:
        name: Stable, as reports and plans show it.
        by_code: Whether its code alone proves it; such a kind wins over kinds that are told by a storage slot.
    """

    name: str
    by_code: bool

    def recognise(self, address: Address) -> Inquiry[Proxy | None]:
        """Ask whether ``address`` is a proxy of this kind; None when it is not."""
        ...


FAMILY: Family[ProxyKind] = Family(__package__)


def stored_address(answer: bytes | ReadFailed) -> Address | None:
    """Return the address in a storage word or a getter's answer; None for zero, a failure, or anything else."""
    if isinstance(answer, ReadFailed) or len(answer) != WORD:
        return None
    if not any(answer) or any(answer[: WORD - _ADDRESS_BYTES]):
        return None
    return address_from_word(answer)


def code_of(answer: bytes | ReadFailed) -> bytes:
    """Return code, or nothing where it could not be read."""
    return b"" if isinstance(answer, ReadFailed) else answer

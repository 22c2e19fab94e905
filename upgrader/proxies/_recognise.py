"""Which kind of proxy an address is: every kind asks, and more than one answer is said, never resolved in silence."""

from collections.abc import Iterable
from dataclasses import replace

from upgrader.inquiry import Inquiry, gather
from upgrader.proxies._base import FAMILY, Proxy, ProxyKind
from upgrader.units import Address


def recognise(address: Address) -> Inquiry[Proxy | None]:
    """Ask what kind of proxy ``address`` is; None when no kind fits.

    Where several fit, one that is told by its code wins over one that is told by a slot, then the order of the
    family decides, and :attr:`Proxy.doubts` names the others.
    """
    kinds: tuple[ProxyKind, ...] = FAMILY.members()
    answers = yield from gather(kind.recognise(address) for kind in kinds)
    found = [proxy for kind, proxy in sorted(zip(kinds, answers, strict=True), key=_code_first) if proxy is not None]
    if not found:
        return None
    first, *others = found
    doubts = tuple(f"it could also be {other.kind} with implementation {other.implementation}" for other in others)
    return replace(first, doubts=first.doubts + doubts)


def recognise_many(addresses: Iterable[Address]) -> Inquiry[tuple[Proxy | None, ...]]:
    """Ask for many addresses in the round trips of one."""
    return (yield from gather(recognise(address) for address in addresses))


def _code_first(pair: tuple[ProxyKind, Proxy | None]) -> bool:
    return not pair[0].by_code

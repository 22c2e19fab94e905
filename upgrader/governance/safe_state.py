"""A Safe as it stands at one block: who can make it act, and whether its code is the code one thinks it is.

Anything can answer ``getThreshold``.  What makes the answers worth believing is that both the proxy's code and the
singleton's code are published Safe code, compared by hash; otherwise a gap says so.

Sources: https://github.com/safe-global/safe-deployments (MIT; addresses and code hashes) and the artifacts of the npm
packages of Safe 1.1.1, 1.3.0, 1.4.1 and 1.5.0, whose singletons have the published hashes and from which the proxies'
hashes are taken
"""

from dataclasses import dataclass
from typing import Any, Final

from upgrader.calls import decode_result, encode_call
from upgrader.errors import InputError
from upgrader.governance.safe_storage import (
    FALLBACK_HANDLER_SLOT,
    GUARD_SLOT,
    MODULE_GUARD_SLOT,
    SENTINEL,
    SINGLETON_SLOT,
)
from upgrader.inquiry import Inquiry, ReadCall, ReadCode, ReadFailed, ReadSlot
from upgrader.units import ZERO_ADDRESS, Address, address, address_from_word, hexed, keccak

SINGLETON_CODE: Final = {
    "0xe1f1593df76e69abc2d692792c80f329457551d5e83dde597546a1d58764da80": "1.0.0",
    "0x56b8be58b5ad629a621593a2e5e5e8e9a28408dc06e95597497b303902772e45": "1.1.1",
    "0x2ae2d1231f0d754a7fa4f5e5d0e5554085e1b500d8e09f95aaaaa3f49c0db922": "1.2.0",
    "0xbba688fbdb21ad2bb58bc320638b43d94e7d100f6f3ebaab0a4e4de6304b1c2e": "1.3.0",
    "0x21842597390c4c6e3c1239e434a682b054bd9548eee5e9b1d6a4482731023c0f": "1.3.0 L2",
    "0x551b7fdfd2dbcec4f785059e1ef6e0b40ca2e44d792158c4e825bc0b092f15e9": "1.3.0 (zkSync)",
    "0xe2ca068330339d608367d83a0b25545efe39e619098597699ab8ff828cb1ddd8": "1.3.0 L2 (zkSync)",
    "0x1fe2df852ba3299d6534ef416eefa406e56ced995bca886ab7a553e6d0c5e1c4": "1.4.1",
    "0xb1f926978a0f44a2c0ec8fe822418ae969bd8c3f18d61e5103100339894f81ff": "1.4.1 L2",
    "0xfa4d4fc0fa9f1a061571a3f3f66502464edf1a519ab1ab93dc232addf4fbe30f": "1.4.1 (zkSync)",
    "0x520462ebe1156cd2d37b1d470c57f23e12fe0c4cda4c62502d96e03fa0cb44da": "1.4.1 L2 (zkSync)",
    "0xdda019cbd7c867a533a2a86e5c53434fdc50b13122b5a5ddb4a8df61b31c20f2": "1.5.0",
    "0x180193227186ccb85316c94db1f0d156ed932b14712cfaac78901899178572dc": "1.5.0 L2",
}
"""Keccak of a singleton's runtime code -> version."""

PROXY_CODE: Final = {
    "0xaea7d4252f6245f301e540cfbee27d3a88de543af8e49c5c62405d5499fab7e5": "1.1.1",
    "0xb89c1b3bdf2cf8827818646bce9a8f6e372885f8c55e5c07acbd307cb133b000": "1.3.0",
    "0xd7d408ebcd99b2b70be43e20253d6d92a8ea8fab29bd3be7f55b10032331fb4c": "1.4.1",
    "0x4e381985ca68b3e5d27b4425fa581c19cf33146d3f887a3cfca96f55528ea46f": "1.5.0",
}
"""Keccak of a Safe proxy's runtime code -> version of the package that has it."""

MODULES_LIMIT: Final = 50
"""Modules read in one page; a Safe with more gets a gap."""

_VERSION_LIMIT: Final = 20


@dataclass(frozen=True, slots=True)
class SafeState:
    """A Safe at one block.

    Attributes:
        version: What it says it is.
        owners: Sorted.
        nonce: Of the next transaction.
        modules: Contracts that act as the Safe without any signature.
        guard: Asked before and after every transaction; None for none.
        module_guard: Asked about what modules do (since 1.5.0); None for none.
        fallback_handler: Answers calls the Safe does not know; None for none.
        singleton: The implementation.
        gaps: What makes the rest doubtful, in words.
    """

    address: Address
    version: str
    threshold: int
    owners: tuple[Address, ...]
    nonce: int
    modules: tuple[Address, ...]
    guard: Address | None
    module_guard: Address | None
    fallback_handler: Address | None
    singleton: Address
    gaps: tuple[str, ...] = ()


def read_safe(safe: Address) -> Inquiry[SafeState | None]:
    """Ask for the state of a Safe; None where the address does not answer as one."""
    answers = yield (
        *(ReadCall(safe, encode_call(name)) for name in ("VERSION()", "getThreshold()", "getOwners()", "nonce()")),
        ReadCall(safe, encode_call("getModulesPaginated(address,uint256)", SENTINEL, MODULES_LIMIT)),
        *(ReadSlot(safe, slot) for slot in (GUARD_SLOT, MODULE_GUARD_SLOT, FALLBACK_HANDLER_SLOT, SINGLETON_SLOT)),
        ReadCode(safe),
    )
    version, threshold, owners, nonce = (
        _decoded(kind, answer)
        for kind, answer in zip(("string", "uint256", "address[]", "uint256"), answers, strict=False)
    )
    if version is None or not threshold or owners is None or nonce is None:
        return None
    if not version or len(version) > _VERSION_LIMIT or threshold > len(owners):
        return None
    gaps: list[str] = []
    guard, module_guard, handler, singleton = (_slot_address(answer, gaps) for answer in answers[5:9])
    (singleton_code,) = yield (ReadCode(singleton or ZERO_ADDRESS),)
    _compare(gaps, f"the proxy of Safe {safe}", answers[9], PROXY_CODE)
    _compare(gaps, f"the implementation of Safe {safe}", singleton_code, SINGLETON_CODE)
    return SafeState(
        address=safe,
        version=version,
        threshold=threshold,
        owners=_addresses(owners),
        nonce=nonce,
        modules=_modules(safe, answers[4], gaps),
        guard=guard,
        module_guard=module_guard,
        fallback_handler=handler,
        singleton=singleton or ZERO_ADDRESS,
        gaps=tuple(gaps),
    )


def _modules(safe: Address, page: Any, gaps: list[str]) -> tuple[Address, ...]:
    values = None
    if isinstance(page, bytes):
        try:
            values = decode_result(("address[]", "address"), page)
        except InputError:
            values = None
    if values is None:
        gaps.append(f"Safe {safe} does not list its modules")
        return ()
    modules, following = values
    if len(modules) >= MODULES_LIMIT and address(following) != SENTINEL:
        gaps.append(f"Safe {safe} has more than {MODULES_LIMIT} modules")
    return _addresses(modules)


def _compare(gaps: list[str], what: str, code: Any, known: dict[str, str]) -> None:
    if not isinstance(code, bytes) or hexed(keccak(code)) not in known:
        gaps.append(f"{what} has code that is not published Safe code, so what it answers proves nothing")


def _slot_address(answer: Any, gaps: list[str]) -> Address | None:
    if isinstance(answer, ReadFailed):
        gaps.append(f"a slot of the Safe could not be read: {answer.reason}")
        return None
    return address_from_word(answer) if any(answer) else None


def _addresses(values: tuple[str, ...]) -> tuple[Address, ...]:
    return tuple(sorted((address(value) for value in values), key=str.lower))


def _decoded(kind: str, answer: Any) -> Any:
    """Return the one value in an answer; None where there is none of that type."""
    if not isinstance(answer, bytes):
        return None
    try:
        return decode_result((kind,), answer)[0]
    except InputError:
        return None

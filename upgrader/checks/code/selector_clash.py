"""A function of the implementation that the proxy answers itself.

Why:
    A proxy looks at the four-byte selector first and keeps the calls it knows. A function of the implementation
    with the same selector, whatever its name, is never reached. Behind a transparent proxy that concerns its
    admin only, but an implementation with an upgrade function of its own gives the proxy a second way to be
    upgraded, past the ProxyAdmin and its timelock.

Fix:
    Rename the function; leave upgrade functions out of an implementation behind a transparent proxy.

Example:
    `function clash550254402() external` has the selector of `proxyOwner()`

Source:
    https://medium.com/nomic-foundation-blog/malicious-backdoors-in-ethereum-proxies-62629adf3357 ;
    https://docs.openzeppelin.com/contracts/5.x/api/proxy#TransparentUpgradeableProxy
"""

from collections.abc import Iterator
from typing import Final

from upgrader.calls import selector
from upgrader.checks.code._base import FAMILY, UPGRADE_TO, UPGRADE_TO_AND_CALL, Case, Code
from upgrader.findings import Finding, Severity

CODE: Final = "selector-clash"
CODES: Final = (CODE,)

TRANSPARENT: Final = (UPGRADE_TO_AND_CALL, UPGRADE_TO, "changeAdmin(address)", "admin()", "implementation()")
"""What OpenZeppelin's transparent proxies answer their admin (version 5 only the first).

Source: https://github.com/OpenZeppelin/openzeppelin-contracts (proxy/transparent/TransparentUpgradeableProxy.sol)
"""


_ADMINISTERED: Final = ("TransparentUpgradeableProxy", "AdminUpgradeabilityProxy")
"""Proxies that tell their admin from everybody else, by the contract that does."""

_FOR_ADMIN: Final = "ifAdmin"
"""The modifier with which they did so before version 5 of OpenZeppelin's contracts."""


@FAMILY.register
def judge(case: Case) -> Iterator[Finding]:
    """Compare the selectors of the new implementation with those of its proxy."""
    proxy = Code(case.pair.proxy) if case.pair.proxy is not None else None
    kind = "transparent" if proxy is not None and _administered(proxy) else case.pair.proxy_kind
    reserved = {selector(signature): signature for signature in _of_proxy(proxy, kind)}
    for signature in sorted(case.new.functions) if reserved else ():
        word = selector(signature)
        theirs = reserved.get(word)
        if theirs is None:
            continue
        before = case.old is not None and case.old.answers(signature)
        severity, why = _weight(signature, theirs, kind, admin_only=kind == "transparent" or proxy is None)
        if severity is None:
            continue
        yield case.finding(
            CODE,
            Severity.NOTE if before else severity,
            signature,
            f"the proxy keeps the selector 0x{word.hex()} for {theirs}: {why}",
            "rename it, or leave it out",
            evidence={"selector": f"0x{word.hex()}", "proxy": theirs},
        )


def _administered(proxy: Code) -> bool:
    contract = proxy.contract
    if contract is None:
        return False
    return any(map(contract.inherits, _ADMINISTERED)) or bool(contract.named(_FOR_ADMIN))


def _of_proxy(proxy: Code | None, kind: str | None) -> tuple[str, ...]:
    own = tuple(proxy.functions) if proxy is not None else ()
    # An unknown kind is judged as transparent; UUPS and beacon proxies answer nothing themselves.
    return own + (TRANSPARENT if kind == "transparent" or (kind is None and proxy is None) else ())


def _weight(signature: str, theirs: str, kind: str | None, *, admin_only: bool) -> tuple[Severity | None, str]:
    if not admin_only:
        return Severity.BLOCKER, "the implementation's function can never be called"
    if signature != theirs:
        return Severity.WARNING, "the proxy's admin can never call the implementation's function"
    if kind is None:
        return None, ""  # an implementation that is meant for a UUPS proxy has these names rightly
    if signature in {UPGRADE_TO, UPGRADE_TO_AND_CALL}:
        return Severity.BLOCKER, "callers other than its admin reach the implementation's own, a second way to upgrade"
    return Severity.NOTE, "its admin gets the proxy's answer, everybody else the implementation's"

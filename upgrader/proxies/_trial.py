"""Who may upgrade, tried out: an upgrade to the implementation that already runs, as a static call of each candidate.

Names and getters only suggest who holds the authority; the contract itself knows.  The call changes nothing, on the
chain or if it were sent, and its outcome is the contract's own answer.  Beside each trial goes a control, an upgrade
to an address without code, which every upgrade function refuses: where the control passes, a fallback swallowed the
call, and the trial says nothing.

A trial proves who can, and that a stranger cannot; it cannot prove that no candidate was overlooked.
"""

from typing import Final

from upgrader.calls import SELECTOR_BYTES, Call, encode_call, selector
from upgrader.inquiry import Inquiry, ReadCall, ReadFailed
from upgrader.proxies._base import Proxy
from upgrader.units import Address, address_from_word, keccak

STRANGER: Final = address_from_word(keccak(b"upgrader: a sender that nobody gave any authority"))
"""An address whose key nobody has and which has no code: a sender without rights, and no implementation."""

_NO_CHANGE: Final = selector("NoChange()")
"""How Synthetix' proxies answer those who may upgrade when nothing would change."""


def gate_of(proxy: Proxy) -> Address:
    """Return the contract whose access control decides: the ProxyAdmin, the beacon, or the proxy itself.

    An admin without code decides nothing by itself; the caller has to know and take the proxy then.
    """
    if proxy.kind in ("transparent", "zeppelinos") and proxy.admin is not None:
        return proxy.admin
    return proxy.beacon or proxy.address


def trial_calls(proxy: Proxy, gate: Address, target: Address) -> tuple[Call, ...]:
    """Return the calls, of which one must succeed, that upgrade ``proxy`` to ``target`` through ``gate``."""
    direct = (encode_call("upgradeTo(address)", target), encode_call("upgradeToAndCall(address,bytes)", target, b""))
    match proxy.kind:
        case "transparent" | "zeppelinos" if gate != proxy.address:
            through_admin = (
                encode_call("upgrade(address,address)", proxy.address, target),
                encode_call("upgradeAndCall(address,address,bytes)", proxy.address, target, b""),
            )
            return tuple(Call(gate, data) for data in through_admin)
        case "beacon":
            return (Call(gate, direct[0]),)
        case "transparent" | "zeppelinos" | "uups" | "erc1967" | "synthetix":
            return tuple(Call(proxy.address, data) for data in direct)
        case _:
            return ()


def try_upgrade(proxy: Proxy, gate: Address, sender: Address) -> Inquiry[bool | None]:
    """Ask whether ``sender`` may upgrade; None when the node could not say."""
    if proxy.implementation is None:
        return None
    calls = trial_calls(proxy, gate, proxy.implementation)
    controls = trial_calls(proxy, gate, STRANGER)
    answers = yield tuple(ReadCall(call.to, call.data, sender) for call in (*calls, *controls))
    trials, refusals = answers[: len(calls)], answers[len(calls) :]
    if any(_passed(trial) and not _passed(control) for trial, control in zip(trials, refusals, strict=True)):
        return True
    if any(isinstance(answer, ReadFailed) and not answer.reverted for answer in answers):
        return None
    return False


def _passed(answer: bytes | ReadFailed) -> bool:
    if isinstance(answer, ReadFailed):
        return answer.data[:SELECTOR_BYTES] == _NO_CHANGE
    return True

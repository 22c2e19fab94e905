"""One transaction that must succeed, one view that must answer: the demo's way to speak to its sandbox."""

from typing import Any

from upgrader.calls import Call, decode_result
from upgrader.errors import SimulationError
from upgrader.inquiry import Inquiry, ReadCall, ReadFailed, ReadSlot
from upgrader.ports import Sandbox
from upgrader.units import Address, Slot


def act(sandbox: Sandbox, sender: Address, to: Address, data: bytes, label: str) -> None:
    """Send one transaction that must succeed.

    Raises:
        SimulationError: It reverted.
    """
    if not sandbox.impersonate(sender).send(Call(to, data, label=label)).status:
        raise SimulationError(
            f"the reference protocol refused to {label}", remedy="replay the call and read its revert reason", where=to
        )


def view(sandbox: Sandbox, to: Address, data: bytes, *types: str) -> tuple[Any, ...]:
    """Return what a view answers now.

    Raises:
        SimulationError: It reverted.
    """

    def inquiry() -> Inquiry[Any]:
        (found,) = yield (ReadCall(to, data),)
        return found

    found = sandbox.ask(inquiry())
    if isinstance(found, ReadFailed):
        raise SimulationError(
            f"a view of the reference protocol failed: {found.reason}", remedy="check its oracle's age first", where=to
        )
    return decode_result(types, found)


def read_slot(sandbox: Sandbox, contract: Address, slot: Slot) -> bytes:
    """Return one storage word of a contract."""

    def inquiry() -> Inquiry[Any]:
        (found,) = yield (ReadSlot(contract, slot),)
        return found

    return bytes(sandbox.ask(inquiry()))

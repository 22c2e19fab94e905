"""What every node accepts of an ``eth_simulateV1`` request, held before it is sent.

anvil takes numbers that repeat, times that fall and fields that it does not know, silently; geth and the providers
refuse them, or drop the calls behind a cap.  A request that passes here means the same on all of them.

Sources: https://github.com/ethereum/go-ethereum/blob/master/internal/ethapi/simulate.go (256 blocks, rising numbers
and times), EIP-7825 (gas of one transaction), https://ethereum.github.io/execution-apis/api/methods/eth_simulateV1
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from upgrader.errors import SimulationError
from upgrader.simulation.request import ACT_GAS, Base

_QUANTITY: Final = re.compile(r"0x(?:0|[1-9a-f][0-9a-f]{0,63})")
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")
_DATA: Final = re.compile(r"0x[0-9a-fA-F]*")
"""Half a byte is told by the length: a group for each byte is five times slower."""

_WORD: Final = re.compile(r"0x[0-9a-fA-F]{64}")

_REQUEST: Final = frozenset({"blockStateCalls", "validation", "traceTransfers", "returnFullTransactions"})
_BLOCK: Final = frozenset({"blockOverrides", "stateOverrides", "calls"})
_HEADER: Final = frozenset({"number", "time", "gasLimit", "baseFeePerGas", "feeRecipient", "prevRandao"})
_CALL: Final = frozenset({"from", "to", "data", "gas", "value", "maxFeePerGas", "maxPriorityFeePerGas", "accessList"})
_ACCOUNT: Final = frozenset({"balance", "code", "nonce", "stateDiff"})

_USUAL: Final = 4
"""Fields that every call has, each looked at first: ``from``, ``to``, ``data`` and ``gas``."""

_Place = tuple[str | int, ...]
"""Names and numbers, in turn; put into words only where something is refused, because words are most of the cost."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a node takes at most.

    Attributes:
        blocks: From the base block to the last simulated one.  Source: geth, maxSimulateBlocks.
        call_gas: Gas limit of one call.
        request_gas: Gas limits of all calls together; None where the node has no such cap.
        same_time: Whether a block may share its second with the one before, as blocks of the past may.
    """

    blocks: int = 256
    call_gas: int = ACT_GAS
    request_gas: int | None = None
    same_time: bool = False


PORTABLE: Final = Limits(request_gas=50_000_000)
"""geth as it is shipped (``--rpc.gascap``): whoever names gas for each act can run there and at most providers."""


def validate(request: Mapping[str, Any], base: Base, limits: Limits | None = None) -> None:
    """Refuse what some node would refuse, or take for something else.

    Raises:
        SimulationError: The message says which block and call, and what is wrong.
    """
    held = limits or Limits()
    _known(request, _REQUEST, ("the request",))
    blocks = request.get("blockStateCalls")
    if not isinstance(blocks, list) or not blocks:
        raise _refused("the request has no blocks", "give the scenario at least one moment")
    number, time, gas = int(base.number), int(base.timestamp), 0
    for index, block in enumerate(blocks):
        where = ("block", index)
        _known(block, _BLOCK, where)
        header = block.get("blockOverrides", {})
        _known(header, _HEADER, where)
        number = _rising(header.get("number"), number, where, "its number")
        time = _rising(header.get("time"), time - held.same_time, where, "its time")
        if number - base.number > held.blocks:
            raise _refused(
                f"{_said(where)} is {number - base.number} blocks after the base; nodes take {held.blocks}",
                "split the scenario, or put more acts into a moment",
            )
        if "feeRecipient" in header:
            _match(_ADDRESS, header["feeRecipient"], where, "'feeRecipient'")
        if "prevRandao" in header:
            _match(_WORD, header["prevRandao"], where, "'prevRandao'")
        if "stateOverrides" in block:
            _overrides(block["stateOverrides"], where)
        gas += _calls(block.get("calls", []), where, held)
    if held.request_gas is not None and gas > held.request_gas:
        raise _refused(
            f"the calls may use {gas} gas together; the node takes {held.request_gas}",
            "give the acts gas limits of their own",
        )


def _calls(calls: Iterable[Mapping[str, Any]], block: _Place, limits: Limits) -> int:
    total = 0
    for index, call in enumerate(calls):
        place = (*block, "call", index)
        _known(call, _CALL, place)
        # A missing sender is the zero address to one node and an error to another; a missing callee is a creation.
        _match(_ADDRESS, call.get("from"), place, "'from'")
        _match(_ADDRESS, call.get("to"), place, "'to'")
        _bytes(call.get("data"), place, "'data'")
        gas = _number(call.get("gas"), place, "'gas'")
        if gas > limits.call_gas:
            raise _refused(f"{_said(place)} may use {gas} gas; nodes take {limits.call_gas}", "lower its gas limit")
        total += gas
        if len(call) > _USUAL:
            _unusual(call, place)
    return total


def _unusual(call: Mapping[str, Any], place: _Place) -> None:
    for name in ("value", "maxFeePerGas", "maxPriorityFeePerGas"):
        if name in call:
            _number(call[name], place, repr(name))
    for entry in call.get("accessList", ()):
        _match(_ADDRESS, entry.get("address"), place, "an account of its access list")
        for slot in entry.get("storageKeys", ()):
            _match(_WORD, slot, place, "a slot of its access list")


def _overrides(accounts: Mapping[str, Mapping[str, Any]], block: _Place) -> None:
    for address, override in accounts.items():
        place = (*block, "override of", address)
        _match(_ADDRESS, address, place)
        _known(override, _ACCOUNT, place)
        for name in ("balance", "nonce"):
            if name in override:
                _number(override[name], place, repr(name))
        if "code" in override:
            _bytes(override["code"], place, "'code'")
        for slot, value in override.get("stateDiff", {}).items():
            _match(_WORD, slot, place, "a slot")
            _match(_WORD, value, place, "a word")


def _rising(value: Any, before: int, place: _Place, what: str) -> int:
    found = _number(value, place, what)
    if found <= before:
        raise _refused(
            f"{_said(place)}: {what} {found} is not after {before}",
            "let each moment be at least one second after the last",
        )
    return found


def _number(value: Any, place: _Place, what: str) -> int:
    _match(_QUANTITY, value, place, what)
    return int(value, 16)


def _bytes(value: Any, place: _Place, what: str) -> None:
    if not isinstance(value, str) or len(value) % 2 or not _DATA.fullmatch(value):
        raise _not_as_specified(value, place, what)


def _match(pattern: re.Pattern[str], value: Any, place: _Place, what: str = "") -> None:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _not_as_specified(value, place, what)


def _not_as_specified(value: Any, place: _Place, what: str) -> SimulationError:
    named = f"{_said(place)}: {what}" if what else _said(place)
    return _refused(f"{named} is {str(value)[:80]!r}", "write it as the JSON-RPC specification does")


def _known(fields: Any, allowed: frozenset[str], place: _Place) -> None:
    # A dict is by far the most frequent mapping, and asking the abstract class costs more than all else here.
    if type(fields) is not dict and not isinstance(fields, Mapping):
        raise _refused(f"{_said(place)} is no object", "write it as the JSON-RPC specification does")
    if fields.keys() <= allowed:
        return
    unknown = sorted(map(str, fields.keys() - allowed))
    raise _refused(
        f"{_said(place)} has fields that not every node knows: {', '.join(unknown)}",
        "leave them out: nodes ignore what they do not know",
    )


def _said(place: _Place) -> str:
    """Return where in words: ``block 3, call 0``."""
    pairs = (place[begin : begin + 2] for begin in range(0, len(place), 2))
    return ", ".join(" ".join(map(str, pair)) for pair in pairs)


def _refused(message: str, remedy: str) -> SimulationError:
    return SimulationError(f"not every node would run this scenario: {message}", remedy=remedy)

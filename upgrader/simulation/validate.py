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
_DATA: Final = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_WORD: Final = re.compile(r"0x[0-9a-fA-F]{64}")

_REQUEST: Final = frozenset({"blockStateCalls", "validation", "traceTransfers", "returnFullTransactions"})
_BLOCK: Final = frozenset({"blockOverrides", "stateOverrides", "calls"})
_HEADER: Final = frozenset({"number", "time", "gasLimit", "baseFeePerGas", "feeRecipient", "prevRandao"})
_CALL: Final = frozenset({"from", "to", "data", "gas", "value", "maxFeePerGas", "maxPriorityFeePerGas", "accessList"})
_ACCOUNT: Final = frozenset({"balance", "code", "nonce", "stateDiff"})


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
    _known(request, _REQUEST, "the request")
    blocks = request.get("blockStateCalls")
    if not isinstance(blocks, list) or not blocks:
        raise _refused("the request has no blocks", "give the scenario at least one moment")
    number, time, gas = int(base.number), int(base.timestamp), 0
    for index, block in enumerate(blocks):
        where = f"block {index}"
        _known(block, _BLOCK, where)
        header = block.get("blockOverrides", {})
        _known(header, _HEADER, where)
        number = _rising(header.get("number"), number, f"{where}: its number")
        time = _rising(header.get("time"), time - held.same_time, f"{where}: its time")
        if number - base.number > held.blocks:
            raise _refused(
                f"{where} is {number - base.number} blocks after the base; nodes take {held.blocks}",
                "split the scenario, or put more acts into a moment",
            )
        if "feeRecipient" in header:
            _match(_ADDRESS, header["feeRecipient"], f"{where}: 'feeRecipient'")
        if "prevRandao" in header:
            _match(_WORD, header["prevRandao"], f"{where}: 'prevRandao'")
        _overrides(block.get("stateOverrides", {}), where)
        gas += _calls(block.get("calls", []), where, held)
    if held.request_gas is not None and gas > held.request_gas:
        raise _refused(
            f"the calls may use {gas} gas together; the node takes {held.request_gas}",
            "give the acts gas limits of their own",
        )


def _calls(calls: Iterable[Mapping[str, Any]], where: str, limits: Limits) -> int:
    total = 0
    for index, call in enumerate(calls):
        place = f"{where}, call {index}"
        _known(call, _CALL, place)
        for name in ("from", "to"):
            # A missing sender is the zero address to one node and an error to another; a missing callee is a creation.
            _match(_ADDRESS, call.get(name), f"{place}: {name!r}")
        _match(_DATA, call.get("data"), f"{place}: 'data'")
        for name in ("value", "maxFeePerGas", "maxPriorityFeePerGas"):
            if name in call:
                _number(call[name], f"{place}: {name!r}")
        for entry in call.get("accessList", ()):
            _match(_ADDRESS, entry.get("address"), f"{place}: an account of its access list")
            for slot in entry.get("storageKeys", ()):
                _match(_WORD, slot, f"{place}: a slot of its access list")
        gas = _number(call.get("gas"), f"{place}: 'gas'")
        if gas > limits.call_gas:
            raise _refused(f"{place} may use {gas} gas; nodes take {limits.call_gas}", "lower its gas limit")
        total += gas
    return total


def _overrides(accounts: Mapping[str, Mapping[str, Any]], where: str) -> None:
    for address, override in accounts.items():
        place = f"{where}, override of {address}"
        _match(_ADDRESS, address, place)
        _known(override, _ACCOUNT, place)
        for name in ("balance", "nonce"):
            if name in override:
                _number(override[name], f"{place}: {name!r}")
        if "code" in override:
            _match(_DATA, override["code"], f"{place}: 'code'")
        for slot, value in override.get("stateDiff", {}).items():
            _match(_WORD, slot, f"{place}: a slot")
            _match(_WORD, value, f"{place}: a word")


def _rising(value: Any, before: int, what: str) -> int:
    found = _number(value, what)
    if found <= before:
        raise _refused(f"{what} {found} is not after {before}", "let each moment be at least one second after the last")
    return found


def _number(value: Any, what: str) -> int:
    _match(_QUANTITY, value, what)
    return int(value, 16)


def _match(pattern: re.Pattern[str], value: Any, what: str) -> None:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _refused(f"{what} is {str(value)[:80]!r}", "write it as the JSON-RPC specification does")


def _known(fields: Any, allowed: frozenset[str], where: str) -> None:
    if not isinstance(fields, Mapping):
        raise _refused(f"{where} is no object", "write it as the JSON-RPC specification does")
    unknown = sorted(map(str, fields.keys() - allowed))
    if unknown:
        raise _refused(
            f"{where} has fields that not every node knows: {', '.join(unknown)}",
            "leave them out: nodes ignore what they do not know",
        )


def _refused(message: str, remedy: str) -> SimulationError:
    return SimulationError(f"not every node would run this scenario: {message}", remedy=remedy)

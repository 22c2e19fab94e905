"""A scenario as one ``eth_simulateV1`` request.

The blocks of the prelude come first, then those of the scenario, each at the number and the time that its place in
the run gives it; the last block reads the watched storage.  ``eth_simulateV1`` returns no storage, so for that block
each watched contract's code is overridden by a reader whose calldata names slots: a wrong write with equal logs and
equal returns shows there.

The request says everything that another node might otherwise choose for itself (number, time, gas, fees), so that
anvil, geth and providers run the same blocks.

Source: https://ethereum.github.io/execution-apis/api/methods/eth_simulateV1
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from upgrader.simulation.probes import STRANGER
from upgrader.simulation.scenario import Access, Act, Moment, Override, Scenario, Watch
from upgrader.units import Address, BlockNumber, Seconds, Slot, Timestamp, Wei, hexed, word

ACT_GAS: Final = 2**24
"""Gas limit of a transaction that names none: the largest that EIP-7825 allows."""

SLOT_READER: Final = bytes.fromhex("5f5b80361460135780355481526020016001565b365ff3")
"""Runtime code that answers each 32-byte word of its calldata with the storage word of that number."""

SLOTS_A_CALL: Final = 2_000
"""Words read in one call."""

READ_GAS: Final = 30_000
WORD_GAS: Final = 4_000
"""Gas of a reading call, and of each word more than it can cost: 512 of calldata (1,280 by EIP-7623's floor) and 2,100
of a cold read.  Sources: EIP-2028, EIP-2929, EIP-7623"""

READ_AFTER: Final = Seconds(1)
"""Between a run's last block and the one that reads storage."""


@dataclass(frozen=True, slots=True)
class Base:
    """The block on whose state a run starts."""

    number: BlockNumber
    timestamp: Timestamp


@dataclass(frozen=True, slots=True)
class Run:
    """One scenario with what comes before it and what is read after it."""

    base: Base
    prelude: tuple[Moment, ...]
    scenario: Scenario
    watch: Watch

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Every block of the run but the reading one."""
        return (*self.prelude, *self.scenario.moments)

    @property
    def times(self) -> tuple[Timestamp, ...]:
        """Time of each of :attr:`moments`."""
        return tuple(
            Timestamp(time)
            for time in accumulate((moment.after for moment in self.moments), initial=int(self.base.timestamp))
        )[1:]


def request_of(run: Run, balances: Mapping[Address, Wei] | None = None) -> dict[str, Any]:
    """Return the first parameter of ``eth_simulateV1``.

    Args:
        run: What to simulate.
        balances: What the accounts of :func:`spent` own at the base; who owns less than it may spend is given it,
            because one unfunded transfer fails the whole request.
    """
    # BASEFEE reads zero without validation, whatever the override says.
    priced = any(moment.basefee is not None for moment in run.moments)
    blocks = [
        _block(run.base.number + index, time, moment, priced=priced)
        for index, (time, moment) in enumerate(zip(run.times, run.moments, strict=True), 1)
    ]
    if blocks:
        _fund(blocks[0], spent(run.moments), balances or {})
    if run.watch:
        last = run.times[-1] if run.moments else run.base.timestamp
        blocks.append(_reading(run.base.number + len(blocks) + 1, last + READ_AFTER, run.watch, priced=priced))
    request: dict[str, Any] = {"blockStateCalls": blocks}
    return {**request, "validation": True} if priced else request


def spent(moments: Iterable[Moment]) -> dict[Address, Wei]:
    """Return the most that each sender can spend on values and gas; nobody who can spend nothing."""
    most: dict[Address, int] = {}
    for moment in moments:
        fee = moment.basefee or 0
        for act in moment.acts:
            most[act.sender] = most.get(act.sender, 0) + act.value + (fee and fee + act.tip) * (act.gas or ACT_GAS)
        if moment.questions:
            asked = sum(question.gas or ACT_GAS for question in moment.questions)
            most[STRANGER] = most.get(STRANGER, 0) + fee * asked
    return {sender: Wei(amount) for sender, amount in most.items() if amount}


def reads_of(watch: Watch) -> tuple[tuple[Address, tuple[Slot, ...]], ...]:
    """Return the calls of the reading block: an address and the words that one call reads there."""
    return tuple(
        (address, slots[start : start + SLOTS_A_CALL])
        for address, slots in watch.items()
        for start in range(0, len(slots), SLOTS_A_CALL)
    )


def override_of(override: Override) -> dict[str, Any]:
    """Return a state override as JSON-RPC writes it."""
    written: dict[str, Any] = {}
    if override.balance is not None:
        written["balance"] = hex(override.balance)
    if override.code is not None:
        written["code"] = hexed(override.code)
    if override.slots:
        written["stateDiff"] = {hexed(word(slot)): hexed(value) for slot, value in override.slots.items()}
    return written


def access_of(access: Access) -> list[dict[str, Any]]:
    """Return an access list as JSON-RPC writes it."""
    return [{"address": owner, "storageKeys": [hexed(word(slot)) for slot in slots]} for owner, slots in access]


def _block(number: int, time: int, moment: Moment, *, priced: bool) -> dict[str, Any]:
    header: dict[str, Any] = {"number": hex(number), "time": hex(time)}
    fee = moment.basefee or Wei(0)
    if priced:
        header["baseFeePerGas"] = hex(fee)
    if moment.beneficiary is not None:
        header["feeRecipient"] = moment.beneficiary
    if moment.randomness is not None:
        header["prevRandao"] = hexed(moment.randomness)
    asked = [Act(STRANGER, question.to, question.data, gas=question.gas) for question in moment.questions]
    block: dict[str, Any] = {
        "blockOverrides": header,
        "calls": [_call(act, fee, priced=priced) for act in (*moment.acts, *asked)],
    }
    if moment.overrides:
        block["stateOverrides"] = {address: override_of(each) for address, each in moment.overrides.items()}
    return block


def _call(act: Act, fee: Wei, *, priced: bool) -> dict[str, Any]:
    gas = hex(act.gas or ACT_GAS)
    call: dict[str, Any] = {"from": act.sender, "to": act.to, "data": hexed(act.data), "gas": gas}
    if act.value:
        call["value"] = hex(act.value)
    if act.access:
        call["accessList"] = access_of(act.access)
    if priced:
        tip = act.tip if fee else 0
        call |= {"maxFeePerGas": hex(fee + tip), "maxPriorityFeePerGas": hex(tip)}
    return call


def _fund(block: dict[str, Any], most: Mapping[Address, Wei], balances: Mapping[Address, Wei]) -> None:
    overrides = block.get("stateOverrides", {})
    for sender, amount in most.items():
        if balances.get(sender, 0) < amount:
            overrides = {**overrides, sender: {"balance": hex(amount), **overrides.get(sender, {})}}
    if overrides:
        block["stateOverrides"] = overrides


def _reading(number: int, time: int, watch: Watch, *, priced: bool) -> dict[str, Any]:
    reads = [
        Act(STRANGER, address, b"".join(map(word, slots)), gas=READ_GAS + WORD_GAS * len(slots))
        for address, slots in reads_of(watch)
    ]
    block = _block(number, time, Moment(READ_AFTER, tuple(reads)), priced=priced)
    block["stateOverrides"] = {address: {"code": hexed(SLOT_READER)} for address in watch}
    return block

"""Past blocks as scenarios, and what became of their transactions held against what became of them then.

A block is run from the state of the block before it, at its own number, time and prices, with everything that came in
it before the last transaction in question.  On the new branch the upgrade's acts come first in the same block, so
that nothing else is moved; its results are cut off again before the two branches are compared.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from upgrader.calls import topic
from upgrader.inquiry import Log
from upgrader.simulation.request import ACT_GAS
from upgrader.simulation.scenario import Act, ActResult, Answers, Moment, Scenario
from upgrader.simulation.traffic import PastBlock, Traffic, Transaction
from upgrader.units import Address, BlockNumber, Seconds, hexed

UPGRADED: Final = (topic("Upgraded(address)"), topic("BeaconUpgraded(address)"))
"""What proxies and beacons say when their code changes.  Source: https://eips.ethereum.org/EIPS/eip-1967"""

MORE_GAS: Final = 10
"""A transaction may use a tenth more gas on the new code: as much as is no difference."""


def since_upgrade(traffic: Traffic, contracts: Collection[Address]) -> tuple[Traffic, BlockNumber | None]:
    """Return the traffic after the last upgrade of any of the contracts, and the block of that upgrade.

    What ran on code before the present one says nothing of an upgrade from the present one.
    """
    upgrades = [
        block.number
        for block in traffic.blocks
        for transaction in block.transactions
        for log in transaction.logs
        if log.address in contracts and log.topics[:1] and log.topics[0] in UPGRADED
    ]
    if not upgrades:
        return traffic, None
    last = max(upgrades)
    return replace(traffic, blocks=tuple(block for block in traffic.blocks if block.number > last)), last


def moment_of(block: PastBlock, after: Seconds) -> Moment:
    """Return a past block as a block of a scenario, without the transactions that create contracts."""
    return Moment(
        after=after,
        acts=tuple(_act(each, each.to) for each in block.transactions if each.to is not None),
        basefee=block.basefee,
        beneficiary=block.beneficiary,
        randomness=block.randomness,
    )


def called(block: PastBlock) -> tuple[Transaction, ...]:
    """Return the transactions that the acts of :func:`moment_of` stand for, in their order."""
    return tuple(each for each in block.transactions if each.to is not None)


def reached(transactions: Iterable[Transaction], touched: Collection[int]) -> tuple[int, ...]:
    """Return the places, among acts, of the transactions that are at ``touched`` places of their block."""
    return tuple(place for place, each in enumerate(transactions) if each.index in touched)


def scenario_of(block: PastBlock) -> Scenario:
    """Return one past block, from the state of the block before it."""
    after = Seconds(block.timestamp - block.parent_timestamp)
    return Scenario(f"block {block.number}", (moment_of(block, after),))


def sequence_of(blocks: Sequence[PastBlock]) -> Scenario:
    """Return past blocks one after the other, at their own times, from the state of the block before the first."""
    times = [blocks[0].parent_timestamp, *(block.timestamp for block in blocks)]
    moments = [
        moment_of(block, Seconds(time - before)) for block, before, time in zip(blocks, times, times[1:], strict=False)
    ]
    return Scenario(f"blocks {blocks[0].number} to {blocks[-1].number}", tuple(moments))


def upgraded(scenario: Scenario, upgrade: Moment, blocks: Sequence[PastBlock]) -> Scenario:
    """Return a scenario in whose first block the upgrade comes before everything else.

    Args:
        scenario: What is run on the old branch.
        upgrade: The upgrade's acts and overrides.
        blocks: What the scenario was made of: a transaction that went through then may use a little more gas.
    """
    first, *rest = roomier(scenario, blocks).moments
    first = replace(first, acts=(*upgrade.acts, *first.acts), overrides={**upgrade.overrides, **first.overrides})
    return Scenario(f"{scenario.name}, upgraded", (first, *rest))


def roomier(scenario: Scenario, blocks: Sequence[PastBlock]) -> Scenario:
    """Return a scenario in which every transaction that went through then may use a little more gas."""
    moments = (
        replace(
            moment,
            acts=tuple(
                _roomier(act) if each.status else act for act, each in zip(moment.acts, called(block), strict=True)
            ),
        )
        for moment, block in zip(scenario.moments, blocks, strict=True)
    )
    return replace(scenario, moments=tuple(moments))


def without_upgrade(answers: Answers, name: str, acts: int) -> Answers:
    """Return what an :func:`upgraded` scenario showed of everything but the upgrade.

    Args:
        answers: Of the upgraded scenario.
        name: Of the scenario without the upgrade.
        acts: How many acts the upgrade has.
    """
    first, *rest = answers.acts
    return replace(answers, scenario=name, acts=(first[acts:], *rest))


def only(scenario: Scenario, answers: Answers, kept: Sequence[Collection[int]]) -> tuple[Scenario, Answers]:
    """Return scenario and answers with some acts alone: of each moment, those at the places in ``kept``."""
    moments = [
        replace(moment, acts=tuple(act for place, act in enumerate(moment.acts) if place in places))
        for moment, places in zip(scenario.moments, kept, strict=True)
    ]
    acts = tuple(
        tuple(result for place, result in enumerate(results) if place in places)
        for results, places in zip(answers.acts, kept, strict=True)
    )
    return replace(scenario, moments=tuple(moments)), replace(answers, acts=acts)


def deviation(transaction: Transaction, result: ActResult) -> str:
    """Return in words how a re-executed transaction ended otherwise than it did then; empty where it did not."""
    if transaction.status != result.status:
        return "it went through then and reverts now" if transaction.status else "it reverted then and goes through now"
    if transaction.gas_used != result.gas_used:
        return f"it used {transaction.gas_used} gas then and uses {result.gas_used} now"
    if Counter(map(_content, transaction.logs)) != Counter(map(_content, result.logs)):
        return "it emitted other events then"
    return ""


def _act(transaction: Transaction, to: Address) -> Act:
    return Act(
        sender=transaction.sender,
        to=to,
        data=transaction.data,
        value=transaction.value,
        label=f"transaction {hexed(transaction.hash)}",
        gas=transaction.gas,
        tip=transaction.tip,
        access=transaction.access,
    )


def _roomier(act: Act) -> Act:
    gas = act.gas or ACT_GAS
    return replace(act, gas=max(gas, min(gas + gas // MORE_GAS, ACT_GAS)))


def _content(log: Log) -> tuple[Address, tuple[bytes, ...], bytes]:
    return log.address, log.topics, log.data

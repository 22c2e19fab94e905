"""When an upgrade was scheduled and executed, from the events of its timelock: the chain, not our memory, dates it."""

from dataclasses import dataclass

from upgrader.flows.opened import Opened, safe_of
from upgrader.flows.path import one
from upgrader.inquiry import ReadFailed, ReadLogs
from upgrader.plan.governing import CALL_EXECUTED, CALL_SCHEDULED, CANCELLED
from upgrader.ports import Chain
from upgrader.units import BlockNumber, Timestamp


@dataclass(frozen=True, slots=True)
class Dates:
    """What has happened to an upgrade so far.

    Attributes:
        scheduled: Block time of its scheduling; None where it is not scheduled, was cancelled, or no event shows it.
        executed: Block time of its execution; None before.
    """

    scheduled: Timestamp | None = None
    executed: Timestamp | None = None


def dates_of(opened: Opened, chain: Chain) -> Dates:
    """Return when the operation of an upgrade was scheduled and executed.

    Its salt is the plan's digest, so the events since the observed block are of this plan and no other.

    Raises:
        MismatchError: The chain is another one than the plan's.
        UnavailableError: It does not answer.
    """
    plan, governing = opened.plan, opened.governing()
    if governing.operation is None or governing.timelock is None:
        return Dates()
    safe_of(plan, chain)
    topics = ((CALL_SCHEDULED, CALL_EXECUTED, CANCELLED), governing.operation.id)
    (logs,) = chain.ask(one(ReadLogs(governing.timelock, topics, first=plan.state.block)))
    blocks: dict[bytes, BlockNumber] = {}
    for log in () if isinstance(logs, ReadFailed) else logs:
        if log.topics[0] == CANCELLED:
            blocks.pop(CALL_SCHEDULED, None)
        else:
            blocks[log.topics[0]] = log.block
    times = {event: chain.block(number).timestamp for event, number in blocks.items()}
    return Dates(times.get(CALL_SCHEDULED), times.get(CALL_EXECUTED))

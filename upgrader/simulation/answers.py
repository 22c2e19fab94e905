"""The reply to an ``eth_simulateV1`` request as :class:`~upgrader.simulation.scenario.Answers`.

Everything in it comes from a node and is untrusted: as many blocks and calls as were asked for, each of its own
shape, or the run is refused.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from upgrader.errors import InputError, SimulationError
from upgrader.inquiry import Log, ReadFailed
from upgrader.simulation.request import ACT_GAS, Run, reads_of
from upgrader.simulation.scenario import ActResult, Answers, Moment
from upgrader.units import WORD, Address, BlockNumber, Slot, address

MOST_TOPICS: Final = 4
"""LOG4 is the largest.  Source: Ethereum yellow paper, appendix H."""


def answers_of(reply: Any, run: Run) -> Answers:
    """Return what a node's reply says.

    Raises:
        SimulationError: It is not a reply to this request.
    """
    wanted = [len(moment.acts) + len(moment.questions) for moment in run.moments]
    reads = reads_of(run.watch)
    try:
        blocks = [block["calls"] for block in reply]
        if [*wanted, *([len(reads)] if run.watch else [])] != [len(calls) for calls in blocks]:
            raise ValueError("it has not as many blocks and calls as were asked for")  # noqa: TRY301 - one place turns all of them into words
        results = [
            _block(calls, moment, BlockNumber(run.base.number + index))
            for index, (calls, moment) in enumerate(zip(blocks, run.moments, strict=False), 1)
        ]
        slots = _slots(blocks[-1], run) if run.watch else {}
    except (InputError, KeyError, TypeError, ValueError) as error:
        raise SimulationError(
            f"the node's answer to the scenario {run.scenario.name!r} makes no sense: {str(error)[:200]}",
            remedy="use the pinned anvil, or another node that offers eth_simulateV1",
        ) from error
    before = len(run.prelude)
    return Answers(
        scenario=run.scenario.name,
        prelude=tuple(acts for acts, _ in results[:before]),
        acts=tuple(acts for acts, _ in results[before:]),
        questions=tuple(answers for _, answers in results[before:]),
        slots=slots,
    )


def _block(
    calls: list[Any], moment: Moment, number: BlockNumber
) -> tuple[tuple[ActResult, ...], tuple[bytes | ReadFailed, ...]]:
    acts: list[ActResult] = []
    index = 0
    for call, act in zip(calls, moment.acts, strict=False):
        result, _ = _call(call, act.gas or ACT_GAS, number, index)
        index += len(result.logs)
        acts.append(result)
    asked = [
        _call(call, question.gas or ACT_GAS, number, index)
        for call, question in zip(calls[len(moment.acts) :], moment.questions, strict=False)
    ]
    return tuple(acts), tuple(
        result.data if result.status else ReadFailed(reason, result.data, reverted=True) for result, reason in asked
    )


def _call(call: Mapping[str, Any], limit: int, number: BlockNumber, first: int) -> tuple[ActResult, str]:
    status, gas = _whole(call["status"]), _whole(call["gasUsed"])
    if status > 1 or gas > limit:
        raise ValueError(f"a call with status {status} used {gas} of {limit} gas")
    data, error = _data(call.get("returnData") or "0x"), call.get("error")
    reason = ""
    if not status:
        error = error if isinstance(error, Mapping) else {}
        reason = str(error.get("message") or "it failed")[:2000]
        # geth gives the revert data with the error, anvil as what was returned.
        data = data or _data(error["data"] if isinstance(error.get("data"), str) else "0x")
    logs = [_log(log, number, index) for index, log in enumerate(call.get("logs") or (), first)] if status else []
    return ActResult(bool(status), gas, tuple(logs), data), reason


def _log(log: Mapping[str, Any], number: BlockNumber, index: int) -> Log:
    topics = tuple(map(_topic, log["topics"]))
    if len(topics) > MOST_TOPICS:
        raise ValueError("a log with too many topics")
    return Log(_address(log["address"]), topics, _data(log["data"]), number, index)


def _slots(calls: Iterable[Mapping[str, Any]], run: Run) -> dict[Address, dict[Slot, bytes]]:
    found: dict[Address, dict[Slot, bytes]] = {owner: {} for owner in run.watch}
    for call, (owner, slots) in zip(calls, reads_of(run.watch), strict=True):
        data = _data(call.get("returnData") or "0x")
        if _whole(call["status"]) != 1 or len(data) != WORD * len(slots):
            raise ValueError(f"the storage of {owner} could not be read")
        found[owner] |= {slot: data[WORD * index : WORD * (index + 1)] for index, slot in enumerate(slots)}
    return found


def _data(text: Any) -> bytes:
    if not isinstance(text, str) or not text.startswith("0x"):
        raise ValueError(f"{str(text)[:80]!r} where hex bytes were due")
    return bytes.fromhex(text[2:])


@lru_cache(maxsize=4096)
def _whole(text: Any) -> int:
    """Half of them are a status, and gas repeats from scenario to scenario."""
    if not isinstance(text, str) or not text.startswith("0x") or len(text) > len("0x") + 2 * WORD:
        raise ValueError(f"{str(text)[:80]!r} where a number was due")
    return int(text, 16)


@lru_cache(maxsize=4096)
def _topic(text: str) -> bytes:
    """Names of events and their indexed accounts repeat, too."""
    topic = _data(text)
    if len(topic) != WORD:
        raise ValueError(f"a topic of {len(topic)} bytes")
    return topic


@lru_cache(maxsize=4096)
def _address(text: str) -> Address:
    """Checksums cost more than everything else here, and the same few contracts emit every log."""
    return address(text)

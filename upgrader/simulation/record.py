"""What runs showed, kept in a file, so that a sweep resumes where it stopped.

One line of JSON a run, found again by a key that commits to everything the answers depend on: the chain and the
block, the engine and its rules, and the request itself.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from upgrader.errors import InputError
from upgrader.inquiry import Log, ReadFailed
from upgrader.simulation.coverage import Written
from upgrader.simulation.scenario import ActResult, Answers
from upgrader.units import Address, BlockNumber, Hash32, Slot, hex_bytes, hexed, keccak

FORMAT: Final = "upgrader.answers/1"

Record: TypeAlias = Answers | Written
"""What is kept of a run: what it showed, or every word that it wrote."""


def key_of(state: Hash32, engine: str, request: Mapping[str, Any]) -> Hash32:
    """Return what identifies a run.

    Args:
        state: Digest of chain id and block hash.
        engine: Name, version and hardfork.
        request: As :func:`~upgrader.simulation.request.request_of` makes it.
    """
    text = json.dumps([FORMAT, hexed(state), engine, request], sort_keys=True, separators=(",", ":"))
    return keccak(text.encode())


def line_of(key: Hash32, answers: Answers) -> str:
    """Return answers as one line of text, without its end."""
    tree = {
        "key": hexed(key),
        "scenario": answers.scenario,
        "prelude": [[_act(act) for act in moment] for moment in answers.prelude],
        "acts": [[_act(act) for act in moment] for moment in answers.acts],
        "questions": [[_answer(each) for each in moment] for moment in answers.questions],
        "slots": {
            owner: {hex(slot): hexed(value) for slot, value in words.items()} for owner, words in answers.slots.items()
        },
    }
    return json.dumps(tree, separators=(",", ":"))


def written_line(key: Hash32, written: Written) -> str:
    """Return the words that a run wrote as one line of text, without its end."""
    words = {owner: [hex(slot) for slot in sorted(slots)] for owner, slots in sorted(written.items())}
    return json.dumps({"key": hexed(key), "written": words}, separators=(",", ":"))


def record_in(line: str) -> tuple[Hash32, Record]:
    """Return what :func:`line_of` or :func:`written_line` wrote.

    Raises:
        InputError: The line was cut off, or is something else.
    """
    try:
        tree = json.loads(line)
        key = Hash32(hex_bytes(tree["key"]))
        if "written" in tree:
            words = tree["written"].items()
            return key, {Address(owner): frozenset(Slot(int(slot, 16)) for slot in slots) for owner, slots in words}
        return key, _read_answers(tree)
    except (AttributeError, InputError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise InputError("this is no record of a run", remedy="delete the file; the sweep runs again") from error


def _read_answers(tree: Mapping[str, Any]) -> Answers:
    return Answers(
        scenario=str(tree["scenario"]),
        prelude=tuple(tuple(_read_act(act) for act in moment) for moment in tree["prelude"]),
        acts=tuple(tuple(_read_act(act) for act in moment) for moment in tree["acts"]),
        questions=tuple(tuple(_read_answer(each) for each in moment) for moment in tree["questions"]),
        slots={
            Address(owner): {Slot(int(slot, 16)): hex_bytes(value) for slot, value in words.items()}
            for owner, words in tree["slots"].items()
        },
    )


def _act(act: ActResult) -> list[Any]:
    logs = [
        [log.address, [hexed(topic) for topic in log.topics], hexed(log.data), int(log.block), log.index]
        for log in act.logs
    ]
    return [act.status, act.gas_used, hexed(act.data), logs]


def _read_act(act: list[Any]) -> ActResult:
    status, gas, data, logs = act
    return ActResult(
        status is True,
        int(gas),
        tuple(
            Log(Address(owner), tuple(map(hex_bytes, topics)), hex_bytes(payload), BlockNumber(block), index)
            for owner, topics, payload, block, index in logs
        ),
        hex_bytes(data),
    )


def _answer(answer: bytes | ReadFailed) -> str | list[Any]:
    return [answer.reason, hexed(answer.data), answer.reverted] if isinstance(answer, ReadFailed) else hexed(answer)


def _read_answer(answer: str | list[Any]) -> bytes | ReadFailed:
    if isinstance(answer, str):
        return hex_bytes(answer)
    reason, data, reverted = answer
    return ReadFailed(str(reason), hex_bytes(data), reverted is True)

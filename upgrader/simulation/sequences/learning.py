"""What the pool learns: from transactions that happened, from answers of views, from events."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from upgrader.calls import SELECTOR_BYTES, selector, topic
from upgrader.codec import decode
from upgrader.inquiry import Log
from upgrader.simulation.sequences.pool import Pool
from upgrader.simulation.sequences.surface import Function, Parameter, Surface, normal
from upgrader.simulation.traffic import Transaction
from upgrader.units import WORD, Address, address_from_word

ROLE_GRANTED: Final = topic("RoleGranted(bytes32,address,address)")
OWNERSHIP: Final = topic("OwnershipTransferred(address,address)")
OWNER: Final = b"owner"
"""Stands for the one role that an owned contract has."""

_HASHED: Final = frozenset({"string", "bytes"})
"""Kinds of which an indexed word is a hash; of arrays and structs it does not decode."""

_LACKS_ROLE: Final = selector("AccessControlUnauthorizedAccount(address,bytes32)")
_NOT_OWNER: Final = selector("OwnableUnauthorizedAccount(address)")
"""Source: https://docs.openzeppelin.com/contracts/5.x/api/access"""


def learn_traffic(pool: Pool, surface: Surface, traffic: Iterable[Transaction]) -> None:
    """Keep senders, arguments and what events told, oldest first."""
    for each in sorted(traffic, key=lambda item: (item.block, item.index)):
        pool.sent(each.sender)
        function = surface.at(each.to, each.data)
        if function is not None and each.status:
            learn_call(pool, function, each.sender, each.data)
            for parameter, value in zip(
                function.parameters, decoded(function.parameters, each.data[SELECTOR_BYTES:]), strict=False
            ):
                pool.met(parameter, value)
        for log in each.logs:
            learn_log(pool, surface, log)


def learn_call(pool: Pool, function: Function, sender: Address, data: bytes) -> None:
    """Keep the sender and the arguments of a call that went through, for further calls of the same function.

    What a generated call gave means nothing elsewhere: many functions take whatever they are given.
    """
    pool.sent(sender, function.place)
    for index, value in enumerate(decoded(function.parameters, data[SELECTOR_BYTES:])):
        pool.given((*function.place, index), value)


def learn_log(pool: Pool, surface: Surface, log: Log) -> None:
    """Keep what an event told, and accounts that were given power."""
    indexed, others = surface.events.get(log.topics[0], ((), ())) if log.topics else ((), ())
    for parameter, word in zip(indexed, log.topics[1:], strict=False):
        for value in decoded((parameter,), word) if parameter.kind not in _HASHED else ():
            pool.met(parameter, value)
    for parameter, value in zip(others, decoded(others, log.data), strict=False):
        pool.met(parameter, value)
    for word in log.topics[1:] if not indexed else ():
        pool.word(word)
    match log.topics:
        case (first, role, account, *_) if first == ROLE_GRANTED:
            pool.holds(log.address, role, address_from_word(account))
        case (first, _, account, *_) if first == OWNERSHIP:
            pool.holds(log.address, OWNER, address_from_word(account))


def learn_refusal(pool: Pool, function: Function, data: bytes) -> None:
    """Keep which role a function asked for when it refused an account without it."""
    if data[:SELECTOR_BYTES] == _LACKS_ROLE and len(data) == SELECTOR_BYTES + 2 * WORD:
        pool.needed[function.place] = data[-WORD:]
    elif data[:SELECTOR_BYTES] == _NOT_OWNER:
        pool.needed[function.place] = OWNER


def learn_answer(pool: Pool, view: Function, answer: bytes) -> None:
    """Keep what a view said; what has no name of its own is called as the view is, without ``Of``."""
    own = normal(view.name).removesuffix("of")
    for parameter, value in zip(view.outputs, decoded(view.outputs, answer), strict=False):
        named = parameter if parameter.name else Parameter(own, parameter.kind, parameter.members)
        pool.met(named, value)


def decoded(parameters: Sequence[Parameter], data: bytes) -> tuple[Any, ...]:
    """Return the values in ``data``; none where it has another shape."""
    try:
        return tuple(decode([parameter.kind for parameter in parameters], data))
    except ValueError:
        return ()


def words_of(data: bytes) -> Iterable[bytes]:
    """Yield the words of calldata behind its selector."""
    yield from (data[at : at + WORD] for at in range(SELECTOR_BYTES, len(data) - WORD + 1, WORD))


def addresses_in(data: bytes) -> tuple[Address, ...]:
    """Return what looks like an address in calldata."""
    return tuple(
        address_from_word(word) for word in words_of(data) if not any(word[:12]) and int.from_bytes(word) >> (8 * 12)
    )

"""Which state a run will read: a traced guess, and what can be known without asking.

A node that offers ``debug_traceCall`` with overrides is asked to run all acts of a scenario in one message: a runner
reads (actor, value, calldata) records, calls each actor, and each actor's code is overridden by a relay that passes
the call on.  The ``prestateTracer`` then names every account and word that was touched, with its value.  Time does
not pass within one message, so this is a guess that saves round trips and never evidence.

Where a node does not trace, ``eth_createAccessList`` names what each act touches on the base block by itself.

Sources: https://geth.ethereum.org/docs/developers/evm-tracing/built-in-tracers#prestate-tracer, EIP-2930
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from upgrader.errors import InputError
from upgrader.inquiry import ReadBalance, ReadCode, ReadSlot
from upgrader.simulation.pack import ReadNonce, Wanted, account
from upgrader.simulation.probes import STRANGER
from upgrader.simulation.request import ACT_GAS, override_of
from upgrader.simulation.scenario import Act, Moment, Watch
from upgrader.units import WORD, ZERO_ADDRESS, Address, Slot, address, hexed, keccak, word

RUNNER: Final = address("0x00000000000000000000000000000000005c4E5A".lower())
"""Where the runner's code is put during a trace; nobody lives there."""

RUNNER_CODE: Final = bytes.fromhex(
    "5f"  #                     offset of the first record
    "5b803611600957"  #         while it lies within the calldata
    "00"
    "5b8060400135"  #           length of the record's calldata
    "80826060015f37"  #         which goes to memory
    "5f5f825f"  #               and on to the record's actor, with its value
    "85602001358635"
    "5af150"  #                 whatever becomes of it
    "016060016001"  #           the next record
    "56"
)
"""Calls each (actor, value, length, calldata) record of its calldata; source above each line."""

TRACE_GAS: Final = 50_000_000
"""geth's cap on the gas of a call (``--rpc.gascap``)."""

_RICH: Final = hex(2**96)

PROXY_SLOTS: Final = tuple(
    Slot(int.from_bytes(keccak(f"eip1967.proxy.{name}".encode()), "big") - 1)
    for name in ("implementation", "admin", "beacon")
)
"""Where proxies look first.  Source: https://eips.ethereum.org/EIPS/eip-1967"""


HISTORY: Final = address("0x0000F90827F1C53a10cb7A02335B175320002935")
"""Where each block since Prague writes the hash of its parent.  Source: https://eips.ethereum.org/EIPS/eip-2935"""

HISTORY_LENGTH: Final = 8191
"""Words that it keeps in turn."""


def mining(number: int, blocks: int) -> Watch:
    """Return the words that the blocks after ``number`` touch by being mined, whatever is in them."""
    return {HISTORY: tuple(Slot(parent % HISTORY_LENGTH) for parent in range(number, number + blocks))}


def known(moments: Iterable[Moment], watch: Watch) -> dict[Wanted, None]:
    """Return the facts that the moments need whatever their code does, people before contracts."""
    # A scenario calls a handful of contracts thousands of times.
    people = dict.fromkeys((ZERO_ADDRESS, STRANGER))
    contracts: dict[Address, None] = {}
    for moment in moments:
        for act in moment.acts:
            people[act.sender] = contracts[act.to] = None
        for question in moment.questions:
            contracts[question.to] = None
    contracts |= dict.fromkeys(watch)
    wanted: dict[Wanted, None] = dict.fromkeys(fact for owner in people for fact in account(owner))
    wanted |= dict.fromkeys(fact for owner in contracts for fact in _contract(owner))
    wanted |= dict.fromkeys(ReadSlot(owner, slot) for owner, slots in watch.items() for slot in slots)
    return wanted


def trace_request(
    moments: Sequence[Moment], number: int, time: int, *, code: bool = True
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return message and options of a ``debug_traceCall`` that makes the acts and asks the questions of a run.

    Args:
        moments: What to run in one message.
        number: Block number that it sees.
        time: Block time that it sees.
        code: Whether the code of every contract is told, too; a dozen contracts are half a megabyte.
    """
    acts = everything(moments)
    overrides = {owner: override_of(each) for moment in moments for owner, each in moment.overrides.items()}
    # An actor that is itself called (a Safe, a timelock) keeps its code; its own acts then do nothing here.
    called = {act.to for act in acts}
    overrides |= {act.sender: {"code": hexed(_relay())} for act in acts if act.sender not in called}
    overrides[RUNNER] = {"code": hexed(RUNNER_CODE), "balance": _RICH}
    message = {"from": STRANGER, "to": RUNNER, "gas": hex(TRACE_GAS), "data": hexed(b"".join(map(_record, acts)))}
    options = {
        "tracer": "prestateTracer",
        "tracerConfig": {"disableCode": not code},
        "stateOverrides": overrides,
        "blockOverrides": {"number": hex(number), "time": hex(time)},
    }
    return message, options


def facts_of(trace: Any, options: Mapping[str, Any]) -> dict[Wanted, bytes]:
    """Return what a prestate trace tells of the chain: nothing about accounts that the trace itself overrode.

    What a trace leaves out (the code of an account that has none, a nonce of zero) stays unknown.

    Raises:
        InputError: It is no prestate trace.
    """
    overridden = {owner: frozenset(override) for owner, override in options["stateOverrides"].items()}
    facts: dict[Wanted, bytes] = {}
    if not isinstance(trace, Mapping):
        raise InputError("this is no prestate trace", remedy="name another node")
    try:
        for text, entry in trace.items():
            owner = address(text)
            replaced = {_slot(slot) for slot in options["stateOverrides"].get(owner, {}).get("stateDiff", ())}
            for slot, value in (entry.get("storage") or {}).items():
                if _slot(slot) not in replaced:
                    facts[ReadSlot(owner, _slot(slot))] = word(int(value, 16))
            # The sender pays and counts; the runner is rich; the relays have code.
            if owner in overridden or owner in {STRANGER, ZERO_ADDRESS}:
                continue
            if "balance" in entry:
                facts[ReadBalance(owner)] = word(_number(entry["balance"]))
            if "nonce" in entry:
                facts[ReadNonce(owner)] = word(_number(entry["nonce"]))
            if entry.get("code"):
                facts[ReadCode(owner)] = bytes.fromhex(entry["code"].removeprefix("0x"))
    except (AttributeError, InputError, OverflowError, TypeError, ValueError) as error:
        raise InputError("this is no prestate trace", remedy="name another node") from error
    return facts


def everything(moments: Sequence[Moment]) -> list[Act]:
    """Return all acts, and all questions after them as acts of a stranger."""
    asked = [Act(STRANGER, question.to, question.data) for moment in moments for question in moment.questions]
    return [*(act for moment in moments for act in moment.acts), *asked]


def access_request(act: Act) -> dict[str, str]:
    """Return the message of an ``eth_createAccessList`` for one act."""
    return {"from": act.sender, "to": act.to, "data": hexed(act.data), "gas": hex(ACT_GAS)}


def touched(listed: Any) -> tuple[Wanted, ...]:
    """Return what an access list names: words, and the accounts that have them; nothing where it makes no sense."""
    try:
        found: dict[Wanted, None] = {}
        for entry in listed["accessList"]:
            owner = address(entry["address"])
            found |= dict.fromkeys(_contract(owner))
            found |= dict.fromkeys(ReadSlot(owner, _slot(key)) for key in entry["storageKeys"])
        return tuple(found)
    except (InputError, KeyError, TypeError, ValueError):
        return ()


def _contract(owner: Address) -> tuple[Wanted, ...]:
    return (*account(owner), *(ReadSlot(owner, slot) for slot in PROXY_SLOTS))


def _record(act: Act) -> bytes:
    data = bytes.fromhex(act.to[2:]).rjust(WORD, b"\0") + act.data
    return bytes.fromhex(act.sender[2:]).rjust(WORD, b"\0") + word(act.value) + word(len(data)) + data


def _relay() -> bytes:
    """Return code that passes a call of the runner on to the address in its first word, and takes any other call."""
    return bytes.fromhex(
        f"3373{RUNNER[2:].lower()}14601b57"  # is it the runner?
        "00"
        "5b60203603"  #                         length of what follows the address
        "8060205f37"  #                         which goes to memory
        "5f5f825f"  #                           and on, with the value
        "345f355af1"
        "00"
    )


def _slot(text: str) -> Slot:
    return Slot(int(text, 16))


def _number(value: Any) -> int:
    """Return a number as tracers write it: geth's nonce is a JSON number, other values are hex."""
    return value if isinstance(value, int) else int(value, 16)

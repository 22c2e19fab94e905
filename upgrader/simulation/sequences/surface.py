"""What generated calls may call: the functions of the contracts under management, and of what recent traffic called.

Of the contracts under management both ABIs are known.  A function that only the old code has is called, since whoever
calls it today will be refused.  One that only the new code has has nothing to be compared with; it is *fresh*, and
who may call it and what of it is looked at is said in :mod:`~upgrader.simulation.sequences.parting`.

Of other contracts (feeds, tokens, keepers' targets) only what traffic called is called, so that nothing has to be
known of them.  A selector that some known ABI explains has that ABI's types; any other one is taken for as many words
as its calldata held.  Whoever emitted ``Transfer`` is asked as an ERC-20.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from upgrader.calls import SELECTOR_BYTES, abi_signature, canonical_type, selector, topic
from upgrader.codec import encode
from upgrader.simulation.naming import Abi
from upgrader.simulation.traffic import Transaction
from upgrader.units import WORD, Address, hexed

UPGRADES: Final = frozenset({"upgradeTo", "upgradeToAndCall", "upgradeBeaconTo", "changeAdmin", "diamondCut"})
"""Ways to upgrade, which both codes have: what happens behind them is another upgrade than the one on trial."""

BASE_WEIGHT: Final = 4
"""Of a function that what changed does not reach; one that it reaches alone weighs :data:`MOST_WEIGHT` more."""

MOST_WEIGHT: Final = 16

POWERS: Final = frozenset({"grantRole", "revokeRole", "renounceRole", "transferOwnership", "renounceOwnership"})
"""Functions by which accounts gain and lose power: after them the rest of a sequence is mostly refused."""

OTHER_WEIGHT: Final = 4
"""Of a function of a contract that is not under management."""

_TRANSFER: Final = topic("Transfer(address,address,uint256)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter.

    Attributes:
        name: As the ABI has it, in lower case without underscores; empty where unknown.
        kind: Canonical type, as ``uint256`` or ``(uint128,address)[]``.
        members: Of a struct; for an array those of its elements.
    """

    name: str
    kind: str
    members: tuple["Parameter", ...] = ()


@dataclass(frozen=True)
class Function:
    """A function at an address.

    Attributes:
        to: Where.
        contract: Name of the contract.
        name: Of the function.
        selector: Four bytes.
        parameters: In order.
        outputs: In order; empty where unknown.
        payable: Whether it takes ether.
        weight: How often it is called, against the others.
        managed: Whether the contract is under management.
        gone: Whether only the old code has it.
    """

    to: Address
    contract: str
    name: str
    selector: bytes
    parameters: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...] = ()
    payable: bool = False
    weight: int = BASE_WEIGHT
    managed: bool = True
    gone: bool = False

    @cached_property
    def types(self) -> tuple[str, ...]:
        """Canonical types of the parameters."""
        return tuple(parameter.kind for parameter in self.parameters)

    @cached_property
    def place(self) -> tuple[Address, bytes]:
        """What tells it from every other one."""
        return self.to, self.selector

    def calldata(self, values: Sequence[Any]) -> bytes:
        """Return a call of it with these arguments."""
        return self.selector + encode(self.types, values)


@dataclass(frozen=True, slots=True)
class Interface:
    """One contract under management, before and after.

    Attributes:
        name: Under management.
        old: ABI of the code it runs.
        new: ABI of the code it will run.
        reached: Selector -> how much of what changed the function reaches, from 0 to 1; None where it is not known,
            and every function counts alike.
    """

    name: str
    old: Abi
    new: Abi
    reached: Mapping[bytes, float] | None = None


@dataclass(frozen=True)
class Surface:
    """Everything that may be called or asked.

    Attributes:
        calls: Functions that change state; on both branches.
        fresh: Functions that change state and that only the new code has.
        views: Views that the old code has, and those of tokens.
        managed: Addresses under management.
        tokens: Addresses that emitted ``Transfer``.
        events: First topic -> the indexed parameters and the others, of every known event.
    """

    calls: tuple[Function, ...]
    fresh: tuple[Function, ...]
    views: tuple[Function, ...]
    managed: tuple[Address, ...]
    tokens: tuple[Address, ...] = ()
    events: Mapping[bytes, tuple[tuple[Parameter, ...], tuple[Parameter, ...]]] = field(default_factory=dict)
    _by_place: dict[tuple[Address, bytes], Function] = field(default_factory=dict, repr=False)

    def at(self, to: Address | None, data: bytes) -> Function | None:
        """Return the function that calldata calls; None where it is not of the surface."""
        if not self._by_place:
            self._by_place.update({each.place: each for each in (*self.views, *self.fresh, *self.calls)})
        return self._by_place.get((to, data[:SELECTOR_BYTES])) if to is not None else None


def surface_of(
    interfaces: Mapping[Address, Interface],
    traffic: Sequence[Transaction],
    abis: Sequence[Abi] = (),
    names: Mapping[Address, str] | None = None,
) -> Surface:
    """Return what may be called.

    Args:
        interfaces: Contracts under management, by the address that users call.
        traffic: What recently happened.
        abis: Every ABI that may explain what other contracts were called with.
        names: Of addresses.
    """
    named = names or {}
    calls: list[Function] = []
    fresh: list[Function] = []
    views: list[Function] = []
    for to, interface in interfaces.items():
        old, new = (
            {abi_signature(entry) for entry in abi if entry.get("type") == "function"}
            for abi in (interface.old, interface.new)
        )
        for signature, entry in _functions((*interface.old, *interface.new)).items():
            weight, gone = _weight(entry, signature, interface.reached), signature not in new
            made = _function(to, interface.name, entry, weight=weight, gone=gone)
            if entry.get("stateMutability") in {"view", "pure"}:
                views += [made] if signature in old else []
            elif signature not in old:
                fresh.append(made)
            elif made.name not in UPGRADES:
                calls.append(made)
    logs = (log for each in traffic for log in each.logs)
    tokens = tuple(dict.fromkeys(log.address for log in logs if log.topics[:1] == (_TRANSFER,)))
    known = {selector(signature): entry for abi in abis for signature, entry in _functions(abi).items()}
    others = _others(traffic, frozenset(interfaces), known, named)
    for token in tokens:
        if token not in interfaces:
            name = named.get(token, token)
            views += [_function(token, name, entry, managed=False) for entry in _ERC20_VIEWS]
            for entry in _ERC20_CALLS:
                made = _function(token, name, entry, weight=1, managed=False)
                others.setdefault(made.place, made)
    both = [abi for interface in interfaces.values() for abi in (interface.old, interface.new)]
    events = {
        topic(abi_signature(entry)): _event(entry)
        for entry in (entry for abi in (*abis, *both) for entry in abi)
        if entry.get("type") == "event"
    }
    return Surface((*calls, *others.values()), tuple(fresh), tuple(views), tuple(interfaces), tokens, events)


def parameter_of(entry: Mapping[str, Any]) -> Parameter:
    """Return a parameter of an ABI."""
    members = tuple(map(parameter_of, entry.get("components", ())))
    return Parameter(normal(str(entry.get("name", ""))), canonical_type(entry), members)


def normal(name: str) -> str:
    """Return a name as names are compared: what is called alike means alike."""
    return name.replace("_", "").lower()


def _event(entry: Mapping[str, Any]) -> tuple[tuple[Parameter, ...], tuple[Parameter, ...]]:
    inputs = entry.get("inputs", ())
    indexed = tuple(parameter_of(each) for each in inputs if each.get("indexed"))
    return indexed, tuple(parameter_of(each) for each in inputs if not each.get("indexed"))


def _others(
    traffic: Iterable[Transaction],
    managed: frozenset[Address],
    known: Mapping[bytes, Any],
    named: Mapping[Address, str],
) -> dict[tuple[Address, bytes], Function]:
    found: dict[tuple[Address, bytes], Function] = {}
    for each in traffic:
        head = each.data[:SELECTOR_BYTES]
        if each.to is None or each.to in managed or len(head) < SELECTOR_BYTES or not each.status:
            continue
        place = (each.to, head)
        contract = named.get(each.to, each.to)
        if place in found:
            continue
        if entry := known.get(head):
            if entry.get("stateMutability") not in {"view", "pure"}:
                found[place] = _function(each.to, contract, entry, weight=OTHER_WEIGHT, managed=False)
        elif (len(each.data) - SELECTOR_BYTES) % WORD == 0:
            words = tuple(Parameter("", "bytes32") for _ in range((len(each.data) - SELECTOR_BYTES) // WORD))
            found[place] = Function(each.to, contract, hexed(head), head, words, weight=OTHER_WEIGHT, managed=False)
    return found


def _weight(entry: Mapping[str, Any], signature: str, reached: Mapping[bytes, float] | None) -> int:
    if entry.get("name") in POWERS:
        return 1
    return BASE_WEIGHT + round(MOST_WEIGHT * (reached or {}).get(selector(signature), 0.0))


def _functions(abi: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return functions by signature; the first of a signature counts."""
    found: dict[str, Mapping[str, Any]] = {}
    for entry in abi:
        if entry.get("type") == "function":
            found.setdefault(abi_signature(entry), entry)
    return found


def _function(
    to: Address,
    contract: str,
    entry: Mapping[str, Any],
    *,
    weight: int = BASE_WEIGHT,
    managed: bool = True,
    gone: bool = False,
) -> Function:
    return Function(
        to=to,
        contract=contract,
        name=str(entry.get("name", "")),
        selector=selector(abi_signature(entry)),
        parameters=tuple(map(parameter_of, entry.get("inputs", ()))),
        outputs=tuple(map(parameter_of, entry.get("outputs", ()))),
        payable=entry.get("stateMutability") == "payable",
        weight=weight,
        managed=managed,
        gone=gone,
    )


def _entry(name: str, inputs: Mapping[str, str], output: str) -> dict[str, Any]:
    return {
        "type": "function",
        "name": name,
        "inputs": [{"name": each, "type": kind} for each, kind in inputs.items()],
        "outputs": [{"name": "", "type": output}],
    }


_ERC20_VIEWS: Final = (
    _entry("balanceOf", {"account": "address"}, "uint256"),
    _entry("totalSupply", {}, "uint256"),
    _entry("allowance", {"owner": "address", "spender": "address"}, "uint256"),
)
_ERC20_CALLS: Final = (
    _entry("transfer", {"to": "address", "amount": "uint256"}, "bool"),
    _entry("approve", {"spender": "address", "amount": "uint256"}, "bool"),
    _entry("transferFrom", {"from": "address", "to": "address", "amount": "uint256"}, "bool"),
)
"""Source: https://eips.ethereum.org/EIPS/eip-20"""

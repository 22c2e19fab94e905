"""Who may do what, and in which mode: the tables of ``contracts/README.md`` as laws on what became of transactions.

Every transaction of a script is held against them, and the script of the emergency modes also tries whatever nobody
who tries it may do.  A law looks at one branch alone, so that a lost pause or a lost role is found even where old and
new code agree.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeVar

from upgrader.calls import SELECTOR_BYTES, encode_call, selector
from upgrader.flows.demo.deployed import ReferenceProtocol
from upgrader.flows.demo.trading import DOLLAR, ETHER, ONE
from upgrader.flows.demo.venue import account
from upgrader.simulation.scenario import Act, ActResult, Answers, Moment
from upgrader.simulation.script import Breach, Law
from upgrader.units import WORD, Address


class Mode(IntEnum):
    """What a market allows, from most to least."""

    RUNNING = 0
    SETTLE_ONLY = 1
    PAUSED = 2


INTRUDER: Final = account("somebody without a role")

SWITCHES: Final = {
    selector("resume()"): Mode.RUNNING, selector("settleOnly()"): Mode.SETTLE_ONLY, selector("pause()"): Mode.PAUSED,
}  # fmt: skip
FORBIDDEN: Final = selector("ModeForbids(uint8)")
UNAUTHORISED: Final = selector("AccessControlUnauthorizedAccount(address,bytes32)")


@dataclass(frozen=True, slots=True)
class Gate:
    """A function that modes close.

    Attributes:
        to: The contract.
        contract: Its name.
        signature: Of the function.
        last: The most restricted mode in which it is open.
        word: Which word of its arguments must not be zero for this gate to be the one; -1 for any call.
        by: Whose calls it is about; empty for everybody's.
    """

    to: Address
    contract: str
    signature: str
    last: Mode
    word: int = -1
    by: tuple[Address, ...] = ()

    def stands_before(self, act: Act) -> bool:
        """Whether a call of the function goes through this gate."""
        start = SELECTOR_BYTES + self.word * WORD
        return (self.word < 0 or any(act.data[start : start + WORD])) and (not self.by or act.sender in self.by)


@dataclass(frozen=True, slots=True)
class Permit:
    """A function for holders of a role.

    Attributes:
        to: The contract.
        contract: Its name.
        signature: Of the function.
        arguments: With which somebody tries it who may not.
        holders: Who may.
    """

    to: Address
    contract: str
    signature: str
    arguments: tuple[object, ...] = ()
    holders: tuple[Address, ...] = ()


_Rule = TypeVar("_Rule", Gate, Permit)


def mode_law(market: Address, gates: Sequence[Gate], moments: Sequence[Moment]) -> Law:
    """Return the law of the modes: what a mode forbids does not go through, what it allows is not refused by it.

    Args:
        market: Whose switch counts; it runs when the script begins.
        gates: Every function that modes close.
        moments: The script's.
    """
    placed = _placed(gates)

    def law(answers: Answers) -> Iterator[Breach]:
        mode = Mode.RUNNING
        for moment, act, result in _acts(moments, answers):
            if act.to == market and result.status:
                mode = SWITCHES.get(act.data[:SELECTOR_BYTES], mode)
            for gate in placed.get((act.to, act.data[:SELECTOR_BYTES]), ()):
                if not gate.stands_before(act):
                    continue
                where = f"{act.label} in the mode {mode.name.lower().replace('_', ' ')}"
                if mode > gate.last and result.status:
                    yield _broken("what a mode forbids is refused", gate, moment, f"{where} goes through")
                if mode <= gate.last and not result.status and result.data[:SELECTOR_BYTES] == FORBIDDEN:
                    yield _broken("what a mode allows is not refused", gate, moment, f"{where} is refused")

    return law


def role_law(permits: Sequence[Permit], moments: Sequence[Moment]) -> Law:
    """Return the law of the roles: nobody does what is another's, and nobody is kept from what is theirs."""
    placed = _placed(permits)

    def law(answers: Answers) -> Iterator[Breach]:
        for moment, act, result in _acts(moments, answers):
            for permit in placed.get((act.to, act.data[:SELECTOR_BYTES]), ()):
                if act.sender not in permit.holders and result.status:
                    yield _broken("a role's functions are its own", permit, moment, f"{act.sender} gets through")
                refused = not result.status and result.data[:SELECTOR_BYTES] == UNAUTHORISED
                if act.sender in permit.holders and refused:
                    yield _broken("a role reaches its functions", permit, moment, f"{act.sender} is refused")

    return law


def intrusions(permits: Sequence[Permit], people: Sequence[Address]) -> Iterator[Act]:
    """Yield every call of ``people``, and of somebody without a role, that is not theirs to make."""
    for permit in permits:
        for who in (INTRUDER, *people):
            if who not in permit.holders:
                data = encode_call(permit.signature, *permit.arguments)
                yield Act(who, permit.to, data, label="try what is another's")


def option_gates(
    protocol: ReferenceProtocol, holders: Sequence[Address], writers: Sequence[Address]
) -> tuple[Gate, ...]:
    """Return the modes of the options venue.

    Args:
        protocol: Its contracts.
        holders: Accounts without a short position, which may always withdraw.
        writers: Accounts that have one whenever they withdraw.
    """
    market, house = protocol.market, protocol.house
    quote = "setQuote(uint256,(uint128,uint128,uint128,uint128))"
    return (
        Gate(market, "market", "createSeries(bytes32,uint128,uint64,bool)", Mode.RUNNING),
        Gate(market, "market", "createSpread(bytes32,uint128,uint128,uint64)", Mode.RUNNING),
        Gate(market, "market", "buy(uint256,address,uint256,uint256)", Mode.RUNNING),
        Gate(market, "market", quote, Mode.RUNNING, word=1),
        Gate(market, "market", "sell(uint256,address,uint256,uint256)", Mode.SETTLE_ONLY),
        Gate(market, "market", "close(uint256,uint256)", Mode.SETTLE_ONLY),
        Gate(market, "market", "settle(uint256,uint256)", Mode.SETTLE_ONLY),
        Gate(market, "market", "redeem(uint256,uint256)", Mode.PAUSED),
        Gate(market, "market", "cancelQuote(uint256)", Mode.PAUSED),
        Gate(market, "market", "observe(bytes32,uint64)", Mode.PAUSED),
        Gate(house, "house", "liquidate(address,uint256,uint256,uint256)", Mode.SETTLE_ONLY),
        Gate(house, "house", "deposit(uint256)", Mode.SETTLE_ONLY),
        Gate(house, "house", "withdraw(uint256)", Mode.PAUSED, by=tuple(holders)),
        Gate(house, "house", "withdraw(uint256)", Mode.SETTLE_ONLY, by=tuple(writers)),
    )


def option_permits(protocol: ReferenceProtocol) -> tuple[Permit, ...]:
    """Return the roles of the options venue."""
    market, house, known = protocol.market, protocol.house, protocol.parties
    timelock, risk = (known.timelock,), (known.risk_admin,)
    margin = (ETHER, (1, 1, 1, 1))
    expiry = max(series.expiry for series in protocol.series)
    return (
        *_switches(market, "market", protocol),
        Permit(market, "market", "setPricingModel(address)", (protocol.pricing,), timelock),
        Permit(market, "market", "setVolatility(bytes32,uint256)", (ETHER, ONE), risk),
        Permit(market, "market", "setFeeRate(uint64)", (0,), risk),
        Permit(
            market, "market", "createSeries(bytes32,uint128,uint64,bool)", (ETHER, 4_321 * ONE, expiry, True), risk
        ),
        Permit(
            market, "market", "proposeSettlementPrice(bytes32,uint64,uint128)", (ETHER, expiry, ONE),
            (known.oracle_admin,),
        ),
        Permit(
            market, "market", "rejectSettlementPrice(bytes32,uint64)", (ETHER, expiry), (known.guardian,)
        ),
        Permit(house, "house", "setMarginParameters(bytes32,(uint64,uint64,uint64,uint64))", margin, risk),
        Permit(house, "house", "setPenaltyRate(uint64)", (0,), risk),
        Permit(house, "house", "withdrawFund(address,uint256)", (INTRUDER, 1), timelock),
        Permit(house, "house", "grantRole(bytes32,address)", (bytes(32), INTRUDER), timelock),
        Permit(house, "house", "transferPremium(address,address,uint256,uint256)", (known.writers[0], INTRUDER, 1, 0)),
        Permit(house, "house", "payHolder(uint256,address,uint256)", (1, INTRUDER, DOLLAR)),
        # Its proxy upgrades it, and nothing behind the proxy may.
        Permit(house, "house", "upgradeToAndCall(address,bytes)", (protocol.pricing, b"")),
    )  # fmt: skip


def perpetual_gates(market: Address) -> tuple[Gate, ...]:
    """Return the modes of the perpetual."""
    return (
        Gate(market, "perpetual", "setQuote((uint128,uint128,int64,int64))", Mode.RUNNING, word=0),
        Gate(market, "perpetual", "trade(address,int256,uint256)", Mode.SETTLE_ONLY),
        Gate(market, "perpetual", "liquidate(address,uint256)", Mode.SETTLE_ONLY),
        Gate(market, "perpetual", "deposit(uint256)", Mode.PAUSED),
        Gate(market, "perpetual", "grantToFund(uint256)", Mode.PAUSED),
        Gate(market, "perpetual", "accrue()", Mode.PAUSED),
    )


def perpetual_permits(protocol: ReferenceProtocol, market: Address) -> tuple[Permit, ...]:
    """Return the roles of the perpetual."""
    parameters = ((ONE // 2, ONE // 4, 0, 0, 0),)
    risk = (protocol.parties.risk_admin,)
    return (
        *_switches(market, "perpetual", protocol),
        Permit(market, "perpetual", "setParameters((uint64,uint64,uint64,uint64,uint64))", parameters, risk),
    )


def _switches(market: Address, name: str, protocol: ReferenceProtocol) -> Iterator[Permit]:
    """Yield what every market has: its modes, its oracle, its upgrade and its roles."""
    timelock, guardian = (protocol.parties.timelock,), (protocol.parties.guardian,)
    yield Permit(market, name, "pause()", (), guardian)
    yield Permit(market, name, "settleOnly()", (), guardian)
    yield Permit(market, name, "resume()", (), timelock)
    yield Permit(market, name, "setOracle(address)", (protocol.oracle,), timelock)
    yield Permit(market, name, "upgradeToAndCall(address,bytes)", (protocol.pricing, b""), timelock)
    yield Permit(market, name, "grantRole(bytes32,address)", (bytes(32), INTRUDER), timelock)


def _placed(rules: Sequence[_Rule]) -> Mapping[tuple[Address, bytes], Sequence[_Rule]]:
    """Return rules by what they are about."""
    placed: dict[tuple[Address, bytes], list[_Rule]] = {}
    for rule in rules:
        placed.setdefault((rule.to, selector(rule.signature)), []).append(rule)
    return placed


def _acts(moments: Sequence[Moment], answers: Answers) -> Iterator[tuple[int, Act, ActResult]]:
    # A run may have been stopped before the script's end.
    for index, (moment, results) in enumerate(zip(moments, answers.acts, strict=False)):
        for act, result in zip(moment.acts, results, strict=True):
            yield index, act, result


def _broken(law: str, about: Gate | Permit, moment: int, detail: str) -> Breach:
    return Breach(law, "invariant", about.contract, about.signature, moment, detail)

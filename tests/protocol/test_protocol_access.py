"""Who may do what, and what each mode forbids: a row for every function that changes state, no function without one."""

import pytest
from market_world import (
    ADMIN_ROLE,
    ANY_PRICE,
    CALL,
    ETHER,
    GUARDIAN_ROLE,
    ONE,
    ORACLE_ADMIN_ROLE,
    OTHER_WRITER,
    PARTIES,
    PAUSED,
    RISK_ADMIN_ROLE,
    RUNNING,
    SETTLE_ONLY,
    STRANGER,
    TRADER,
    UPGRADER_ROLE,
    WRITER,
    RevertedError,
    account,
)

from upgrader.flows.demo.protocol import HOUSE_V2_CALL, MARKET_V2_CALL
from upgrader.flows.demo.trading import DAY, expiry_after
from upgrader.units import ZERO_ADDRESS, Timestamp

NOBODY = account(99)
EXPIRY = expiry_after(Timestamp(1_767_614_400), 14)
QUOTE = (ONE, ONE, 0, ANY_PRICE)
MARGIN = (ONE // 5, ONE // 10, ONE // 10, ONE // 20)

GATED = [
    ("market", "createSeries", (ETHER, 2_000 * ONE, EXPIRY, CALL), "risk_admin", RISK_ADMIN_ROLE),
    ("market", "createSpread", (ETHER, 2_000 * ONE, 1_500 * ONE, EXPIRY), "risk_admin", RISK_ADMIN_ROLE),
    ("market", "setVolatility", (ETHER, ONE), "risk_admin", RISK_ADMIN_ROLE),
    ("market", "setFeeRate", (0,), "risk_admin", RISK_ADMIN_ROLE),
    ("market", "setOracle", ("oracle",), "timelock", ADMIN_ROLE),
    ("market", "setPricingModel", ("pricing",), "timelock", ADMIN_ROLE),
    ("market", "pause", (), "guardian", GUARDIAN_ROLE),
    ("market", "settleOnly", (), "guardian", GUARDIAN_ROLE),
    ("market", "resume", (), "timelock", ADMIN_ROLE),
    ("market", "proposeSettlementPrice", (ETHER, EXPIRY - 21 * DAY, ONE), "oracle_admin", ORACLE_ADMIN_ROLE),
    ("market", "rejectSettlementPrice", (ETHER, EXPIRY), "guardian", GUARDIAN_ROLE),
    ("market", "grantRole", (GUARDIAN_ROLE, STRANGER), "timelock", ADMIN_ROLE),
    ("market", "revokeRole", (GUARDIAN_ROLE, PARTIES.guardian), "timelock", ADMIN_ROLE),
    ("market", "upgradeToAndCall", ("market_v2", b""), "timelock", UPGRADER_ROLE),
    ("house", "setMarginParameters", (ETHER, MARGIN), "risk_admin", RISK_ADMIN_ROLE),
    ("house", "setSpreadMargin", (ONE, ONE), "risk_admin", RISK_ADMIN_ROLE),
    ("house", "setPenaltyRate", (0,), "risk_admin", RISK_ADMIN_ROLE),
    ("house", "withdrawFund", (STRANGER, 1), "timelock", ADMIN_ROLE),
    ("house", "grantRole", (RISK_ADMIN_ROLE, STRANGER), "timelock", ADMIN_ROLE),
    ("house", "revokeRole", (RISK_ADMIN_ROLE, PARTIES.risk_admin), "timelock", ADMIN_ROLE),
    ("oracle", "setFeed", (ETHER, "feed", 3_600, ONE, 10**6 * ONE), "oracle_admin", ORACLE_ADMIN_ROLE),
    ("oracle", "grantRole", (ORACLE_ADMIN_ROLE, STRANGER), "timelock", ADMIN_ROLE),
    ("oracle", "revokeRole", (ORACLE_ADMIN_ROLE, PARTIES.oracle_admin), "timelock", ADMIN_ROLE),
]
"""Contract, function, arguments, who may, and the role that makes it so."""

FROM_A_CONTRACT = [
    ("market", "transferShort", (1, WRITER, STRANGER, ONE), "OnlyClearingHouse"),
    ("house", "transferPremium", (WRITER, STRANGER, 1, 0), "OnlyMarket"),
    ("house", "chargeShort", (1, WRITER, 1), "OnlyMarket"),
    ("house", "payHolder", (1, STRANGER, 1), "OnlyMarket"),
    ("house", "releasePool", (1,), "OnlyMarket"),
    ("token", "mint", (STRANGER, 1), "OnlyMarket"),
    ("token", "burn", (TRADER, 1), "OnlyMarket"),
]
"""What only the market or the clearing house may call, and how it refuses everybody else."""

ONCE = [
    ("market", "initialize", ((ZERO_ADDRESS,) * 4, (STRANGER,) * 5, 0), "InvalidInitialization"),
    ("market", "initializeV2", (ONE,), "InvalidInitialization"),
    ("house", "initialize", (ZERO_ADDRESS, STRANGER, STRANGER, 0), "InvalidInitialization"),
    ("house", "initializeV2", (ONE, ONE), "InvalidInitialization"),
    ("token", "initialize", (STRANGER, 9), "InvalidInitialization"),
]
"""What ran when the protocol was set up and never runs again."""

PARTICIPANTS = {
    "market": {"setQuote", "cancelQuote", "buy", "sell", "close", "observe", "fixSettlementPrice", "settle", "redeem"},
    "house": {"deposit", "withdraw", "grantToFund", "liquidate"},
    "oracle": set(),
    "token": {"transfer", "transferFrom", "approve"},
}
"""What anyone may call, about their own."""

ELSEWHERE = {"renounceRole", "connectMarket"}
"""Open to whoever holds a role, about themselves; and the last step of the set-up, tested with the deployment."""

MODES = [
    ("setQuote", RUNNING),
    ("setQuote without an offer", SETTLE_ONLY),
    ("cancelQuote", PAUSED),
    ("buy", RUNNING),
    ("sell", SETTLE_ONLY),
    ("close", SETTLE_ONLY),
    ("createSeries", RUNNING),
    ("createSpread", RUNNING),
    ("observe", PAUSED),
    ("fixSettlementPrice", SETTLE_ONLY),
    ("settle", SETTLE_ONLY),
    ("redeem", PAUSED),
    ("deposit", SETTLE_ONLY),
    ("withdraw without positions", PAUSED),
    ("withdraw with positions", SETTLE_ONLY),
    ("grantToFund", PAUSED),
    ("liquidate", SETTLE_ONLY),
]
"""The most restricted mode in which each entry point still works."""


def names(rows):
    return [f"{contract}.{function}" for contract, function, *_ in rows]


@pytest.fixture
def upgraded(live):
    """The demo's market after its upgrade, so that version 2's functions are there as well."""
    live.market_v2 = live.deploy("OptionsMarketV2")
    live.upgrade_market(live.market_v2, MARKET_V2_CALL)
    live.upgrade_house(live.deploy("ClearingHouseV2"), HOUSE_V2_CALL)
    live.number = 1
    return live


def target(world, name):
    return world.token(1) if name == "token" else getattr(world, name)


def arguments_of(world, arguments):
    """Replace the names of contracts by their addresses."""
    addresses = {name: getattr(world, name).address for name in ("oracle", "pricing", "feed")}
    addresses["market_v2"] = world.market_v2
    return tuple(addresses.get(value, value) if isinstance(value, str) else value for value in arguments)


@pytest.mark.parametrize(("contract", "function", "arguments", "party", "role"), GATED, ids=names(GATED))
def test_a_role_opens_its_functions_to_its_holder_alone(upgraded, contract, function, arguments, party, role):
    """A stranger is refused by name of the missing role; its holder is not."""
    called = target(upgraded, contract)
    values = arguments_of(upgraded, arguments)
    with pytest.raises(RevertedError) as refusal:
        called.send(STRANGER, function, *values)
    assert ("AccessControlUnauthorizedAccount", (STRANGER.lower(), role)) == (
        refusal.value.name,
        refusal.value.arguments,
    )
    called.send(getattr(PARTIES, party), function, *values)


@pytest.mark.parametrize(("contract", "function", "arguments", "error"), FROM_A_CONTRACT, ids=names(FROM_A_CONTRACT))
def test_inner_functions_answer_only_to_the_other_contract(upgraded, contract, function, arguments, error):
    """Not even governance can move positions, money or tokens by the doors between the contracts."""
    for caller in (STRANGER, PARTIES.timelock, PARTIES.guardian):
        with pytest.raises(RevertedError, match=error):
            target(upgraded, contract).send(caller, function, *arguments)


@pytest.mark.parametrize(("contract", "function", "arguments", "error"), ONCE, ids=names(ONCE))
def test_initializers_run_once(upgraded, contract, function, arguments, error):
    """Nobody can set up again what is set up."""
    for caller in (STRANGER, PARTIES.timelock):
        with pytest.raises(RevertedError, match=error):
            target(upgraded, contract).send(caller, function, *arguments)


@pytest.mark.parametrize("contract", ["market", "house", "oracle", "token"])
def test_every_function_that_changes_state_stands_in_a_table(upgraded, contract):
    """A function added without a row above fails here."""
    changing = {
        name
        for name, entry in target(upgraded, contract).functions.items()
        if entry["stateMutability"] in ("nonpayable", "payable")
    }
    named = {function for where, function, *_ in [*GATED, *FROM_A_CONTRACT, *ONCE] if where == contract}
    assert changing == (named | PARTICIPANTS[contract] | ELSEWHERE) & changing
    assert named | PARTICIPANTS[contract] <= changing


def test_every_participants_function_stands_in_the_table_of_modes():
    """What anyone may call has a row for its modes."""
    rows = {name.split(" ")[0] for name, _ in MODES}
    assert PARTICIPANTS["market"] | PARTICIPANTS["house"] <= rows


@pytest.mark.parametrize(("entry", "strictest"), MODES)
@pytest.mark.parametrize("mode", [RUNNING, SETTLE_ONLY, PAUSED])
def test_modes_allow_what_the_table_says(upgraded, entry, strictest, mode):
    """Each entry point works in its modes and names the mode in the others."""
    attempt = ATTEMPTS[entry](upgraded)
    if mode != RUNNING:
        upgraded.market.send(PARTIES.guardian, "settleOnly" if mode == SETTLE_ONLY else "pause")
    if mode <= strictest:
        attempt()
    else:
        with pytest.raises(RevertedError) as refusal:
            attempt()
        assert ("ModeForbids", (mode,)) == (refusal.value.name, refusal.value.arguments)


def test_the_guardian_restricts_and_cannot_resume(upgraded):
    """Both restrictions work at once and in either order; only the timelock lets new risk in again."""
    market = upgraded.market
    for function, mode in [("settleOnly", SETTLE_ONLY), ("pause", PAUSED), ("settleOnly", SETTLE_ONLY)]:
        market.send(PARTIES.guardian, function)
        assert mode == market.read("mode")
    with pytest.raises(RevertedError, match="AccessControlUnauthorizedAccount"):
        market.send(PARTIES.guardian, "resume")
    market.send(PARTIES.timelock, "resume")
    assert RUNNING == market.read("mode")


def test_a_pause_does_not_trap_free_collateral_behind_the_oracle(upgraded):
    """Without positions, money leaves while everything is paused and the feed is dead."""
    upgraded.market.send(PARTIES.guardian, "pause")
    upgraded.go_to_block(upgraded.now + 30 * DAY)
    balance = upgraded.balance(TRADER)
    upgraded.house.send(TRADER, "withdraw", balance)
    assert balance == upgraded.dollar.read("balanceOf", TRADER)


def quoting(quote):
    return lambda world: lambda: world.market.send(WRITER, "setQuote", 1, quote)


def sending(contract, sender, function, *arguments):
    return lambda world: lambda: getattr(world, contract).send(sender, function, *arguments)


def closing(world):
    """A writer who also holds the option it wrote."""
    token = world.token(1)
    token.send(TRADER, "transfer", WRITER, ONE)
    return lambda: world.market.send(WRITER, "close", 1, ONE)


def observing(world):
    expiry = world.protocol.series[0].expiry
    world.go_to(expiry - 60)
    world.price(3_000)
    return lambda: world.market.send(STRANGER, "observe", ETHER, expiry)


def expired(then, *, settled=False):
    """The first series after its expiry, with an average to settle at."""

    def attempt(world):
        world.expire(world.protocol.series[0].expiry, 3_200)
        if settled:
            world.market.send(STRANGER, "settle", 1, 10)
        return then(world)

    return attempt


def granting(world):
    world.dollar.send(STRANGER, "mint", STRANGER, 1)
    world.dollar.send(STRANGER, "approve", world.house.address, 1)
    return lambda: world.house.send(STRANGER, "grantToFund", 1)


def depositing(world):
    world.dollar.send(TRADER, "mint", TRADER, 1)
    return lambda: world.house.send(TRADER, "deposit", 1)


def liquidating(world):
    """A writer far below its margin, and a liquidator with money."""
    world.deposit(STRANGER, 1_000_000)
    world.price(12_000)
    return lambda: world.house.send(STRANGER, "liquidate", WRITER, 1, ONE, 0)


ATTEMPTS = {
    "setQuote": quoting(QUOTE),
    "setQuote without an offer": quoting((0, ONE, 0, ANY_PRICE)),
    "cancelQuote": sending("market", WRITER, "cancelQuote", 1),
    "buy": sending("market", TRADER, "buy", 1, OTHER_WRITER, ONE, 10**12),
    "sell": sending("market", TRADER, "sell", 1, WRITER, ONE, 0),
    "close": closing,
    "createSeries": sending("market", PARTIES.risk_admin, "createSeries", ETHER, 2_000 * ONE, EXPIRY, CALL),
    "createSpread": sending("market", PARTIES.risk_admin, "createSpread", ETHER, 2_000 * ONE, 1_500 * ONE, EXPIRY),
    "observe": observing,
    "fixSettlementPrice": expired(
        lambda world: lambda: world.market.send(STRANGER, "fixSettlementPrice", ETHER, world.protocol.series[0].expiry)
    ),
    "settle": expired(sending("market", STRANGER, "settle", 1, 10)),
    "redeem": expired(sending("market", TRADER, "redeem", 1, ONE), settled=True),
    "deposit": depositing,
    "withdraw without positions": sending("house", TRADER, "withdraw", 1),
    "withdraw with positions": sending("house", WRITER, "withdraw", 1),
    "grantToFund": granting,
    "liquidate": liquidating,
}
"""What prepares each attempt while everything runs; it returns the attempt itself."""

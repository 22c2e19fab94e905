"""The deployment recipe: who owns what afterwards, what is live, and what a deployer can no longer do."""

import pytest
from market_world import (
    ADMIN_ROLE,
    GUARDIAN_ROLE,
    ONE,
    ORACLE_ADMIN_ROLE,
    PARTIES,
    RISK_ADMIN_ROLE,
    STRANGER,
    UPGRADER_ROLE,
    RevertedError,
)

from upgrader.errors import InputError
from upgrader.flows.demo.deployed import Code
from upgrader.flows.demo.protocol import deploy_protocol
from upgrader.flows.demo.trading import FUND_GRANT, PURCHASES, TERMS, TRADER_DEPOSIT, WRITER_DEPOSIT, publish_price

SIZE_LIMIT = 24_576
"""Bytes of runtime code.  Source: https://eips.ethereum.org/EIPS/eip-170"""

HELD = [
    ("market", ADMIN_ROLE, "timelock"),
    ("market", UPGRADER_ROLE, "timelock"),
    ("market", GUARDIAN_ROLE, "guardian"),
    ("market", RISK_ADMIN_ROLE, "risk_admin"),
    ("market", ORACLE_ADMIN_ROLE, "oracle_admin"),
    ("house", ADMIN_ROLE, "timelock"),
    ("house", RISK_ADMIN_ROLE, "risk_admin"),
    ("oracle", ADMIN_ROLE, "timelock"),
    ("oracle", ORACLE_ADMIN_ROLE, "oracle_admin"),
]


@pytest.mark.parametrize(("contract", "role", "party"), HELD)
def test_each_role_has_its_holder_and_the_deployer_none(live, contract, role, party):
    """Roles stand where the deployment says; whoever deployed keeps nothing."""
    called = getattr(live, contract)
    assert called.read("hasRole", role, getattr(PARTIES, party)) is True
    for outsider in (PARTIES.deployer, STRANGER):
        assert called.read("hasRole", role, outsider) is False


@pytest.mark.parametrize("owned", ["house_admin", "token_beacon"])
def test_every_owner_is_the_timelock(live, owned):
    """ProxyAdmin and beacon belong to the timelock."""
    assert PARTIES.timelock.lower() == live.owner(getattr(live.protocol, owned))


def test_proxies_stand_on_the_first_version(live):
    """Both proxies point at the implementations that were named."""
    assert live.protocol.market_implementation == live.implementation(live.protocol.market)
    assert live.protocol.house_implementation == live.implementation(live.protocol.house)


def test_bare_implementations_are_locked(live):
    """Nobody initialises an implementation behind the proxies' backs."""
    for name, bare, arguments in (
        ("OptionsMarketV1", live.protocol.market_implementation, ((STRANGER,) * 4, (STRANGER,) * 5, 0)),
        ("ClearingHouseV1", live.protocol.house_implementation, (STRANGER, STRANGER, STRANGER, 0)),
        ("SeriesToken", live.protocol.token_implementation, (STRANGER, 1)),
    ):
        with pytest.raises(RevertedError, match="InvalidInitialization"):
            live.contract(name, bare).send(STRANGER, "initialize", *arguments)


def test_the_market_is_connected_for_ever(live):
    """Not even the timelock gives the collateral to another market."""
    with pytest.raises(RevertedError, match="AlreadyConnected"):
        live.house.send(PARTIES.timelock, "connectMarket", live.market.address)


def test_the_market_is_live(live):
    """Series of two expiries, calls and puts, positions on both sides, premiums paid, margin held, books in balance."""
    series = live.protocol.series
    assert len(TERMS) == live.market.read("seriesCount") == len(series)
    assert {True, False} == {entry.is_call for entry in series}
    assert 2 == len({entry.expiry for entry in series})
    for index, writer, trader, options in PURCHASES:
        number = series[index].number
        assert options * ONE <= live.market.read("shortOf", number, PARTIES.writers[writer])
        assert options * ONE == live.token(number).read("balanceOf", PARTIES.traders[trader])
    for writer in PARTIES.writers:
        initial, maintenance = live.house.read("marginOf", writer)
        assert 0 < maintenance < initial < live.balance(writer)
        assert live.balance(writer) > WRITER_DEPOSIT
    for trader in PARTIES.traders:
        assert live.balance(trader) < TRADER_DEPOSIT
    assert live.house.read("insuranceFund") > FUND_GRANT
    assert 0 == live.solvent()


def test_the_recipe_names_what_it_deployed(live):
    """Every address of the protocol has a name, and every name an address with code."""
    named = live.protocol.named()
    assert 13 + len(TERMS) == len(named)
    for where in named:
        assert "0x" != live.sandbox.request("eth_getCode", where, "latest")


def test_prices_are_refreshed_after_a_wait(live):
    """After the clock moved, one call makes every view answer again, at the same price or another."""
    before = live.market.read("priceOf", 3)
    live.go_to_block(live.now + 48 * 3_600)
    with pytest.raises(RevertedError, match="StalePrice"):
        live.market.read("priceOf", 3)
    publish_price(live.sandbox, live.protocol)
    assert 0 < live.market.read("priceOf", 3) < before
    publish_price(live.sandbox, live.protocol, 3_500)
    assert 3_500 * ONE == live.oracle.read("price", live.protocol.series[0].underlying)


def test_too_few_parties_and_missing_builds_are_said(world):
    """The recipe names what it lacks before it deploys anything."""
    from dataclasses import replace

    alone = replace(PARTIES, writers=PARTIES.writers[:1])
    with pytest.raises(InputError, match="two writers"):
        deploy_protocol(world.sandbox, world.sandbox.deploy, world.code, alone)
    with pytest.raises(InputError, match="TestDollar"):
        deploy_protocol(world.sandbox, world.sandbox.deploy, Code({}, b"", b"", b""), PARTIES)


def test_every_contract_fits_the_size_limit(build):
    """Nothing that is deployed is larger than a chain takes."""
    sizes = {artifact.name: len(artifact.runtime.code) for artifact in build.values() if artifact.runtime}
    assert {} == {name: size for name, size in sizes.items() if size > SIZE_LIMIT}
    assert {"OptionsMarketV1", "OptionsMarketV4", "ClearingHouseV3", "PerpetualMarketV1"} <= set(sizes)

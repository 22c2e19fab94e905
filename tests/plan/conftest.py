import pytest
from plan_world import NEW_HOUSE_CODE, NEW_MARKET_CODE, STATE, upgrade

from upgrader.plan.operations import DeployImplementation, create2_address
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.units import Seconds, keccak


@pytest.fixture
def plan():
    """The plan that moves both contracts in one batch."""
    market = DeployImplementation(
        "market", "m.sol:MarketV2", NEW_MARKET_CODE, keccak(b"m"), keccak(b"m record"), create2_address(NEW_MARKET_CODE)
    )
    house = DeployImplementation(
        "clearing", "h.sol:HouseV2", NEW_HOUSE_CODE, keccak(b"h"), keccak(b"h record"), create2_address(NEW_HOUSE_CODE)
    )
    return UpgradePlan(
        name="put-spreads",
        summary="Cash-settled put spreads.",
        network="local",
        state=STATE,
        operations=(
            market,
            house,
            upgrade("market", market.address, market.runtime_hash, bytes.fromhex("deadbeef") + bytes(32)),
            upgrade("clearing", house.address, house.runtime_hash),
        ),
        delay=Seconds(172_800),
    )

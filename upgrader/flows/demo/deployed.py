"""What the reference protocol is made of, who takes part in it, and where it stands once deployed."""

from collections.abc import Mapping
from dataclasses import dataclass

from upgrader.build import Artifact
from upgrader.errors import InputError
from upgrader.units import Address, Timestamp


@dataclass(frozen=True, slots=True)
class Code:
    """What is deployed.

    Attributes:
        artifacts: Builds of ``contracts/`` by any key; they are found by contract name.
        erc1967_proxy: Creation code of OpenZeppelin's ERC1967Proxy.
        transparent_proxy: Creation code of its TransparentUpgradeableProxy.
        beacon: Creation code of its UpgradeableBeacon.
    """

    artifacts: Mapping[str, Artifact]
    erc1967_proxy: bytes
    transparent_proxy: bytes
    beacon: bytes

    def creation(self, name: str) -> bytes:
        """Return the creation code of one contract.

        Raises:
            InputError: The builds do not hold it.
        """
        for artifact in self.artifacts.values():
            if artifact.name == name and artifact.creation is not None:
                return artifact.creation.code
        raise InputError(f"the build has no code of {name}", remedy="compile the whole contracts folder")


@dataclass(frozen=True, slots=True)
class Parties:
    """Who plays which part.

    Attributes:
        deployer: Holds the clearing house's admin role until the hand-over, and nothing afterwards.
        timelock: Owns every way to upgrade and every admin role.
        guardian: Pauses the market without delay.
        risk_admin: Lists series, sets volatility and margin.
        oracle_admin: Sets feeds, proposes settlement prices.
        writers: At least two accounts that sell options.
        traders: At least three accounts that buy them.
    """

    deployer: Address
    timelock: Address
    guardian: Address
    risk_admin: Address
    oracle_admin: Address
    writers: tuple[Address, ...]
    traders: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class ListedSeries:
    """One series of the market: its number, its ERC-20 and its terms (strike with 18 decimals)."""

    number: int
    token: Address
    underlying: bytes
    strike: int
    expiry: Timestamp
    is_call: bool


@dataclass(frozen=True, slots=True)
class ReferenceProtocol:
    """Where everything stands; ``house`` and ``market`` are proxies, ``house_admin`` is the house's ProxyAdmin."""

    parties: Parties
    collateral: Address
    feed: Address
    sequencer: Address
    oracle: Address
    pricing: Address
    token_implementation: Address
    token_beacon: Address
    token_factory: Address
    house: Address
    house_implementation: Address
    house_admin: Address
    market: Address
    market_implementation: Address
    series: tuple[ListedSeries, ...] = ()

    def named(self) -> dict[Address, str]:
        """Return a name for every contract, for address books and reports."""
        names = {
            self.collateral: "TestDollar",
            self.feed: "TestFeed",
            self.sequencer: "TestSequencerFeed",
            self.oracle: "OracleAdapter",
            self.pricing: "PricingModel",
            self.token_implementation: "SeriesToken implementation",
            self.token_beacon: "SeriesToken beacon",
            self.token_factory: "SeriesTokenFactory",
            self.house: "ClearingHouse",
            self.house_implementation: "ClearingHouseV1",
            self.house_admin: "ClearingHouse ProxyAdmin",
            self.market: "OptionsMarket",
            self.market_implementation: "OptionsMarketV1",
        }
        return names | {series.token: f"SeriesToken {series.number}" for series in self.series}

"""The demo's project: a folder as ``upgrader init`` would begin it, filled in for the demo's chain."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from upgrader.edges.files import write_file
from upgrader.flows.demo.addresses import addresses_of
from upgrader.flows.demo.deployed import ListedSeries, ReferenceProtocol
from upgrader.flows.demo.governance import Governance
from upgrader.flows.demo.protocol import MAXIMUM_SPREAD_WIDTH, SPOT, SPREAD_MARGIN
from upgrader.flows.demo.trading import ONE
from upgrader.flows.demo.versions import MAXIMUM_SHIFT
from upgrader.reports.moments import utc
from upgrader.units import Address, Timestamp

UPGRADE: Final = "001-put-spreads"
SURFACE: Final = "004-volatility-surface"
ROLLBACK: Final = "005-rollback-put-spreads"
"""Folders of the demo's upgrades."""

CONTRACTS: Final = Path(__file__).resolve().parents[3] / "contracts"

MARKET_V1: Final = "contracts/v1/OptionsMarket.sol:OptionsMarketV1"
MARKET_V2: Final = "contracts/v2/OptionsMarket.sol:OptionsMarketV2"
HOUSE_V1: Final = "contracts/v1/ClearingHouse.sol:ClearingHouseV1"
HOUSE_V2: Final = "contracts/v2/ClearingHouse.sol:ClearingHouseV2"

_LATER: Final = (
    "perpetual",
    "v3/ClearingHouse.sol",
    "v3/ClearingHousePacked.sol",
    "v3/CompositeOracleAdapter.sol",
    "v4/OptionsMarket.sol",
    "v4/OptionsMarketMandate.sol",
    "v4/SeriesToken.sol",
)
"""Contracts that the demo does without."""

MARKET_V3: Final = "contracts/v3/OptionsMarket.sol:OptionsMarketV3"

_SOURCES: Final = {
    "collateral": "contracts/mocks/TestDollar.sol:TestDollar",
    "feed": "contracts/mocks/TestFeed.sol:TestFeed",
    "sequencer": "contracts/mocks/TestSequencerFeed.sol:TestSequencerFeed",
    "oracle": "contracts/v1/OracleAdapter.sol:OracleAdapter",
    "pricing": "contracts/v1/PricingModel.sol:PricingModel",
}
"""What scenarios meet besides the contracts under management."""

BROKEN_ECONOMICS: Final = {
    "settlement-rounded-up": "redeem(uint256,uint256)",
    "redeem-paused": "redeem(uint256,uint256)",
}
"""Upgrades of ``contracts/broken/economic.json`` that only the markets give away, and the function that does."""

PREMIUM_BOUND: Final = "0.35"
"""Largest relative change of a premium that the surface may bring in the markets of the demo."""

_PROJECT: Final = """\
schema = 1

[project]
name = "options-desk"
contact = "operations@options-desk.example"

[solc]
version = "0.8.37"
evm_version = "cancun"
optimizer_runs = 200

[governance.main]
network = "local"
safe = "{safe}"
timelock = "{timelock}"

[contracts.market]
network = "local"
proxy = "{market}"
source = "{market_source}"
governance = "main"
role = "lists series, quotes and sells options, settles them"
pause = {{ function = "pause()", sender = "{guardian}", view = "mode()" }}
keys = [{keys}]

[contracts.clearing]
network = "local"
proxy = "{house}"
source = "{house_source}"
governance = "main"
role = "holds collateral and margin, liquidates, keeps the insurance fund"
keys = [{keys}]

[regression]
scenarios = "scenarios"

[regression.addresses]
{addresses}

[regression.sources]
{sources}
"""

_SCENARIOS: Final = '''\
"""Market days on the options desk: the reference protocol's playbook, with the series that are listed here."""

from upgrader.flows.demo.addresses import protocol_at
from upgrader.flows.demo.playbook import ReferencePlaybook

SPOT = {spot}
SERIES = {series}


def playbook(cases, stage):
    return ReferencePlaybook(protocol_at(stage.addresses, SERIES), SPOT)(cases, stage)
'''

_ACTIVATION: Final = '''\
"""What the later activation of the volatility surface does to every premium: a series each, from look to look."""

from dataclasses import replace

from upgrader.calls import encode_call
from upgrader.flows.demo.addresses import protocol_at
from upgrader.flows.demo.legend import legend
from upgrader.flows.demo.venue import Venue
from upgrader.market.ticks import ticks
from upgrader.simulation.questionnaire import Asked, Questionnaire
from upgrader.simulation.scenario import Act
from upgrader.simulation.timeline import Timeline

SPOT = {spot}
SERIES = {series}


def playbook(cases, stage):
    protocol = protocol_at(stage.addresses, SERIES)
    market, timelock = protocol.market, protocol.parties.timelock
    activate = encode_call("activateSurface(address)", stage.addresses["surface"])
    prices = Questionnaire([Asked(f"price {{each[0]}}", market, "priceOf(uint256)", (each[0],)) for each in SERIES])
    for case in cases:
        executed = stage.start + stage.upgrade
        timeline = Timeline(executed, case.fee_at(SPOT))
        timeline.block(executed + 12, [Act(timelock, market, activate, label="activate the surface")])
        for tick in ticks(case, SPOT, seed=1):
            time = timeline.latest + max(tick.after, 1)
            timeline.block(time, Venue(protocol).publish(tick.round, time), prices.questions)
        placed = timeline.script(f"{{case.name}}: the surface is active", case.name, stage, executed)
        yield replace(placed.script, legend=legend(protocol, {{}}))
'''

_NETWORK: Final = """\
# The demo's own chain; gone when the demo ends.
chain_id = {chain_id}
rpc = ["{url}"]
test = true
finality = "latest"
"""

_UPGRADE: Final = """\
schema = 1

[upgrade]
name = "put-spreads"
summary = "Cash-settled put spreads on the options market; the clearing house learns their margin."
governance = "main"
author = "protocol engineering"
traders = "Open positions, orders and collateral stay as they are."
terms_change = false

[[change]]
contract = "market"
source = "{market_source}"
call = {{ function = "initializeV2(uint256)", args = ["{width}"] }}

[[change]]
contract = "clearing"
source = "{house_source}"
call = {{ function = "initializeV2(uint64,uint64)", args = ["{initial}", "{maintenance}"] }}

[[difference]]
contract = "market"
observable = "version()"
why = "The implementation says which version it is."

[[difference]]
contract = "clearing"
observable = "version()"
why = "The implementation says which version it is."
{expiries}"""

_EXPIRY: Final = """
[[expiry]]
name = "series {number}, {kind} at {strike}"
at = {at}
"""


_SURFACE: Final = """\
schema = 1

[upgrade]
name = "volatility-surface"
summary = "Positions are packed at once; a volatility surface can price the market once the timelock activates one."
governance = "main"
author = "protocol engineering"
traders = "Premiums change with the activation, which is announced and executed by itself."

[[change]]
contract = "market"
source = "{market_source}"
replaces = "{replaced}"
call = {{ function = "initializeV3(uint64,uint256[])", args = ["{shift}", [{numbers}]] }}

[[waiver]]
code = "new-state-zero"
subject = "market.volatilitySurface()"
reason = "No surface prices anything until the timelock activates one."
author = "protocol engineering"
until = {until}

[[difference]]
contract = "market"
observable = "version()"
why = "The implementation says which version it is."

[[difference]]
contract = "market"
observable = "storage"
why = "A position's word becomes a record of size, entry price, side and expiry, in the upgrade's own transaction."

[[difference]]
contract = "market"
observable = "activateSurface(address)"
why = "The timelock's new function; version 2 has none of that name."
activation = "activateSurface(address)"

[[difference]]
contract = "market"
observable = "priceOf(uint256)"
why = "A surface prices the wings dearer than one volatility did."
bound = "{bound}"
activation = "activateSurface(address)"
"""

_BROKEN: Final = """\
schema = 1

[upgrade]
name = "{name}"
summary = "{why}"
governance = "main"

[[change]]
contract = "{contract}"
source = "{source}"
call = {{ function = "{function}", args = [{arguments}] }}

[[difference]]
contract = "{contract}"
observable = "version()"
why = "The implementation says which version it is."
"""


def copy_contracts(folder: Path, *, whole: bool = True) -> None:
    """Put the reference protocol's sources into the project, as they are now.

    Args:
        folder: The project.
        whole: Whether those that the demo does not use come, too; compiling them takes longer than the rest.
    """
    unused = set() if whole else {CONTRACTS / name for name in _unused()}

    def ignored(where: str, names: list[str]) -> set[str]:
        return {name for name in names if Path(where) / name in unused}

    shutil.rmtree(folder / "contracts", ignore_errors=True)
    shutil.copytree(CONTRACTS, folder / "contracts", ignore=ignored)


def _unused() -> list[str]:
    """Return the folders and files that the demo does without."""
    economic = json.loads((CONTRACTS / "broken" / "economic.json").read_text())
    return [
        *_LATER,
        *(each["file"].removeprefix("contracts/") for each in economic if each["name"] not in BROKEN_ECONOMICS),
    ]


def write_project(
    folder: Path, protocol: ReferenceProtocol, governance: Governance, surface: Address, *, chain_id: int, url: str
) -> None:
    """Write the project and the first upgrade's ``upgrade.toml``; an earlier demo's files go, its build cache stays."""
    for name in ("upgrades", "networks", "scenarios"):
        shutil.rmtree(folder / name, ignore_errors=True)
    parties = protocol.parties
    accounts = (*parties.traders, *parties.writers)
    addresses = {**addresses_of(protocol), "surface": surface}
    keys = [f'"{account}"' for account in accounts] + [f'"0x{series.number:064x}"' for series in protocol.series]
    write_file(
        folder / "upgrader.toml",
        _PROJECT.format(
            safe=governance.safe,
            timelock=governance.timelock,
            market=protocol.market,
            house=protocol.house,
            guardian=parties.guardian,
            market_source=MARKET_V1,
            house_source=HOUSE_V1,
            keys=", ".join(keys),
            addresses="\n".join(f'{name} = "{where}"' for name, where in addresses.items()),
            sources="\n".join(f'{name} = "{source}"' for name, source in _SOURCES.items()),
        ),
    )
    write_file(folder / "scenarios" / "market_days.py", _SCENARIOS.format(spot=SPOT * ONE, series=_terms(protocol)))
    (folder / "networks").mkdir()
    write_file(folder / "networks" / "local.toml", _NETWORK.format(chain_id=chain_id, url=url))
    _write_upgrade(
        folder,
        UPGRADE,
        _UPGRADE.format(
            market_source=MARKET_V2,
            house_source=HOUSE_V2,
            width=MAXIMUM_SPREAD_WIDTH,
            initial=SPREAD_MARGIN[0],
            maintenance=SPREAD_MARGIN[1],
            expiries="".join(map(_expiry, protocol.series)),
        ),
    )


def write_surface(folder: Path, protocol: ReferenceProtocol, until: Timestamp) -> None:
    """Write the upgrade to version 3, waivers until a time, and a scenario of what its activation will do."""
    scenario = _ACTIVATION.format(spot=SPOT * ONE, series=_terms(protocol))
    write_file(folder / "scenarios" / "surface_activation.py", scenario)
    _write_upgrade(
        folder,
        SURFACE,
        _SURFACE.format(
            market_source=MARKET_V3,
            replaced=MARKET_V2,
            shift=MAXIMUM_SHIFT,
            numbers=", ".join(f'"{each.number}"' for each in protocol.series),
            bound=PREMIUM_BOUND,
            until=int(until),
        ),
    )


def write_broken(folder: Path, upgrade: str, broken: Mapping[str, Any]) -> None:
    """Write an upgrade to one of ``contracts/broken/economic.json``."""
    text = _BROKEN.format(
        name=broken["name"],
        why=broken["why"],
        contract="market" if broken["replaces"] == "OptionsMarketV1" else "clearing",
        source=f"{broken['file']}:{broken['contract']}",
        function=broken["call"],
        arguments=", ".join(f'"{argument}"' for argument in broken["arguments"]),
    )
    _write_upgrade(folder, upgrade, text)


def _write_upgrade(folder: Path, name: str, text: str) -> None:
    (folder / "upgrades" / name).mkdir(parents=True, exist_ok=True)
    write_file(folder / "upgrades" / name / "upgrade.toml", text)


def _expiry(series: ListedSeries) -> str:
    kind, at = "call" if series.is_call else "put", utc(series.expiry).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _EXPIRY.format(number=f"{series.number:#x}"[:10], kind=kind, strike=series.strike // ONE, at=at)


def _terms(protocol: ReferenceProtocol) -> str:
    rows = [(each.number, each.strike, int(each.expiry), each.is_call) for each in protocol.series]
    return "[\n" + "".join(f"    {row!r},\n" for row in rows) + "]"

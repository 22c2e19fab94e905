"""The demo's project: a folder as ``upgrader init`` would begin it, filled in for the demo's chain."""

import shutil
from pathlib import Path
from typing import Final

from upgrader.edges.files import write_file
from upgrader.flows.demo.deployed import ReferenceProtocol
from upgrader.flows.demo.governance import Governance
from upgrader.flows.demo.protocol import MAXIMUM_SPREAD_WIDTH, SPREAD_MARGIN

CONTRACTS: Final = Path(__file__).resolve().parents[3] / "contracts"

MARKET_V1: Final = "contracts/v1/OptionsMarket.sol:OptionsMarketV1"
MARKET_V2: Final = "contracts/v2/OptionsMarket.sol:OptionsMarketV2"
HOUSE_V1: Final = "contracts/v1/ClearingHouse.sol:ClearingHouseV1"
HOUSE_V2: Final = "contracts/v2/ClearingHouse.sol:ClearingHouseV2"

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
"""

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
"""


def copy_contracts(folder: Path) -> None:
    """Put the reference protocol's sources into the project, as they are now."""
    shutil.rmtree(folder / "contracts", ignore_errors=True)
    shutil.copytree(CONTRACTS, folder / "contracts")


def write_project(
    folder: Path, protocol: ReferenceProtocol, governance: Governance, *, chain_id: int, url: str
) -> None:
    """Write the project and the first upgrade's ``upgrade.toml``; an earlier demo's files go, its build cache stays."""
    for name in ("upgrades", "networks"):
        shutil.rmtree(folder / name, ignore_errors=True)
    parties = protocol.parties
    accounts = (*parties.traders, *parties.writers)
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
        ),
    )
    (folder / "networks").mkdir()
    write_file(folder / "networks" / "local.toml", _NETWORK.format(chain_id=chain_id, url=url))
    bundle = folder / "upgrades" / "001-put-spreads"
    bundle.mkdir(parents=True)
    write_file(
        bundle / "upgrade.toml",
        _UPGRADE.format(
            market_source=MARKET_V2,
            house_source=HOUSE_V2,
            width=MAXIMUM_SPREAD_WIDTH,
            initial=SPREAD_MARGIN[0],
            maintenance=SPREAD_MARGIN[1],
        ),
    )

"""The demo's world: a chain, its governance, the reference protocol with live positions, and the project's files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from upgrader.cli.demo.project import copy_contracts, write_project
from upgrader.edges import packages
from upgrader.edges.anvil import Anvil
from upgrader.edges.solc import Outputs, Solc
from upgrader.flows.demo.deployed import Code, Parties, ReferenceProtocol
from upgrader.flows.demo.governance import GovernanceCode, deploy_governance
from upgrader.flows.demo.protocol import deploy_protocol
from upgrader.flows.demo.versions import deploy_surface
from upgrader.ports import Progress
from upgrader.units import Seconds, address

THRESHOLD: Final = 2
OWNERS: Final = slice(1, 4)
"""Development accounts 1 to 3 own the Safe."""

SETTINGS: Final = {"evmVersion": "cancun", "optimizer": {"enabled": True, "runs": 200}}
SOLC: Final = "0.8.37"
CHECKOUT: Final = Path(__file__).resolve().parents[3]


@contextmanager
def setting(folder: Path, delay: Seconds, say: Progress) -> Iterator[tuple[Anvil, ReferenceProtocol]]:
    """Start the chain, deploy everything, write the project; the chain ends with the context."""
    say("demo: a chain of its own (anvil), a 2-of-3 Safe 1.4.1 and a 48 h TimelockController")
    with Anvil() as sandbox:
        accounts = [address(text) for text in sandbox.request("eth_accounts")]
        governance_code = GovernanceCode(
            *(
                packages.creation_code(path, CHECKOUT)
                for path in (packages.SAFE_SINGLETON, packages.SAFE_FACTORY, packages.SAFE_HANDLER, packages.TIMELOCK)
            )
        )
        governance = deploy_governance(sandbox, sandbox.deploy, governance_code, accounts[OWNERS], THRESHOLD, delay)
        say("demo: compiling the reference protocol (cached afterwards)")
        copy_contracts(folder, whole=False)
        sources = sorted(path.relative_to(folder).as_posix() for path in (folder / "contracts").rglob("*.sol"))
        artifacts = Solc(Outputs.NAMED).compile(sources, root=folder, version=SOLC, settings=SETTINGS)
        code = Code(
            artifacts,
            *(
                packages.creation_code(path, CHECKOUT)
                for path in (packages.ERC1967_PROXY, packages.TRANSPARENT_PROXY, packages.BEACON)
            ),
        )
        say("demo: version 1 with live series, positions and margin")
        parties = Parties(
            deployer=accounts[0],
            timelock=governance.timelock,
            guardian=accounts[4],
            risk_admin=accounts[5],
            oracle_admin=accounts[6],
            writers=(accounts[7], accounts[8]),
            traders=(accounts[9], *(address(f"0x{number:040x}") for number in (0xA11CE, 0xB0B))),
        )
        protocol = deploy_protocol(sandbox, sandbox.deploy, code, parties)
        surface = deploy_surface(sandbox, sandbox.deploy, code, parties)
        write_project(folder, protocol, governance, surface, chain_id=int(sandbox.chain_id()), url=sandbox.url)
        yield sandbox, protocol

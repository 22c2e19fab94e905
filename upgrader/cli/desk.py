"""What lies on the desk of every command that works on an upgrade: project, bundle, chain, and who sends.

The three options are the same everywhere, so they are added by one decorator.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from upgrader.cli import wiring
from upgrader.cli.outcome import Console
from upgrader.errors import InputError, NotReadyError

if TYPE_CHECKING:
    from upgrader.edges.bundle import FolderBundle
    from upgrader.edges.networks import Network
    from upgrader.edges.rpc import RpcChain
    from upgrader.flows.opened import Opened
    from upgrader.plan.manifest import Manifest
    from upgrader.plan.project import Project
    from upgrader.ports import Sender

P = ParamSpec("P")
R = TypeVar("R")


def upgrade_argument(command: Callable[P, R]) -> Callable[P, R]:
    """Add ``UPGRADE`` and ``--rpc``."""
    command = click.option("--rpc", multiple=True, metavar="URL", help="Endpoint instead of the network file's.")(
        command
    )
    return click.argument("upgrade")(command)


def sending_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add what a command needs that changes the chain."""
    for option in (
        click.option("--execute", is_flag=True, help="Send it; without this it is only shown."),
        click.option("--account", help="Who sends: an Ape alias, a keystore file, dev:N on a test network."),
        click.option("--confirm", metavar="NAME", help="The upgrade's name, instead of typing it."),
        click.option("--passphrase-file", type=click.Path(path_type=Path, dir_okay=False), help="For the account."),
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Desk:
    """One upgrade, opened for a command.

    Attributes:
        root: The project folder; for a bundle that travelled alone, the folder it lies in.
        project: Its upgrader.toml; empty but for a name where a bundle travelled alone.
        bundle: The upgrade's folder.
        rpc: Endpoints that replace the network's own.
        console: How to speak.
    """

    root: Path
    project: "Project"
    bundle: "FolderBundle"
    rpc: tuple[str, ...]
    console: Console

    @property
    def manifest(self) -> "Manifest":
        """The upgrade.toml."""
        from upgrader.plan.manifest import read_manifest

        path = "upgrade.toml"
        return read_manifest(self.bundle.read_toml(path), where=f"{self.bundle.name}/{path}")

    @property
    def network(self) -> "Network":
        """The network of the upgrade's governance."""
        return wiring.network(self._network_name, self.root)

    @property
    def _network_name(self) -> str:
        """The network that the project names, or for a bundle without one the plan."""
        if not self.project.governance and self.bundle.exists("plan.json"):
            return self.opened.plan.network
        return self.project.governed_by(self.manifest.upgrade.governance).network

    @property
    def opened(self) -> "Opened":
        """The verified plan."""
        from upgrader.flows.opened import open_upgrade

        return open_upgrade(self.bundle)

    @property
    def handle(self) -> str:
        """How the upgrade is named on the next command line in this folder: its name, or where its folder is."""
        import shlex

        from upgrader.reports.text import visible

        if (Path(self.bundle.name) / "upgrade.toml").is_file():
            return self.bundle.name
        try:
            known = wiring.project_root() == self.root
        except InputError:
            known = False
        return self.bundle.name if known else visible(shlex.quote(self.place("")))

    def place(self, path: str) -> str:
        """Return where a file of the bundle is, as it is typed in this folder."""
        file, here = self.bundle.folder / path, Path.cwd()
        return str(file.relative_to(here) if file.is_relative_to(here) else file)

    def chain(self, *, agree: bool = False) -> "RpcChain":
        """Open the network; with ``agree`` every endpoint must give every answer alike (what a signature rests on)."""
        return wiring.chain(self._network_name, self.rpc, agree=agree, say=self.console.progress, root=self.root)

    def sender(self, chain: "RpcChain", account: str | None, passphrase_file: Path | None) -> "Sender":
        """Return who sends.

        Raises:
            InputError: No account was named.
        """
        if account is None:
            raise InputError("nobody was named to send it", remedy="give --account ALIAS (or dev:0 on a test network)")
        return wiring.sender(
            chain,
            account,
            test=self.network.test,
            no_input=self.console.no_input or self.console.as_json,
            passphrase_file=passphrase_file,
        )

    def require_confirmation(self, question: str, confirmed: str | None) -> None:
        """Have the upgrade's name typed, unless the network is a test network.

        Raises:
            NotReadyError: It was not typed.
        """
        if self.network.test:
            return
        name = self.manifest.upgrade.name
        quiet = self.console.no_input or self.console.as_json
        if not wiring.questioner(no_input=quiet, confirmed=confirmed).confirm_name(question, name):
            raise NotReadyError("the upgrade's name was not typed; nothing was sent", remedy=f"give --confirm {name}")


def open_desk(console: Console, upgrade: str, rpc: tuple[str, ...]) -> Desk:
    """Find the project and the bundle that ``upgrade`` names; a planned bundle may have travelled alone.

    Raises:
        InputError: There is no such project or upgrade.
    """
    from upgrader.edges.bundle import find_bundle
    from upgrader.plan.project import Project, ProjectNames

    direct = Path(upgrade)
    start = direct if (direct / "upgrade.toml").is_file() else None
    try:
        root = wiring.project_root(start)
    except InputError:
        if start is None or not (start / "plan.json").is_file():
            raise
        # What a signer got by mail: the plan says everything but how to reach the chain.
        alone = direct.resolve()
        return Desk(
            alone.parent, Project(1, ProjectNames(alone.name)), find_bundle(upgrade, alone.parent), rpc, console
        )
    return Desk(root, wiring.project(root), find_bundle(upgrade, root), rpc, console)

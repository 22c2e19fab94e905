"""The composition root: the one place that knows which edge stands behind which port.

Commands take what they need from here, and nothing heavy is imported before it is taken.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from upgrader.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from upgrader.edges.clock import SystemClock
    from upgrader.edges.folder import ProjectFolder
    from upgrader.edges.journal import FileJournal
    from upgrader.edges.keys import ApeKey, LocalKey
    from upgrader.edges.machine import LocalMachine
    from upgrader.edges.networks import Network
    from upgrader.edges.rpc import RpcChain
    from upgrader.edges.scenarios import ScenarioFolder
    from upgrader.edges.sources import SourceReader
    from upgrader.edges.sweeps import Sweeps
    from upgrader.flows.live import Records
    from upgrader.flows.markets import Markets
    from upgrader.flows.simulating import Sandboxes
    from upgrader.plan.project import Project
    from upgrader.ports import Block, Compiler, Progress, Questioner, Sender
    from upgrader.simulation.reproduction import Reproduction
    from upgrader.simulation.scenario import Act
    from upgrader.units import ChainId


def project_root(start: Path | None = None) -> Path:
    """Return the nearest folder upward with an ``upgrader.toml``.

    Raises:
        InputError: There is none.
    """
    from upgrader.edges.project import find_project

    return find_project(start)


def project(root: Path | None = None) -> Project:
    """Return the parsed ``upgrader.toml`` of ``root`` (None: the nearest one upward).

    Raises:
        InputError: It is missing or wrong.
    """
    from upgrader.edges.project import load_project

    return load_project(root or project_root())


def network(name: str, root: Path | None = None) -> Network:
    """Return ``networks/<name>.toml`` of the project, or of this checkout.

    Raises:
        InputError: There is no such network, or its file is wrong.
    """
    from upgrader.edges.networks import load_network

    return load_network(name, root or root_or_none())


def chain(
    name: str | None,
    rpc: Sequence[str] = (),
    *,
    agree: bool = False,
    say: Progress | None = None,
    root: Path | None = None,
) -> RpcChain:
    """Open a chain.

    Args:
        name: A network; None when ``rpc`` says everything.
        rpc: Endpoints that take the place of the network's own.
        agree: Whether every endpoint must give every answer alike.
        say: Told about endpoints that are left out.
        root: The project folder; None for the nearest one upward.

    Raises:
        InputError: Neither is given, or there is no such network.
        UnavailableError: The network's endpoint is not configured.
    """
    from upgrader.edges.rpc import RpcChain

    if name is None:
        if not rpc:
            raise InputError("no chain was named", remedy="give --network NAME or --rpc URL")
        return RpcChain(rpc, agree=agree, say=say)
    found = network(name, root)
    return RpcChain(rpc or found.endpoints(), expected=found.chain_id, agree=agree, say=say)


def signer(
    account: str, *, test: bool, no_input: bool = False, passphrase_file: Path | None = None
) -> LocalKey | ApeKey:
    """Unlock an account: a Signer, and with a chain a Sender.

    Args:
        account: ``dev:N``, a keystore file or an Ape alias.
        test: Whether the network is marked ``test = true``.
        no_input: Whether nobody may be asked for the passphrase.
        passphrase_file: Where the passphrase stands.

    Raises:
        InputError: There is no such account, or the passphrase is wrong.
        NotReadyError: A passphrase is needed and nobody can be asked.
    """
    from upgrader.cli.questions import ask_passphrase, may_ask
    from upgrader.edges.keys import find_passphrase, open_key

    ask = ask_passphrase if may_ask(no_input=no_input) else None
    return open_key(account, test=test, passphrase=lambda name: find_passphrase(name, file=passphrase_file, ask=ask))


def sender(
    chain: RpcChain, account: str, *, test: bool, no_input: bool = False, passphrase_file: Path | None = None
) -> Sender:
    """Return whoever sends transactions to ``chain``.

    Args:
        chain: Where to.
        account: ``dev:N``, a keystore file, an Ape alias, or on a test network the address of an account whose key
            the node holds.
        test: Whether the network is marked ``test = true``.
        no_input: Whether nobody may be asked for the passphrase.
        passphrase_file: Where the passphrase stands.

    Raises:
        InputError: There is no such account, or the passphrase is wrong.
        NotReadyError: A passphrase is needed and nobody can be asked.
    """
    from upgrader.edges.senders import KeySender, NodeSender
    from upgrader.units import address

    if account.startswith("0x"):
        if not test:
            raise InputError(
                "an account of the node's own is only used on networks marked test = true",
                remedy="name a keystore file or an Ape account",
            )
        return NodeSender(chain, address(account), clock())
    return KeySender(chain, signer(account, test=test, no_input=no_input, passphrase_file=passphrase_file), clock())


def compiler() -> Compiler:
    """Return the Solidity compiler."""
    from upgrader.edges.solc import Solc

    return Solc()


def sources(
    root: Path, *, verified: Path | None = None, rpc: Sequence[str] = (), judging: bool = False
) -> SourceReader:
    """Return what turns references into artifacts.

    Args:
        root: Folder that relative paths start from.
        verified: Folder of verified sources, laid out as Sourcify does; None for none.
        rpc: Endpoints that take the place of a network's own, for references to addresses.
        judging: Whether the code is judged only, not deployed nor compared with what is.
    """
    from upgrader.edges.judging import JudgingSolc
    from upgrader.edges.project import NAME, load_project
    from upgrader.edges.sources import Deployed, SourceReader
    from upgrader.plan.compiler import SolcChoice

    def settle(folder: Path) -> tuple[SolcChoice, str]:
        if not (folder / NAME).is_file():
            return SolcChoice(), ""
        found = load_project(folder)
        return found.solc, found.project.sources

    def locate(name: str, text: str) -> Deployed:
        from upgrader.flows.live import implementation_of
        from upgrader.units import address

        there = chain(name, rpc)
        return Deployed(there.chain_id(), there.ask(implementation_of(address(text))))

    compiler = JudgingSolc() if judging else None
    return SourceReader(root, compiler=compiler, sources=verified, locate=locate, settle=settle)


def records(
    root: Path | None,
    reader: SourceReader,
    chain_id: ChainId,
    earlier: Mapping[str, Sequence[str]] | None = None,
) -> Records:
    """Return what is known of implementations that proxies of a chain ran before.

    Args:
        root: The project folder, whose bundles are read; None where there is none.
        reader: Reads references and verified sources.
        chain_id: Of the proxies' chain.
        earlier: Name of a change -> references that a person gave for it, oldest first.
    """
    from upgrader.edges.bundle import FolderBundle, bundle_folders
    from upgrader.edges.sourcify import verified
    from upgrader.flows.live import Records
    from upgrader.flows.past import recorded_layouts

    bundles = [FolderBundle(folder) for folder in bundle_folders(root)] if root is not None else []
    given = {name: tuple(reader.read_all(references)) for name, references in (earlier or {}).items()}
    folder = reader.sources
    if folder is None:
        return Records(recorded_layouts(bundles, chain_id), given)
    return Records(
        recorded_layouts(bundles, chain_id),
        given,
        lambda address: verified(folder, chain_id, address, reader.compiler),
    )


def scenarios(root: Path, project: Project) -> ScenarioFolder:
    """Return the project's own market scenarios; read, and not run.

    Raises:
        InputError: The folder that the project names is missing or empty.
    """
    from upgrader.edges.scenarios import ScenarioFolder

    return ScenarioFolder(root, project.regression.scenarios)


def markets(root: Path, project: Project, upgrade: str, chain: RpcChain, cluster: str = "") -> Markets:
    """Return how the market regression of an upgrade is run: everything, with every proof that can be had.

    Args:
        root: The project folder.
        project: Its upgrader.toml.
        upgrade: Name of the bundle.
        chain: The chain to copy.
        cluster: Address of a dask scheduler; empty for this machine alone.
    """
    from upgrader.edges.anvil import find_anvil
    from upgrader.edges.engine_past import PastEngines
    from upgrader.edges.history import ChainHistory
    from upgrader.edges.specs import ExecutionSpecs
    from upgrader.flows.markets import Markets, Running
    from upgrader.flows.replay import Past

    kept = sweeps(root, upgrade, chain, cluster)

    @contextmanager
    def engine(block: Block, hints: tuple[Act, ...]) -> Iterator[Running]:
        with kept.engine(block, hints) as opened:
            yield Running(opened.engine, opened.copy, opened.past)

    past = Past(chain, ChainHistory(chain), PastEngines(chain, executable=find_anvil(root)), clock())
    return Markets(scenarios(root, project), engine, clock(), past, ExecutionSpecs())


def sweeps(root: Path, upgrade: str, chain: RpcChain, cluster: str = "") -> Sweeps:
    """Return the market regressions of an upgrade: how their engines are opened, and whether one was stopped."""
    from upgrader.edges.anvil import find_anvil
    from upgrader.edges.sweeps import Sweeps

    return Sweeps(root / ".build" / "regression" / upgrade, chain, find_anvil(root), cluster)


def saved_script(path: Path) -> Reproduction:
    """Return a script that ``simulate`` saved.

    Raises:
        InputError: There is no such file, or it is no script.
    """
    from upgrader.edges.files import read_json
    from upgrader.simulation.reproduction import read_reproduction

    tree = read_json(path)
    return read_reproduction(tree if isinstance(tree, dict) else {}, where=str(path))


def sandboxes(root: Path, upgrade: str, chain: RpcChain) -> Sandboxes:
    """Return how copies of ``chain`` are opened for an upgrade."""
    from upgrader.edges.anvil import VERSION
    from upgrader.flows.simulating import Sandboxes
    from upgrader.reports.known_abi import KNOWN_ABI

    return Sandboxes(sweeps(root, upgrade, chain).sandbox, f"anvil {VERSION}", (KNOWN_ABI,))


def commit(root: Path) -> str:
    """Return the git commit of a folder, ``+dirty`` when tracked files differ from it; empty outside a repository."""
    from upgrader.edges.repository import commit_of

    return commit_of(root)


def clock() -> SystemClock:
    """Return the machine's clock."""
    from upgrader.edges.clock import SystemClock

    return SystemClock()


def journal(path: Path) -> FileJournal:
    """Return the append-only record in ``path``."""
    from upgrader.edges.journal import FileJournal

    return FileJournal(path, clock())


def questioner(*, no_input: bool = False, confirmed: str | None = None) -> Questioner:
    """Return who answers questions.

    Args:
        no_input: Whether nobody may be asked.
        confirmed: The name given with ``--confirm``, which stands for typing it.
    """
    from upgrader.cli.questions import Given, Person

    return Given(confirmed) if confirmed is not None else Person(no_input=no_input)


def folder_of(path: Path) -> ProjectFolder:
    """Return a folder that ``init`` writes into."""
    from upgrader.edges.folder import ProjectFolder

    return ProjectFolder(path)


def machine() -> LocalMachine:
    """Return the facts of this machine, for ``doctor``."""
    from upgrader.edges.machine import LocalMachine

    return LocalMachine(root_or_none())


def root_or_none() -> Path | None:
    """Return the nearest project folder upward; None where there is none, since many commands work without one."""
    try:
        return project_root()
    except InputError:
        return None

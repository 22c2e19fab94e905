"""The doors of the house: what flows need from the outside, as small Protocols.

Flows know only these; ``edges/`` implements them, ``cli/wiring.py`` joins the two, and tests bring their own.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from upgrader.build import Artifact
from upgrader.calls import Call
from upgrader.inquiry import Inquiry, Log
from upgrader.market.condition import Case
from upgrader.plan.compiler import SolcChoice
from upgrader.plan.scenarios import ScenarioFile
from upgrader.simulation.coverage import Written
from upgrader.simulation.ground import Ground
from upgrader.simulation.mined import Mined
from upgrader.simulation.request import Base, Run
from upgrader.simulation.scenario import Answers, Moment, Scenario, Watch
from upgrader.simulation.script import Script, Stage
from upgrader.simulation.traffic import Traffic
from upgrader.units import Address, BlockNumber, ChainId, Hash32, Seconds, Timestamp, Wei

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Block:
    """A block header, as much of it as is used."""

    number: BlockNumber
    hash: Hash32
    timestamp: Timestamp


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a mined transaction.

    Attributes:
        status: True when the outermost call did not revert; says nothing of what a Safe or a timelock did inside.
        contract: Address of the contract it created, if any.
    """

    transaction: Hash32
    status: bool
    block: BlockNumber
    gas_used: int
    logs: tuple[Log, ...]
    contract: Address | None = None


class Chain(Protocol):
    """A chain that answers questions, at one block at a time."""

    def chain_id(self) -> ChainId:
        """Return the id that every endpoint agreed on."""
        ...

    def block(self, tag: BlockNumber | str = "latest") -> Block:
        """Return the header at a number or one of ``latest``, ``safe``, ``finalized``."""
        ...

    def ask(self, inquiry: Inquiry[T], block: Block | None = None) -> T:
        """Answer an inquiry with everything read at ``block`` (None: the latest)."""
        ...

    def request(self, method: str, *params: Any) -> Any:
        """Make one JSON-RPC request and return its result."""
        ...


class Sender(Protocol):
    """Whoever can put a transaction on a chain: an unlocked development account, a keystore, an Ape account."""

    address: Address

    def send(self, call: Call, *, gas: int | None = None) -> Receipt:
        """Send, wait for the receipt, and return it whatever its status.

        Raises:
            UnavailableError: It could not be sent or was not mined in time; the transaction hash is in the message.
        """
        ...


class Signer(Protocol):
    """Whoever can sign typed data."""

    address: Address

    def sign_typed_data(self, typed_data: Mapping[str, Any]) -> bytes:
        """Return the 65-byte ``r || s || v`` signature (v 27 or 28) of an EIP-712 message."""
        ...


class Sandbox(Chain, Protocol):
    """A local copy of a chain that may be changed at will."""

    def impersonate(self, sender: Address) -> Sender:
        """Return a sender that needs no key, with enough balance for gas."""
        ...

    def advance(self, duration: Seconds) -> None:
        """Move the clock forward and mine one block."""
        ...

    def set_time(self, timestamp: Timestamp) -> None:
        """Mine one block at ``timestamp``."""
        ...

    def snapshot(self) -> str:
        """Remember the state and return its handle."""
        ...

    def revert(self, handle: str) -> None:
        """Return to a remembered state; the handle is used up."""
        ...

    def mine(self, blocks: int = 1) -> None:
        """Mine empty blocks."""
        ...

    def set_balance(self, owner: Address, amount: Wei) -> None:
        """Give ``owner`` exactly ``amount``."""
        ...


class Engine(Protocol):
    """Whoever runs scenarios on the state of one block, each from that same state."""

    def run(self, prelude: tuple[Moment, ...], scenarios: Sequence[Scenario], watch: Watch) -> Iterator[Answers]:
        """Yield what each scenario showed, in the order given and as soon as it is known.

        Args:
            prelude: Blocks before every scenario: the governance path, or as many idle ones on the old branch.
            scenarios: What to run, with unique names.
            watch: Storage to read at the end of each.

        Raises:
            SimulationError: A scenario is not one that nodes accept, or its answer makes no sense.
            UnavailableError: The state could not be had.
        """
        ...


class History(Protocol):
    """Whoever knows which transactions touched some contracts."""

    def recent(self, contracts: Collection[Address], last: Block, most: int) -> Traffic:
        """Return the newest transactions up to a block that called one of the contracts or made it emit an event.

        Args:
            contracts: Whose traffic.
            last: The last block to look at.
            most: How many transactions at most.

        Raises:
            MismatchError: ``last`` is no longer on the chain.
            UnavailableError: The node does not answer, or its answers contradict each other.
        """
        ...


class Scenarios(Protocol):
    """The project's own market scenarios."""

    def files(self) -> tuple[ScenarioFile, ...]:
        """Return each file with its hash; nothing of them is run."""
        ...

    def scripts(self, cases: Sequence[Case], stage: Stage) -> tuple[Script, ...]:
        """Run the files in these markets and return their scripts, with unique names.

        Raises:
            InputError: A file raised, or gave something that is no script.
        """
        ...


class TracingEngine(Engine, Protocol):
    """An engine that also tells what a run writes."""

    def written(self, prelude: tuple[Moment, ...], scenario: Scenario) -> Written:
        """Return every word that the run's transactions change, of whatever contract.

        Raises:
            SimulationError: A transaction is one that no block would take.
            UnavailableError: The state could not be had.
        """
        ...


class CopyEngine(Engine, Protocol):
    """An engine on a copy of a chain, which can also make a run the slow way."""

    @property
    def name(self) -> str:
        """What runs the scenarios, with the version."""
        ...

    @property
    def hardfork(self) -> str:
        """The rules that it runs."""
        ...

    @property
    def base(self) -> Base:
        """Where its runs start."""
        ...

    @property
    def ground(self) -> Ground:
        """The chain that its runs stand on."""
        ...

    def replay(self, prelude: tuple[Moment, ...], scenario: Scenario, watch: Watch, *, within: bool = False) -> Mined:
        """Return the same run mined, transaction by transaction; ``within`` traces each from within.

        Raises:
            UnavailableError: The state could not be had.
        """
        ...


class Copy(CopyEngine, TracingEngine, Protocol):
    """A copy of a chain that simulates, mines and traces."""


class Engines(Protocol):
    """Whoever opens engines on the state of any block that a node still has."""

    def __call__(self, block: Block) -> AbstractContextManager[Copy]:
        """Return the engine on the state after ``block``, with the chain's rules at that block.

        Entering it raises UnavailableError where the state of that block is not to be had.
        """
        ...


class IndependentEvm(Protocol):
    """An EVM that shares no code with the engine's."""

    @property
    def name(self) -> str:
        """What it is, with the version where it is installed."""
        ...

    def run(self, run: Run, ground: Ground) -> Answers:
        """Return what a run shows.

        Raises:
            UnavailableError: It is not installed, or cannot run this; the message is fit to be shown.
        """
        ...


class Compiler(Protocol):
    """From source text to artifacts."""

    def compile(
        self,
        sources: Sequence[str],
        *,
        root: Path,
        version: str | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Artifact]:
        """Compile files below ``root``.

        Args:
            sources: Paths relative to ``root``.
            root: The project folder; imports resolve from it, its ``node_modules``, ``lib`` and remappings.
            version: An exact solc version; None takes the newest installed one that the pragmas allow.
            settings: Standard-JSON settings beside the output selection.

        Returns:
            Artifacts by ``path.sol:Name``, every contract of the run.

        Raises:
            InputError: The sources do not compile (solc's messages are in the error).
            UnavailableError: No installed or installable compiler fits.
        """
        ...


class Sources(Protocol):
    """From a reference, as ``check`` accepts it, to one artifact."""

    def artifact(self, reference: str, solc: SolcChoice) -> Artifact:
        """Return the contract that ``reference`` names, with bytecode, layout and AST where they can be had.

        Raises:
            InputError: It names nothing, or does not compile.
            UnavailableError: The compiler is missing.
        """
        ...


class Clock(Protocol):
    """The only source of now."""

    def now(self) -> Timestamp:
        """Return the current time."""
        ...

    def sleep(self, duration: Seconds) -> None:
        """Wait."""
        ...


class Questioner(Protocol):
    """Whoever answers a question put to a person."""

    def confirm_name(self, question: str, expected: str) -> bool:
        """Ask the person to type ``expected``; False when they did not or nobody can be asked."""
        ...


class Progress(Protocol):
    """Where long work says how far it is."""

    def __call__(self, message: str) -> None:
        """Say one line."""
        ...


class Bundle(Protocol):
    """The folder that holds all of an upgrade's evidence; paths are relative and use ``/``."""

    name: str
    folder: Path

    def exists(self, path: str) -> bool:
        """Tell whether the file is there."""
        ...

    def read_toml(self, path: str) -> Mapping[str, Any]:
        """Return a parsed TOML file, or raise InputError."""
        ...

    def read_json(self, path: str) -> Mapping[str, Any]:
        """Return a parsed JSON object, or raise InputError."""
        ...

    def write_json(self, path: str, tree: Mapping[str, Any]) -> None:
        """Write canonical JSON, beside and renamed."""
        ...

    def write_text(self, path: str, text: str) -> None:
        """Write UTF-8 text, beside and renamed."""
        ...

    def remove(self, path: str) -> None:
        """Remove a file; nothing where there is none."""
        ...

    def names(self, folder: str) -> Sequence[str]:
        """Return the files directly in a folder, sorted; none when there is no such folder."""
        ...

    def seal(self) -> Hash32:
        """Write MANIFEST over every file above ``signatures/`` and return its digest."""
        ...

    def verify(self) -> Hash32:
        """Compare every file with MANIFEST and return its digest.

        Raises:
            MismatchError: A file was changed, added or removed after sealing.
        """
        ...


class Journal(Protocol):
    """An append-only record; each entry carries the hash of the one before."""

    def append(self, event: str, facts: Mapping[str, Any]) -> None:
        """Write one entry durably before returning."""
        ...

    def entries(self) -> Sequence[Mapping[str, Any]]:
        """Return every entry, oldest first, after verifying the chain of hashes."""
        ...

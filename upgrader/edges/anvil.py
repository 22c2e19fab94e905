"""A chain of our own: the pinned anvil as the :class:`~upgrader.ports.Sandbox` port.

anvil's behaviour differs between versions in ways that decide verdicts, so exactly one version is accepted.  It is
started on a port that the system chooses and that anvil itself reports, never attached to: a process left behind
by somebody else must not answer for ours.  Its storage cache is off, because the cache is keyed by chain id and
block number alone and confuses two chains that share them; its home is a temporary folder, so nothing stays.
"""

import os
import re
import selectors
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self
from urllib.parse import urlsplit

from upgrader.calls import Call
from upgrader.edges.rpc import RpcChain
from upgrader.edges.senders import NodeSender
from upgrader.edges.wire import redacted
from upgrader.errors import InputError, SimulationError, UnavailableError
from upgrader.ports import Receipt
from upgrader.units import Address, BlockNumber, ChainId, Seconds, Slot, Timestamp, Wei, address, hexed, word

VERSION: Final = "1.7.1"
"""The one version whose behaviour the tests pin."""

START_LIMIT: Final = 60.0
"""Seconds until anvil must say where it listens; a fork asks its upstream first."""

DEPLOYER: Final = address("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")
"""anvil's first development account.  Source: https://getfoundry.sh/anvil/reference/"""

REQUEST_LIMIT: Final = 600.0
"""Seconds one request may take: on a cold fork every slot is a round trip to the upstream."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_ADDRESS: Final = re.compile(r"https?://[^\s)\"']+")
_LISTENING: Final = "Listening on "
_GAS_MONEY: Final = Wei(1_000 * 10**18)
_OUTPUT_KEPT: Final = 20
"""Lines of anvil's output shown when it fails."""


@dataclass(frozen=True, slots=True)
class Fork:
    """Which chain a sandbox starts from.

    Attributes:
        url: Its endpoint, on this machine: anvil takes it on its command line, where every user of the machine sees
            it.  Any other chain is forked through :class:`~upgrader.edges.anvil_packed.PackedAnvil`.
        block: The height; None for the endpoint's latest.

    Raises:
        InputError: The endpoint is on another machine.
    """

    url: str
    block: BlockNumber | None = None

    def __post_init__(self) -> None:
        """Refuse an address that may be a secret."""
        if urlsplit(self.url).hostname not in _LOOPBACK:
            raise InputError(
                f"anvil would show the address of {redacted(self.url)} to every user of this machine",
                remedy="fork from the loopback: through a state pack, or a node of your own here",
            )


class Anvil(RpcChain):
    """A local chain that may be changed at will; a context manager that starts and stops it.

    Args:
        executable: The anvil to run; None finds the pinned one (:func:`find_anvil`).
        fork: The chain to start from; None starts an empty one.
        chain_id: Its chain id; None for the fork's, or 31337.
        hardfork: The rules it runs, by name; None for anvil's newest.
        timestamp: Time of an empty chain's first block; None for now.
        interval: Seconds between blocks, so that a run gives the same times whenever it is made; None for the
            machine's clock.
        options: Further arguments, as anvil documents them.
    """

    def __init__(  # noqa: PLR0913 - each is one independent choice about the chain
        self,
        executable: Path | None = None,
        *,
        fork: Fork | None = None,
        chain_id: ChainId | None = None,
        hardfork: str | None = None,
        timestamp: Timestamp | None = None,
        interval: Seconds | None = None,
        options: Sequence[str] = (),
    ) -> None:
        self._executable = executable
        self._arguments = _arguments(fork, chain_id, hardfork, timestamp) + list(options)
        self._interval = interval
        self._upstream = redacted(fork.url) if fork else ""
        self._process: subprocess.Popen[bytes] | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        """Start anvil and wait until it listens.

        Raises:
            UnavailableError: It is missing, of another version, or did not start; its last words are in the message.
        """
        executable = self._executable or find_anvil()
        self._home = tempfile.TemporaryDirectory(prefix="upgrader-anvil-")
        environment = {"HOME": self._home.name, "PATH": os.environ.get("PATH", ""), "TMPDIR": self._home.name}
        try:
            self._process = subprocess.Popen(
                [str(executable), *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=environment,
                process_group=0,  # Ctrl-C is ours to answer: it would end anvil in the middle of what we ask it
            )
            url = "http://" + self._await_listening(self._process)
        except BaseException:
            self._stop()
            raise
        super().__init__([url], timeout=REQUEST_LIMIT)
        self.request("anvil_setLoggingEnabled", False)  # noqa: FBT003 - a JSON-RPC parameter
        if self._interval is not None:
            self.request("anvil_setBlockTimestampInterval", self._interval)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it; nothing stays."""
        self.close()
        self._stop()

    def impersonate(self, sender: Address) -> NodeSender:
        """Return a sender that needs no key, with enough balance for gas."""
        self.request("anvil_impersonateAccount", sender)
        if int(self.request("eth_getBalance", sender, "latest"), 16) < _GAS_MONEY:
            self.set_balance(sender, _GAS_MONEY)
        return NodeSender(self, sender)

    def advance(self, duration: Seconds) -> None:
        """Move the clock forward and mine one block."""
        self.set_time(Timestamp(self.block().timestamp + duration))

    def set_time(self, timestamp: Timestamp) -> None:
        """Mine one block at ``timestamp``.

        Raises:
            SimulationError: That time is not after the latest block's.
        """
        now = self.block().timestamp
        if timestamp <= now:
            raise SimulationError(
                f"the chain's clock is at {now} and cannot go back to {timestamp}", remedy="move the clock forward only"
            )
        self.request("evm_setNextBlockTimestamp", timestamp)
        self.request("evm_mine")

    def snapshot(self) -> str:
        """Remember the state and return its handle."""
        return str(self.request("evm_snapshot"))

    def revert(self, handle: str) -> None:
        """Return to a remembered state; the handle is used up.

        Raises:
            SimulationError: There is no such handle (any more).
        """
        if self.request("evm_revert", handle) is not True:
            raise SimulationError(
                f"the sandbox remembers no state {handle}", remedy="take a new snapshot; each serves once"
            )

    def set_balance(self, owner: Address, amount: Wei) -> None:
        """Give ``owner`` exactly ``amount``."""
        self.request("anvil_setBalance", owner, hex(amount))

    def set_code(self, owner: Address, code: bytes) -> None:
        """Put runtime code at an address."""
        self.request("anvil_setCode", owner, hexed(code))

    def set_storage(self, owner: Address, slot: Slot, value: bytes) -> None:
        """Put a 32-byte word into a contract's storage."""
        self.request("anvil_setStorageAt", owner, hexed(word(slot)), hexed(value))

    def mine(self, blocks: int = 1) -> None:
        """Mine empty blocks."""
        self.request("anvil_mine", hex(blocks))

    def deploy(self, creation_code: bytes, *, sender: Address | None = None, value: Wei = Wei(0)) -> Address:
        """Create a contract and return its address.

        Args:
            creation_code: With constructor arguments appended.
            sender: Who creates it, without a key; None for anvil's first development account.
            value: Wei for a payable constructor.

        Raises:
            SimulationError: The constructor reverted.
        """
        receipt = self.create(creation_code, sender=sender, value=value)
        if not receipt.status or receipt.contract is None:
            raise SimulationError(
                f"a constructor reverted (transaction {hexed(receipt.transaction)})",
                remedy="check the constructor's arguments",
            )
        return receipt.contract

    def create(self, creation_code: bytes, *, sender: Address | None = None, value: Wei = Wei(0)) -> Receipt:
        """Like :meth:`deploy`, but return the receipt whatever its status."""
        account = self.impersonate(sender or DEPLOYER)
        return account.create(creation_code, value=value)

    def send(self, sender: Address, to: Address, data: bytes, value: Wei = Wei(0)) -> Receipt:
        """Send one transaction from ``sender`` without a key and return its receipt."""
        return self.impersonate(sender).send(Call(to, data, value))

    def _await_listening(self, process: subprocess.Popen[bytes]) -> str:
        """Return ``host:port`` once anvil says so."""
        stdout = process.stdout
        assert stdout is not None  # noqa: S101 - opened as a pipe above
        deadline = time.monotonic() + START_LIMIT
        output = b""
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while time.monotonic() < deadline:
                if not selector.select(timeout=deadline - time.monotonic()):
                    break
                chunk = os.read(stdout.fileno(), 1 << 16)
                output += chunk
                for line in output.decode("utf-8", "replace").splitlines(keepends=True):
                    if line.startswith(_LISTENING) and line.endswith("\n"):
                        # A full pipe would stop anvil in the middle of an answer.
                        threading.Thread(target=_drain, args=(stdout,), daemon=True).start()
                        return line.removeprefix(_LISTENING).strip()
                if not chunk:
                    break
        raise UnavailableError(
            f"anvil did not start: {self._last_words(output)}",
            remedy="check the fork's endpoint if there is one; `upgrader doctor` checks the tools",
            where=self._upstream,
        )

    def _last_words(self, output: bytes) -> str:
        text = _ADDRESS.sub(lambda found: redacted(found[0]), output.decode("utf-8", "replace"))
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return " / ".join(lines[-_OUTPUT_KEPT:])[-2000:] or "it said nothing"

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._home is not None:
            self._home.cleanup()
            self._home = None


def _drain(stream: IO[bytes]) -> None:
    """Read and forget what anvil prints, until it ends."""
    with stream:
        while os.read(stream.fileno(), 1 << 16):
            pass


def find_anvil(root: Path | None = None, environment: Mapping[str, str] = os.environ) -> Path:
    """Return the pinned anvil: ``node_modules/.bin`` of the project or of this checkout, else on PATH.

    Args:
        root: The project folder; None for the current one.
        environment: Where PATH is looked up.

    Raises:
        UnavailableError: There is none, or only one of another version.
    """
    near = [folder / "node_modules" / ".bin" / "anvil" for folder in (root or Path.cwd(), Path(__file__).parents[2])]
    on_path = shutil.which("anvil", path=environment.get("PATH", ""))
    wrong = ""
    for candidate in [*near, *([Path(on_path)] if on_path else [])]:
        if not candidate.is_file():
            continue
        found = anvil_version(candidate)
        if found == VERSION:
            return candidate
        wrong = f"; {candidate} is {found or 'not an anvil'}"
    raise UnavailableError(
        f"anvil {VERSION} was not found{wrong}",
        remedy=f"run `make setup` in the toolkit's checkout (Linux x64), or `foundryup --install v{VERSION}`",
    )


def anvil_version(executable: Path, *, run: Callable[..., Any] = subprocess.run) -> str:
    """Return the version an executable names, empty when it is no anvil."""
    try:
        done = run([str(executable), "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    words = str(done.stdout).split()
    return words[2].partition("-")[0] if words[:2] == ["anvil", "Version:"] and len(words) > 2 else ""  # noqa: PLR2004 - "anvil Version: 1.7.1"


def _arguments(
    fork: Fork | None, chain_id: ChainId | None, hardfork: str | None, timestamp: Timestamp | None
) -> list[str]:
    # No web page may speak to it, and a scenario with a large state pack must fit in one request.
    arguments = ["--host", "127.0.0.1", "--port", "0", "--no-cors", "--no-request-size-limit", "--color", "never"]
    if fork is not None:
        arguments += ["--fork-url", fork.url, "--no-storage-caching"]
        if fork.block is not None:
            arguments += ["--fork-block-number", str(fork.block)]
    if chain_id is not None:
        arguments += ["--chain-id", str(chain_id)]
    if hardfork is not None:
        arguments += ["--hardfork", hardfork]
    if timestamp is not None:
        arguments += ["--timestamp", str(timestamp)]
    return arguments

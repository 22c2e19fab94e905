"""An anvil whose upstream is a state pack: whatever it lacks is asked of the chain by us, and never by itself.

So an endpoint sees few posts, each with our patience, our witness and our words; its address, which may hold an API
key, is on no command line; and an endpoint that is gone is told at once, as what it is.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from upgrader.edges.anvil import Anvil, Fork
from upgrader.edges.endpoint import Reply, Request
from upgrader.edges.pack_server import PackServer
from upgrader.inquiry import Inquiry, ReadCode, ReadSlot
from upgrader.ports import Block
from upgrader.simulation.pack import Wanted
from upgrader.units import Seconds, hexed, word

T = TypeVar("T")

_OPTIONS: Final = ("--accounts", "0", "--order", "fifo", "--retries", "0", "--timeout", "600000")
"""No development accounts, whose balances would differ from the chain's; the pack asks again by itself."""


class PackedAnvil(Anvil):
    """A local copy of a chain at a pack's block.

    Every method that asks it something raises what the server had to say where the chain could not be asked
    meanwhile, whatever anvil made of that.

    Args:
        server: The running server of the pack.
        hardfork: The rules to run, by name.
        executable: The anvil; None finds the pinned one.
        interval: Seconds between blocks; None for the machine's clock.
    """

    def __init__(
        self, server: PackServer, hardfork: str, *, executable: Path | None = None, interval: Seconds | None = None
    ) -> None:
        super().__init__(
            executable,
            fork=Fork(server.url, server.block.number),
            hardfork=hardfork,
            interval=interval,
            options=[*_OPTIONS, "--fork-chain-id", str(server.chain_id)],
        )
        self._server = server
        self._held: set[Wanted] = set()

    def ask(self, inquiry: Inquiry[T], block: Block | None = None) -> T:
        """Answer an inquiry; see :meth:`RpcChain.ask`."""
        with self._server.telling():
            return super().ask(inquiry, block)

    def request(self, method: str, *params: Any) -> Any:
        """Make one JSON-RPC request; see :meth:`RpcChain.request`."""
        with self._server.telling():
            return super().request(method, *params)

    def many(self, requests: Sequence[Request], block: Block | None = None, *, heavy: bool = False) -> list[Reply]:
        """Make requests that need no order; see :meth:`RpcChain.many`."""
        with self._server.telling():
            return super().many(requests, block, heavy=heavy)

    def forget(self) -> None:
        """Return to the pack's block, and forget whatever the server has answered: anvil keeps it otherwise."""
        fork = {"jsonRpcUrl": self._server.url, "blockNumber": int(self._server.block.number)}
        self.request("anvil_reset", {"forking": fork})
        self._held.clear()

    def hold(self, facts: Mapping[ReadCode | ReadSlot, bytes]) -> None:
        """Give anvil what it would else ask its fork for again and again: each call of a contract, each word it reads.

        A scenario takes a third less time so.

        Args:
            facts: The chain's own, of contracts that the server knows but for their storage.
        """
        fresh = {wanted: value for wanted, value in facts.items() if wanted not in self._held}
        for reply in self.many([_given(wanted, value) for wanted, value in fresh.items()]) if fresh else ():
            if reply.error is not None:
                raise reply.error
        self._held |= fresh.keys()


def _given(wanted: ReadCode | ReadSlot, value: bytes) -> Request:
    if isinstance(wanted, ReadCode):
        return "anvil_setCode", (wanted.address, hexed(value))
    return "anvil_setStorageAt", (wanted.address, hexed(word(wanted.slot)), hexed(value))

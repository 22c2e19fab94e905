"""What a worker of a cluster does: scenarios on an anvil of its own, on state that it was sent.

A worker needs no way to the chain.  What the pack lacks is answered with zero and noted, and then nothing is given
out but the list of it: whoever sent the work fetches that, and sends the work again with a fuller pack.  The anvil
stays from chunk to chunk, and ends with the worker even where that is killed.
"""

import os
import shlex
import tempfile
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from upgrader.edges.anvil import find_anvil
from upgrader.edges.anvil_packed import PackedAnvil
from upgrader.edges.engine import SimulatingEngine
from upgrader.edges.pack_server import PackServer
from upgrader.errors import SimulationError, UnavailableError
from upgrader.inquiry import ReadFailed, ReadLogs
from upgrader.ports import Block
from upgrader.simulation.pack import StatePack, Wanted
from upgrader.simulation.request import Run
from upgrader.simulation.scenario import Answers, Moment, Scenario, Watch
from upgrader.simulation.validate import Limits
from upgrader.units import Address, Wei

_GUARD: Final = """#!/bin/sh
UPGRADER_WORKER={parent} {anvil} "$@" &
child=$!
trap 'kill $child 2>/dev/null' TERM
while kill -0 $child 2>/dev/null && kill -0 {parent} 2>/dev/null; do sleep 0.2; done
kill $child 2>/dev/null
wait
"""
"""Ends the anvil when its worker is gone, however that ended."""


@dataclass(frozen=True, slots=True)
class Work:
    """Some scenarios, and everything that they run on.

    Attributes:
        pack: State of the base block.
        hardfork: The rules to run.
        limits: What requests are held to; None for what nodes have in common.
        balances: What those who spend own at the base block.
    """

    pack: StatePack
    hardfork: str
    limits: Limits | None
    prelude: tuple[Moment, ...]
    scenarios: tuple[Scenario, ...]
    watch: Watch
    balances: dict[Address, Wei]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: answers, or what was lacking; neither where a scenario was refused.

    Errors do not travel: whoever sent the work runs it again, and has the error at first hand.
    """

    answers: tuple[Answers, ...] = ()
    lacking: tuple[Wanted, ...] = ()


def work_on(work: Work) -> Done:
    """Run the scenarios in this process; called on the worker."""
    with _ONE_AT_A_TIME:
        return _KEPT.on(work.pack, work.hardfork).done(work)


class HeldPack:
    """A pack as it was sent: what it lacks cannot be asked."""

    def __init__(self, pack: StatePack) -> None:
        self.pack = pack
        self.header: Any = {**pack.header, "transactions": [], "uncles": [], "logsBloom": "0x" + "00" * 256}
        self.block = Block(pack.block, pack.block_hash, pack.base.timestamp)

    def get(self, wanted: Wanted) -> bytes | None:
        """Return a fact, None when it is not known."""
        return self.pack.facts.get(wanted)

    def fact(self, wanted: Wanted) -> bytes:
        """Refuse: nothing is asked of the chain here."""
        raise UnavailableError(f"the pack lacks {wanted}", remedy="send a fuller one")

    def other_block(self, number: int) -> Any:
        """Refuse likewise."""
        raise UnavailableError(f"block {number} is not in the pack", remedy="choose scenarios without BLOCKHASH")

    def logs(self, wanted: ReadLogs) -> ReadFailed:
        """Refuse likewise."""
        return ReadFailed(f"the logs of {wanted.address} are not in the pack")


class _Copy:
    """An anvil on one pack."""

    def __init__(self, pack: StatePack, hardfork: str) -> None:
        self.digest, self.hardfork = pack.digest, hardfork
        self._held = HeldPack(pack)
        self._stack = ExitStack()
        self._server = self._stack.enter_context(PackServer(self._held))
        self._server.guessing = True
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="upgrader-worker-")))
        guard = folder / "anvil"
        guard.write_text(_GUARD.format(anvil=shlex.quote(str(find_anvil())), parent=os.getpid()))
        guard.chmod(0o700)
        self._anvil = self._stack.enter_context(PackedAnvil(self._server, hardfork, executable=guard))

    def close(self) -> None:
        self._stack.close()

    def done(self, work: Work) -> Done:
        engine = SimulatingEngine(self._anvil, self._held.block, limits=work.limits)
        try:
            runs = [Run(engine.base, work.prelude, scenario, work.watch) for scenario in work.scenarios]
            done = Done(answers=tuple(engine.one(run, work.balances) for run in runs))
        except (SimulationError, UnavailableError):  # perhaps only because of what was guessed
            done = Done()
        lacking = self._server.take_guesses()
        if lacking:
            self._anvil.forget()  # no later chunk may read a guess
            return Done(lacking=lacking)
        return done


class _Kept:
    """The one copy of this process; another pack takes its place."""

    def __init__(self) -> None:
        self._copy: _Copy | None = None

    def on(self, pack: StatePack, hardfork: str) -> _Copy:
        if self._copy is None or (self._copy.digest, self._copy.hardfork) != (pack.digest, hardfork):
            if self._copy is not None:
                self._copy.close()
            self._copy = _Copy(pack, hardfork)
        return self._copy


_KEPT: Final = _Kept()
_ONE_AT_A_TIME: Final = threading.Lock()

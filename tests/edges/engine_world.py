"""The demo's chain and its planned upgrade, as scenarios: trades between moves of the clock and of the price."""

from contextlib import contextmanager
from dataclasses import dataclass

import demo_build

from upgrader.calls import encode_call
from upgrader.cli.demo.invoke import invoke
from upgrader.cli.demo.journey import UPGRADE
from upgrader.cli.demo.setting import setting
from upgrader.edges.bundle import FolderBundle
from upgrader.flows.demo.trading import FEED_UNIT, ONE
from upgrader.flows.opened import open_upgrade
from upgrader.plan.governing import Governing
from upgrader.ports import Block
from upgrader.simulation.scenario import Act, Moment, Question, Scenario
from upgrader.units import Seconds, Slot, keccak

FOLDER = demo_build.own_folder("engine")
DELAY = Seconds(172_800)
MINUTE = Seconds(60)
IMPLEMENTATION = Slot(int.from_bytes(keccak(b"eip1967.proxy.implementation"), "big") - 1)
ANY_COST = 2**256 - 1


@dataclass(frozen=True)
class Demo:
    """The chain at rest, and what the tests need of it."""

    sandbox: object
    protocol: object
    governing: Governing
    creations: dict
    block: Block

    @property
    def watch(self):
        """The proxies' implementation words."""
        return {self.protocol.market: (IMPLEMENTATION,), self.protocol.house: (IMPLEMENTATION,)}

    def trades(self, number):
        """Return three blocks of trades; each number trades and prices otherwise."""
        parties, series = self.protocol.parties, self.protocol.series
        moments = []
        for step in range(3):
            price = 3_000 + (number * 37 + step * 11) % 120
            acts = [Act(parties.deployer, self.protocol.feed, encode_call("setAnswer(int256)", price * FEED_UNIT))]
            for offset in range(2):
                entry = series[(number + step + offset) % len(series)]
                trader = parties.traders[(number + offset) % len(parties.traders)]
                data = encode_call(
                    "buy(uint256,address,uint256,uint256)", entry.number, parties.writers[offset], ONE // 10, ANY_COST
                )
                acts.append(Act(trader, self.protocol.market, data))
            asked = encode_call("balanceOf(address)", parties.traders[number % 3])
            moments.append(Moment(MINUTE, tuple(acts), (Question(self.protocol.house, asked),)))
        return Scenario(f"trades {number}", tuple(moments))


@contextmanager
def opened():
    """Start the demo's chain, plan its upgrade; the chain ends with the context."""
    built = demo_build.compiled(FOLDER, whole=False)
    with setting(FOLDER, DELAY, lambda _: None) as (sandbox, protocol):
        ran = invoke(FOLDER, "plan", UPGRADE)
        assert ran.exit == 0, ran.document
        plan = open_upgrade(FolderBundle(next((FOLDER / "upgrades").iterdir()))).plan
        codes = {keccak(a.creation.code): a.creation.code for a in built.values() if a.creation is not None}
        creations = {step.contract: codes[step.creation_hash] for step in plan.deployments}
        yield Demo(sandbox, protocol, Governing(plan, plan.state.safe.nonce), creations, sandbox.block())

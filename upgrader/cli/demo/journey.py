"""The stages of the demo: each runs commands as their users would, and says whether they did what they should.

A stage that is meant to be refused (executing early, the broken upgrades) passes when it *is* refused, with the
exit code and the finding that are expected of it.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from upgrader.cli.demo.invoke import Ran, invoke
from upgrader.cli.demo.project import BROKEN_ECONOMICS, ROLLBACK, SURFACE, UPGRADE, write_broken, write_surface
from upgrader.errors import SimulationError
from upgrader.findings import Verdict
from upgrader.flows.demo.deployed import ReferenceProtocol
from upgrader.flows.demo.trading import publish_price
from upgrader.flows.demo.traffic import trade_options, trade_spread
from upgrader.ports import Progress, Sandbox
from upgrader.units import Seconds, Timestamp

MONTH: Final = Seconds(30 * 86_400)
BLOCKED: Final = 3
NOT_READY: Final = 6
SIGNERS: Final = ("dev:1", "dev:2")
SENDER: Final = "dev:0"
STRANGER: Final = "dev:9"

MARKETS: Final = ("--condition", "calm", "--condition", "cascade_2025_10_10", "--replay", "4", "--fuzz", "0", "--quick")
"""Where the demo's upgrade is put through in ten seconds; ``upgrader simulate`` by itself takes all seventeen
conditions, proves its answers, generates calls and re-executes fifty transactions."""

CALM: Final = ("--condition", "calm", "--replay", "0", "--fuzz", "0", "--quick")
"""One market, for what is shown besides."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage as it ended.

    Attributes:
        verdict: ``safe`` when it went as it should; ``unsafe`` for an upgrade that was refused, as it should be.
        findings: Of its last judging command, as JSON.
        seconds: Wall time.
        expected: Whether it ended as it should.
        detail: One line for people.
    """

    name: str
    verdict: str
    findings: tuple[dict[str, Any], ...]
    seconds: float
    expected: bool
    detail: str

    def to_json(self) -> dict[str, Any]:
        """Return the stage as ``data.stages`` holds it."""
        return {
            "name": self.name,
            "verdict": self.verdict,
            "findings": list(self.findings),
            "seconds": round(self.seconds, 2),
            "expected": self.expected,
            "detail": self.detail,
        }


@dataclass(slots=True)
class Journey:
    """The demo on its way.

    Attributes:
        folder: The demo's project.
        sandbox: Its chain.
        protocol: What stands on it.
        delay: The timelock's.
        say: Progress.
    """

    folder: Path
    sandbox: Sandbox
    protocol: ReferenceProtocol
    delay: Seconds
    say: Progress
    stages: list[Stage] = field(default_factory=list)

    def upgrade_and_return(self) -> None:
        """Upgrade market and clearing house in one batch, trade, roll back."""
        self._stage("inspect", self._inspect)
        self._stage("check", self._check)
        self._stage("plan", lambda: self._expect(0, "plan", UPGRADE))
        self._stage("simulate", lambda: self._expect(0, "simulate", UPGRADE, *MARKETS))
        self._refuse_broken_economics()
        self._stage("deploy", lambda: self._expect(0, "deploy", UPGRADE, "--execute", "--account", SENDER))
        self._agree(UPGRADE, "")
        self._stage("trade on the new code", self._trade)
        self._price_otherwise()
        self._stage("rollback: write", lambda: self._expect(0, "rollback", UPGRADE))
        self._stage("rollback: refuse with an open spread", self._refused_with_open_spread)
        self._stage("rollback: plan", lambda: self._expect(0, "plan", ROLLBACK))
        self._stage("rollback: simulate", lambda: self._expect(0, "simulate", ROLLBACK, *CALM))
        self._agree(ROLLBACK, "rollback: ")
        self._stage("notify", lambda: self._expect(0, "notify", UPGRADE))

    def refuse_broken(self) -> None:
        """Try each broken upgrade; every one must be refused with its one finding."""
        for broken in json.loads((self.folder / "contracts" / "broken" / "expected.json").read_text()):
            self._stage(f"refuse {broken['name']}", partial(self._refused, broken))

    def _refuse_broken_economics(self) -> None:
        """Plan and simulate upgrades that no rule on layouts or code gives away; the markets must refuse each.

        They come before the good one is executed: its initializers run once in the life of a proxy.
        """
        economic = json.loads((self.folder / "contracts" / "broken" / "economic.json").read_text())
        chosen = [broken for broken in economic if broken["name"] in BROKEN_ECONOMICS]
        for number, broken in enumerate(chosen, 2):
            upgrade = f"{number:03d}-{broken['name']}"
            write_broken(self.folder, upgrade, broken)
            self._stage(f"refuse {broken['name']}", partial(self._refused_in_the_markets, upgrade, broken))

    def _price_otherwise(self) -> None:
        """Plan the upgrade to a volatility surface; its activation, a later step, changes premiums within a bound."""
        write_surface(self.folder, self.protocol, Timestamp(self.sandbox.block().timestamp + MONTH))
        self._stage("pricing change: plan", lambda: self._expect(0, "plan", SURFACE))
        self._stage("pricing change: simulate", self._declared)

    def _declared(self) -> Ran:
        ran = self._expect(0, "simulate", SURFACE, *CALM)
        if "market-difference-declared" not in ran.codes:
            raise SimulationError("the surface changed no premium", remedy="report this as a defect")
        return ran

    def _refused_in_the_markets(self, upgrade: str, broken: dict[str, Any]) -> Ran:
        self._expect(0, "plan", upgrade)
        ran = self._expect(BLOCKED, "simulate", upgrade, *CALM)
        function = BROKEN_ECONOMICS[broken["name"]]
        blocking = [f for f in ran.document["findings"] if f["severity"] == "BLOCKER"]
        if not any(f["code"] == "market-difference" and function in f["subject"] for f in blocking):
            raise SimulationError(
                f"{broken['name']} was refused for {', '.join(ran.blockers())}, expected a difference of {function}",
                remedy="report this as a defect",
            )
        return ran

    def _agree(self, upgrade: str, prefix: str) -> None:
        self._stage(f"{prefix}propose", lambda: self._expect(0, "propose", upgrade))
        for number, signer in enumerate(SIGNERS, 1):
            self._stage(f"{prefix}sign {number}", partial(self._expect, 0, "sign", upgrade, "--account", signer))
        send = ("--execute", "--account", SENDER)
        self._stage(f"{prefix}schedule", lambda: self._expect(0, "schedule", upgrade, *send))
        self._stage(f"{prefix}execute early", lambda: self._expect(NOT_READY, "execute", upgrade, *send))
        self._stage(f"{prefix}wait", self._wait)
        stranger = ("--execute", "--account", STRANGER)
        self._stage(f"{prefix}execute", lambda: self._expect(0, "execute", upgrade, *stranger))
        self._stage(f"{prefix}verify", lambda: self._expect(0, "verify", upgrade))

    def _inspect(self) -> Ran:
        return self._expect(0, "inspect", self.protocol.market, self.protocol.house, "--network", "local")

    def _check(self) -> Ran:
        from upgrader.cli.demo.project import HOUSE_V1, HOUSE_V2, MARKET_V1, MARKET_V2

        self._expect(0, "check", HOUSE_V1, HOUSE_V2)
        return self._expect(0, "check", MARKET_V1, MARKET_V2)

    def _wait(self) -> None:
        self.sandbox.advance(self.delay)
        publish_price(self.sandbox, self.protocol)

    def _trade(self) -> None:
        trade_options(self.sandbox, self.protocol)

    def _refused_with_open_spread(self) -> Ran:
        """Version 1 would pay a spread as a whole put: with one open, going back must be refused."""
        handle = self.sandbox.snapshot()
        trade_spread(self.sandbox, self.protocol)
        self._expect(0, "plan", ROLLBACK)
        ran = self._expect(BLOCKED, "simulate", ROLLBACK, "--no-regression")
        self.sandbox.revert(handle)
        if "view-changed" not in ran.blockers():
            raise SimulationError("the open spread's changed price was not found", remedy="report this as a defect")
        return ran

    def _refused(self, broken: dict[str, Any]) -> Ran:
        ran = self._expect(BLOCKED, "check", broken["old"], f"{broken['file']}:{broken['contract']}")
        if set(ran.blockers()) != {broken["finding"]}:
            raise SimulationError(
                f"{broken['name']} was refused for {', '.join(ran.blockers())}, expected {broken['finding']}",
                remedy="report this as a defect",
            )
        return ran

    def _expect(self, wanted: int, *arguments: str) -> Ran:
        self.say(f"  $ upgrader {' '.join(arguments)}")
        ran = invoke(self.folder, *arguments)
        if ran.exit != wanted:
            error = ran.document["data"].get("error", {})
            why = error.get("message") or ", ".join(ran.blockers()) or ran.document["verdict"]
            raise SimulationError(
                f"`{ran.command}` ended with {ran.exit}, expected {wanted}: {why}",
                remedy=str(error.get("remedy", "see the report")),
            )
        return ran

    def _stage(self, name: str, act: Callable[[], Ran | None]) -> None:
        self.say(f"{name}")
        begun = time.monotonic()
        try:
            ran = act()
        except SimulationError as error:
            self.stages.append(Stage(name, Verdict.CANNOT_TELL, (), time.monotonic() - begun, False, str(error)))  # noqa: FBT003 - the field's name says it
            raise
        seconds = time.monotonic() - begun
        findings = tuple(ran.document["findings"]) if ran else ()
        verdict = (ran.document["verdict"] if ran else None) or Verdict.SAFE.value
        self.stages.append(Stage(name, verdict, findings, seconds, expected=True, detail=ran.command if ran else ""))
        self.say(f"  {verdict}  {seconds:.1f} s")

"""The evidence of a bundle: what was found and simulated, tied to the plan by its digest.

``evidence/checks.json`` holds the opinions on plan and code before any waiver; ``evidence/findings.json`` what is
left to answer for after waivers, with the simulation's and the market regression's once there are some;
``evidence/scripts`` the smallest script of each difference.  Re-simulating changes the evidence digest only, never the
plan's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from upgrader.checks.outcome import Outcome, examine
from upgrader.checks.regression import examine as examine_markets
from upgrader.findings import Finding, Severity, ranked, verdict_of
from upgrader.flows.opened import PROPOSAL
from upgrader.flows.regression import Regressed
from upgrader.plan.reading import read_as, written
from upgrader.plan.upgrade_plan import UpgradePlan, write_plan
from upgrader.plan.waive import UNMATCHED, waive
from upgrader.ports import Bundle
from upgrader.simulation.regression import Regression
from upgrader.simulation.reproduction import write_reproduction
from upgrader.simulation.result import Simulation
from upgrader.units import hexed

PLAN = "plan.json"
CHECKS = "evidence/checks.json"
FINDINGS = "evidence/findings.json"
SIMULATION = "evidence/simulation.json"
REGRESSION = "evidence/regression.json"
SCRIPTS = "evidence/scripts"
BUILDER = "proposal.tx-builder.json"
SIGNATURES = "signatures"


def record_plan(
    bundle: Bundle, plan: UpgradePlan, found: Iterable[Finding], builds: Mapping[str, Mapping[str, Any]]
) -> tuple[Finding, ...]:
    """Write the plan, its builds and the opinions on it; return what is left after waivers.

    Evidence of an earlier plan stays where it is and is no longer believed, because it names another digest.  What
    owners were given to sign of it, and their signatures, are taken away: they are of a transaction that is no more.
    """
    raw = ranked(found)
    if bundle.exists(PLAN) and bundle.read_json(PLAN) != write_plan(plan):
        for path in (PROPOSAL, BUILDER, *(f"{SIGNATURES}/{name}" for name in bundle.names(SIGNATURES))):
            bundle.remove(path)
    bundle.write_json(PLAN, write_plan(plan))
    for contract, build in builds.items():
        bundle.write_json(f"build/{contract}.json", build)
    bundle.write_json(CHECKS, findings_document(plan, raw))
    left = left_to_answer(plan, raw, simulated=False)
    bundle.write_json(FINDINGS, findings_document(plan, left))
    bundle.seal()
    return left


def record_simulation(
    bundle: Bundle, plan: UpgradePlan, simulation: Simulation, outcome: Outcome, regressed: Regressed
) -> tuple[Finding, ...]:
    """Write the simulation, the market regression and everything that is left to answer for; return that.

    A declaration counts as used where either of the two shows the difference.
    """
    shown = {(item.contract, item.view) for item in simulation.differences}
    regression = regressed.regression
    absent = tuple(item for item in regression.absent if item[:2] not in shown)
    regression = replace(regression, absent=absent)
    met = frozenset((item.contract, item.observable) for item in regression.declared if item.kept or item.exceeded)
    judged = (*examine(replace(outcome, regressed=met)), *examine_markets(regression))
    left = left_to_answer(plan, (*read_findings(bundle.read_json(CHECKS)), *judged), simulated=True)
    for name in bundle.names(SCRIPTS):
        bundle.remove(f"{SCRIPTS}/{name}")
    for name, script in regressed.scripts.items():
        bundle.write_json(f"{SCRIPTS}/{name}", write_reproduction(script))
    facts = written(Regression, regression)
    bundle.write_json(REGRESSION, {"plan_digest": hexed(plan.digest), "regression": facts})
    bundle.write_json(SIMULATION, {"plan_digest": hexed(plan.digest), "simulation": written(Simulation, simulation)})
    bundle.write_json(FINDINGS, findings_document(plan, left))
    bundle.seal()
    return left


def recorded_simulation(bundle: Bundle, plan: UpgradePlan) -> Simulation | None:
    """Return the simulation of exactly this plan, or None."""
    if not bundle.exists(SIMULATION):
        return None
    document = bundle.read_json(SIMULATION)
    if document.get("plan_digest") != hexed(plan.digest):
        return None
    return read_as(Simulation, document["simulation"], where=SIMULATION)


def recorded_regression(bundle: Bundle, plan: UpgradePlan) -> Regression | None:
    """Return the market regression of exactly this plan, or None."""
    if not bundle.exists(REGRESSION):
        return None
    document = bundle.read_json(REGRESSION)
    if document.get("plan_digest") != hexed(plan.digest):
        return None
    return read_as(Regression, document["regression"], where=REGRESSION)


def recorded_findings(bundle: Bundle, plan: UpgradePlan) -> tuple[Finding, ...]:
    """Return what is left to answer for with this plan; empty when the evidence is of another."""
    if not bundle.exists(FINDINGS):
        return ()
    document = bundle.read_json(FINDINGS)
    return read_findings(document) if document.get("plan_digest") == hexed(plan.digest) else ()


def findings_document(plan: UpgradePlan, findings: Iterable[Finding]) -> dict[str, Any]:
    """Return the JSON of findings about ``plan``."""
    listed = ranked(findings)
    return {
        "schema": "upgrader.findings/1",
        "plan_digest": hexed(plan.digest),
        "verdict": verdict_of(listed).value,
        "findings": [{**finding.to_json(), "judged": finding.judged} for finding in listed],
    }


def read_findings(document: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return the findings of such a document."""
    return tuple(
        Finding(
            code=str(item["code"]),
            severity=Severity(item["severity"]),
            subject=str(item["subject"]),
            message=str(item["message"]),
            remedy=str(item["remedy"]),
            evidence={str(key): str(value) for key, value in item["evidence"].items()},
            judged=bool(item.get("judged", True)),
        )
        for item in document["findings"]
    )


def left_to_answer(plan: UpgradePlan, findings: Iterable[Finding], *, simulated: bool) -> tuple[Finding, ...]:
    """Return findings after the plan's waivers.

    Args:
        plan: For its waivers and the time they are compared with.
        findings: Before any waiver.
        simulated: Whether the simulation's are among them; before it, a waiver without a match may still find one.
    """
    left = waive(findings, plan.waivers, at=plan.state.timestamp)
    return ranked(item for item in left if simulated or item.code != UNMATCHED)

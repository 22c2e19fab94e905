"""``plan``: observe, compile, compare, and turn what is wanted into one value with a digest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from upgrader.build import Artifact
from upgrader.checks.authority import examine as examine_authority
from upgrader.errors import InputError
from upgrader.findings import Finding, Severity, ranked
from upgrader.flows.check import CheckResult
from upgrader.flows.live import LivePair, Records, check_live
from upgrader.flows.path import one
from upgrader.inquiry import ReadCode, gather
from upgrader.layout.read import layout_of
from upgrader.plan.bytecode import join
from upgrader.plan.compiler import SolcChoice
from upgrader.plan.detect import Wanted, detect, wanted
from upgrader.plan.initialized import flag_of
from upgrader.plan.manifest import Change, Manifest
from upgrader.plan.observe import observe
from upgrader.plan.project import Governed, Project
from upgrader.plan.scenarios import PlannedScenarios, ScenarioFile
from upgrader.plan.state import State
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.ports import Block, Chain, Progress, Sources
from upgrader.proxies.authority import Authority, resolve_authority
from upgrader.units import Seconds


@dataclass(frozen=True, slots=True)
class Pair:
    """Both sides of one change.

    Attributes:
        old: What the proxy runs, as its source builds.
        new: What it shall run.
        proxy: The proxy's own code; None where the project does not name it.
    """

    old: Artifact
    new: Wanted
    proxy: Artifact | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and everything that was found while making it.

    Attributes:
        plan: The plan.
        findings: Opinions before any waiver, worst first.
        pairs: Contract -> both sides.
        checked: Contract -> the comparison of both sides.
        authorities: Contract -> who can upgrade it.
    """

    plan: UpgradePlan
    findings: tuple[Finding, ...]
    pairs: Mapping[str, Pair]
    checked: Mapping[str, CheckResult]
    authorities: Mapping[str, Authority]


def make_plan(  # noqa: PLR0913 - what a plan is made of
    project: Project,
    manifest: Manifest,
    chain: Chain,
    sources: Sources,
    *,
    commit: str,
    say: Progress,
    records: Records | None = None,
    scenarios: Sequence[ScenarioFile] = (),
) -> Planned:
    """Observe the chain and plan the way to what the manifest wants.

    Args:
        project: Contracts under management and their governance.
        manifest: What is wanted.
        chain: The network of that governance.
        sources: Compiles and reads builds.
        commit: Git commit of the sources.
        say: Progress.
        records: What is known of implementations that the proxies ran before; None for nothing.
        scenarios: The project's own market scenarios; the plan commits to them.

    Raises:
        InputError: The manifest, a source or an address is wrong, or there is nothing to upgrade.
    """
    governed = project.governed_by(manifest.upgrade.governance)
    _same_governance(project, manifest)
    say("plan: building both sides")
    pairs = build_pairs(project, manifest, sources)
    say("plan: reading the chain")
    at = chain.block()
    state = _observed(project, manifest, governed, chain, at, pairs)
    names = [change.contract for change in manifest.change]
    codes = chain.ask(gather(one(ReadCode(state.contracts[name].implementation)) for name in names), at)
    current = {name: code for name, (code,) in zip(names, codes, strict=True)}
    operations = detect(state, manifest, {name: pair.new for name, pair in pairs.items()}, current)
    plan = UpgradePlan(
        name=manifest.upgrade.name,
        summary=manifest.upgrade.summary,
        network=governed.network,
        state=state,
        operations=operations,
        delay=_delay(state, governed),
        window=manifest.window,
        waivers=manifest.waiver,
        differences=manifest.difference,
        commit=commit,
        rollback_of=manifest.upgrade.rollback_of,
        scenarios=PlannedScenarios(tuple(scenarios), project.regression.addresses),
    )
    say("plan: checking layouts, code and authority")
    authorities = {name: chain.ask(resolve_authority(state.contracts[name].proxy), at) for name in pairs}
    changed = {change.contract: _live(plan, change, pairs[change.contract]) for change in manifest.change}
    checked = check_live(changed, chain, at, records or Records())
    findings = [
        *(finding for result in checked.values() for finding in result.findings),
        *(finding for authority in authorities.values() for finding in examine_authority(authority)),
        *_rollback(plan),
    ]
    return Planned(plan, ranked(findings), pairs, checked, authorities)


def build_pairs(project: Project, manifest: Manifest, sources: Sources) -> dict[str, Pair]:
    """Build what each changed proxy runs and what it shall run."""
    pairs = {}
    for change in manifest.change:
        managed = project.contract(change.contract)
        solc = managed.solc or project.solc
        if change.replaces:
            old = _built(sources, change.replaces, change.replaces_compiled_from, solc)
        else:
            old = _built(sources, managed.source, managed.compiled_from, solc)
        new = _built(sources, change.source, change.compiled_from, change.solc or solc)
        proxy = sources.artifact(managed.proxy_source, managed.solc or project.solc) if managed.proxy_source else None
        pairs[change.contract] = Pair(old, wanted(change, new), proxy)
    return pairs


def _built(sources: Sources, reference: str, compiled_from: str, solc: SolcChoice) -> Artifact:
    artifact = sources.artifact(reference, solc)
    return join(artifact, sources.artifact(compiled_from, solc)) if compiled_from else artifact


def _observed(
    project: Project, manifest: Manifest, governed: Governed, chain: Chain, at: Block, pairs: Mapping[str, Pair]
) -> State:
    inquiry = observe(
        {change.contract: project.contract(change.contract).proxy for change in manifest.change},
        safe=governed.safe,
        timelock=governed.timelock,
        chain_id=chain.chain_id(),
        block=(at.number, at.hash, at.timestamp),
        flags={name: flag_of(layout_of(pair.old)) for name, pair in pairs.items()},
    )
    return chain.ask(inquiry, at)


def _delay(state: State, governed: Governed) -> Seconds:
    least = state.timelock.min_delay if state.timelock else Seconds(0)
    if governed.delay is not None and governed.delay < least:
        raise InputError(
            f"the delay {governed.delay} s is below the timelock's minimum of {least} s",
            remedy="raise `delay` under [governance], or leave it out",
        )
    return governed.delay if governed.delay is not None and state.timelock else least


def _live(plan: UpgradePlan, change: Change, pair: Pair) -> LivePair:
    call = next((step.call for step in plan.upgrades if step.contract == change.contract), b"")
    there = plan.state.contracts[change.contract]
    return LivePair(there, pair.old, pair.new.artifact, call, pair.new.creation_code, change.at, pair.proxy)


def _rollback(plan: UpgradePlan) -> list[Finding]:
    if not plan.rollback_of or not plan.state.timelock or not plan.state.timelock.open_executor:
        return []
    message = (
        f"Once its delay of {plan.delay} s has passed, anybody can execute this rollback of {plan.rollback_of}: "
        "the timelock's executor role is open."
    )
    remedy = "schedule it only when it is wanted, and cancel it as soon as it is not"
    return [Finding("rollback-open-executor", Severity.WARNING, plan.name, message, remedy)]


def _same_governance(project: Project, manifest: Manifest) -> None:
    for change in manifest.change:
        governance = project.contract(change.contract).governance
        if governance != manifest.upgrade.governance:
            raise InputError(
                f"{change.contract} is governed by {governance}, the upgrade by {manifest.upgrade.governance}",
                remedy="write one upgrade for each governance",
            )

"""The answers of the sweep are not proved to be what the chain would give.

Why: a simulated run mines nothing, and reads no storage but the words it was told of.  A simulator with a defect, with
another fork's rules, or blind to a word that the new code writes by mistake, would show two branches that agree while
the contracts do not.  So a sample is mined on both branches and traced, another sample proves that every word written
in a contract under management is read, and an EVM of other authors makes one short run; all of them must agree.

Fix: use the pinned anvil (``upgrader doctor``) under the chain's own rules; run again where the base block was too
young to be settled; report a disagreement with the run that the finding names.

Example: anvil run with Prague's rules on a chain that has Osaka's: a contract that uses CLZ reverts on one of them.

Source: https://github.com/ethereum/execution-specs, https://github.com/foundry-rs/foundry/issues
"""

from collections.abc import Iterator

from upgrader.checks.regression._base import FAMILY
from upgrader.findings import Finding, Severity
from upgrader.simulation.assurance import Assurance, Replayed
from upgrader.simulation.regression import Regression

CODES = ("sweep-disagreement", "sweep-unwatched", "sweep-rules", "sweep-skipped")


@FAMILY.register
def judge(regression: Regression) -> Iterator[Finding]:
    """Block where a replay disagreed, where words may have gone unseen or the rules are not the chain's."""
    for assurance in regression.assurance:
        yield from _judged(assurance)


def _judged(assurance: Assurance) -> Iterator[Finding]:
    yield from _disagreements(assurance)
    if not assurance.complete:
        yield _cannot_tell(
            "sweep-unwatched",
            f"{assurance.traced} of {assurance.scripts} scripts were traced, and the last of them still wrote words "
            "that no run reads.",
            "name the contracts under management that write them, or give the sweep fewer and more alike scripts",
            {"words": ", ".join(f"{contract} {slot}" for contract, slot in assurance.unwatched[:16])},
        )
    if assurance.hardfork != assurance.chain_hardfork:
        yield _cannot_tell(
            "sweep-rules",
            f"The sweep ran under the rules of {assurance.hardfork}; the chain has those of "
            f"{assurance.chain_hardfork}.",
            "leave the hard fork to be found out, or name the chain's own",
            {"engine": assurance.engine},
        )
    for way, reason in assurance.skipped:
        yield Finding(
            "sweep-skipped",
            Severity.NOTE,
            "the sweep",
            f"No run of it was made by {way}: {reason}.",
            "install what is missing, for a second opinion that shares no code with the first",
        )


def _disagreements(assurance: Assurance) -> Iterator[Finding]:
    gathered: dict[str, list[Replayed]] = {}
    for replayed in assurance.replayed:
        if replayed.disagreed:
            gathered.setdefault(replayed.way, []).append(replayed)
    for way, runs in gathered.items():
        first = runs[0]
        yield _cannot_tell(
            "sweep-disagreement",
            f"{len(runs)} of {sum(each.way == way for each in assurance.replayed)} runs made again ({way}) differ from "
            f"their simulation, first {first.scenario!r} on the {first.branch} code: {first.first}",
            "use the pinned anvil under the chain's own rules; if it stays, report it with the scenario",
            {"runs": ", ".join(f"{each.scenario} ({each.branch})" for each in runs[:16])},
        )


def _cannot_tell(code: str, message: str, remedy: str, evidence: dict[str, str]) -> Finding:
    return Finding(code, Severity.BLOCKER, "the sweep", message, remedy, evidence, judged=False)

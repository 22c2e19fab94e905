"""What a signer reads in the terminal before the question whether to sign.

In the words of the chain, decoded from the bytes that will be signed: chain, Safe and nonce; what the Safe calls, what
the timelock will call after the delay, when that can be executed; the hashes as a hardware wallet groups and names
them; and whatever speaks against it, last, nearest to the question.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from upgrader.findings import Finding, Severity, Verdict, verdict_of
from upgrader.governance import multisend
from upgrader.plan.upgrade_plan import UpgradePlan
from upgrader.reports.commitment import commitments
from upgrader.reports.decoded import CallLine
from upgrader.reports.dossier import HashLine, in_device_order, is_waived
from upgrader.reports.grouping import grouped_lines
from upgrader.reports.moments import moment, span
from upgrader.reports.text import count_line, finding_lines, visible
from upgrader.reports.timetable import timetable

VALUE: Final = 200
"""Characters of one value on this screen."""

CALL_LINES: Final = 400
"""Lines of decoded calls; more are counted, and signing more than a person can read is said to be what it is."""


def signing_screen(
    plan: UpgradePlan,
    hashes: Sequence[HashLine],
    calls: Sequence[CallLine],
    findings: Iterable[Finding],
    *,
    nonce: int | None = None,
) -> tuple[str, ...]:
    """Return the screen, line by line, safe to print.

    Args:
        plan: What was reviewed.
        hashes: What the device will show.
        calls: What is signed, decoded from its bytes (:func:`upgrader.reports.decoded.safe_call_line`).
        findings: Opinions after waivers.
        nonce: Of the Safe transaction; None for the next one of the observed Safe.
    """
    findings = tuple(findings)
    return (
        f"You are asked to sign {visible(plan.name, 120)}",
        f"  {visible(plan.summary)}",
        "",
        *_envelope(plan, calls, nonce),
        "",
        "What will run",
        *_call_section(calls),
        "",
        *(f"{'✓' if kept.holds else '✗'} {kept.words}" for kept in commitments(plan, calls)),
        *_times(plan),
        "",
        "Compare with what your device shows",
        *_hash_lines(hashes),
        "",
        f"Findings: {count_line(findings)}{_stop(findings)}",
        *(f"  {line}" for line in _finding_lines(findings)),
    )


def calls_in_words(calls: Iterable[CallLine], depth: int) -> list[str]:
    """Return decoded calls line by line as the signing screen has them, safe to print.

    Args:
        calls: Decoded from their bytes.
        depth: By how many steps they are indented.
    """
    return [line for call in calls for line in _call(call, depth)]


def _envelope(plan: UpgradePlan, calls: Sequence[CallLine], nonce: int | None) -> Iterator[str]:
    state = plan.state
    yield f"  chain      {state.chain_id} ({visible(plan.network, 60)})"
    if state.safe:
        signed = state.safe.nonce if nonce is None else nonce
        gap = "" if signed == state.safe.nonce else f" (the Safe's next one was {state.safe.nonce} when observed)"
        threshold = f"needs {state.safe.threshold} of {len(state.safe.owners)} owners"
        yield f"  Safe       {state.safe.address} version {visible(state.safe.version, 20)}, {threshold}"
        yield f"  nonce      {signed}{gap}"
    yield f"  operation  {_operation([call for call in calls if call.delegate])}"


def _operation(delegated: Sequence[CallLine]) -> str:
    if not delegated:
        return "CALL (0)"
    if all(call.to in multisend.ADDRESSES and call.inner for call in delegated):
        return "DELEGATECALL (1) of the Safe project's MultiSendCallOnly, which can only make the calls below"
    return "DELEGATECALL (1): foreign code runs AS THE SAFE. DO NOT SIGN what you did not expect"


def _call_section(calls: Sequence[CallLine]) -> list[str]:
    lines = calls_in_words(calls, 1)
    if not lines:
        return ["  nothing was decoded: do not sign"]
    more = len(lines) - CALL_LINES
    return lines if more <= 0 else [*lines[:CALL_LINES], f"  … {more} more lines: this is more than was shown to you"]


def _call(line: CallLine, depth: int) -> Iterator[str]:
    pad = "  " * depth
    name = f"{visible(line.to_name, 80)} " if line.to_name else ""
    yield f"{pad}{visible(line.signature or 'unknown function', VALUE)}"
    yield f"{pad}  on {name}{visible(line.to, 80)}{' by DELEGATECALL' if line.delegate else ''}"
    if line.value:
        yield f"{pad}  with {line.value} wei"
    if line.warning:
        yield f"{pad}  ! {visible(line.warning)}"
        yield f"{pad}  {visible(line.data, VALUE)}"
    width = max((len(_label(argument.name, argument.type)) for argument in line.arguments), default=0)
    for argument in line.arguments:
        note = f"  ({visible(argument.note, 120)})" if argument.note else ""
        label = _label(argument.name, argument.type)
        yield f"{pad}  {label:<{width}}  {visible(argument.value, VALUE)}{note}"
    for number, inner in enumerate(line.inner, 1):
        if len(line.inner) > 1:
            yield f"{pad}  call {number} of {len(line.inner)}"
        yield from _call(inner, depth + 2)


def _label(name: str, kind: str) -> str:
    return visible(name or kind, 40)


def _times(plan: UpgradePlan) -> Iterator[str]:
    times = timetable(plan)
    if plan.delay:
        scheduled = f"{moment(times.earliest)} if scheduled by {moment(times.scheduled)}"
        yield f"Earliest execution: {span(plan.delay)} after scheduling, {scheduled}."
    if plan.window:
        yield f"Execution window: {moment(plan.window.opens)} to {moment(plan.window.closes)}."


def _hash_lines(hashes: Sequence[HashLine]) -> Iterator[str]:
    if not hashes:
        yield "  there are no hashes: do not sign"
    for line in in_device_order(hashes):
        for index, text in enumerate(grouped_lines(line.value)):
            yield f"  {visible(line.label, 20) if index == 0 else '':<13} {text}"


def _stop(findings: Sequence[Finding]) -> str:
    return "" if verdict_of(findings) is Verdict.SAFE else ". DO NOT SIGN"


def _finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    weighty = [finding for finding in findings if finding.severity is not Severity.NOTE]
    yield from finding_lines(weighty)
    for finding in findings:
        if is_waived(finding):
            by = visible(finding.evidence.get("waived by", "nobody"), 80)
            was = visible(finding.evidence.get("waived severity", "unknown"), 20)
            yield f"~ WAIVED  {visible(finding.code, 80)}  {visible(finding.subject, 120)} (was {was})"
            yield f"    {by} says: {visible(finding.evidence['waived'])}"

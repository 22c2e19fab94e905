"""What a command came to, and the one place where it is printed and turned into an exit code.

stdout is the result, stderr the progress.  ``--json`` prints exactly one document, on errors and usage errors too.
"""

import functools
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec

import click

from upgrader.errors import UpgraderError
from upgrader.findings import Finding, Severity, Verdict

P = ParamSpec("P")

BLOCKED = 3
"""Exit code of a judgement that is unsafe or cannot tell."""

LONGEST = 4_000
"""Characters of one text of an error or a finding in JSON; it may quote a name of a megabyte."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one command.

    Attributes:
        data: The ``data`` object of the JSON document; JSON types only.
        text: What a person reads, line by line; untrusted parts already escaped.
        findings: Opinions, if the command judges.
        verdict: None for commands that do not judge.
        exit: Exit code where the verdict alone does not decide it.
        next: The next command to run, the last line of text output.
    """

    data: Mapping[str, Any]
    text: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    verdict: Verdict | None = None
    exit: int = 0
    next: str = ""

    def exit_code(self, *, strict: bool) -> int:
        """Return the exit code; with ``strict`` a warning counts as a blocker."""
        if self.exit:
            return self.exit
        if self.verdict in {Verdict.UNSAFE, Verdict.CANNOT_TELL}:
            return BLOCKED
        if strict and any(finding.severity is Severity.WARNING for finding in self.findings):
            return BLOCKED
        return 0


@dataclass(frozen=True, slots=True)
class Console:
    """What every command is given: how to speak while it works, and what it may ask.

    Attributes:
        command: Its name, for the schema.
        as_json: Whether stdout must hold one JSON document and nothing else.
        no_input: Whether nobody may be asked anything.
        strict: Whether warnings block.
    """

    command: str
    as_json: bool
    no_input: bool
    strict: bool
    quiet: bool = field(default=False)

    def progress(self, message: str) -> None:
        """Say one line on stderr."""
        if not self.quiet:
            click.echo(message, err=True)


def reports(name: str) -> Callable[[Callable[Concatenate[Console, P], Outcome]], Callable[..., None]]:
    """Make a function that returns an :class:`Outcome` into the body of the click command ``name``.

    Adds ``--json``, ``--no-input``, ``--strict`` and ``--quiet``, prints the outcome, and exits.
    """

    def wrap(body: Callable[Concatenate[Console, P], Outcome]) -> Callable[..., None]:
        @click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
        @click.option("--no-input", is_flag=True, help="Never ask; what would need an answer fails.")
        @click.option("--strict", is_flag=True, help="Let warnings block too.")
        @click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
        @functools.wraps(body)
        def run(*args: P.args, **options: P.kwargs) -> None:
            flags = {key: bool(options.pop(key)) for key in ("as_json", "no_input", "strict", "quiet")}
            console = Console(command=name, **flags)
            outcome = body(console, *args, **options)
            code = outcome.exit_code(strict=console.strict)
            _print(document(name, outcome, code) if console.as_json else None, outcome)
            sys.exit(code)

        return run

    return wrap


def document(name: str, outcome: Outcome, code: int) -> dict[str, Any]:
    """Return the JSON document of an outcome."""
    return {
        "schema": f"upgrader.{name}/1",
        "ok": code == 0,
        "exit": code,
        "verdict": outcome.verdict.value if outcome.verdict else None,
        "findings": [finding_data(finding) for finding in outcome.findings],
        "data": dict(outcome.data),
    }


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return a finding in its published form, its texts of bearable length."""
    whole = finding.to_json()
    evidence = {_brief(name): _brief(value) for name, value in finding.evidence.items()}
    return {name: _brief(text) if isinstance(text, str) else text for name, text in whole.items()} | {
        "evidence": evidence
    }


def failure_document(name: str, error: UpgraderError) -> dict[str, Any]:
    """Return the JSON document of an expected failure."""
    parts = {"message": error.message, "remedy": error.remedy, "where": error.where}
    facts = {name: text[:LONGEST] for name, text in parts.items()} | {"kind": type(error).__name__}
    return {
        "schema": f"upgrader.{name}/1",
        "ok": False,
        "exit": error.exit_code,
        "verdict": None,
        "findings": [],
        "data": {"error": facts},
    }


def _brief(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text) - LONGEST} more characters)"


def _print(json_document: Mapping[str, Any] | None, outcome: Outcome) -> None:
    if json_document is not None:
        click.echo(json.dumps(json_document, indent=2, ensure_ascii=True))
        return
    for line in outcome.text:
        click.echo(line)
    if outcome.next:
        click.echo(f"next: {outcome.next}")

"""Run a command of ours as its user would, and take its JSON document."""

import contextlib
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from upgrader.errors import UpgraderError


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command came to.

    Attributes:
        command: The line as a user would type it.
        exit: Its exit code.
        document: Its JSON document.
    """

    command: str
    exit: int
    document: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """The document's data."""
        data: dict[str, Any] = self.document["data"]
        return data

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of its findings."""
        return tuple(finding["code"] for finding in self.document["findings"])

    def blockers(self) -> tuple[str, ...]:
        """Codes of the findings that stop."""
        return tuple(f["code"] for f in self.document["findings"] if f["severity"] == "BLOCKER")


def invoke(folder: Path, *arguments: str) -> Ran:
    """Run ``upgrader ARGUMENTS --json`` in ``folder``, inside this process.

    Raises:
        UpgraderError: The command did not print one JSON document: a defect of ours.
    """
    from upgrader.cli.app import main

    out, code = io.StringIO(), 0
    with _inside(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            main([*arguments, "--json"])
        except SystemExit as end:
            code = int(end.code or 0)
    try:
        document = json.loads(out.getvalue())
    except json.JSONDecodeError as error:
        raise UpgraderError(
            f"`upgrader {arguments[0]} --json` printed no JSON document", remedy="report this as a defect"
        ) from error
    return Ran(" ".join(["upgrader", *arguments]), code, document)


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)

"""Data of the commands about a project as a whole, and of those that write pages."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Initialised:
    """What ``init`` did.

    Attributes:
        written: Paths of new files, relative to the project's folder.
        extended: Paths of files that were there and got lines of ours.
        kept: Paths of files that were there and stay as they are.
    """

    written: list[str]
    extended: list[str]
    kept: list[str]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the machine.

    Attributes:
        name: What it is.
        state: ``ok``, ``missing``, ``wrong`` or ``not configured``.
        found: Version or kind that was found; empty for none.
        wanted: What must be there; empty where anything will do.
        required: Whether upgrader cannot work without it.
        remedy: The command that mends it; empty when nothing is wrong.
    """

    name: str
    state: str
    found: str
    wanted: str
    required: bool
    remedy: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What ``doctor`` found.

    Attributes:
        parts: Every part, in the order of the installation.
    """

    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the demo.

    Attributes:
        name: What was done.
        verdict: ``safe`` when it went as it should; ``unsafe`` for an upgrade that was refused, as it should be.
        findings: Of its last judging command; see the schema ``finding``.
        seconds: Wall time.
        expected: Whether it ended as it should.
        detail: The command, or why it stopped.
    """

    name: str
    verdict: str
    findings: list[dict[str, Any]]
    seconds: float
    expected: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Demonstrated:
    """What ``demo`` came to.

    Attributes:
        stages: In order.
        bundle: Folder of the upgrade.
        report: Its report.
    """

    stages: list[Stage]
    bundle: str
    report: str


@dataclass(frozen=True, slots=True)
class Wrote:
    """What ``report`` and ``notify`` wrote.

    Attributes:
        files: Paths.
    """

    files: list[str]


@dataclass(frozen=True, slots=True)
class CompletionScript:
    """What ``completion`` prints.

    Attributes:
        script: For the shell to evaluate.
    """

    script: str


@dataclass(frozen=True, slots=True)
class SchemaNames:
    """What ``schema`` lists when no name is given; with a name, ``data`` is that schema.

    Attributes:
        schemas: Name -> what it describes.
    """

    schemas: dict[str, str]

"""What the forms of ``check`` share: results as JSON, drawings for this terminal, and the SARIF file."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from upgrader.flows.check import CheckResult
    from upgrader.layout.changes import LayoutChange, Place
    from upgrader.layout.model import StorageLayout
    from upgrader.reports.sarif import Group

BRIEF = 400
"""Characters of one name in JSON: whoever reads it has a memory, too."""


def pair_data(result: "CheckResult") -> dict[str, Any]:
    """Return a comparison as JSON."""
    return {
        "old": _side(result.old),
        "new": _side(result.new),
        "changes": [_change(change) for change in result.changes],
    }


def drawn(result: "CheckResult") -> list[str]:
    """Return both layouts side by side, as wide as this terminal lets them be, in colour where it has and wants it."""
    import shutil

    from upgrader.layout.drawing import draw
    from upgrader.reports.terminal import drawn_lines

    width = shutil.get_terminal_size().columns  # COLUMNS, else stdout's; 80 where it is no terminal
    return drawn_lines(draw(result.old, result.new, result.changes, width=width), colour=in_colour())


def seen_from(tree: Path | None) -> Callable[[str], str]:
    """Return what makes of a place in a tree the same from here, as editors follow it; a package's keeps its name."""

    def place(at: str) -> str:
        path = os.path.relpath(tree / at) if tree is not None and at and "\0" not in at else at
        return path if os.path.isfile(path.rpartition(":")[0]) else at  # noqa: PTH113 - Path.is_file raises

    return place


def after_safe() -> str:
    """Return the command that comes after a safe comparison, as it is: a plan, else what a plan needs first."""
    from upgrader.cli.wiring import root_or_none

    root = root_or_none()
    if root is None:
        return "upgrader init"
    from upgrader.edges.bundle import bundle_folders

    bundles = bundle_folders(root)
    open_ones = [folder for folder in bundles if not (folder / "plan.json").exists()] or bundles[-1:]
    return f"upgrader plan {open_ones[0].name}" if open_ones else "upgrader schema manifest"


def in_colour() -> bool:
    """Tell whether stdout is a terminal with colours, and nobody asked for none (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write_sarif(file: Path, groups: Sequence["Group"], tree: Path | None = None) -> None:
    """Write findings as SARIF, beside and renamed.

    Args:
        file: Where to.
        groups: Findings by contract.
        tree: Folder that the paths in them start from; None for the present one.

    Raises:
        InputError: The file cannot be written.
    """
    import json

    from upgrader.checks.catalogue import page_of
    from upgrader.edges.files import write_file
    from upgrader.reports.sarif import Rule, sarif

    rules = {}
    for code in {finding.code for group in groups for finding in group.findings}:
        page = page_of(code)
        if page is not None:
            parts = [page.body, *(f"**{name}.** {text}" for name, text in page.sections)]
            rules[code] = Rule(page.title, "\n\n".join(part for part in parts if part) or page.title)
    home = (tree or Path()).absolute()
    log = sarif([_in_tree(group, home) for group in groups], rules, _below_repository(home))
    write_file(file, json.dumps(log, indent=2, ensure_ascii=True) + "\n")


def _in_tree(group: "Group", home: Path) -> "Group":
    """Return findings without the places that lie in no file of a tree whose contract does: those of its packages."""
    from dataclasses import replace

    if not group.file or not _is_file(home, group.file):
        return group
    kept = []
    for finding in group.findings:
        outside = "at" in finding.evidence and not _is_file(home, finding.evidence["at"].rpartition(":")[0])
        evidence = {name: value for name, value in finding.evidence.items() if name != "at"}
        kept.append(replace(finding, evidence=evidence) if outside else finding)
    return replace(group, findings=kept)


def _is_file(home: Path, path: str) -> bool:
    return os.path.isfile(os.path.join(home, path))  # noqa: PTH113, PTH118 - Path.is_file raises for a long name


def _below_repository(folder: Path) -> str:
    """Return a folder's path from the root of its repository; code hosts count from there."""
    for root in (folder, *folder.parents):
        if (root / ".git").exists():
            return "" if root == folder else folder.relative_to(root).as_posix()
    return ""


def _side(layout: "StorageLayout") -> dict[str, str]:
    return {"contract": layout.contract[:BRIEF], "origin": layout.origin[:BRIEF]}


def _change(change: "LayoutChange") -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "old": _place(change.old) if change.old else None,
        "new": _place(change.new) if change.new else None,
        "reason": change.reason[:BRIEF],
    }


def _place(place: "Place") -> dict[str, str]:
    return {
        "region": place.region[:BRIEF],
        "name": place.path[:BRIEF],
        "type": place.type[:BRIEF],
        "slot": str(place.slot),
        "offset": str(place.offset),
        "bytes": str(place.size),
        "inside": place.inside[:BRIEF],
        "at": place.at[:BRIEF],
    }

"""Which commit the sources are at."""

import subprocess
from pathlib import Path
from typing import Final

TIMEOUT: Final = 10
"""Seconds that git may take."""


def commit_of(root: Path) -> str:
    """Return the git commit of a folder.

    Args:
        root: Any folder.

    Returns:
        Forty hex digits, with ``+dirty`` behind them when tracked files differ from the commit; empty outside a
        repository, before its first commit, and where there is no git.
    """
    head = _git(root, "rev-parse", "--verify", "-q", "HEAD")
    if not head:
        return ""
    changed = _git(root, "status", "--porcelain", "--untracked-files=no", "--", ".")
    return f"{head}+dirty" if changed else head


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],  # noqa: S607 - whichever git the user has
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""

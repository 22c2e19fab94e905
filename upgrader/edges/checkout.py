"""The sources of an earlier commit, beside the present ones.

Only files that a compilation reads are taken out of git, into ``.build/trees/<commit>`` of the project.  What git
does not hold (``node_modules``, the contents of submodules) is taken from where it is now; which of those the commit
pinned otherwise is said by :func:`moved_dependencies`, because a base contract of a dependency has storage too.

What is in that folder already is not believed: whoever can commit a source can commit such a folder, too, and it says
what runs now.  Each time it becomes what git has, and nothing else; files that are the same stay as they are.

Source: https://git-scm.com/docs/git-archive, https://git-scm.com/docs/gitrevisions
"""

import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from upgrader.edges.files import write_file
from upgrader.edges.imports import MARKERS
from upgrader.errors import InputError, UnavailableError

FOLDER: Final = Path(".build") / "trees"
TIMEOUT: Final = 120
"""Seconds that git may take; the history may lie on a slow disk."""

MAX_BYTES: Final = 2**30
"""Of one archive."""

PINS: Final = ("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "foundry.lock", "soldeer.lock", "lib")
"""Where projects say which versions of their dependencies they are built with; ``lib`` holds Foundry's submodules."""

_NAMES: Final = frozenset({*MARKERS, "remappings.txt"}) - {".git"}
RESULTS: Final = PurePosixPath(".build")
"""What is there besides: what was compiled of it, which vouches for itself."""


def commit_named(root: Path, name: str) -> str | None:
    """Return the full hash of the commit that a branch, a tag or an abbreviation names; None where none does."""
    if not name or "\0" in name or name.startswith("-"):
        return None
    done = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return done.decode().strip() or None if done is not None else None


def checked_out(root: Path, commit: str) -> Path:
    """Return a folder with the sources of a project at a commit.

    Args:
        root: The project's folder; it may be a part of the repository.
        commit: A full hash.

    Raises:
        InputError: The commit does not hold this folder, or is larger than any real project.
        UnavailableError: There is no git.
    """
    target = root / FOLDER / commit
    archive = _git(root, "archive", "--format=tar", commit)
    if archive is None:
        raise InputError(
            "git does not hold this folder at that commit", where=f"{root} at {commit}", remedy="name another commit"
        )
    if len(archive) > MAX_BYTES:
        raise InputError("the commit is larger than a gigabyte", where=commit, remedy="give a build-info instead")
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        wanted = dict(_contents(files))
    if not any(len(path.parts) == 1 and path.name in _NAMES for path in wanted):
        # Without a mark of its own the folder would be read as a part of the project around it.
        wanted[PurePosixPath("package.json")] = b"{}\n"
    _make(target, wanted)
    _link_library(root, target)
    return target


def moved_dependencies(root: Path, commit: str) -> tuple[str, ...]:
    """Return the files and submodules that pin dependencies and differ between a commit and the working tree."""
    done = _git(root, "diff", "--name-only", "--relative", commit, "--", *PINS)
    return tuple(done.decode(errors="replace").splitlines()) if done else ()


def _contents(files: tarfile.TarFile) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Yield the regular files of an archive that are needed; tarfile's own filter came only with Python 3.11.4."""
    for item in files:
        if not item.isfile() or not _needed(item.name):
            continue
        path = PurePosixPath(item.name)
        content = files.extractfile(item)
        if content is None or path.is_absolute() or ".." in path.parts:
            raise InputError(
                "the commit holds a path that leads out of it", where=item.name[:200], remedy="name another"
            )
        yield path, content.read()


def _make(target: Path, wanted: Mapping[PurePosixPath, bytes]) -> None:
    """Make a folder hold some files and nothing else but what was compiled of them; no link in it is followed."""
    if target.is_symlink():
        target.unlink()
    target.mkdir(parents=True, exist_ok=True)
    needed = {*wanted, *(folder for path in wanted for folder in path.parents)}
    for home, folders, files in os.walk(target):
        here = PurePosixPath(Path(home).relative_to(target))
        for name in (*folders, *files):
            there = target / here / name
            if there.is_symlink() or (name in files and here / name not in wanted):
                there.unlink()
            elif name in folders and here / name not in needed and here / name != RESULTS:
                shutil.rmtree(there)
        folders[:] = [name for name in folders if here / name in needed]
    for path, content in wanted.items():
        file = target / path
        if not file.is_file() or file.read_bytes() != content:
            write_file(file, content)


def _needed(name: str) -> bool:
    return name.endswith(".sol") or name.rpartition("/")[2] in _NAMES


def _link_library(root: Path, target: Path) -> None:
    """Lend the present ``lib`` to a commit whose libraries are submodules, whose contents git archive leaves out."""
    if (root / "lib").is_dir() and not (target / "lib").exists():
        os.symlink((root / "lib").resolve(), target / "lib", target_is_directory=True)  # noqa: PTH211 - keeps absolute


def _git(root: Path, *arguments: str) -> bytes | None:
    """Return what git prints; None where it refuses.

    Raises:
        UnavailableError: There is no git, or it does not end.
    """
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],  # noqa: S607 - whichever git the user has
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise UnavailableError(f"git does not answer: {error}", remedy="install git") from error
    return done.stdout if done.returncode == 0 else None

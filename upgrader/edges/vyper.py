"""Vyper sources: the compiler that a person has, asked for the layout of a contract and for what its names stand for.

Taken is ``vyper`` on the PATH where it is of a version that the source names, else the newest such version that vvm
(and so Ape) installed.  Nothing else is looked for: a compiler that lies in a project is its authors' to choose, and
would run here.

Sources: https://docs.vyperlang.org/en/stable/compiling-a-contract.html, https://github.com/vyperlang/vvm
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from upgrader.edges.files import read_text
from upgrader.edges.pragma import Version, allows, parsed
from upgrader.errors import InputError, UnavailableError
from upgrader.layout.formats import Described, describe, document_of
from upgrader.layout.model import StorageLayout

SUFFIX: Final = ".vy"
MAX_BYTES: Final = 2**22
"""Of one source."""

RUN_LIMIT: Final = 600
"""Seconds of one compilation."""

_PRAGMA: Final = re.compile(r"^[ \t]*#[ \t]*(?:pragma[ \t]+version|@version)[ \t]+([^\n#]{1,200})", re.MULTILINE)
_EVM: Final = re.compile(r"^[ \t]*#[ \t]*pragma[ \t]+evm-version[ \t]", re.MULTILINE)
_COMPATIBLE: Final = re.compile(r"~=\s*v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?")
_BARE_RANGE: Final = re.compile(r"(?:(?:\^|>=|<=|>|<|=|~)?\s*v?[\d.xX]+\s*)+")
_ANNOTATED: Final[Version] = (0, 4, 0)
"""The first version that prints an annotated AST, and asks for leave to use decimals."""


class Vyper(NamedTuple):
    """An installed compiler."""

    executable: Path
    version: str


def vyper_layout_of(file: Path, project: Path, name: str, reference: str) -> Described:
    """Return the layout of the contract in a source.

    Args:
        file: The source; it holds one contract.
        project: Folder that imports start from.
        name: Its contract as the reference names it; empty for none.
        reference: As it was given, for messages.

    Raises:
        InputError: The compiler refuses the source, or the source holds no contract of that name.
        UnavailableError: No compiler of a version that it names is installed.
    """
    if name not in {"", file.stem}:
        raise InputError(
            f"there is no contract {name[:120]!r} in it", where=reference[:400], remedy=f"a Vyper source is {file.stem}"
        )
    source = read_text(file, limit=MAX_BYTES)
    compiler = _chosen(source, reference)
    found = describe(document_of(_printed(compiler, file, project, reference)), "", reference)
    late = (parsed(compiler.version) or _ANNOTATED) >= _ANNOTATED
    if not isinstance(found, StorageLayout) or not late or _EVM.search(source):
        return found
    return replace(found, assumed=f"{file.name} was compiled for the EVM that vyper {compiler.version} takes by itself")


def _chosen(source: str, reference: str) -> Vyper:
    ranges = [match.strip() for match in _PRAGMA.findall(source)]
    known: list[Vyper] = []
    for each in _installed():
        if all(_allows(wanted, each.version) for wanted in ranges):
            return each
        known.append(each)
    wanted = " and ".join(ranges) or "any version"
    have = f"; there is {', '.join(each.version for each in known)}" if known else ""
    raise UnavailableError(
        f"no vyper of {wanted} on the PATH or in vvm's folder{have}",
        where=reference[:400],
        remedy="install it (`pip install vyper==VERSION` in an environment of its own, activated), or give what "
        "`vyper -f layout,annotated_ast` prints (0.3: `vyper -f layout,ast`)",
    )


def _installed() -> Iterator[Vyper]:
    """Yield compilers in the order in which they are taken."""
    on_path = shutil.which("vyper")
    if on_path is not None:
        said = _run([on_path, "--version"], Path.cwd())
        yield Vyper(Path(on_path), said.stdout.partition("+")[0].strip())
    folder = Path(os.environ.get("VVM_BINARY_PATH") or Path.home() / ".vvm")
    found = {version: path for path in folder.glob("vyper-*") if (version := parsed(path.name.removeprefix("vyper-")))}
    for version in sorted(found, reverse=True):
        yield Vyper(found[version], ".".join(map(str, version)))


def _allows(wanted: str, version: str) -> bool:
    """Whether a version is in a range; true where only the compiler can tell, which looks at it again.

    Vyper reads ranges as pip does, and a caret as npm does; versions before 0.3.10 do not see ``# pragma version``.
    """
    number = parsed(version)
    for part in wanted.split(","):
        text = part.strip()
        if compatible := _COMPATIBLE.fullmatch(text):
            major, minor, patch = compatible.groups()
            text = f"~{major}.{minor}.{patch}" if patch is not None else f">={major}.{minor} <{int(major) + 1}.0"
        text = text.replace("==", "=").replace(".*", "")
        if number is not None and _BARE_RANGE.fullmatch(text) and not allows(text, number):
            return False
    return True


def _printed(compiler: Vyper, file: Path, project: Path, reference: str) -> str:
    late = (parsed(compiler.version) or _ANNOTATED) >= _ANNOTATED
    options = ["--enable-decimals", "-f", "layout,annotated_ast"] if late else ["-f", "layout,ast"]
    unit = file.resolve().relative_to(project.resolve()).as_posix()
    done = _run([str(compiler.executable), *options, f"./{unit}"], project)  # a name may begin with a dash
    if done.returncode:
        raise InputError(
            f"vyper {compiler.version} refuses the source:\n{done.stderr.strip()[:2000] or done.returncode}",
            where=reference[:400],
            remedy="mend what vyper names",
        )
    return done.stdout


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=RUN_LIMIT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(
            f"cannot be run: {str(error)[:200]}", where=command[0], remedy="install vyper again"
        ) from error

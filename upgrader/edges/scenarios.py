"""A project's own market scenarios: Python files, read by all commands that plan and run by ``simulate`` alone.

Running one is running somebody's program, with the rights of whoever simulates: a file is trusted as the project's
sources are.  What it gives is not: it may raise, print, never end its list, or return anything.  Each of these is one
error that names the file and the line.
"""

import contextlib
import hashlib
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import CodeType, ModuleType
from typing import Any, Final

from upgrader.edges.files import read_bytes
from upgrader.errors import InputError, UpgraderError
from upgrader.market.condition import Case
from upgrader.plan.scenarios import ScenarioFile
from upgrader.simulation.scenario import Answers
from upgrader.simulation.script import Breach, Law, Script, Stage
from upgrader.simulation.wellformed import wellformed

PLAYBOOK: Final = "playbook"
"""The function that each file defines."""

SIZE_LIMIT: Final = 1024 * 1024
"""Bytes of one file."""

MOST_FILES: Final = 200
MOST_SCRIPTS: Final = 5_000
"""Scripts of one file; a list that goes on is taken for one without an end."""

MOST_BREACHES: Final = 10_000
"""Breaches of one law in one run."""

LONGEST_WORDS: Final = 300
"""Characters of somebody's exception that are shown."""


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    path: Path
    content: bytes


class ScenarioFolder:
    """The scenario files of one project.  Each is read once: what is hashed is what is run.

    Args:
        root: The project's folder.
        folder: Theirs, below it; empty for none.
    """

    def __init__(self, root: Path, folder: str) -> None:
        self._files = _read(root, folder) if folder else ()

    def files(self) -> tuple[ScenarioFile, ...]:
        """Return each file and its sha256, sorted; nothing is run."""
        return tuple(ScenarioFile(each.name, hashlib.sha256(each.content).hexdigest()) for each in self._files)

    def scripts(self, cases: Sequence[Case], stage: Stage) -> tuple[Script, ...]:
        """Run the files and return their scripts.

        Args:
            cases: The markets to be in.
            stage: Where scripts begin.

        Raises:
            InputError: A file raised, has no playbook, or gave something that is no script.
        """
        found: dict[str, str] = {}
        scripts = []
        for file in self._files:
            for script in _scripts(file, cases, stage):
                name = script.scenario.name
                if name in found:
                    raise InputError(
                        f"the script {name!r} is also in {found[name]}", remedy="name each script once", where=file.name
                    )
                found[name] = file.name
                scripts.append(script)
        return tuple(scripts)


def _read(root: Path, folder: str) -> tuple[_File, ...]:
    place = PurePosixPath(folder)
    if place.is_absolute() or ".." in place.parts:
        raise InputError(
            f"the folder of scenarios {folder!r} is not below the project",
            remedy="name a folder of the project under scenarios in [regression]",
        )
    where = root / place
    if not where.is_dir():
        raise InputError(
            "no such folder of scenarios", remedy="make it, or correct scenarios under [regression]", where=str(where)
        )
    paths = sorted(path for path in where.glob("*.py") if not path.name.startswith(("_", ".")))
    if not paths or len(paths) > MOST_FILES:
        raise InputError(
            f"the folder of scenarios holds {len(paths)} files; 1 to {MOST_FILES} are right",
            remedy="write one there (docs/market-regression.md), or remove scenarios from [regression]",
            where=str(where),
        )
    return tuple(_File((place / path.name).as_posix(), path, read_bytes(path, limit=SIZE_LIMIT)) for path in paths)


def _scripts(file: _File, cases: Sequence[Case], stage: Stage) -> Iterator[Script]:
    playbook = _playbook(file)
    names = frozenset(case.name for case in cases)
    given: list[object] = []
    with _somebodys(file, f"{PLAYBOOK}() raised"):
        returned = playbook(tuple(cases), stage)
        if not isinstance(returned, Iterable):
            raise InputError(
                f"{PLAYBOOK}() returned {type(returned).__name__[:60]}, no scripts", remedy="return or yield scripts"
            )
        for script in returned:
            given.append(script)
            if len(given) > MOST_SCRIPTS:
                raise InputError(
                    f"{PLAYBOOK}() gave more than {MOST_SCRIPTS} scripts",
                    remedy="end the list; a market needs few scripts with many acts",
                )
    for each in given:
        with _somebodys(file, "a script is unreadable:"):
            script = wellformed(each, names)
        yield replace(script, laws=tuple(_held(file, law) for law in script.laws))


def _playbook(file: _File) -> Callable[..., Any]:
    module = ModuleType(f"upgrader_scenarios.{file.path.stem}")
    module.__file__ = str(file.path)
    sys.modules[module.__name__] = module  # where dataclasses of the file look themselves up
    with _somebodys(file, "cannot be run:"):
        exec(_compiled(file), module.__dict__)  # noqa: S102 - the point of a scenario file
    found = getattr(module, PLAYBOOK, None)
    if not callable(found):
        raise InputError(
            f"defines no function {PLAYBOOK}(cases, stage)",
            remedy="write one (docs/market-regression.md shows the smallest)",
            where=file.name,
        )
    return found  # type: ignore[no-any-return]  # somebody's


def _compiled(file: _File) -> CodeType:
    try:
        return compile(file.content, str(file.path), "exec")
    except SyntaxError as error:
        raise InputError(
            f"is not Python: {error.msg}", remedy="correct that line", where=f"{file.name}:{error.lineno or 1}"
        ) from error


def _held(file: _File, law: Law) -> Law:
    """Return a law whose breaches are looked at before anybody believes them."""

    def held(answers: Answers) -> Iterator[Breach]:
        found: list[Breach] = []
        with _somebodys(file, f"a law raised on the answers of {answers.scenario!r}:"):
            for breach in law(answers):
                if not _is_breach(breach) or len(found) == MOST_BREACHES:
                    raise InputError(
                        "a law gave something that is no Breach, or too many of them",
                        remedy="yield Breach objects, one for each thing that is wrong",
                    )
                found.append(breach)
        return iter(found)

    return held


def _is_breach(breach: object) -> bool:
    if not isinstance(breach, Breach):
        return False
    texts = (breach.law, breach.contract, breach.observable, breach.detail)
    known = breach.kind in {"invariant", "reference"}
    return known and isinstance(breach.moment, int) and all(isinstance(text, str) for text in texts)


@contextlib.contextmanager
def _somebodys(file: _File, what: str) -> Iterator[None]:
    """Run somebody's code: what it prints is progress, and whatever it raises is one error with file and line."""
    try:
        # stdout is the command's result, perhaps a JSON document.
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except UpgraderError as error:
        raise InputError(error.message, remedy=error.remedy, where=error.where or _place(file, error)) from error
    except (Exception, SystemExit) as error:
        raise InputError(
            f"{what} {type(error).__name__[:60]}: {_words(error)}", remedy="correct the file", where=_place(file, error)
        ) from error


def _place(file: _File, error: BaseException) -> str:
    """Return the file, with its line that was running last where one was."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file.path)]
    return f"{file.name}:{lines[-1]}" if lines else file.name


def _words(error: BaseException) -> str:
    try:
        return str(error)[:LONGEST_WORDS]
    except Exception:  # noqa: BLE001 - an exception that cannot even be shown
        return "it cannot be shown"

"""Reading fleet files and fork schedules: found by name, bounded, and with the line of whatever is wrong."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from upgrader.edges.wire import redacted
from upgrader.errors import InputError
from upgrader.fleet.fleet import Endpoint, Fleet
from upgrader.fleet.fleet_file import FleetFile, http
from upgrader.forks.schedule import ForkSchedule
from upgrader.forks.schedule_file import ScheduleFile
from upgrader.plan.reading import UNKNOWN_KEY, known_keys

T = TypeVar("T")

SIZE_LIMIT: Final = 8 * 1024 * 1024
"""Bytes of a file; ten thousand nodes take two megabytes."""

SUFFIX: Final = ".fleet.toml"

BUNDLED: Final = Path(__file__).parents[3] / "networks"
"""The networks that come with the toolkit."""

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SYNTAX_PLACE: Final = re.compile(r"^(.*) \(at (?:line (\d+), column \d+|end of document)\)$", re.DOTALL)
_HEADER: Final = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.-]+)\s*\]\]?")


def find_fleet(folder: Path, network: str | None) -> Path:
    """Return the fleet file of a network, or the only one there is.

    Args:
        folder: The project folder.
        network: ``<network>.fleet.toml`` under its ``networks/``; None for the only one.

    Raises:
        InputError: There is none, or there are several to choose from.
    """
    known = {path.name.removesuffix(SUFFIX): path for path in sorted((folder / "networks").glob(f"*{SUFFIX}"))}
    names = ", ".join(known) or "none"
    if network is not None:
        if network in known:
            return known[network]
        raise InputError(
            f"no fleet file for the network {network[:80]!r}",
            remedy=f"write networks/{network[:40]}{SUFFIX}, or name a file with --fleet; there are: {names}",
        )
    if len(known) == 1:
        return next(iter(known.values()))
    raise InputError(
        "no fleet file is named" if known else "there is no fleet file under networks/",
        remedy=f"name one with --fleet FILE or --network NAME; there are: {names}",
    )


def read_fleet(path: Path, environment: Mapping[str, str]) -> Fleet:
    """Read a fleet file and fill in the variables of its addresses.

    Raises:
        InputError: The file is missing, is wrong (with the line), or names a variable that is not set or holds no
            address.
    """
    text = _text(path)

    def resolve(address: str, place: tuple[str | int, ...]) -> Endpoint:
        def value(match: re.Match[str]) -> str:
            if match[1] not in environment:
                raise InputError(
                    f"the environment variable {match[1]} is not set",
                    remedy=f"set {match[1]}, or write the address without it",
                    where=_where(path, text, place),
                )
            return environment[match[1]]

        try:
            url = http(_VARIABLE.sub(value, address))
        except ValueError as error:
            raise InputError(
                f"with its variable read, it {error}", remedy="correct the variable", where=_where(path, text, place)
            ) from error
        return Endpoint(url, redacted(url))

    return _read(FleetFile, path, text).resolved(resolve)


def read_schedule(network: str, folders: tuple[Path, ...]) -> ForkSchedule | None:
    """Return the fork schedule of a network from the first folder that has one, or None.

    Args:
        network: A name that the fleet file's grammar has checked.
        folders: ``networks`` folders, the most particular first; the toolkit's own comes last by itself.

    Raises:
        InputError: The file is wrong (with the line).
    """
    for folder in (*folders, BUNDLED):
        path = folder / "forks" / f"{network}.toml"
        if path.is_file():
            schedule = _read(ScheduleFile, path, _text(path)).schedule()
            if schedule.network != network:
                raise InputError(
                    f"it is the schedule of {schedule.network}",
                    remedy=f'write network = "{network}" in it, or rename the file',
                    where=str(path),
                )
            return schedule
    return None


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise InputError(f"larger than {SIZE_LIMIT >> 20} MB", remedy="name a fleet file", where=str(path))
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"cannot be read ({reason})", remedy="check the path", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", remedy="save it as UTF-8", where=str(path)) from error


def _read(model: type[T], path: Path, text: str) -> T:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _SYNTAX_PLACE.match(str(error))
        line = place[2] if place and place[2] else text.count("\n") + 1
        message = place[1] if place else str(error)
        raise InputError(message, remedy="correct the TOML at that line", where=f"{path}:{line}") from error
    except RecursionError as error:
        raise InputError("is nested too deeply", remedy="name a fleet file", where=str(path)) from error
    try:
        return TypeAdapter(model).validate_python(document)
    except ValidationError as error:
        # A mistyped key is an unknown one and often a missing one too; the unknown one says where to look.
        first = min(error.errors(), key=lambda found: found["type"] != UNKNOWN_KEY)
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        unknown = first["type"] == UNKNOWN_KEY
        message = "no such key" if unknown else first["msg"].removeprefix("Value error, ")
        known = ", ".join(known_keys(model, first["loc"][:-1])) if unknown else ""
        raise InputError(
            f"{field}: {message}{more}",
            remedy=f"the keys there are: {known}" if known else "correct the field",
            where=_where(path, text, first["loc"]),
        ) from error


def _where(path: Path, text: str, place: tuple[Any, ...]) -> str:
    return f"{path}:{_line(text, place)}"


def _line(text: str, place: tuple[Any, ...]) -> int:
    """Return the line on which a field stands, or the nearest line above it that can be told.

    TOML parsers keep no places, so the text is searched: first for the table (by its header, and by its index where
    tables repeat), then in it for the innermost key.
    """
    lines = text.splitlines()
    begin, end = _table(lines, place)
    for key in (part for part in reversed(place) if isinstance(part, str)):
        pattern = re.compile(rf"(?:^|[\s{{,.]){re.escape(key)}\s*[=.]")
        found = next((n for n in range(begin, end) if pattern.search(lines[n].split("#")[0])), None)
        if found is not None:
            return found + 1
    return min(begin, max(len(lines) - 1, 0)) + 1


def _table(lines: list[str], place: tuple[Any, ...]) -> tuple[int, int]:
    """Return the first line of the table that holds ``place``, and the first line after it."""
    if not place:
        return 0, len(lines)
    index = place[1] if len(place) > 1 and isinstance(place[1], int) else 0
    heads = [(n, match[1]) for n, line in enumerate(lines) if (match := _HEADER.match(line))]
    own = [n for n, name in heads if name == str(place[0])]
    if index >= len(own):
        return 0, len(lines)
    begin = own[index]
    later = (n for n, name in heads if n > begin and not name.startswith(f"{place[0]}."))
    return begin, next(later, len(lines))

"""Files: read with bounds, written whole or not at all.

A bundle comes from somebody else's machine, so nothing about a file is taken for granted: it must be a regular
file of bounded size, hold UTF-8, and parse without doubled keys and without nesting that would exhaust the stack.
What we write goes into a temporary file beside its goal, is flushed to the disk, and takes the name in one step:
whoever looks sees the old file or the new one, and a crash leaves no half.
"""

import contextlib
import errno
import json
import os
import re
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from upgrader.errors import InputError

SIZE_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of one file; a large build-info has tens of megabytes."""

DEPTH_LIMIT: Final = 100
"""Levels of nesting in a document that people or this package write."""

_TOML_PLACE: Final = re.compile(r"\s*\(at line (\d+), column \d+\)")
_PLAIN_MODE: Final = 0o666


def read_bytes(path: Path, *, limit: int = SIZE_LIMIT, follow: bool = True) -> bytes:
    """Return the content of a regular file.

    Args:
        path: The file.
        limit: Bytes it may have.
        follow: Whether it may be a symbolic link; inside a bundle it may not.

    Raises:
        InputError: It is missing, unreadable, too large, a link that must not be, or no regular file.
    """
    # Without O_NONBLOCK a named pipe would wait for a writer for ever.
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    try:
        with open(os.open(path, flags), "rb") as file:  # noqa: PTH123 - the descriptor carries the flags
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise InputError("is not a regular file", remedy="name a file", where=str(path))
            data = file.read(limit + 1)
    except OSError as error:
        raise _unreadable(path, error, follow=follow) from error
    except ValueError as error:  # a name with a NUL byte
        raise InputError(f"{str(path)!r} is not a file name", remedy="name a file") from error
    if len(data) > limit:
        raise InputError(f"is larger than {limit} bytes", remedy="check that it is the file you mean", where=str(path))
    return data


def read_text(path: Path, *, limit: int = SIZE_LIMIT, follow: bool = True) -> str:
    """Return the content of a UTF-8 file; the exceptions are those of :func:`read_bytes`.

    Raises:
        InputError: It is not UTF-8, too.
    """
    try:
        return read_bytes(path, limit=limit, follow=follow).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"is not UTF-8 (byte {error.start})", remedy="save it as UTF-8, or name the right file", where=str(path)
        ) from error


def read_toml(path: Path, *, limit: int = SIZE_LIMIT, follow: bool = True) -> dict[str, Any]:
    """Return a parsed TOML file.

    Raises:
        InputError: It is missing, unreadable or not TOML; the line is named.
    """
    import tomllib  # much is read here that is no TOML

    text = read_text(path, limit=limit, follow=follow)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        where = f"{path}:{place[1]}" if place else str(path)
        raise InputError(
            f"is not TOML: {_TOML_PLACE.sub('', str(error))}", remedy="correct that line", where=where
        ) from error
    except (RecursionError, ValueError) as error:
        raise InputError(
            "is nested too deeply, or holds a number too long", remedy=_REWRITE, where=str(path)
        ) from error
    _bound(tree, str(path), DEPTH_LIMIT)
    return tree


def read_json(
    path: Path, *, limit: int = SIZE_LIMIT, depth: int = DEPTH_LIMIT, strict: bool = True, follow: bool = True
) -> Any:
    """Return a parsed JSON file.

    Args:
        path: The file.
        limit: Bytes it may have.
        depth: Levels of nesting it may have.
        strict: Refuse a key that stands twice in one object: two readers could take a different one.  Compilers'
            large outputs are read faster without.
        follow: Whether it may be a symbolic link.

    Raises:
        InputError: It is missing, unreadable or not JSON; the line is named.
    """
    return parse_json(read_text(path, limit=limit, follow=follow), where=str(path), depth=depth, strict=strict)


def parse_json(text: str, *, where: str, depth: int = DEPTH_LIMIT, strict: bool = True) -> Any:
    """Return parsed JSON text; the arguments and exceptions are those of :func:`read_json`."""
    try:
        tree = json.loads(text, object_pairs_hook=_once if strict else None, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise InputError(
            f"is not JSON: {error.msg} (column {error.colno})",
            remedy="correct that line",
            where=f"{where}:{error.lineno}",
        ) from error
    except (RecursionError, ValueError) as error:
        words = (
            "is nested too deeply" if isinstance(error, RecursionError) else f"is not plain JSON: {str(error)[:200]}"
        )
        raise InputError(words, remedy=_REWRITE, where=where) from error
    _bound(tree, where, depth)
    return tree


def canonical_json(value: Any) -> bytes:
    """Return the one form in which we write ``value``: sorted keys, two spaces, ASCII, a newline at the end."""
    text = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=True, allow_nan=False)
    return text.encode("ascii") + b"\n"


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` in its canonical form; see :func:`write_file`."""
    write_file(path, canonical_json(value))


def write_file(path: Path, content: bytes | str) -> None:
    """Write a file whole or not at all; missing folders are made.

    Raises:
        InputError: It cannot be written there.
    """
    data = content.encode() if isinstance(content, str) else content
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}-", suffix=".part")
        with open(handle, "wb") as file:  # noqa: PTH123 - the descriptor is already open
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), _mode_for(path))
            os.fsync(file.fileno())
        os.replace(temporary, path)  # noqa: PTH105 - the temporary name is text
        sync_folder(path.parent)
    except OSError as error:
        if temporary:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)  # noqa: PTH108 - the temporary name is text
        raise InputError(
            f"cannot be written: {error.strerror}",
            remedy="check the folder, its permissions and the disk",
            where=str(path),
        ) from error


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names to the disk, so that a rename survives a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_REWRITE: Final = "write it again with the tool that made it"


def _unreadable(path: Path, error: OSError, *, follow: bool) -> InputError:
    if error.errno == errno.ENOENT:
        return InputError("no such file", remedy="check the path", where=str(path))
    if error.errno == errno.ELOOP and not follow:
        return InputError("is a symbolic link", remedy="put the file itself there", where=str(path))
    return InputError(f"cannot be read: {error.strerror}", remedy="check the path and its permissions", where=str(path))


def _mode_for(path: Path) -> int:
    """Return the permissions of the file that is replaced, else what the user's umask leaves."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return _PLAIN_MODE & ~mask


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # add returns None
        raise ValueError(f"the key {twice[:80]!r} stands twice in one object")
    return tree


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _bound(tree: Any, where: str, depth: int) -> None:
    """Refuse a tree of more than ``depth`` levels; walked level by level, so without recursion."""
    level = [tree]
    for _ in range(depth):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise InputError(f"is nested more than {depth} levels deep", remedy=_REWRITE, where=where)


def _children(node: Any) -> Any:
    match node:
        case Mapping():
            return node.values()
        case list():
            return node
        case _:
            return ()

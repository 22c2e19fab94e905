"""Results that this user's own runs left in a project, told from those that came with it.

A project's folder comes from others: whoever can commit a source can commit a compiler's output, too, and that output
decides what is judged safe and what is deployed.  So each result carries a MAC over its name and content, under a key
that never leaves a folder of the user's own; a file without the right one is no result, and is made again.

Source: https://www.rfc-editor.org/rfc/rfc7693 (BLAKE2's keyed mode is a MAC)
"""

import hashlib
import json
import os
import secrets
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

from upgrader.edges.files import write_file
from upgrader.errors import InputError

KEY: Final = "results.key"
KEY_SIZE: Final = 32
_MAC_SIZE: Final = 32
_READABLE_BY_OTHERS: Final = 0o077
_WRITABLE_BY_OTHERS: Final = 0o022


def keep(file: Path, content: Mapping[str, Any]) -> None:
    """Keep a result as JSON behind its MAC.

    A folder that cannot be written is no error, only slower the next time.
    """
    with suppress(InputError):
        write_file(file, sealed(file.name, json.dumps(content, separators=(",", ":")).encode()))


def kept(file: Path) -> Any:
    """Return a result that :func:`keep` wrote; None where there is none, it is damaged, or somebody else wrote it."""
    try:
        text = unsealed(file.name, file.read_bytes())
        return json.loads(text) if text is not None else None
    except (OSError, ValueError, RecursionError):
        return None


def sealed(name: str, text: bytes) -> bytes:
    """Return a text behind its MAC and a space.

    Args:
        name: What the text is, or where it belongs; it counts under this name alone.
        text: Any bytes; a line stays a line.
    """
    return _mac(_key(tuple(_folders())), name, text) + b" " + text


def unsealed(name: str, found: bytes) -> bytes | None:
    """Return the text that :func:`sealed` was given; None where this user's key does not vouch for it."""
    mac, _, text = found.partition(b" ")
    return text if secrets.compare_digest(mac, _mac(_key(tuple(_folders())), name, text)) else None


def _mac(key: bytes, name: str, text: bytes) -> bytes:
    made = hashlib.blake2b(key=key, digest_size=_MAC_SIZE)
    made.update(f"{name}\n".encode())
    made.update(text)
    return made.hexdigest().encode()


@cache
def _key(folders: tuple[Path, ...]) -> bytes:
    """Return this user's key, made at its first use; where there is nowhere to keep one, this process's own."""
    for folder in folders:
        with suppress(OSError):
            return _key_in(folder)
    return secrets.token_bytes(KEY_SIZE)


def _folders() -> Iterator[Path]:
    """Yield where the key may be: the user's cache, else a folder of the user's own among the temporary ones."""
    if named := os.environ.get("XDG_CACHE_HOME"):
        yield Path(named) / "upgrader"
    with suppress(RuntimeError):  # no home is known
        yield Path.home() / ".cache" / "upgrader"
    yield Path(tempfile.gettempdir()) / f"upgrader-{os.getuid()}"


def _key_in(folder: Path) -> bytes:
    """Return the key in a folder, made where it is missing.

    Raises:
        OSError: The folder cannot be written, or is not the user's alone.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _is_mine(folder.lstat(), _WRITABLE_BY_OTHERS):
        raise PermissionError(f"{folder} is not this user's alone")
    file = folder / KEY
    if not file.exists():
        made = folder / f".{KEY}.{os.getpid()}.{secrets.token_hex(4)}"
        with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:  # noqa: PTH123 - a mode
            out.write(secrets.token_bytes(KEY_SIZE))
        try:
            with suppress(FileExistsError):  # another process was first, and its key is the one
                os.link(made, file)
        finally:
            made.unlink()
    key = file.read_bytes()
    if len(key) != KEY_SIZE or not _is_mine(file.lstat(), _READABLE_BY_OTHERS):
        raise PermissionError(f"{file} is not a key of this user's alone")
    return key


def _is_mine(there: os.stat_result, others: int) -> bool:
    """Whether something is this user's, no link, and gives nobody else some permissions."""
    return there.st_uid == os.getuid() and not stat.S_ISLNK(there.st_mode) and not there.st_mode & others

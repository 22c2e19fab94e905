"""``MANIFEST``: what a bundle holds, so that a changed, missing or added file is noticed.

One line a file, sorted, in the format of ``sha256sum`` (``sha256sum -c MANIFEST`` checks it without us).  It covers
everything that a sign-off rests on: all but the signatures, approvals and notices, which come later, and the
journal, which proves itself.
"""

import hashlib
import os
import re
from pathlib import Path
from typing import Final

from upgrader.edges.files import read_bytes, read_text, write_file
from upgrader.errors import InputError, MismatchError

NAME: Final = "MANIFEST"
LATER: Final = frozenset({"signatures", "approvals", "notices", "journal.jsonl", NAME})
"""First path components that the manifest leaves out."""

FILES: Final = 10_000
"""Files that a bundle may have."""

_LINE: Final = re.compile(r"([0-9a-f]{64})  ([^\x00-\x1f\x7f]+)")


def manifest_of(folder: Path) -> str:
    """Return the manifest that ``folder`` should have.

    Raises:
        InputError: It holds a link, a device, or a name with control characters.
    """
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(_digests(folder).items()))


def write_manifest(folder: Path) -> None:
    """Write the manifest of ``folder`` as it is now."""
    write_file(folder / NAME, manifest_of(folder))


def verify_manifest(folder: Path) -> None:
    """Compare ``folder`` with its manifest.

    Raises:
        InputError: There is no manifest, or it is malformed.
        MismatchError: A file was changed, removed or added since it was written; each is named.
    """
    listed = _listed(folder)
    present = _digests(folder)
    changed = sorted(name for name in listed.keys() & present.keys() if listed[name] != present[name])
    missing = sorted(listed.keys() - present.keys())
    added = sorted(present.keys() - listed.keys())
    parts = [
        f"{word}: {', '.join(names)}"
        for word, names in (("changed", changed), ("missing", missing), ("not listed", added))
        if names
    ]
    if parts:
        raise MismatchError(
            f"differs from its MANIFEST ({'; '.join(parts)})",
            remedy="get the bundle again from its author, who renews it with `upgrader plan` and `upgrader simulate`",
            where=str(folder),
        )


def _listed(folder: Path) -> dict[str, str]:
    listed: dict[str, str] = {}
    for number, line in enumerate(read_text(folder / NAME, follow=False).splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in listed:
            raise InputError(
                "is not a line of a manifest, or names a file twice",
                remedy="get the bundle again from its author",
                where=f"{folder / NAME}:{number}",
            )
        listed[match[2]] = match[1]
    return listed


def _digests(folder: Path) -> dict[str, str]:
    digests: dict[str, str] = {}
    for place, folders, files in os.walk(folder):
        inside = Path(place).relative_to(folder)
        if not inside.parts:
            folders[:] = [name for name in folders if name not in LATER]
        for name in (*files, *(name for name in folders if (Path(place) / name).is_symlink())):
            path = (inside / name).as_posix()
            if path in LATER or name.endswith(".part"):
                continue
            if len(digests) == FILES or not path.isprintable():
                raise InputError(
                    f"holds more than {FILES} files, or a name with control characters",
                    remedy="get the bundle again from its author",
                    where=str(folder),
                )
            digests[path] = hashlib.sha256(read_bytes(folder / path, follow=False)).hexdigest()
    return digests

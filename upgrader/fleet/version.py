"""Versions of node clients, read from what the clients call themselves, and put in order.

Clients write versions in many ways: ``v1.16.7-stable-b9f3a3d9``, ``3.0.14``, ``25.4.1-77cfa7-stateofus``,
``2.0.0.rc0``, ``22.0.0-glamsterdam-devnet-8-092813de``.  The order is that of `Semantic Versioning
<https://semver.org/#spec-item-11>`_, after what is no part of it is taken away: git hashes, build metadata and the
words that mark a release.  Any other word after the numbers makes the version a pre-release, which is *less* than the
release: a build of which we know no better does not count as having reached it.
"""

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Final

LENGTH: Final = 100
"""Most characters of a version that are read."""

_SHAPE: Final = re.compile(
    r"""[vV]?([0-9]{1,10}(?:\.[0-9]{1,10}){1,3})
    (?:[-_]([0-9A-Za-z][0-9A-Za-z._-]*) | \.([A-Za-z][0-9A-Za-z._-]*))?
    (?:[+\ ].*)?""",
    re.VERBOSE,
)
_GIT_HASH: Final = re.compile(r"(?=[0-9a-f]*\d)[0-9a-f]{6,40}")
_RELEASE_WORDS: Final = frozenset({"stable", "release", "stateofus"})
_PARTS: Final = re.compile(r"[a-z]+|\d+")


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A version in the order of releases.

    Attributes:
        text: As it was written.
        numbers: ``(1, 16, 7)``; missing trailing numbers count as zero.
        prerelease: What makes it earlier than the release of the same numbers, part by part; empty for a release.
    """

    text: str
    numbers: tuple[int, ...]
    prerelease: tuple[tuple[int, int, str], ...] = ()

    @property
    def position(self) -> tuple[object, ...]:
        """Numbers without trailing zeros, releases after pre-releases, then the parts of the pre-release."""
        trimmed = list(self.numbers)
        while trimmed and trimmed[-1] == 0:
            trimmed.pop()
        return tuple(trimmed), not self.prerelease, self.prerelease

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.position == other.position

    def __lt__(self, other: "Version") -> bool:
        return self.position < other.position

    def __hash__(self) -> int:
        return hash(self.position)

    def __str__(self) -> str:
        """Return the part that is compared: ``1.16.7``, ``3.11.3-rc.4``."""
        numbers = ".".join(str(number) for number in self.numbers)
        words = ".".join(word or str(number) for _, number, word in self.prerelease)
        return f"{numbers}-{words}" if words else numbers


def parse(text: str) -> Version | None:
    """Return the version that ``text`` is, or None when it is none."""
    match = _SHAPE.fullmatch(text) if len(text) <= LENGTH else None
    if match is None:
        return None
    return Version(text, tuple(int(number) for number in match[1].split(".")), _prerelease(match[2] or match[3] or ""))


def _prerelease(suffix: str) -> tuple[tuple[int, int, str], ...]:
    words = [word for word in re.split(r"[-._]", suffix.lower()) if word]
    if not words or words[0] in _RELEASE_WORDS or _GIT_HASH.fullmatch(words[0]):
        return ()
    parts = [part for word in words if not _GIT_HASH.fullmatch(word) for part in _PARTS.findall(word)]
    # Semantic Versioning: numbers compare as numbers and come before words.
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)

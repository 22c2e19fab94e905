"""From what a node calls itself to a client and a version.

The strings have one rough grammar, ``Name[/identity]/[v]version[-suffix][/platform...]``, and a dozen dialects; each
client's module says what is its own.  The string is the node's own claim: operators may change it, proxies may hide
it, and a malformed one is an :class:`Unknown` with a reason, never a guess.

Source: https://github.com/ethereum/execution-apis/blob/main/src/engine/identification.md
"""

from dataclasses import dataclass
from typing import Final

from upgrader.fleet.clients._base import FAMILY, Client
from upgrader.fleet.evidence import Layer
from upgrader.fleet.version import Version, parse

LENGTH: Final = 512
"""Most characters of a version string that are read; the longest honest one seen has 85."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A recognised client.

    Attributes:
        client: Who it says it is.
        version: Its release; None for a build that says it has none.
        text: Everything it said.
    """

    client: Client
    version: Version | None
    text: str

    def __str__(self) -> str:
        return f"{self.client.name} {self.version or 'without version'}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A string that names no client that we know, or no version.

    Attributes:
        reason: Why, in a few words that may quote the node.
        text: Everything it said.
    """

    reason: str
    text: str

    def __str__(self) -> str:
        return f"unknown ({self.reason})"


def identify(text: str, layer: Layer | None = None) -> Identity | Unknown:
    """Recognise a client.

    Args:
        text: The answer to ``web3_clientVersion`` or ``/eth/v1/node/version``; untrusted.
        layer: The layer that was asked; None takes either.
    """
    if not text.strip():
        return Unknown("the node gives no version string", text)
    if len(text) > LENGTH:
        return Unknown(f"a version string of {len(text)} characters", text[:LENGTH])
    segments = text.strip().split("/")
    members = [client for client in FAMILY.members() if layer in (None, client.layer)]
    named = [client for client in members if _version_segments(client, segments) is not None]
    if not named:
        return Unknown(f"no known client is called {segments[0][:40]!r}", text)
    # Where one prefix begins with another (erigon, erigon/caplin), the longer one is meant.
    longest = max(_prefix_length(client, segments) for client in named)
    for client in (c for c in named if _prefix_length(c, segments) == longest):
        found = _read(client, _version_segments(client, segments) or [], text)
        if found is not None:
            return found
    return Unknown(f"{segments[0][:40]} without a readable version", text)


def _read(client: Client, rest: list[str], text: str) -> Identity | None:
    # An operator's own name stands before the version: of two segments that could be one, the second is meant.
    places = (1, 0) if client.identity else (0,)
    for place in places:
        segment = rest[place] if place < len(rest) else ""
        version = parse(segment)
        if version is not None and client.claims(version):
            return Identity(client, version, text)
    bare = rest[0].split("+")[0].removeprefix("v") if rest else ""
    return Identity(client, None, text) if bare and bare in client.unversioned else None


def _version_segments(client: Client, segments: list[str]) -> list[str] | None:
    """Return what follows the client's name, or None when the name is another's."""
    length = _prefix_length(client, segments)
    return segments[length:] if length else None


def _prefix_length(client: Client, segments: list[str]) -> int:
    """Return how many segments the client's name takes up; zero when it is another's."""
    lengths = (prefix.count("/") + 1 for prefix in client.prefixes if _begins(segments, prefix.split("/")))
    return max(lengths, default=0)


def _begins(segments: list[str], prefix: list[str]) -> bool:
    return [segment.lower() for segment in segments[: len(prefix)]] == prefix

"""What a node client is to us: how it names itself, and which of its releases do not do what they say.

A member of the family is one module that adds one :class:`Client`.  Its known defects are data with a source, because
protocol evidence alone misleads: whole release lines answer ``eth_config`` wrongly, and some clients carry a fork's
date in their configuration and still halt at it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from upgrader.fleet.evidence import Evidence, Kind, Layer, Standing
from upgrader.fleet.version import Version, parse
from upgrader.registry import Family


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that a range of releases gets wrong.

    Attributes:
        what: The defect in a sentence.
        source: Where it is reported.
        since: First release that has it; empty for every release up to ``until``.
        until: Last release that has it; empty for every release from ``since`` on.
        distrusts: Statements by such a release that are no evidence.
        halts_at: Forks (execution-layer names) at which such a release stops, whatever its configuration says.
    """

    what: str
    source: str
    since: str = ""
    until: str = ""
    distrusts: tuple[tuple[Kind, Standing], ...] = ()
    halts_at: tuple[str, ...] = ()

    def affects(self, version: Version | None) -> bool:
        """Return whether a release has the defect; an unknown version has every defect of its client."""
        if version is None:
            return True
        since, until = parse(self.since), parse(self.until)
        return (since is None or version >= since) and (until is None or version <= until)

    def discredits(self, evidence: Evidence) -> bool:
        """Return whether ``evidence`` from such a release means nothing."""
        return (evidence.kind, evidence.standing) in self.distrusts


def every(_version: Version | None) -> bool:
    """Claim every version; what all but clients of one name do."""
    return True


@dataclass(frozen=True, slots=True)
class Client:
    """One implementation of one layer.

    Attributes:
        name: As written in fleet files and schedules: ``geth``, ``nimbus-el``.
        layer: Which half of a node it is.
        prefixes: What its version string begins with, in lower case, before a ``/``.
        code: Its two letters in the Engine API's identification; empty when it has none.
        identity: Whether an operator's own name may stand between the name and the version.
        unversioned: Version words that mean a build without a version.
        claims: Which versions of the prefix are its own, where two clients share a prefix.
        development: Whether it simulates a chain instead of following one.
        defects: Known defects.
        source: Where its version string is composed or recorded.
    """

    name: str
    layer: Layer
    prefixes: tuple[str, ...]
    source: str
    code: str = ""
    identity: bool = False
    unversioned: tuple[str, ...] = ()
    claims: Callable[[Version | None], bool] = every
    development: bool = False
    defects: tuple[Defect, ...] = ()

    def defects_of(self, version: Version | None) -> tuple[Defect, ...]:
        """Return the defects that a release has."""
        return tuple(defect for defect in self.defects if defect.affects(version))


FAMILY: Final[Family[Client]] = Family("upgrader.fleet.clients")


def named(name: str) -> Client | None:
    """Return the client of that name."""
    return next((client for client in FAMILY.members() if client.name == name), None)

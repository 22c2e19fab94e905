"""The family of rules on live proxies: what a rule is given.

A rule is one module whose docstring is its page in the catalogue; it registers one function that takes a
:class:`Case` and yields findings, and lists the codes it can give in ``CODES``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from upgrader.findings import Finding
from upgrader.layout.changes import LayoutChange
from upgrader.layout.fresh import Fresh, fresh_bytes
from upgrader.layout.live import LiveStorage
from upgrader.layout.model import StorageLayout
from upgrader.registry import Family


@dataclass(frozen=True, slots=True)
class Unknown:
    """An earlier implementation whose storage is not known, or not in full.

    Attributes:
        implementation: Its address; empty where not even that is known.
        why: In words.
    """

    implementation: str
    why: str


@dataclass(frozen=True, slots=True)
class Case:
    """Two layouts of a live proxy, and what the chain says.

    Attributes:
        old: The layout in use.
        new: The layout that shall be used.
        changes: Facts about the two.
        live: What the proxy's storage holds; None where there is no one proxy to ask (a beacon under management).
        unknown: Earlier implementations that nobody could compare with.
    """

    old: StorageLayout
    new: StorageLayout
    changes: tuple[LayoutChange, ...]
    live: LiveStorage | None
    unknown: tuple[Unknown, ...] = ()

    @property
    def fresh(self) -> tuple[Fresh, ...]:
        """Every variable with bytes that only the new layout has live."""
        return fresh_bytes(self.old, self.new, self.changes)


Rule: TypeAlias = Callable[[Case], Iterable[Finding]]

FAMILY: Final[Family[Rule]] = Family(__package__)

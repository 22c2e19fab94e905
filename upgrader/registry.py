"""Families: a folder whose modules are its members, found by themselves.

A family lives in ``<folder>/_base.py`` as a module constant; a member is one module beside it that registers one
value.  Adding a member is one new file, deleting the file removes it, and nothing else names it::

    FAMILY: Family[ProxyKind] = Family(__package__)      # proxies/_base.py

    @FAMILY.register                                     # proxies/beacon.py
    class Beacon: ...
"""

import importlib
import pkgutil
from typing import Any, Generic, TypeVar

M = TypeVar("M")


class Family(Generic[M]):
    """The members of one folder, in the order of their module names.

    Args:
        package: The dotted name of the folder.
    """

    def __init__(self, package: str) -> None:
        self.package = package
        self._found: dict[str, list[M]] = {}
        self._members: tuple[M, ...] | None = None

    def register(self, member: M) -> M:
        """Add ``member`` (decorator for classes and functions); instances are added with :meth:`add`."""
        return self.add(_module_of(member), member)

    def add(self, module: str, member: M) -> M:
        """Add a value from the module named ``module`` (its ``__name__``)."""
        self._found.setdefault(module, []).append(member)
        self._members = None
        return member

    def members(self) -> tuple[M, ...]:
        """Import every module of the folder once and return what they registered, sorted by module."""
        if self._members is None:
            folder = importlib.import_module(self.package)
            for module in pkgutil.iter_modules(folder.__path__):
                if not module.name.startswith("_"):
                    importlib.import_module(f"{self.package}.{module.name}")
            self._members = tuple(member for module in sorted(self._found) for member in self._found[module])
        return self._members


def _module_of(member: Any) -> str:
    return str(getattr(member, "__module__", type(member).__module__))

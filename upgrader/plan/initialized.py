"""Where a proxy keeps the version it was initialised to, before OpenZeppelin 5 gave that a namespace.

==================  =====================================  ==========================
OpenZeppelin 4      ``uint8 _initialized``                 the version
OpenZeppelin 3      ``bool _initialized``                  true is version 1
ZeppelinOS, 2       ``bool initialized``                   true is version 1
Aave                ``uint256 lastInitializedRevision``    the revision
==================  =====================================  ==========================

Sources: https://github.com/OpenZeppelin/openzeppelin-contracts-upgradeable (proxy/utils/Initializable.sol of 3.4 and
4.9), https://github.com/aave/aave-v3-core (VersionedInitializable.sol)
"""

from typing import Final

from upgrader.layout.leaves import leaves
from upgrader.layout.meaning import resolved
from upgrader.layout.model import StorageLayout
from upgrader.layout.types import Elementary, Kind
from upgrader.plan.state import FlagPlace
from upgrader.units import WORD

_NAMES: Final = {
    "_initialized": None,
    "initialized": "Initializable",
    "lastInitializedRevision": "VersionedInitializable",
}
"""Name -> the contract that must declare it, where the name alone is not telling."""

_FARTHEST: Final = 2**32
"""Slots; those bases stand first in storage, and no compiler gave roots a base then."""


def flag_of(layout: StorageLayout) -> FlagPlace | None:
    """Return where an implementation without the namespace keeps its version; None where it keeps none."""
    root = next(iter(layout.regions), None)
    if root is None or root.base != 0:
        return None
    for leaf in leaves(layout.types, root.variables):
        kind = resolved(layout.types, leaf.variable.type)
        wanted = _NAMES.get(leaf.name, "") if len(leaf.path) == 1 else ""
        if wanted == "" or (wanted is not None and leaf.variable.contract != wanted):
            continue
        counts = isinstance(kind, Elementary) and kind.kind in {Kind.BOOL, Kind.UINT}
        if counts and leaf.start < _FARTHEST * WORD:
            return FlagPlace(leaf.start // WORD, leaf.start % WORD, leaf.end - leaf.start)
    return None

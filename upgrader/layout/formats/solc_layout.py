"""A bare ``storageLayout``: what ``solc --storage-layout``, ``forge inspect`` and layout snapshots in repositories are.

Source: https://docs.soliditylang.org/en/latest/internals/layout_in_storage.html#json-output
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from upgrader.layout.formats._base import FORMATS, Described
from upgrader.layout.read import raw_layout
from upgrader.layout.untrusted import record


@FORMATS.register
class SolcLayout:
    """``{"storage": [...], "types": {...}}``, alone or under ``storageLayout``."""

    name: ClassVar[str] = "solc storage layout"

    def recognises(self, document: Mapping[str, Any]) -> bool:
        """Whether there is a list of variables and no compiler output around it."""
        inner = document.get("storageLayout", document)
        return isinstance(inner, Mapping) and isinstance(inner.get("storage"), list) and "abi" not in document

    def contracts(self, document: Mapping[str, Any]) -> Sequence[str]:  # noqa: ARG002 - one contract, unnamed
        """Return the one key."""
        return [""]

    def read(self, document: Mapping[str, Any], key: str, origin: str) -> Described:
        """Return the layout; its contract is named by the document, else by its first variable."""
        layout = record(document.get("storageLayout", document), origin)
        first = next((item for item in layout.get("storage", ()) if isinstance(item, dict)), {})
        named = document.get("contract") or str(first.get("contract", "")).rpartition(":")[2]
        return raw_layout(layout, key or str(named)[:200] or "the contract", origin)

"""Notices: what each kind of reader must know of an upgrade, one member a file."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from upgrader.reports.dossier import Dossier
from upgrader.reports.interface import InterfaceChange, interface_change
from upgrader.reports.notices._base import Notice, NoticeContext, notices

__all__ = ["Notice", "NoticeContext", "notices", "render_notices"]


def render_notices(
    dossier: Dossier,
    context: NoticeContext | None = None,
    *,
    interfaces: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, str]:
    """Return every notice as Markdown, by audience.

    Args:
        dossier: Everything that is known of the upgrade.
        context: What a program cannot know; None for nothing.
        interfaces: Contract -> its build record, whose ``old.abi`` and ``new.abi`` are compared where both are there.
    """
    given = context or NoticeContext()
    compared = {contract: found for contract, record in (interfaces or {}).items() if (found := _compared(record))}
    given = replace(given, interfaces={**compared, **given.interfaces})
    return {notice.audience: notice.render(dossier, given) for notice in notices()}


def _compared(record: Mapping[str, Any]) -> InterfaceChange | None:
    sides = [record.get(side) for side in ("old", "new")]
    abis = [side.get("abi") if isinstance(side, Mapping) else None for side in sides]
    if not all(isinstance(abi, list | tuple) and abi for abi in abis):
        return None
    return interface_change(*abis)  # type: ignore[arg-type]  # both are lists: the line above

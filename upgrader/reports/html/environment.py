"""What every page is rendered with: escaping that cannot be forgotten, bounded values, and a policy that forbids all.

Pages are opened from mail, archives and USB sticks, so they must be harmless wherever they are read: they have no
script, fetch nothing, and a content security policy forbids both; every value passes
:func:`upgrader.reports.text.visible` (no control or reordering characters, no megabyte names) and is then escaped.
Templates are constants of this package: the pure floors read no files.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from upgrader.reports import summary
from upgrader.reports.grouping import groups
from upgrader.reports.moments import moment, span
from upgrader.reports.text import visible
from upgrader.units import hexed

ROWS: Final = 400
"""Rows of one table; what is left out is counted and its file named."""

BRIEF: Final = 120
"""Characters of a name on the first screen."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that are shown, and how many are not."""

    shown: Sequence[Any]
    left: int


def table(rows: Sequence[Any], limit: int = ROWS) -> Table:
    """Return the first ``limit`` rows and the count of the others."""
    return Table(rows[:limit], max(0, len(rows) - limit))


def environment(templates: Mapping[str, str], functions: Mapping[str, Any]) -> Environment:
    """Return an environment in which every printed value is made visible, bounded and escaped.

    Args:
        templates: By name; constants.
        functions: What templates may call besides the usual ones.
    """
    made = Environment(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_safe,
    )
    made.globals.update(
        brief=brief, digits=digits, groups=groups, hexed=hexed, moment=moment, plural=summary.plural, span=span
    )
    made.globals.update(functions)
    return made


def policy(style: str) -> str:
    """Return a content security policy that allows exactly this style sheet."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def brief(text: str) -> Markup:
    """Return a text for the first screen, where a long name must not push the hashes away."""
    return escape(visible(text, BRIEF))


def digits(number: int) -> str:
    """Return a number in groups of three digits."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def _safe(value: Any) -> Any:
    """Make every value that a template prints visible and bounded; markup that a macro made stays."""
    return value if isinstance(value, Markup) else visible(str(value))

"""``upgrader doctor``: what is installed, what is missing, and the command that mends it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import click

from upgrader.cli.outcome import Console, Outcome, reports

if TYPE_CHECKING:
    from upgrader.flows.doctor import Part

ORDER: Final = 11
NOT_WELL: Final = 7
"""Exit code when a required part is missing."""


@click.command()
@reports("doctor")
def command(console: Console) -> Outcome:
    """Check every part that upgrader runs on, and name the fix."""
    from upgrader.cli.wiring import machine
    from upgrader.flows.doctor import examine

    console.progress("looking at compilers, chain tools, Ape and endpoints …")
    parts = examine(machine())
    failing = [part for part in parts if part.fails]
    count = f"{len(failing)} part{'' if len(failing) == 1 else 's'} to mend" if failing else "nothing to mend"
    return Outcome(
        data={"parts": [part.to_json() for part in parts]},
        text=(*_table(parts), count),
        exit=NOT_WELL if failing else 0,
        next=failing[0].remedy if failing else "upgrader demo",
    )


def _table(parts: Iterable["Part"]) -> Iterable[str]:
    from upgrader.flows.doctor import State
    from upgrader.reports.text import visible

    signs = {State.OK: "✓", State.UNUSED: "·"}
    for part in parts:
        sign = signs.get(part.state, "✗" if part.required else "!")
        found = visible(part.found or part.state.value)
        wanted = f"  (wanted {part.wanted})" if part.wanted and part.state is not State.OK else ""
        yield f"{sign} {visible(part.name):<24} {found}{wanted}"
        if part.remedy:
            yield f"    > {visible(part.remedy)}"

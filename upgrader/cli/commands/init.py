"""``upgrader init``: the files of a new project."""

from pathlib import Path
from typing import Final

import click

from upgrader.cli.outcome import Console, Outcome, reports

ORDER: Final = 10


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--name", help="The project's name in reports and notices.  [default: the folder's name]")
@reports("init")
def command(console: Console, folder: Path, name: str | None) -> Outcome:  # noqa: ARG001 - it asks and says nothing
    """Write the files of a new project into FOLDER.

    They are upgrader.toml, a network with its fleet of nodes, Ape's configuration and the commands as Ape scripts;
    nothing that is there is overwritten.
    """
    from upgrader.cli.wiring import folder_of
    from upgrader.flows.init import initialise
    from upgrader.reports.text import visible

    done = initialise(folder_of(folder), name or folder.absolute().resolve().name)
    lines = [
        *(f"wrote     {visible(str(folder / path))}" for path in done.written),
        *(f"extended  {visible(str(folder / path))}" for path in done.extended),
        *(f"kept      {visible(str(folder / path))}" for path in done.kept),
    ]
    return Outcome(
        data={"written": list(done.written), "extended": list(done.extended), "kept": list(done.kept)},
        text=tuple(lines),
        next="upgrader doctor",
    )

"""``upgrader demo``: the whole journey on a local chain with the reference protocol."""

from pathlib import Path
from typing import Final

import click

from upgrader.cli.outcome import Console, Outcome, reports

ORDER = 1
DELAY: Final = 172_800
"""The demo's timelock waits 48 hours, as DESIGN's reference protocol does."""
FAILED: Final = 4
OUT: Final = Path("out") / "demo"


@click.command()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=OUT, show_default=True)
@reports("demo")
def command(console: Console, folder: Path) -> Outcome:
    """Run the whole journey on a local chain with real governance.

    Upgrades market and clearing house of the reference protocol, refuses what is early or broken, and rolls back.

    The market regression runs a few conditions here; `upgrader simulate` runs all of them.
    """
    from upgrader.cli.demo.folder import require_imports, take_folder
    from upgrader.cli.demo.journey import Journey
    from upgrader.cli.demo.setting import setting
    from upgrader.errors import SimulationError
    from upgrader.findings import Verdict
    from upgrader.reports.text import visible
    from upgrader.units import Seconds

    require_imports(folder)
    take_folder(folder)
    failure = ""
    with setting(folder.resolve(), Seconds(DELAY), console.progress) as (sandbox, protocol):
        journey = Journey(folder.resolve(), sandbox, protocol, Seconds(DELAY), console.progress)
        try:
            journey.upgrade_and_return()
            journey.refuse_broken()
        except SimulationError as error:
            failure = str(error)
    bundle, report = folder / "upgrades" / "001-put-spreads", folder / "upgrades" / "001-put-spreads" / "report.html"
    lines = [
        *(
            f"{'✓' if stage.expected else '✗'} {stage.name:<28} {stage.verdict:<12} {stage.seconds:6.1f} s"
            for stage in journey.stages
        ),
        *([f"stopped: {visible(failure)}"] if failure else []),
        f"bundle  {bundle}",
        f"report  {report}",
    ]
    return Outcome(
        {"stages": [stage.to_json() for stage in journey.stages], "bundle": str(bundle), "report": str(report)},
        tuple(lines),
        verdict=Verdict.CANNOT_TELL if failure else Verdict.SAFE,
        exit=FAILED if failure else 0,
        next=f"open {report}",
    )

"""Several market regressions of one upgrade as one, each smallest script under a name of its own."""

import re
from collections.abc import Iterable
from typing import Final

from upgrader.flows.regression import Regressed
from upgrader.simulation.joined import Leg, joined
from upgrader.simulation.reproduction import Reproduction

_NUMBER: Final = re.compile(r"^\d+-")


def join(legs: Iterable[tuple[str, str, Regressed]]) -> Regressed:
    """Return the legs as one.

    Args:
        legs: Title of each (``markets as of now``), what tells its cases from another leg's (``after the delay``; empty
            for nothing), and what it showed.
    """
    scripts: dict[str, Reproduction] = {}
    placed: list[Leg] = []
    for title, within, regressed in legs:
        files = {}
        for name, script in regressed.scripts.items():
            files[name] = f"{len(scripts) + 1:02d}-{_NUMBER.sub('', name)}"
            scripts[files[name]] = script
        placed.append(Leg(title, regressed.regression, within, files))
    return Regressed(joined(placed), scripts)

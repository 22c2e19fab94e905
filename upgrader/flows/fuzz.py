"""Differential fuzzing: generated call sequences on the old and the new code, with nothing to write.

Sequences are made of the contracts' ABIs, of the live state and of recent traffic, functions first that what changed
reaches; they are run on both branches, and those that reach something new are what later ones begin with.  What
returns, reverts, emits, answers or stands in storage otherwise is shrunk to the smallest sequence that shows it.

The same seed on the same state gives the same sequences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from upgrader.flows.fuzz_campaign import CASE, Campaign, Found
from upgrader.flows.regression import Kind, Regressed, Trial, kind_of, slug, told_of
from upgrader.ports import Progress, TracingEngine
from upgrader.simulation.compare import Aspect
from upgrader.simulation.regression import Shown
from upgrader.simulation.reproduction import Reproduction
from upgrader.simulation.script import Script
from upgrader.simulation.sequences.surface import Interface
from upgrader.simulation.told import Told
from upgrader.simulation.traffic import Transaction
from upgrader.units import Address

SEQUENCES: Final = 256
"""Sequences that are run where nobody says how many."""

MOST_SHRUNK: Final = 12
"""Differences that get a script of their own, first come; most of one upgrade's have one cause."""


def fuzz(  # noqa: PLR0913 - ports, and what is put to the test
    engine: TracingEngine,
    trial: Trial,
    interfaces: Mapping[Address, Interface],
    traffic: Sequence[Transaction],
    say: Progress,
    *,
    seed: int = 0,
    sequences: int = SEQUENCES,
) -> Regressed:
    """Run generated sequences on both branches and return what differs.

    Args:
        engine: Runs scenarios on the state of ``trial.block``.
        trial: What is put to the test, with its upgrade made at once; the ABIs of its lens explain what other contracts
            are called with.
        interfaces: Contracts under management, by the address that users call.
        traffic: Recent transactions, in any order; none is fine, and finds less.
        say: Progress.
        seed: Decides what is generated.
        sequences: How many are run, on each branch.

    Returns:
        Facts of the one case :data:`~upgrader.flows.fuzz_campaign.CASE`, and the smallest sequences by file name.

    Raises:
        SimulationError: The upgrade itself reverted.
        UnavailableError: The state could not be had.
    """
    campaign = Campaign(engine, trial, interfaces, traffic, seed)
    causes: dict[Kind, Found] = {}
    for found in (*campaign.hunt(sequences, say), *campaign.look_at_storage(engine, say)):
        if not campaign.note(found):
            causes.setdefault(kind_of(found.difference), found)
    names: dict[Kind, str] = {}
    reproductions: dict[str, Reproduction] = {}
    told: list[Told] = []
    for kind, found in islice(causes.items(), MOST_SHRUNK):
        say(f"fuzz: the smallest sequence for {found.difference.contract}.{found.difference.observable}")
        name = names[kind] = f"{len(names) + 1:02d}-generated-{slug(found.difference)}.json"
        reproductions[name] = campaign.smallest(found)
        told.append(told_of(engine, name, reproductions[name], trial.lens, Script(CASE, reproductions[name].scenario)))
    regression = campaign.gathering.result()
    named = tuple(replace(shown, script=_script_of(shown, names)) for shown in regression.differences)
    return Regressed(replace(regression, differences=named, told=tuple(told)), reproductions)


def _script_of(shown: Shown, names: Mapping[Kind, str]) -> str:
    return "" if shown.declared else names.get((Aspect(shown.aspect), shown.contract, shown.observable), "")

"""What differs is mined and traced: the smallest scripts from within, on the old and on the new code.

A simulation says that a figure is another; the call tree says where the code went another way, and the storage, by
variable, key and member, what it left behind.  The keys come from what the run itself hashed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

from upgrader.layout.locate import describe_change
from upgrader.layout.model import StorageLayout
from upgrader.ports import CopyEngine, Progress
from upgrader.simulation.dissected import Dissected, Inside
from upgrader.simulation.mined import Traced
from upgrader.simulation.naming import Names
from upgrader.simulation.reproduction import Reproduction
from upgrader.simulation.result import SlotChange, VariableChange
from upgrader.simulation.scenario import without
from upgrader.simulation.trace import call_tree
from upgrader.units import Address, hexed, word

Layouts = Mapping[Address, StorageLayout]


@dataclass(frozen=True, slots=True)
class Known:
    """What explains a trace.

    Attributes:
        old: Proxy -> layout of the code before the upgrade.
        new: Proxy -> layout of the code after it.
        names: Of addresses, calls and errors.
    """

    old: Layouts = field(default_factory=dict)
    new: Layouts = field(default_factory=dict)
    names: Names = field(default_factory=Names)


def dissect(
    engine: CopyEngine, scripts: Mapping[str, Reproduction], known: Known, say: Progress
) -> tuple[Dissected, ...]:
    """Mine each script on both branches and return what happened inside.

    Args:
        engine: On the state that the scripts start from.
        scripts: By file name.
        known: What explains the traces.
        say: Progress.

    Raises:
        SimulationError: A trace makes no sense.
        UnavailableError: The state could not be had.
    """
    return tuple(chain.from_iterable(_both(engine, name, script, known, say) for name, script in scripts.items()))


def _both(engine: CopyEngine, name: str, script: Reproduction, known: Known, say: Progress) -> Iterator[Dissected]:
    say(f"regression: {name}, mined and traced on the old and the new code")
    yield _one(engine, name, script, known, "old")
    yield _one(engine, name, script, known, "new")


def _one(engine: CopyEngine, name: str, script: Reproduction, known: Known, branch: Literal["old", "new"]) -> Dissected:
    old = branch == "old"
    prelude = without(script.prelude, script.upgrade) if old else script.prelude
    mined = engine.replay(prelude, script.scenario, {}, within=True)
    layouts = known.old if old else known.new
    traced = mined.traced[len(prelude) :]
    # A mapping's place may have been hashed by an earlier transaction than the one that writes there.
    hashed = {digest: image for moment in mined.traced for each in moment for digest, image in each.preimages.items()}
    acts = tuple(
        Inside(
            act.label or known.names.call(act.data),
            result.status,
            call_tree(each.calls, known.names),
            _changes(each, layouts, hashed, known.names),
        )
        for moment, results, inside in zip(script.scenario.moments, mined.answers.acts, traced, strict=True)
        for act, result, each in zip(moment.acts, results, inside, strict=True)
    )
    blind = {
        (change.contract, change.slot): None
        for act in acts
        for change in act.changes
        if not change.variables and change.address in layouts
    }
    return Dissected(name, branch, acts, tuple(blind))


def _changes(traced: Traced, layouts: Layouts, hashed: Mapping[bytes, bytes], names: Names) -> tuple[SlotChange, ...]:
    changes = []
    for change in traced.changes:
        layout = layouts.get(change.address)
        meaning = describe_change(layout, change.slot, change.before, change.after, hashed) if layout else ()
        variables = tuple(VariableChange(each.name, each.type, each.before, each.after) for each in meaning)
        before, after = hexed(change.before), hexed(change.after)
        place = hexed(word(change.slot))
        changes.append(SlotChange(names.of(change.address), change.address, place, before, after, variables))
    return tuple(changes)

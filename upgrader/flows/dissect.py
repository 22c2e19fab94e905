"""What differs is mined and traced: the smallest scripts from within, on the old and on the new code.

A simulation says that a figure is another; the call tree says where the code went another way, and the storage, by
variable, key and member, what it left behind.  The keys come from what the run itself hashed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Literal

from upgrader.layout.locate import describe_change, locate
from upgrader.layout.model import StorageLayout
from upgrader.ports import CopyEngine, Progress
from upgrader.simulation.compare import Aspect, Lens, place_of
from upgrader.simulation.dissected import Dissected, Inside
from upgrader.simulation.mined import Traced
from upgrader.simulation.naming import Names
from upgrader.simulation.regression import Regression, Shown
from upgrader.simulation.reproduction import Reproduction
from upgrader.simulation.result import SlotChange, VariableChange
from upgrader.simulation.scenario import Watch
from upgrader.simulation.trace import call_tree
from upgrader.units import Address, Slot, hexed, word

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

    def lens(self, lens: Lens, watch: Watch) -> Lens:
        """Return a lens that calls each watched word by its variable, where it holds one and lies behind no hash."""
        layouts = {**self.old, **self.new}
        places = ((owner, slot) for owner, slots in watch.items() if owner in layouts for slot in slots)
        found = {(owner, slot): locate(layouts[owner], slot, {}) for owner, slot in places}
        plain = {place: it.name for place, it in found.items() if it is not None and len(it.parts) == 1}
        return replace(lens, variables={**lens.variables, **plain})


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


def explained(regression: Regression, dissected: tuple[Dissected, ...]) -> Regression:
    """Return a regression with what happened inside its scripts, and with the variables of the words that differ.

    A word keeps its slot as the observable, which declarations name; what it holds is known only after the run, and
    becomes its label.  A word that no script wrote keeps its slot there, too.
    """
    names = {
        (change.contract, place_of(Slot(int(change.slot, 16)))): ", ".join(each.name for each in change.variables)
        for each in dissected
        for inside in each.acts
        for change in inside.changes
        if change.variables
    }

    def named(shown: Shown) -> Shown:
        variables = names.get((shown.contract, shown.label)) if shown.aspect == Aspect.STORAGE else None
        return replace(shown, label=variables) if variables else shown

    return replace(regression, differences=tuple(map(named, regression.differences)), dissected=dissected)


def _both(engine: CopyEngine, name: str, script: Reproduction, known: Known, say: Progress) -> Iterator[Dissected]:
    say(f"regression: {name}, mined and traced on the old and the new code")
    yield _one(engine, name, script, known, "old")
    yield _one(engine, name, script, known, "new")


def _one(engine: CopyEngine, name: str, script: Reproduction, known: Known, branch: Literal["old", "new"]) -> Dissected:
    run = script.branch(branch)
    mined = engine.replay(run.prelude, run.scenario, {}, within=True)
    layouts = known.old if branch == "old" else known.new
    traced = run.own(mined.traced[len(run.prelude) :])
    # A mapping's place may have been hashed by an earlier transaction than the one that writes there.
    hashed = {digest: image for moment in mined.traced for each in moment for digest, image in each.preimages.items()}
    acts = tuple(
        Inside(
            act.label or known.names.call(act.data),
            result.status,
            call_tree(each.calls, known.names),
            _changes(each, layouts, hashed, known.names),
        )
        for moment, results, inside in zip(script.scenario.moments, run.own(mined.answers.acts), traced, strict=True)
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

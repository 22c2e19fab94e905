"""Several regressions as one: the markets now, the same after the delay, real traffic again, generated calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from upgrader.simulation.gathering import largest_of, merged, unmet
from upgrader.simulation.plot import Path, Plot
from upgrader.simulation.regression import Broken, Compared, Meant, Part, Regression, Shown
from upgrader.simulation.told import Told


@dataclass(frozen=True, slots=True)
class Leg:
    """One regression among several.

    Attributes:
        title: What it was: ``markets as of now``.
        regression: What it showed.
        within: What tells its cases from another leg's of the same name, put behind them: ``after the delay``.
        files: Name of a script in this leg -> its name among all; empty keeps them.
    """

    title: str
    regression: Regression
    within: str = ""
    files: Mapping[str, str] | None = None


def joined(legs: Sequence[Leg]) -> Regression:
    """Return everything that the legs showed, in their order.

    A declaration is absent only where no leg shows it.  Cases of one name are one row.  A difference that has no script
    of its own is shown by that of the first leg which has one.
    """
    moved = [_moved(leg) for leg in legs]
    declared, compared = _declared(moved), _compared(moved)
    return Regression(
        scenarios=sum(each.scenarios for each in moved),
        compared=compared,
        differences=_scripted([shown for each in moved for shown in each.differences]),
        broken=tuple(broken for each in moved for broken in each.broken),
        absent=unmet(declared, compared),
        declared=declared,
        plots=tuple(plot for each in moved for plot in each.plots),
        paths=tuple(dict.fromkeys(path for each in moved for path in each.paths)),
        told=tuple(told for each in moved for told in each.told),
        scales=tuple(dict.fromkeys(read for each in moved for read in each.scales)),
        people=tuple(dict.fromkeys(pair for each in moved for pair in each.people)),
        parts=tuple(part for leg in legs for part in _parts(leg)),
        replay=next((each.replay for each in moved if each.replay is not None), None),
        assurance=tuple(each for regression in moved for each in regression.assurance),
        unseen=tuple(dict.fromkeys(each for regression in moved for each in regression.unseen)),
        dissected=tuple(each for regression in moved for each in regression.dissected),
    )


def _moved(leg: Leg) -> Regression:
    """Return a leg's regression with the names that its cases and scripts have among all."""

    def case(name: str) -> str:
        return f"{name}/{leg.within}" if leg.within else name

    def file(name: str) -> str:
        return (leg.files or {}).get(name, name)

    def compared(each: Compared) -> Compared:
        return replace(each, case=case(each.case))

    def shown(each: Shown) -> Shown:
        return replace(each, case=case(each.case), script=file(each.script))

    def broken(each: Broken) -> Broken:
        return replace(each, case=case(each.case))

    def plot(each: Plot) -> Plot:
        return replace(each, case=case(each.case))

    def path(each: Path) -> Path:
        return replace(each, case=case(each.case))

    def told(each: Told) -> Told:
        return replace(each, case=case(each.case), file=file(each.file))

    regression = leg.regression
    return replace(
        regression,
        compared=tuple(map(compared, regression.compared)),
        differences=tuple(map(shown, regression.differences)),
        broken=tuple(map(broken, regression.broken)),
        plots=tuple(map(plot, regression.plots)),
        paths=tuple(map(path, regression.paths)),
        told=tuple(map(told, regression.told)),
        dissected=tuple(replace(each, script=file(each.script)) for each in regression.dissected),
    )


def _scripted(differences: Sequence[Shown]) -> tuple[Shown, ...]:
    scripts: dict[tuple[str, str, str], str] = {}
    for each in differences:
        if each.script:
            scripts.setdefault((each.aspect, each.contract, each.observable), each.script)
    return tuple(
        each
        if each.script or each.declared
        else replace(each, script=scripts.get((each.aspect, each.contract, each.observable), ""))
        for each in differences
    )


def _compared(regressions: Sequence[Regression]) -> tuple[Compared, ...]:
    rows: dict[str, Compared] = {}
    for each in (compared for regression in regressions for compared in regression.compared):
        rows[each.case] = merged(rows[each.case], each) if each.case in rows else each
    return tuple(rows.values())


def _declared(regressions: Sequence[Regression]) -> tuple[Meant, ...]:
    found: dict[tuple[str, ...], Meant] = {}
    for each in (meant for regression in regressions for meant in regression.declared):
        key = (each.contract, each.observable, each.condition, each.bound, each.why, each.activation, each.amount)
        known = found.get(key)
        found[key] = each if known is None else _sum(known, each)
    return tuple(found.values())


def _sum(one: Meant, other: Meant) -> Meant:
    seen = [each.relative for each in (one, other) if each.kept or each.exceeded]
    return replace(one, kept=one.kept + other.kept, exceeded=one.exceeded + other.exceeded, relative=largest_of(seen))


def _parts(leg: Leg) -> tuple[Part, ...]:
    compared = leg.regression.compared
    whole = Part(
        leg.title,
        leg.regression.scenarios,
        sum(each.acts for each in compared),
        sum(each.answers for each in compared),
    )
    return leg.regression.parts or (whole,)

"""A figure on both codes as a drawing: old and new, their difference, and the market that they were in.

Points stand evenly, with true times below: days of quiet before an expiry would otherwise press its last half hour
into one line.  Each panel has its own scale, so that a difference of one unit is seen beside a figure of millions.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from upgrader.reports.market.figures import change, compact
from upgrader.reports.moments import span
from upgrader.simulation.compare import Aspect
from upgrader.simulation.legend import Scale
from upgrader.simulation.plot import Path, Plot

WIDTH: Final = 620
LEFT: Final = 86
RIGHT: Final = 44
TITLE: Final = 20
"""Height of a panel's title."""

FIGURE: Final = 132
DIFFERENCE: Final = 46
MARKET: Final = 46
FOOT: Final = 30
STOPS: Final = 4
"""Times that are written below."""

TICKS: Final = 3
CLOSE: Final = 12
"""Two labels nearer than this are moved apart."""


Sides: TypeAlias = tuple[Sequence[int | None], Sequence[int | None]]
"""Figures on the old and on the new code."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis with its words; ``anchor`` is ``first``, ``last`` or empty."""

    at: str
    words: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One side: ``old``, ``new`` or ``market``; unbroken runs of points, and single points."""

    kind: str
    runs: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]
    label: str
    label_at: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One scale; ``bars`` is a path of differences from ``zero``."""

    title: str
    top: int
    height: int
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    bars: str = ""
    zero: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing; ``marked`` is where the largest change is, empty where none could be measured."""

    height: int
    panels: tuple[Panel, ...]
    stops: tuple[Tick, ...]
    marked: str
    thick: str


def draw(plot: Plot, path: Path | None = None) -> Chart:
    """Return the drawing of a figure, with the price path below it where there is one."""
    count = len(plot.times)
    places = [_x(index, count) for index in range(count)]
    old, new = (_numbers(side) for side in (plot.old, plot.new))
    calls = plot.aspect != Aspect.ANSWER.value
    unit = f", {plot.scale.unit}" if plot.scale.unit else ""
    panels = [_figure(f"{plot.scale.name}{unit}", plot.scale, places, (old, new), dots=calls)]
    top = TITLE + FIGURE + TITLE
    panels.append(_difference(plot, places, (old, new), top))
    top += DIFFERENCE + TITLE
    if path and (market := _market(plot, path, places, top)):
        panels.append(market)
        top += MARKET
    widest = plot.widest
    return Chart(
        height=top + FOOT,
        panels=tuple(panels),
        stops=_stops(plot.times, places),
        marked="" if widest is None else places[widest],
        thick=f"{min(14.0, max(1.2, 0.6 * (WIDTH - LEFT - RIGHT) / max(count, 1))):.1f}",
    )


def described(plot: Plot) -> str:
    """Return a drawing in one sentence, for those who do not see it."""
    at = plot.widest
    if at is None:
        return f"{plot.scale.name} on the old and the new code; no point has both."
    largest = change(plot.old[at], plot.new[at], plot.scale)
    return f"{plot.scale.name} on the old and the new code, {len(plot.times)} points; largest change {largest}."


def _figure(
    title: str,
    scale: Scale,
    places: Sequence[str],
    sides: tuple[Sequence[int | None], Sequence[int | None]],
    *,
    dots: bool,
) -> Panel:
    low, high = _range([value for side in sides for value in side if value is not None])
    ends: list[float] = []
    lines = []
    for kind, side in zip(("new", "old"), reversed(sides), strict=True):
        last = next((value for value in reversed(side) if value is not None), None)
        end = 0.0 if last is None else _y(last, low, high, TITLE, FIGURE)
        ends.append(end)
        heights = [None if value is None else _y(value, low, high, TITLE, FIGURE) for value in side]
        lines.append(_line(kind, places, heights, dots=dots))
    first, second = _apart(*ends)
    labelled = (_labelled(lines[0], "new", first), _labelled(lines[1], "old", second))
    return Panel(title, TITLE, FIGURE, _ticks(low, high, scale, TITLE, FIGURE), labelled)


def _difference(plot: Plot, places: Sequence[str], sides: Sides, top: int) -> Panel:
    differences = [None if a is None or b is None else b - a for a, b in zip(*sides, strict=True)]
    known = [each for each in differences if each is not None]
    low, high = _range([0, *known])
    zero = _y(0, low, high, top, DIFFERENCE)
    bars = "".join(
        f"M{x} {zero:.1f}V{_y(each, low, high, top, DIFFERENCE):.1f}"
        for x, each in zip(places, differences, strict=True)
        if each
    )
    ticks = _ticks(min([0, *known]), max([0, *known]), plot.scale, top, DIFFERENCE, bounds=(low, high))
    return Panel("new less old", top, DIFFERENCE, ticks, (), bars, f"{zero:.1f}")


def _market(plot: Plot, path: Path, places: Sequence[str], top: int) -> Panel | None:
    """Return the price path; None where the protocol never had a price.

    A figure of the time when nothing is quoted any more, as a payout, has the way there below it.
    """
    values = _numbers(path.values)
    seen = [bisect_right(path.times, time) - 1 for time in plot.times]
    side = [values[index] if index >= 0 else None for index in seen]
    if all(value is None for value in side):
        return _way(path, top)
    low, high = _range([value for value in side if value is not None])
    line = _line("market", places, [None if v is None else _y(v, low, high, top, MARKET) for v in side], dots=False)
    unit = f", {path.scale.unit}" if path.scale.unit else ""
    gaps = " (gaps: the protocol had no price)" if None in side else ""
    ticks = _ticks(low, high, path.scale, top, MARKET)
    return Panel(f"market: {path.scale.name}{unit}{gaps}", top, MARKET, ticks, (line,))


def _way(path: Path, top: int) -> Panel | None:
    """Return a price path of a time before the figure's: its points evenly, with first and last time in the title."""
    known = [(time, int(value)) for time, value in zip(path.times, path.values, strict=True) if value]
    if not known:
        return None
    times, values = zip(*known, strict=True)
    low, high = _range(values)
    places = [_x(index, len(values)) for index in range(len(values))]
    line = _line("market", places, [_y(value, low, high, top, MARKET) for value in values], dots=False)
    unit = f", {path.scale.unit}" if path.scale.unit else ""
    title = f"market before it: {path.scale.name}{unit}, from +{span(times[0])} to +{span(times[-1])}"
    return Panel(title, top, MARKET, _ticks(low, high, path.scale, top, MARKET), (line,))


def _line(kind: str, places: Sequence[str], heights: Sequence[float | None], *, dots: bool) -> Line:
    runs: list[list[str]] = [[]]
    single: list[tuple[str, str]] = []
    for x, y in zip(places, heights, strict=True):
        if y is None:
            runs.append([])
        else:
            runs[-1].append(f"{x},{y:.1f}")
            if dots:
                single.append((x, f"{y:.1f}"))
    alone = [tuple(run[0].split(",")) for run in runs if len(run) == 1]
    return Line(
        kind,
        () if dots else tuple(" ".join(run) for run in runs if len(run) > 1),
        tuple(single) if dots else tuple((x, y) for x, y in alone),
        "",
        "",
    )


def _labelled(line: Line, label: str, at: float) -> Line:
    return Line(line.kind, line.runs, line.dots, label, f"{at:.1f}")


def _apart(one: float, other: float) -> tuple[float, float]:
    """Move two labels apart that would cover each other."""
    if abs(one - other) >= CLOSE:
        return one, other
    middle = (one + other) / 2
    sign = 1 if one > other else -1
    return middle + sign * CLOSE / 2, middle - sign * CLOSE / 2


def _range(values: Sequence[int]) -> tuple[int, int]:
    """Return the scale's ends in whole numbers, a little outside of what is drawn."""
    low, high = min(values, default=0), max(values, default=1)
    pad = (high - low) // 16 or abs(high) // 20 or 1
    return low - pad, high + pad


def _ticks(
    low: int, high: int, scale: Scale, top: int, height: int, *, bounds: tuple[int, int] | None = None
) -> tuple[Tick, ...]:
    """Return round values within the scale."""
    step = _step(max(high - low, 1), TICKS if height > DIFFERENCE else TICKS - 1)
    decimals = max(0, scale.decimals - (len(str(step)) - 1))
    first = -(-low // step) * step
    values = range(first, high + 1, step)
    ends = bounds or (low, high)
    return tuple(
        Tick(f"{_y(value, *ends, top, height):.1f}", compact(value, scale, decimals))
        for value in list(values)[: 2 * TICKS]
    )


def _step(width: int, count: int) -> int:
    """Return the smallest of 1, 2, 5, 10, … that divides ``width`` into at most ``count`` parts."""
    power: int = 10 ** max(0, len(str(width // count)) - 1)
    return next(step for step in (power * factor for factor in (1, 2, 5, 10, 20, 50, 100)) if step * count >= width)


def _stops(times: Sequence[int], places: Sequence[str]) -> tuple[Tick, ...]:
    last = len(times) - 1
    chosen = sorted({index * last // STOPS for index in range(STOPS + 1)})
    chosen = [at for place, at in enumerate(chosen) if not place or times[at] != times[chosen[place - 1]]]
    return tuple(
        Tick(places[index], f"+{span(times[index])}", {0: "first", last: "last"}.get(index, "") if last else "")
        for index in chosen
    )


def _x(index: int, count: int) -> str:
    width = WIDTH - LEFT - RIGHT
    inside = width / 2 if count == 1 else index * width / (count - 1)
    return f"{LEFT + inside:.1f}"


def _y(value: int, low: int, high: int, top: int, height: int) -> float:
    return top + float((high - value) * height * 1_000 // (high - low)) / 1_000


def _numbers(texts: Sequence[str]) -> list[int | None]:
    return [int(text) if text else None for text in texts]

"""Plot of a chart: a rectangle with two axes, its grid, its ticks and its title, as marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import log10
from typing import Final, Literal, TypeAlias

import msgspec

from resnet_viz.drawing.charts.axis import LEAST_VALUE, Axis, Interval
from resnet_viz.drawing.display_list import ALL, Box, Circle, Dash, Mark, Path, Point, Rect, Text
from resnet_viz.drawing.marks import polyline

_TITLE_SIZE: Final = 12.0
_TICK_SIZE: Final = 10.0
PAD: Final = 10.0
HEAD: Final = 26.0
"""Height of a panel's title."""
_LEFT: Final = 46.0
_BELOW: Final = 32.0
_TICK_ROOM: Final = 44.0
_TICK_HEIGHT: Final = 24.0
LETTER: Final = 6.3
"""Mean width of a letter."""

Values: TypeAlias = Sequence[float | None]
Anchor: TypeAlias = Literal["start", "middle", "end"]


class Plot(msgspec.Struct, frozen=True):
    """Area of a plot and its axes."""

    area: Rect
    x: Axis
    y: Axis

    def point(self, x: float, y: float) -> Point:
        """Position of a pair of values, kept inside the area."""
        value = max(y, LEAST_VALUE) if self.y.logarithmic else y
        top, bottom = self.area.y, self.area.bottom
        return (
            self.x.pixel(self.x.scale(x)),
            min(bottom, max(top, self.y.pixel(self.y.scale(value)))),
        )


def card(rect: Rect, title: str, note: str = "") -> list[Mark]:
    """Card of a panel with its title and a note at the right."""
    room = rect.width - PAD - (LETTER * len(note) + PAD if note else 0)
    marks: list[Mark] = [
        Box(rect, radius=6, fill="card", stroke="line"),
        words(rect.x + PAD, rect.y + 18, clipped(title, room), size=_TITLE_SIZE, weight=600),
    ]
    if note:
        marks.append(small(rect.right - PAD, rect.y + 18, note))
    return marks


def inside(rect: Rect) -> Rect:
    """Area for a plot inside a card, with room for ticks at the left and below."""
    return Rect(
        rect.x + _LEFT,
        rect.y + HEAD + 4,
        max(1.0, rect.width - _LEFT - PAD - 4),
        max(1.0, rect.height - HEAD - _BELOW - 6),
    )


def plot(
    area: Rect,
    xs: tuple[float, float],
    ys: Iterable[float | None],
    *,
    logarithmic: bool = False,
    least: float | None = None,
    most: float | None = None,
) -> Plot:
    """Axes that hold all values.

    Args:
        area: the rectangle between the axes.
        xs: first and last value along x.
        ys: values along y; None and, on a logarithmic axis, what is not positive are left out.
        logarithmic: a logarithmic y axis.
        least: value that the y axis begins at or below; None for the least value.
        most: value that the y axis ends at, whatever the values; None for the largest.
    """
    values = [y for y in ys if y is not None and (y > 0 or not logarithmic)]
    low = min([*values, *([] if least is None else [least])], default=1.0 if logarithmic else 0.0)
    high = max(values, default=1.0) if most is None else most
    if logarithmic:
        low, high = log10(max(low, LEAST_VALUE)), log10(max(high, LEAST_VALUE))
    margin = (high - low) * 0.04 or 0.5
    low = low - margin if logarithmic or least is None else low
    first, last = xs
    return Plot(
        area,
        Axis(Interval(first, last if last > first else first + 1), area.x, area.right),
        Axis(Interval(low, high + margin), area.bottom, area.y, logarithmic),
    )


def axes(of: Plot, x_title: str) -> list[Mark]:
    """Grid lines, ticks and the title of the x axis."""
    area = of.area
    marks: list[Mark] = []
    for tick in of.y.ticks(_TICK_HEIGHT):
        y = of.y.pixel(tick.position)
        marks.append(line([(area.x, y), (area.right, y)], "line", width=1.0))
        marks.append(small(area.x - 6, y + 3.5, tick_text(tick.position, of.y)))
    for tick in of.x.ticks(_TICK_ROOM):
        if tick.position != int(tick.position):
            continue
        x = of.x.pixel(tick.position)
        text = f"{tick.position:g}"
        marks.append(small(x, area.bottom + 14, text, "middle"))
    marks.append(line([(area.x, area.bottom), (area.right, area.bottom)], "line-strong", width=1.0))
    middle = (area.x + area.right) / 2
    marks.append(small(middle, area.bottom + 27, x_title, "middle"))
    return marks


def tick_text(position: float, axis: Axis) -> str:
    """Text of a tick: "0.5", "1e-5"."""
    value = 10**position if axis.logarithmic else position
    if value != 0 and not 1e-3 <= abs(value) < 1e5:
        mantissa, _, power = f"{value:.0e}".partition("e")
        return f"{mantissa}e{int(power)}"
    return f"{value:.6g}"


def curve(
    of: Plot, xs: Sequence[float], ys: Values, color: str, *, width: float = 1.75, dash: Dash = ()
) -> list[Mark]:
    """Line through the values; it is broken where one is None."""
    marks: list[Mark] = []
    pairs = zip(xs, ys, strict=True)
    for is_known, run in groupby(pairs, key=lambda pair: pair[1] is not None):
        points = [of.point(x, y) for x, y in run if y is not None]
        if is_known and len(points) > 1:
            marks.append(line(points, color, width=width, dash=dash))
        elif is_known:
            marks += [Circle(*points[0], 2.0, fill=color)]
    return marks


def dots(of: Plot, xs: Sequence[float], ys: Values, color: str, *, hollow: bool) -> list[Mark]:
    """A dot at each value; hollow ones tell a second series apart without its colour."""
    known = (of.point(x, y) for x, y in zip(xs, ys, strict=True) if y is not None)
    return [
        Circle(*point, 2.6, fill="card" if hollow else color, stroke=color, width=1.4)
        for point in known
    ]


def level(of: Plot, y: float, text: str) -> list[Mark]:
    """Dotted line at one value, with its name."""
    start, end = of.point(of.x.view.low, y), of.point(of.x.view.high, y)
    return [
        line([start, end], "text-3", width=1.0, dash=(2.0, 3.0)),
        small(end[0] - 2, end[1] - 4, text),
    ]


def line(points: Sequence[Point], color: str, *, width: float, dash: Dash = ()) -> Path:
    """A polyline."""
    return Path(polyline(points), stroke=color, width=width, dash=dash)


def key(x: float, y: float, names: Sequence[str]) -> list[Mark]:
    """Names of the networks in one line from x on; the counterpart's line is dashed."""
    marks: list[Mark] = []
    for index, name in enumerate(names):
        color, dash = f"run{index + 1}", (4.0, 3.0) if index else ()
        marks.append(line([(x, y - 4), (x + 20, y - 4)], color, width=2.0, dash=dash))
        marks.append(words(x + 26, y, name, tone=color, weight=600))
        x += 26 + LETTER * len(name) + 24
    return marks


def clipped(text: str, room: float) -> str:
    """Text cut at its end, with an ellipsis, to about ``room`` pixels."""
    most = max(3, int(room / LETTER))
    return text if len(text) <= most else f"{text[: most - 1]}…"


def words(
    x: float,
    y: float,
    text: str,
    *,
    size: float = 11.0,
    tone: str = "text",
    anchor: Anchor = "start",
    weight: int = 400,
) -> Text:
    """A line of a panel's text."""
    return Text(x, y, text, size, tone, weight=weight, anchor=anchor, tabular=True, lod=ALL)


def small(x: float, y: float, text: str, anchor: Anchor = "end") -> Text:
    """Text of a tick, an axis or a note."""
    return words(x, y, text, size=_TICK_SIZE, tone="text-3", anchor=anchor)

"""Panels of an experiment's picture: each is a card with a chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from math import ceil
from typing import Final

from resnet_viz.drawing.charts.color_map import ColorScale, cells, color_bar, scale_of
from resnet_viz.drawing.charts.contours import contours
from resnet_viz.drawing.charts.plot import (
    HEAD,
    PAD,
    Values,
    axes,
    card,
    clipped,
    curve,
    dots,
    inside,
    level,
    plot,
    small,
    words,
)
from resnet_viz.drawing.charts.surface import surface
from resnet_viz.drawing.display_list import Circle, Mark, Rect
from resnet_viz.drawing.themes import MAP_LEVELS
from resnet_viz.experiments.results import DeletionRun, FeatureMaps, LandscapeRun, TrainingRun
from resnet_viz.experiments.summaries import number, smoothed

Panel = Callable[[Rect], list[Mark]]
Series = Sequence[tuple[str, Values]]
"""Name and values of each network, the model first."""
Maps = Sequence[tuple[str, "list[list[float | None]]"]]

_DASH: Final = (5.0, 3.0)
_CONTOURS: Final = 7
_ENDS: Final = 44.0
_TICKS: Final = 14.0


def depth_panel(
    title: str,
    series: Series,
    x_title: str,
    *,
    logarithmic: bool = True,
    least: float | None = None,
) -> Panel:
    """Chart over depth: a dot for each layer or block, input at the left."""

    def draw(rect: Rect) -> list[Mark]:
        longest = max((len(values) for _, values in series), default=1)
        every = list(chain.from_iterable(values for _, values in series))
        of = plot(inside(rect), (1, max(longest, 2)), every, logarithmic=logarithmic, least=least)
        marks = [*card(rect, title), *axes(of, x_title)]
        for index, (_, values) in enumerate(series):
            xs = [
                1 + at * (max(longest, 2) - 1) / max(len(values) - 1, 1)
                for at in range(len(values))
            ]
            color = f"run{index + 1}"
            marks += curve(of, xs, values, f"{color}.soft", dash=_DASH if index else ())
            marks += dots(of, xs, values, color, hollow=index > 0)
        return marks

    return draw


def steps_panel(
    title: str, series: Series, *, steps: int, most: float | None, mark: tuple[float, str] | None
) -> Panel:
    """Chart over training steps: each step pale, their running mean strong."""

    def draw(rect: Rect) -> list[Mark]:
        every = [*chain.from_iterable(values for _, values in series), 0.0]
        of = plot(inside(rect), (0, max(steps, 1)), every, least=0.0, most=most)
        marks = [*card(rect, title), *axes(of, "step")]
        if mark is not None:
            marks += level(of, *mark)
        for index, (_, values) in enumerate(series):
            xs = range(1, len(values) + 1)
            marks += curve(of, xs, values, f"run{index + 1}.soft", width=1.0)
        for index, (_, values) in enumerate(series):
            xs = range(1, len(values) + 1)
            dash = _DASH if index else ()
            marks += curve(of, xs, smoothed(tuple(values)), f"run{index + 1}", width=2.0, dash=dash)
        return marks

    return draw


def maps_panel(
    title: str, maps: Maps, *, columns: int, ends: tuple[str, str], x_title: str
) -> Panel:
    """Colour maps beside each other with one logarithmic scale; input at the top."""

    def draw(rect: Rect) -> list[Mark]:
        scale = scale_of(list(chain.from_iterable(rows for _, rows in maps)), logarithmic=True)
        marks = [*card(rect, title), *_scale_key(rect, scale)]
        for index, (area, (name, rows)) in enumerate(
            zip(_side_by_side(rect, len(maps)), maps, strict=True)
        ):
            short = clipped(name, area.width)
            marks.append(words(area.x, area.y - 5, short, tone=f"run{index + 1}", weight=600))
            marks += cells(area, rows, scale, columns=columns)
            marks.append(words(area.x - 4, area.y + 9, ends[0], tone="text-3", anchor="end"))
            marks.append(words(area.x - 4, area.bottom, ends[1], tone="text-3", anchor="end"))
        marks.append(words(rect.right - PAD, rect.bottom - 9, x_title, tone="text-3", anchor="end"))
        return marks

    return draw


def _scale_key(rect: Rect, scale: ColorScale) -> list[Mark]:
    """Colours of the scale with its ends, in the panel's lower left corner."""
    y = rect.bottom - 9
    low = words(rect.x + PAD, y, number(scale.low), tone="text-3")
    bar = Rect(rect.x + PAD + 6 * len(low.text) + 6, y - 8, 80, 8)
    return [
        low,
        *color_bar(bar),
        words(bar.right + 5, y, number(scale.high), tone="text-3"),
    ]


def _side_by_side(rect: Rect, count: int) -> list[Rect]:
    """Areas of maps inside a panel, with room for the names of their ends at the left."""
    width = (rect.width - 2 * PAD) / max(count, 1)
    return [
        Rect(
            rect.x + PAD + index * width + _ENDS,
            rect.y + HEAD + 16,
            max(1.0, width - _ENDS - 6),
            max(1.0, rect.height - HEAD - 40),
        )
        for index in range(count)
    ]


def gradient_maps(runs: Sequence[TrainingRun], *, steps: int) -> Panel:
    """Relative gradient of each weighted layer over the steps of training."""
    maps = [
        (run.source, [list(row) for row in zip(*run.relative_gradient, strict=True)])
        for run in runs
    ]
    recorded = max((len(run.gradient_steps) for run in runs), default=0)
    last = max((run.gradient_steps[-1] for run in runs if run.gradient_steps), default=0)
    columns = ceil(recorded * steps / last) if last else 1
    return maps_panel(
        "Gradient by layer, |∂L/∂w| / |w|",
        maps,
        columns=columns,
        ends=("input", "output"),
        x_title=f"step 1 to {steps:,}",
    )


def plane_panels(runs: Sequence[LandscapeRun], chance: float) -> list[Panel]:
    """Loss on a plane through each network's weights, as contours and as a shaded surface.

    All have one logarithmic scale.
    """
    every = [row for run in runs for row in run.loss]
    scale = scale_of(every, logarithmic=True)
    planes = [_plane(run, scale, chance) for run in runs]
    return [*planes, *(_surface(run, scale) for run in runs)]


def _plane(run: LandscapeRun, scale: ColorScale, chance: float) -> Panel:
    values = [value for value in chain.from_iterable(run.loss) if value is not None]
    highest = f"at most {number(max(values))}" if values else ""

    def draw(rect: Rect) -> list[Mark]:
        marks = [*card(rect, f"Loss around {run.source}", highest), *_scale_key(rect, scale)]
        side = max(1.0, min(rect.width - 2 * PAD - 2 * _TICKS, rect.height - HEAD - 36))
        area = Rect(rect.center[0] - side / 2, rect.y + HEAD + 2, side, side)
        rows = list(reversed(run.loss))  # the second direction grows upwards
        marks += cells(area, rows, scale)
        marks += contours(area, rows, _levels(scale, chance), "canvas")
        marks.append(Circle(*area.center, 3.5, stroke=f"map{MAP_LEVELS}", width=1.5))
        marks += _plane_ticks(area)
        return marks

    return draw


def _plane_ticks(area: Rect) -> list[Mark]:
    """Positions along both directions, −1 … 1, around a plane."""
    below, left = area.bottom + 12, area.x - 5
    return [
        small(area.x, below, "-1", "start"),
        small(area.center[0], below, "0", "middle"),
        small(area.x + area.width * 0.75, below, "α", "middle"),
        small(area.right, below, "1", "end"),
        small(left, area.bottom, "-1"),
        small(left, area.center[1] + 4, "0"),
        small(left, area.bottom - area.height * 0.75 + 4, "β"),
        small(left, area.y + 8, "1"),
    ]


def _surface(run: LandscapeRun, scale: ColorScale) -> Panel:
    def draw(rect: Rect) -> list[Mark]:
        area = Rect(
            rect.x + PAD,
            rect.y + HEAD,
            max(1.0, rect.width - 2 * PAD),
            max(1.0, rect.height - HEAD - 6),
        )
        title = f"The same as a surface, {run.source}"
        return [*card(rect, title), *surface(area, run.loss, run.alphas, scale)]

    return draw


def _levels(scale: ColorScale, chance: float) -> list[float]:
    """Levels of contours: chance, and steps of equal ratio."""
    if scale.low <= 0 or scale.high <= scale.low:
        return [chance]
    ratio = (scale.high / scale.low) ** (1 / (_CONTOURS + 1))
    return [chance, *(scale.low * ratio**step for step in range(1, _CONTOURS + 1))]


def deletion_panel(title: str, runs: Sequence[DeletionRun], value: str) -> Panel:
    """Loss or accuracy without each block; a dotted line where no block is removed."""
    series = [(run.source, tuple(getattr(block, value) for block in run.blocks)) for run in runs]

    def draw(rect: Rect) -> list[Mark]:
        longest = max((len(values) for _, values in series), default=1)
        baselines = [getattr(run.baseline, value) for run in runs]
        every = [*chain.from_iterable(values for _, values in series), *baselines]
        is_share = value == "accuracy"
        of = plot(
            inside(rect), (1, max(longest, 2)), every,
            logarithmic=not is_share,
            least=0.0 if is_share else None, most=1.0 if is_share else None,
        )  # fmt: skip
        marks = [*card(rect, title), *axes(of, "removed block")]
        for index, (_, values) in enumerate(series):
            xs = range(1, len(values) + 1)
            color = f"run{index + 1}"
            if baselines[index] is not None:
                marks += level(of, baselines[index], "whole" if index == 0 else "")
            marks += curve(of, xs, values, f"{color}.soft", dash=_DASH if index else ())
            marks += dots(of, xs, values, color, hollow=index > 0)
        return marks

    return draw


def random_deletion_panel(title: str, runs: Sequence[DeletionRun]) -> Panel:
    """Loss without several blocks drawn at random."""

    def draw(rect: Rect) -> list[Mark]:
        every = [each.loss for run in runs for each in run.random]
        most = max((each.removed for run in runs for each in run.random), default=2)
        of = plot(inside(rect), (1, max(most, 2)), every, logarithmic=True)
        marks = [*card(rect, title), *axes(of, "number of removed blocks")]
        for index, run in enumerate(runs):
            xs = [each.removed for each in run.random]
            ys = [each.loss for each in run.random]
            marks += curve(of, xs, ys, f"run{index + 1}", dash=_DASH if index else ())
            marks += dots(of, xs, ys, f"run{index + 1}", hollow=index > 0)
        return marks

    return draw


def feature_panel(of: FeatureMaps, run: int) -> Panel:
    """Strongest channels of one tensor, each with a scale of its own."""

    def draw(rect: Rect) -> list[Mark]:
        sizes = "×".join(str(size) for size in of.shape)
        marks = card(rect, f"{of.role} · {of.call}", sizes)
        count = len(of.maps)
        if not count:
            return marks
        width, height = rect.width - 2 * PAD, rect.height - HEAD - PAD
        side, per_row = max(
            (min(width / across - 6, height / ceil(count / across) - 16), across)
            for across in range(1, count + 1)
        )
        for index, (channel, grid) in enumerate(zip(of.channels, of.maps, strict=True)):
            row, column = divmod(index, per_row)
            area = Rect(
                rect.x + PAD + column * (side + 6), rect.y + HEAD + 4 + row * (side + 16),
                max(side, 1.0), max(side, 1.0),
            )  # fmt: skip
            marks += cells(area, grid, scale_of(grid))
            marks.append(words(area.x, area.bottom + 11, str(channel), tone=f"run{run + 1}"))
        return marks

    return draw


def table_panel(
    title: str, note: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]]
) -> Panel:
    """Table with a line for each quantity and a column for each network."""

    def draw(rect: Rect) -> list[Mark]:
        marks = card(rect, title, note)
        wide = min(110.0, rect.width * 0.24)
        columns = [rect.right - PAD - wide * index for index in range(len(heads))][::-1]
        room = rect.width - wide * len(heads) - 2 * PAD
        for index, (x, head) in enumerate(zip(columns, heads, strict=True)):
            tone = f"run{index + 1}"
            name = clipped(head, wide - 6)
            marks.append(words(x, rect.y + HEAD + 14, name, tone=tone, anchor="end", weight=600))
        y = rect.y + HEAD + 34
        for label, *values in rows:
            if y > rect.bottom - 6:
                break
            marks.append(words(rect.x + PAD, y, clipped(label, room)))
            pairs = zip(columns, values, strict=False)
            marks += [words(x, y, value, anchor="end") for x, value in pairs]
            y += 19
        return marks

    return draw

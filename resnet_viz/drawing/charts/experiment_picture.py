"""Picture of an experiment's result: its charts beside each other, its finding, its settings."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from math import ceil
from typing import Any, Final

from resnet_viz.drawing.charts.experiment_panels import (
    Panel,
    deletion_panel,
    depth_panel,
    feature_panel,
    gradient_maps,
    plane_panels,
    random_deletion_panel,
    steps_panel,
    table_panel,
)
from resnet_viz.drawing.charts.plot import LETTER, key, words
from resnet_viz.drawing.display_list import DisplayList, Item, Mark, Rect
from resnet_viz.experiments.choices import ExperimentKind
from resnet_viz.experiments.results import (
    ActivationsResult,
    DeletionResult,
    GradientsResult,
    LandscapeResult,
    ResponsesResult,
    Result,
    TrainingResult,
)
from resnet_viz.experiments.summaries import (
    chance,
    final_loss,
    first_by_last,
    last_hidden,
    number,
    share,
)

GAP: Final = 12.0
WIDTH: Final = 1200.0
"""Width of an exported picture."""
_PANEL_HEIGHT: Final = 320.0
_LEAST_HEIGHT: Final = 150.0
"""Height of a panel in which its chart can still be read."""
_LINE: Final = 18.0
_RATIO: Final = 1.6
"""Width of a good panel by its height."""
_FEW: Final = 4
_LARGEST_LOSS: Final = 1.5
"""The loss axis ends at this multiple of chance: what is far above is worse than a guess."""


def experiment_picture(result: Result, width: float = WIDTH, height: float = 0.0) -> DisplayList:
    """Draw a result, finished or not.

    Args:
        result: what was measured so far.
        width: of the picture, pixels.
        height: of the picture, which is higher if its panels could not be read; 0 for as much as
            it needs.
    """
    panels = _PANELS[result.experiment](result)
    inner = width - 2 * GAP
    lines = textwrap.wrap(result.finding, max(20, int(inner / LETTER)))
    foot = (len(lines) + 1) * _LINE + 4
    top = GAP + _LINE + 4
    room = height - top - foot - 2 * GAP if height else 0.0
    across = _across(len(panels), inner, room)
    down = ceil(len(panels) / across)
    one = max(_LEAST_HEIGHT, (room - (down - 1) * GAP) / down) if height else _PANEL_HEIGHT
    wide = (inner - (across - 1) * GAP) / across
    head = Rect(GAP, GAP, inner, _LINE)
    items = [_item("networks", head, key(GAP, GAP + 11, [run.source for run in result.runs]))]
    for index, panel in enumerate(panels):
        row, column = divmod(index, across)
        rect = Rect(GAP + column * (wide + GAP), top + row * (one + GAP), wide, one)
        items.append(_item(panel_id(index), rect, panel(rect)))
    y = top + down * (one + GAP)
    items.append(_item("finding", Rect(GAP, y, inner, foot), _foot(result, lines, y + 10)))
    return DisplayList(Rect(0, 0, width, y + foot + GAP), tuple(items))


def panel_id(number: int) -> str:
    """Id of the item of a chart, by its number from 0."""
    return f"panel{number}"


def _across(panels: int, width: float, height: float) -> int:
    """Panels side by side: two, or as many as make them largest in a given height.

    A few panels fill their lines; among many a last line may have gaps.
    """
    if not height:
        return min(panels, 2)

    def size(across: int) -> float:
        own = (width - (across - 1) * GAP) / across
        down = ceil(panels / across)
        return min(own, _RATIO * max(_LEAST_HEIGHT, (height - (down - 1) * GAP) / down))

    counts = [n for n in range(1, panels + 1) if panels % n == 0 or panels > _FEW]
    return max(counts, key=lambda across: (size(across), across))


def _item(name: str, rect: Rect, marks: list[Mark]) -> Item:
    return Item(name, "panel", None, rect, tuple(marks), level=0)


def _foot(result: Result, lines: list[str], y: float) -> list[Mark]:
    """Finding and settings."""
    marks: list[Mark] = [
        words(GAP, y + index * _LINE, text, weight=600) for index, text in enumerate(lines)
    ]
    choices = result.settings
    versions = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    text = (
        f"seed {result.seed} · {result.device} · {result.data.name}, {result.data.train:,} + "
        f"{result.data.held_out:,} pictures · {choices.optimizer}, rate {choices.learning_rate:g}, "
        f"batch {choices.batch} · {versions}"
    )
    marks.append(words(GAP, y + len(lines) * _LINE, text, tone="text-3"))
    return marks


def _gradients(result: GradientsResult) -> list[Panel]:
    weights = [(run.source, run.relative_gradient) for run in result.runs]
    blocks = [(run.source, run.block_gradient.values) for run in result.runs]
    panels = [
        depth_panel("Relative gradient, |∂L/∂w| / |w|", weights, "weighted layer, input to output")
    ]
    if any(values for _, values in blocks):
        panels.append(depth_panel("Gradient at each block's output, |∂L/∂x|", blocks, "block"))
    return panels


def _training(result: TrainingResult) -> list[Panel]:
    runs = result.runs
    limit = chance(len(result.data.classes))
    steps = max([result.settings.steps, *(len(run.loss) for run in runs)])
    losses = [(run.source, run.loss) for run in runs]
    accuracies = [(run.source, run.accuracy) for run in runs]
    rows: list[tuple[str, ...]] = [
        ("loss, last steps", *(number(final_loss(run.loss)) if run.loss else "–" for run in runs)),
        ("held-out right", *(share(run.held_out_accuracy) for run in runs)),
    ]
    for title, at in (("start", 0), ("end", -1)):
        kept = [run.relative_gradient[at] if run.relative_gradient else () for run in runs]
        rows.append((f"first gradient, {title}", *(number(v[0]) if v else "–" for v in kept)))
        rows.append(
            (f"last gradient, {title}", *(number(last_hidden(v)) if v else "–" for v in kept))
        )
        ratios = [number(first_by_last(v)) if v else "–" for v in kept]
        rows.append((f"first ÷ last, {title}", *ratios))
    seconds = [run.step_seconds for run in runs]
    rows.append(("seconds a step", *("–" if s is None else f"{s:.2f}" for s in seconds)))
    return [
        steps_panel(
            "Loss", losses, steps=steps, most=_LARGEST_LOSS * limit,
            mark=(limit, f"chance, ln {len(result.data.classes)} = {limit:.2f}"),
        ),
        gradient_maps(runs, steps=steps),
        steps_panel("Accuracy of each batch", accuracies, steps=steps, most=1.0, mark=None),
        table_panel("Measured", f"{steps:,} steps", [run.source for run in runs], rows),
    ]  # fmt: skip


def _responses(result: ResponsesResult) -> list[Panel]:
    deviations = [(run.source, run.response_std) for run in result.runs]
    ratios = [(run.source, run.residual_ratio.values) for run in result.runs]
    return [
        depth_panel(
            "Response of each 3×3 layer, standard deviation",
            deviations,
            "layer, input to output",
            logarithmic=False,
            least=0.0,
        ),
        depth_panel("Change by each block, ‖F(x)‖ / ‖x‖", ratios, "block"),
    ]


def _deletion(result: DeletionResult) -> list[Panel]:
    panels = [
        deletion_panel("Held-out pictures right without one block", result.runs, "accuracy"),
        deletion_panel("Loss without one block", result.runs, "loss"),
    ]
    if any(run.random for run in result.runs):
        panels.append(random_deletion_panel("Loss without several blocks", result.runs))
    return panels


def _landscape(result: LandscapeResult) -> list[Panel]:
    return plane_panels(result.runs, chance(len(result.data.classes)))


def _activations(result: ActivationsResult) -> list[Panel]:
    panels = []
    for index, run in enumerate(result.runs):
        panels += [feature_panel(tensor, index) for tensor in run.tensors]
        if run.predictions:
            rows = [(each.label, share(each.probability)) for each in run.predictions]
            note = f"truth: {run.truth}" if run.truth else ""
            panels.append(table_panel("Predictions", note, [run.source], rows))
    return panels


_PANELS: Final[dict[ExperimentKind, Callable[[Any], list[Panel]]]] = {
    "gradients": _gradients,
    "training": _training,
    "responses": _responses,
    "deletion": _deletion,
    "landscape": _landscape,
    "activations": _activations,
}

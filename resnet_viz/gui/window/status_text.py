"""Texts about the open model and the engine, for the status bar and the tool bar."""

from __future__ import annotations

from collections import Counter
from typing import Final

from resnet_viz.analysis.costs.types import GroupNumbers
from resnet_viz.analysis.structure.types import ShortcutKind
from resnet_viz.analysis.wording.numbers import at_least_mark, count_text, counted, depth_text
from resnet_viz.document import Document
from resnet_viz.engine_client.client import EngineState
from resnet_viz.graph.shapes import shape_text

_ORDER: Final[tuple[ShortcutKind, ...]] = (
    "identity", "padded", "projection", "pooled", "upsampled", "dense", "gate", "other",
)  # fmt: skip
_STATES: Final[dict[EngineState, str]] = {
    "off": "not started",
    "starting": "starting",
    "importing": "starting",
    "ready": "ready",
    "busy": "working",
    "stopping": "stopping",
    "crashed": "stopped",
    "missing": "not available",
}
_DOTS: Final[dict[EngineState, str]] = {
    "ready": "ok",
    "busy": "accent",
    "crashed": "error",
    "missing": "error",
}
MISSING: Final = "TensorFlow is not available. You can still view saved diagrams."


def totals(document: Document) -> tuple[str, ...]:
    """Counts in the status bar: weighted layers, blocks by kind, parameters, MACs."""
    totals = document.numbers.totals
    numbers = totals.numbers
    layers = depth_text(totals.weighted_layers)
    macs = f"{at_least_mark(numbers.macs_at_least)}{numbers.macs:,} MACs"
    return (layers, blocks_text(document), parameters_text(numbers), macs)


def parameters_text(numbers: GroupNumbers) -> str:
    """Trainable and non-trainable parameters, or their sum where a file does not separate them."""
    more = at_least_mark(numbers.parameters_at_least)
    trainable, rest = numbers.trainable_parameters, numbers.non_trainable_parameters
    if numbers.parameters != trainable + rest:
        known = f", {count_text(trainable, at_least=True)} trainable" if trainable else ""
        return f"{more}{numbers.parameters:,} parameters{known}"
    return f"{more}{trainable:,} trainable + {rest:,} non-trainable parameters"


def blocks_text(document: Document) -> str:
    """Number of blocks, by kind of shortcut: "16 blocks: 13 identity, 3 projection".

    Long shortcuts belong to no block and are counted apart: "0 blocks, 4 long shortcuts".
    """
    structure = document.structure
    kinds = Counter(
        shortcut.kind
        for shortcut in structure.shortcuts
        if shortcut.block is not None and not shortcut.long
    )
    words = [f"{kinds[kind]:,} {kind}" for kind in _ORDER if kinds[kind]]
    text = counted(len(structure.blocks), "block")
    if words:
        text += f": {', '.join(words)}"
    long = sum(shortcut.long for shortcut in structure.shortcuts)
    return text + (f", {counted(long, 'long shortcut')}" if long else "")


def engine_text(state: EngineState, description: str, *, doing: str = "") -> str:
    """Engine text of the status bar: "TensorFlow 2.21 · CPU · ready"."""
    if state == "missing":
        return "TensorFlow is not available"
    return f"{description or 'TensorFlow'} · {doing or _STATES[state]}"


def engine_dot(state: EngineState) -> str:
    """Colour token of the engine's dot."""
    return _DOTS.get(state, "text-3")


def input_text(document: Document) -> str:
    """Input sizes of the model, for the model button: "224×224×3"."""
    graph = document.graph
    channels_first_ranks = graph.channels_first_ranks
    shapes = [
        shape_text(graph.tensor(ref).shape, channels_first_ranks=channels_first_ranks)
        for ref in graph.inputs
    ]
    return ", ".join(shapes[:2]) + (", …" if len(shapes) > 2 else "")


def picker_title(document: Document) -> str:
    """Text of the model button: the title without the input sizes, which stand beside it."""
    title, bracket, rest = document.title.partition(" (")
    parts = rest.rstrip(")").split(", ") if bracket else []
    left = [part for part in parts if part != input_text(document)]
    return f"{title} ({', '.join(left)})" if left else title

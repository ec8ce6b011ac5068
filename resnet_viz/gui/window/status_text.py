"""Texts about the open model and the engine, for the status bar and the tool bar."""

from __future__ import annotations

from collections import Counter
from typing import Final

from resnet_viz.analysis.costs.types import GroupNumbers
from resnet_viz.analysis.wording.numbers import at_least_mark, count_text, counted, depth_text
from resnet_viz.analysis.wording.terms import block_shortcut_term
from resnet_viz.document import Document
from resnet_viz.engine_client.client import EngineState
from resnet_viz.graph.shapes import shape_text

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

    The kinds add up to the blocks. Gates inside blocks and long shortcuts are counted apart:
    "16 blocks: 9 identity, 7 no shortcut; 16 gates inside", "0 blocks; 4 long shortcuts".
    """
    structure = document.structure
    kinds = Counter(block_shortcut_term(structure, block) for block in structure.blocks)
    text = counted(len(structure.blocks), "block")
    if kinds:
        text += ": " + ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
    own = {(block.id, block.join) for block in structure.blocks}
    gates = sum(
        shortcut.kind == "gate" and not shortcut.long and (shortcut.block, shortcut.join) not in own
        for shortcut in structure.shortcuts
    )
    long = sum(shortcut.long for shortcut in structure.shortcuts)
    apart = [f"{counted(gates, 'gate')} inside"] if gates else []
    apart += [counted(long, "long shortcut")] if long else []
    return "; ".join((text, *apart))


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

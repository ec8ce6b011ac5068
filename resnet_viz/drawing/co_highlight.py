"""Co-highlighting: the edges of one tensor, or a shortcut with all that it skips."""

from __future__ import annotations

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.drawing.display_list import Item
from resnet_viz.drawing.items.wires import DrawnWires
from resnet_viz.graph.types import TensorRef


def co_highlights_of(
    structure: Structure, items: tuple[Item, ...], drawn: DrawnWires
) -> dict[str, tuple[str, ...]]:
    """For each edge's and shortcut's item, the ids of all items highlighted with it."""
    by_tensor: dict[TensorRef, list[str]] = {}
    by_shortcut: dict[str, list[str]] = {}
    shortcuts = structure.shortcuts_by_id
    for item in items:
        target = item.target
        if target is not None and target.kind == "edge":
            by_tensor.setdefault(drawn.tensors[target.id].ref, []).append(item.id)
        elif target is not None and target.kind == "shortcut":
            by_shortcut.setdefault(target.id, []).append(item.id)
            if shortcuts[target.id].kind == "identity":
                by_tensor.setdefault(shortcuts[target.id].source, []).append(item.id)
    by_call = _items_by_call(items)
    together: dict[str, tuple[str, ...]] = {}
    for ids in by_tensor.values():
        together.update(dict.fromkeys(ids, tuple(dict.fromkeys(ids))))
    for shortcut_id, ids in by_shortcut.items():
        shortcut = shortcuts[shortcut_id]
        calls = (*shortcut.calls, *shortcut.skipped, shortcut.join)
        nodes = [item_id for call in calls for item_id in by_call.get(call, ())]
        together.update(dict.fromkeys(ids, tuple(dict.fromkeys([*ids, *nodes]))))
    return together


def _items_by_call(items: tuple[Item, ...]) -> dict[str, list[str]]:
    """For each call the ids of the cards and circles that stand for it."""
    by_call: dict[str, list[str]] = {}
    for item in items:
        if item.kind in ("card", "join") and item.target is not None:
            for target in (item.target, *item.also):
                if target.kind == "call":
                    by_call.setdefault(target.id, []).append(item.id)
    return by_call

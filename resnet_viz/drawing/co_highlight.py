"""What lights up together: a tensor's whole way, or a shortcut with all that it skips."""

from __future__ import annotations

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.drawing.display_list import Item
from resnet_viz.drawing.items.wires import DrawnWires
from resnet_viz.graph.types import TensorRef


def co_highlights_of(
    structure: Structure, items: tuple[Item, ...], drawn: DrawnWires
) -> dict[str, tuple[str, ...]]:
    """For each edge's and shortcut's item, the ids of all items that light up with it."""
    by_tensor: dict[TensorRef, list[str]] = {}
    by_shortcut: dict[str, list[str]] = {}
    shortcuts = structure.shortcuts_by_id
    for item in items:
        target = item.target
        if target is not None and target.kind == "edge":
            by_tensor.setdefault(drawn.tensors[target.id].ref, []).append(item.id)
        elif target is not None and target.kind == "shortcut":
            by_shortcut.setdefault(target.id, []).append(item.id)
            shortcut = shortcuts[target.id]
            if shortcut.kind == "identity":
                by_tensor.setdefault(shortcut.source, []).append(item.id)
    by_call = _by_call(items)
    found: dict[str, tuple[str, ...]] = {}
    for ids in by_tensor.values():
        found.update(dict.fromkeys(ids, tuple(dict.fromkeys(ids))))
    for shortcut_id, ids in by_shortcut.items():
        shortcut = shortcuts[shortcut_id]
        way = [
            one for call in (*shortcut.calls, *shortcut.skipped) for one in by_call.get(call, ())
        ]
        lit = tuple(dict.fromkeys([*ids, *way, *by_call.get(shortcut.join, ())]))
        found.update(dict.fromkeys(ids, lit))
    return found


def _by_call(items: tuple[Item, ...]) -> dict[str, list[str]]:
    """For each call the cards and circles that stand for it."""
    found: dict[str, list[str]] = {}
    for item in items:
        if item.kind in ("card", "join") and item.target is not None:
            for target in (item.target, *item.also):
                if target.kind == "call":
                    found.setdefault(target.id, []).append(item.id)
    return found

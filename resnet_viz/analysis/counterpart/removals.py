"""Removals: the inputs that additions keep in a model without its shortcuts or blocks.

One plan serves the graph that is drawn (``rewrite``) and the live model that is trained
(``engine.counterpart``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeAlias

from resnet_viz.analysis.structure.regions.regions import adds
from resnet_viz.analysis.structure.types import Group, Structure
from resnet_viz.errors import UsageError, quoted
from resnet_viz.graph.shapes import shape_text
from resnet_viz.graph.types import Graph, LayerCall, Shape, TensorRef
from resnet_viz.sources.types import SHORTCUTS
from resnet_viz.suggestions import unknown_name

Kept: TypeAlias = dict[str, tuple[int, ...]]
"""Positions of the inputs that stay, by the id of the addition. One alone takes its place."""


def kept_inputs(structure: Structure, terms: Collection[str]) -> Kept:
    """The inputs that additions keep without ``terms``, which may come in any order.

    Without "shortcuts", every addition that has a shortcut keeps its other branches; this holds
    for long shortcuts too. Without a block, the block's addition keeps its shortcut, also if all
    others lose theirs. Concatenations and gates stay.

    Args:
        structure: of the model.
        terms: "shortcuts", or ids of blocks; the id of a block's addition names it too.

    Raises:
        UsageError: there is no such block or no shortcut, or the shapes don't fit.
    """
    kept: Kept = {}
    if SHORTCUTS in terms:
        kept |= _without_shortcuts(structure)
    for term in terms:
        if term != SHORTCUTS:
            kept |= _without_block(structure, term)
    for join, positions in kept.items():
        _check(structure.graph, structure.graph.by_id[join], positions)
    return kept


def removable_blocks(structure: Structure) -> tuple[Group, ...]:
    """The blocks whose addition has a shortcut that can take its place."""
    by_join = _arrivals_by_join(structure)
    return tuple(block for block in structure.blocks if block.join in by_join)


def has_shortcuts(structure: Structure) -> bool:
    """Return whether an addition of the model has a shortcut."""
    return bool(_arrivals_by_join(structure))


def _arrivals_by_join(structure: Structure) -> Mapping[str, set[TensorRef]]:
    """The tensors that shortcuts bring to each addition."""
    by_join: dict[str, set[TensorRef]] = {}
    for shortcut in structure.shortcuts:
        if adds(structure.graph, structure.graph.by_id[shortcut.join]):
            by_join.setdefault(shortcut.join, set()).add(shortcut.arrival)
    return by_join


def _without_shortcuts(structure: Structure) -> Kept:
    by_join = _arrivals_by_join(structure)
    if not by_join:
        raise UsageError(
            f"{structure.graph.name} has no addition with a shortcut, so there are no shortcuts "
            "to take away."
        )
    return {join: _positions(structure, join, but=refs) for join, refs in by_join.items()}


def _without_block(structure: Structure, name: str) -> Kept:
    blocks = {block.id: block for block in removable_blocks(structure)}
    model = structure.graph.name
    by_join = {block.join: block for block in blocks.values()}
    block = blocks.get(name) or by_join.get(name)
    if block is None and name not in structure.by_id:
        raise UsageError(unknown_name(f"block in {model} named", name, (SHORTCUTS, *blocks)))
    if block is None:
        hint = f"; take away {next(iter(blocks))}, for example" if blocks else ""
        raise UsageError(
            f"{quoted(name)} in {model} is no block whose addition has a shortcut{hint}."
        )
    join = block.join
    assert join is not None  # it is removable
    branches = _positions(structure, join, but=_arrivals_by_join(structure)[join])
    inputs = range(len(structure.graph.by_id[join].inputs))
    return {join: tuple(index for index in inputs if index not in branches)}


def _positions(structure: Structure, join: str, *, but: Collection[TensorRef]) -> tuple[int, ...]:
    inputs = structure.graph.by_id[join].inputs
    return tuple(index for index, ref in enumerate(inputs) if ref not in but)


def _check(graph: Graph, join: LayerCall, positions: tuple[int, ...]) -> None:
    for position in positions:
        shape = graph.tensor(join.inputs[position]).shape
        if not _fit(shape, join.output_shape):
            ranks = graph.channels_first_ranks
            own = shape_text(shape, channels_first_ranks=ranks)
            needed = shape_text(join.output_shape, channels_first_ranks=ranks)
            raise UsageError(
                f"{quoted(join.inputs[position].call)} can't take the place of the addition "
                f"{quoted(join.id)} in {graph.name}: its shape is {own}, not {needed}."
            )
    if len(positions) > 1 and (join.type not in {"Add", "Average"} or _is_operation(join)):
        raise UsageError(
            f"{quoted(join.id)} in {graph.name} can't add fewer tensors: it is a {join.type}, and "
            "only layers of type Add and Average can."
        )


def _is_operation(call: LayerCall) -> bool:
    """True for an operation of keras.ops, which takes exactly two tensors."""
    return ".ops" in (call.module or "")


def _fit(one: Shape | None, other: Shape | None) -> bool:
    if one is None or other is None:
        return True
    return len(one) == len(other) and all(
        None in (size, needed) or size == needed for size, needed in zip(one, other, strict=True)
    )

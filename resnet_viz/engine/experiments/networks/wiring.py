"""Changes to the wiring of a graph: without shortcuts, without a block, without normalisation.

A change lets a call pass on the sum of some of its inputs, or another call's tensor, in place of
its own work. The network's layers and weights stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from resnet_viz.analysis.counterpart.removals import (
    has_shortcuts,
    kept_inputs,
    removable_blocks,
)
from resnet_viz.graph.types import TensorRef
from resnet_viz.sources.types import SHORTCUTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resnet_viz.analysis.counterpart.removals import Kept
    from resnet_viz.analysis.structure.types import Group, Structure
    from resnet_viz.graph.types import Graph, LayerCall

_NORMALIZATIONS: Final = frozenset(
    {
        "BatchNormalization",
        "LayerNormalization",
        "GroupNormalization",
        "RMSNormalization",
        "UnitNormalization",
    }
)


class PassInputs(msgspec.Struct, frozen=True):
    """The call's output is the sum of its inputs at ``positions``."""

    positions: tuple[int, ...]


class PassTensor(msgspec.Struct, frozen=True):
    """The call's output is the tensor ``source``, made before."""

    source: TensorRef


Change = PassInputs | PassTensor
Changes = dict[str, Change]
"""Changes by the id of the call whose output they replace."""


def is_normalization(call: LayerCall) -> bool:
    """True if ``call`` normalises activations."""
    return call.keras_class in _NORMALIZATIONS


def without_normalization(graph: Graph) -> Changes:
    """Changes that take out all layers of normalisation."""
    return {call.id: PassInputs((0,)) for call in graph.calls if is_normalization(call)}


def without_shortcuts(structure: Structure) -> Changes:
    """Changes that replace every addition with a shortcut by its residual branch; {} for none."""
    if not has_shortcuts(structure):
        return {}
    return _passing(kept_inputs(structure, (SHORTCUTS,)))


def without_branch(structure: Structure, block: Group) -> Changes | None:
    """Changes that replace the addition of ``block`` by its shortcut; None if it has none."""
    if block not in removable_blocks(structure):
        return None
    return _passing(kept_inputs(structure, (block.id,)))


def _passing(kept: Kept) -> Changes:
    return {join: PassInputs(positions) for join, positions in kept.items()}


def without_layers(structure: Structure, block: Group) -> Changes | None:
    """Changes that replace all calls of ``block`` by its input; None where shapes don't fit."""
    graph = structure.graph
    entry = structure.entry_tensor(block) or next(
        (ref for call in block.calls for ref in graph.by_id[call].inputs), None
    )
    end = block.join or structure.exit_call(block.calls)
    if entry is None or graph.tensor(entry).shape != graph.by_id[end].output_shape:
        return None
    return {end: PassTensor(entry)}


def without_calls(graph: Graph, calls: Sequence[str]) -> Changes | None:
    """Changes that hand the input of the first of ``calls`` on in place of the last one's output.

    None where there are no such calls, or shapes don't fit.

    Args:
        graph: of the network.
        calls: calls in a row, in topological order.
    """
    inputs = graph.by_id[calls[0]].inputs if calls else ()
    if len(inputs) != 1:
        return None
    end = graph.by_id[calls[-1]]
    if graph.tensor(inputs[0]).shape != end.output_shape:
        return None
    return {end.id: PassTensor(inputs[0])}


def branch_and_shortcut(
    structure: Structure, block: Group
) -> tuple[tuple[TensorRef, ...], tuple[TensorRef, ...]]:
    """Tensors that meet at the join of ``block``: of its branch, and of its shortcut."""
    if block.join is None or block not in removable_blocks(structure):
        return (), ()
    arrivals = {each.arrival for each in structure.own_shortcuts(block)}
    inputs = structure.graph.by_id[block.join].inputs
    branch = tuple(ref for ref in inputs if ref not in arrivals)
    return branch, tuple(ref for ref in inputs if ref in arrivals)

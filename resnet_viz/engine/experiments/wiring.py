"""Changes to the wiring of a graph: without shortcuts, without a block, without normalisation.

A change lets a call pass on the sum of some of its inputs, or another call's tensor, in place of
its own work. The network's layers and weights stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from resnet_viz.graph.types import TensorRef

if TYPE_CHECKING:
    from resnet_viz.analysis.structure.types import Group, Shortcut, Structure
    from resnet_viz.graph.types import Graph, LayerCall

_ADDITIONS: Final = frozenset({"Add"})
_NOT_RESIDUAL: Final = frozenset({"dense", "gate"})
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
    """Changes that replace every addition with a shortcut by its residual branch."""
    changes: Changes = {}
    for join, shortcuts in _additions(structure).items():
        arrivals = {_arrival(shortcut) for shortcut in shortcuts}
        inputs = structure.graph.by_id[join].inputs
        branch = tuple(n for n, ref in enumerate(inputs) if ref not in arrivals)
        if branch:
            changes[join] = PassInputs(branch)
    return changes


def without_branch(structure: Structure, block: Group) -> Changes | None:
    """Changes that replace the addition of ``block`` by its shortcut; None if it has none."""
    shortcuts = _additions(structure).get(block.join or "", ())
    if not shortcuts:
        return None
    arrivals = {_arrival(shortcut) for shortcut in shortcuts}
    inputs = structure.graph.by_id[shortcuts[0].join].inputs
    positions = tuple(n for n, ref in enumerate(inputs) if ref in arrivals)
    return {shortcuts[0].join: PassInputs(positions)}


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


def residual_blocks(structure: Structure) -> tuple[Group, ...]:
    """Blocks with an addition and a shortcut, in topological order."""
    additions = _additions(structure)
    return tuple(block for block in structure.blocks if (block.join or "") in additions)


def branch_and_shortcut(
    structure: Structure, block: Group
) -> tuple[tuple[TensorRef, ...], tuple[TensorRef, ...]]:
    """Tensors that meet at the join of ``block``: of its branch, and of its shortcut."""
    shortcuts = _additions(structure).get(block.join or "", ())
    arrivals = {_arrival(shortcut) for shortcut in shortcuts}
    inputs = structure.graph.by_id[block.join].inputs if block.join else ()
    branch = tuple(ref for ref in inputs if ref not in arrivals)
    return branch, tuple(ref for ref in inputs if ref in arrivals)


def _additions(structure: Structure) -> dict[str, tuple[Shortcut, ...]]:
    """Shortcuts that end at an addition, by the id of the join."""
    found: dict[str, tuple[Shortcut, ...]] = {}
    for shortcut in structure.shortcuts:
        join = structure.graph.by_id[shortcut.join]
        if join.keras_class in _ADDITIONS and shortcut.kind not in _NOT_RESIDUAL:
            found[join.id] = (*found.get(join.id, ()), shortcut)
    return found


def _arrival(shortcut: Shortcut) -> TensorRef:
    """The tensor that the shortcut brings to its join."""
    return TensorRef(shortcut.calls[-1]) if shortcut.calls else shortcut.source

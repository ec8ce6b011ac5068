"""Blocks of the model matched with the counterpart's layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnet_viz.engine.experiments.networks.wiring import (
    without_branch,
    without_calls,
    without_layers,
)
from resnet_viz.graph.types import TensorRef

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resnet_viz.analysis.structure.types import Group
    from resnet_viz.engine.experiments.networks.net import Net
    from resnet_viz.engine.experiments.networks.wiring import Changes


def block_output(net: Net, own: Net, block: Group) -> TensorRef | None:
    """Output in ``net`` of the ``block`` of ``own``; None if it has none of these layers."""
    matched = _matched(net, own, block)
    if matched is not None:
        return TensorRef(net.structure.exit_call(matched.calls))
    calls = [call for call in block.calls if call in net.live]
    return TensorRef(calls[-1]) if calls else None


def removal(net: Net, own: Net, block: Group) -> Changes | None:
    """Changes of ``net`` that take out the ``block`` of ``own``; None where shapes don't fit.

    A block with a shortcut keeps it; the layers of one without are passed by.
    """
    matched = _matched(net, own, block)
    if matched is None:
        return without_calls(net.graph, [call for call in block.calls if call in net.live])
    changes = without_branch(net.structure, matched)
    if changes is None or matched.join in net.changes:
        return without_layers(net.structure, matched)
    return changes


def removals(net: Net, own: Net, blocks: Sequence[Group]) -> tuple[Changes | None, ...]:
    """Changes that take out each of ``blocks``."""
    return tuple(removal(net, own, block) for block in blocks)


def combined(changes: Sequence[Changes]) -> Changes:
    """Changes that take out several blocks at once.

    A block passed by hands on what the block before it was given, if that is passed by as well.
    """
    merged: Changes = {}
    for each in changes:
        merged |= each
    return merged


def _matched(net: Net, own: Net, block: Group) -> Group | None:
    """The block of ``net`` with the same id; its own structure shows one without shortcuts too."""
    if net is own:
        return block
    return next((each for each in net.structure.blocks if each.id == block.id), None)

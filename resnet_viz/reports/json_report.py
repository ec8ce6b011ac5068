"""The report on a model as plain values: what ``report --format json`` writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from resnet_viz.analysis.costs.memory import memory_of
from resnet_viz.analysis.costs.types import Memory, Numbers
from resnet_viz.analysis.explain.conventions import CONVENTIONS
from resnet_viz.analysis.explain.explanation import Explanation
from resnet_viz.analysis.explain.explanations import (
    explain_call,
    explain_group,
    explain_shortcut,
    explain_totals,
)
from resnet_viz.analysis.structure.types import Group, Shortcut, Structure
from resnet_viz.analysis.wording.captions import block_captions, caption
from resnet_viz.document import Document
from resnet_viz.graph.types import LayerCall, Shape
from resnet_viz.reports.json_numbers import field, of_call, opened, sums

SCHEMA: Final = 1
MOST_EXPLAINED: Final = 20_000
"""Of more calls only the totals say how they follow: each row would take longer than to read it."""


def report(document: Document, *, batch: int = 1, dtype: str | None = None) -> dict[str, Any]:
    """Everything that is known of the model, as plain JSON values.

    Shapes are lists in Keras's order, batch first. What can't be known is None; a sum with an
    unknown part is None too, and its lower bound stands beside it as ``<name>_at_least``.
    ``formulas`` say how numbers follow, with their values, ``reasons`` why others are unknown; of
    a model of more than ``MOST_EXPLAINED`` calls only those of the totals are there, and
    ``explained`` is False.

    Args:
        document: the model.
        batch: samples at once, for memory.
        dtype: what floating-point values count as in memory; None for the model's own.
    """
    structure, numbers = document.structure, document.numbers
    memory = numbers.memory
    if (batch, dtype) != (memory.batch, memory.dtype):
        memory = memory_of(structure, numbers, batch=batch, dtype=dtype)
    channels_first_ranks = document.graph.channels_first_ranks
    rows = _Rows(structure, numbers, memory, len(document.graph.calls) <= MOST_EXPLAINED)
    return {
        "schema": SCHEMA,
        "name": document.title,
        "source": str(document.source),
        "data_format": "channels_first" if channels_first_ranks else "channels_last",
        "ranks_with_channels_first": sorted(channels_first_ranks),
        "batch": batch,
        "dtype": dtype,
        "explained": rows.explained,
        "totals": _totals(structure, numbers, memory),
        "calls": [rows.of_call(call) for call in document.graph.calls],
        "edges": _edges(structure),
        "groups": [rows.of_group(group) for group in structure.groups],
        "shortcuts": [rows.of_shortcut(shortcut) for shortcut in structure.shortcuts],
        "problems": [
            {
                "code": one.code,
                "severity": one.severity,
                "message": one.message,
                "calls": list(one.calls),
            }
            for one in document.problems
        ],
        "conventions": {
            one.name: {"label": one.label, "text": one.text, "source": one.source}
            for one in CONVENTIONS.values()
        },
    }


def _totals(structure: Structure, numbers: Numbers, memory: Memory) -> dict[str, Any]:
    totals = numbers.totals
    return {
        "layers": totals.layers,
        "calls": totals.calls,
        "edges": totals.edges,
        "joins": totals.joins,
        "weighted_layers": totals.weighted_layers,
        **sums(totals.numbers, memory.totals),
        **opened(explain_totals(structure, numbers, memory)),
    }


def _shape(shape: Shape | None) -> list[int | None] | None:
    return None if shape is None else list(shape)


def _edges(structure: Structure) -> list[dict[str, Any]]:
    graph = structure.graph
    found = []
    for edge in graph.edges:
        tensor = graph.tensor(edge.source)
        found.append(
            {
                "from": edge.source.call,
                "to": edge.target,
                "output": edge.source.output,
                "inputs": list(edge.positions),
                "shape": _shape(tensor.shape),
                "dtype": tensor.dtype,
            }
        )
    return found


class _Rows(msgspec.Struct, frozen=True):
    """Makes the rows of calls, groups and shortcuts, explained or not."""

    structure: Structure
    numbers: Numbers
    memory: Memory
    explained: bool

    def of_call(self, call: LayerCall) -> dict[str, Any]:
        structure, numbers, memory = self.structure, self.numbers, self.memory
        graph = structure.graph
        return {
            "id": call.id,
            "layer": call.layer,
            "call_index": call.call_index,
            "type": call.type,
            "spec": caption(call, graph),
            "input_shapes": [_shape(shape) for shape in graph.input_shapes(call)],
            "output_shapes": [_shape(tensor.shape) for tensor in call.outputs],
            **of_call(numbers.calls[call.id], memory.calls[call.id]),
            **self._opened(lambda: explain_call(structure, numbers, call.id, memory)),
            "unit": structure.enclosing_group(call.id, "unit"),
            "block": structure.enclosing_group(call.id, "block"),
            "stage": structure.enclosing_group(call.id, "stage"),
        }

    def of_group(self, group: Group) -> dict[str, Any]:
        structure, numbers, memory = self.structure, self.numbers, self.memory
        return {
            "id": group.id,
            "kind": group.kind,
            "block_kind": group.block_kind,
            "title": group.title,
            "parent": group.parent,
            "shared": group.shared,
            "calls": list(group.calls),
            "lines": list(block_captions(structure, group)),
            "input_shape": _shape(group.input_shape),
            "output_shape": _shape(group.output_shape),
            **sums(numbers.groups[group.id], memory.groups[group.id]),
            **field(numbers.groups[group.id]),
            **self._opened(lambda: explain_group(structure, numbers, group.id, memory)),
            "signature": group.signature,
        }

    def of_shortcut(self, one: Shortcut) -> dict[str, Any]:
        structure, numbers, memory = self.structure, self.numbers, self.memory
        return {
            "join": one.join,
            "entry": one.entry,
            "kind": one.kind,
            "long": one.long,
            "block": one.block,
            "calls": list(one.calls),
            "input_shape": _shape(one.input_shape),
            "output_shape": _shape(one.output_shape),
            **sums(numbers.shortcuts[one.id], memory.shortcuts[one.id]),
            **self._opened(lambda: explain_shortcut(structure, numbers, one, memory)),
        }

    def _opened(self, explain: Callable[[], Iterable[Explanation]]) -> dict[str, dict[str, str]]:
        return opened(explain()) if self.explained else {}

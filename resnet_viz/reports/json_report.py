"""Report on a model as plain values, as ``report --format json`` writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from resnet_viz.analysis.costs.memory.memory import memory_of
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
from resnet_viz.reports.json_numbers import (
    call_values,
    field_values,
    formulas_and_reasons,
    group_values,
)

SCHEMA: Final = 1
MOST_EXPLAINED: Final = 20_000
"""With more calls only the totals have formulas: each row takes longer to explain than to read."""


def report(
    document: Document, *, batch: int = 1, dtype: str | None = None, explains_rows: bool = True
) -> dict[str, Any]:
    """Structure, numbers and problems of a model as plain JSON values.

    Shapes are lists in Keras's order, batch first. Unknown numbers are None; so are sums with an
    unknown part, with a lower bound beside them as ``<name>_at_least``. ``formulas`` have the
    values of known numbers, ``reasons`` those of unknown ones; in models of more than
    ``MOST_EXPLAINED`` calls only the totals have them, and ``explained`` is False.

    Args:
        document: the model.
        batch: samples at once, for memory.
        dtype: floating-point type that memory is computed for; None for the model's own.
        explains_rows: False leaves the rows without formulas and reasons, which only JSON shows.
    """
    structure, numbers = document.structure, document.numbers
    memory = numbers.memory
    if (batch, dtype) != (memory.batch, memory.dtype):
        memory = memory_of(structure, numbers, batch=batch, dtype=dtype)
    channels_first_ranks = document.graph.channels_first_ranks
    explained = explains_rows and len(document.graph.calls) <= MOST_EXPLAINED
    rows = _Rows(structure, numbers, memory, explained)
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
            {**msgspec.structs.asdict(problem), "calls": list(problem.calls)}
            for problem in document.problems
        ],
        "conventions": {
            name: {"label": meaning.label, "text": meaning.text, "source": meaning.source}
            for name, meaning in CONVENTIONS.items()
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
        **group_values(totals.numbers, memory.totals),
        **formulas_and_reasons(explain_totals(structure, numbers, memory)),
    }


def _shape(shape: Shape | None) -> list[int | None] | None:
    return None if shape is None else list(shape)


def _edges(structure: Structure) -> list[dict[str, Any]]:
    tensors = ((edge, structure.graph.tensor(edge.source)) for edge in structure.graph.edges)
    return [
        {
            "from": edge.source.call,
            "to": edge.target,
            "output": edge.source.output,
            "inputs": list(edge.positions),
            "shape": _shape(tensor.shape),
            "dtype": tensor.dtype,
        }
        for edge, tensor in tensors
    ]


class _Rows(msgspec.Struct, frozen=True):
    """Rows of calls, groups and shortcuts, explained or not."""

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
            **call_values(numbers.calls[call.id], memory.calls[call.id]),
            **self._explained(lambda: explain_call(structure, numbers, call.id, memory)),
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
            **group_values(numbers.groups[group.id], memory.groups[group.id]),
            **field_values(numbers.groups[group.id]),
            **self._explained(lambda: explain_group(structure, numbers, group.id, memory)),
            "signature": group.signature,
        }

    def of_shortcut(self, shortcut: Shortcut) -> dict[str, Any]:
        structure, numbers, memory = self.structure, self.numbers, self.memory
        return {
            "join": shortcut.join,
            "entry": shortcut.entry,
            "kind": shortcut.kind,
            "long": shortcut.long,
            "block": shortcut.block,
            "calls": list(shortcut.calls),
            "input_shape": _shape(shortcut.input_shape),
            "output_shape": _shape(shortcut.output_shape),
            **group_values(numbers.shortcuts[shortcut.id], memory.shortcuts[shortcut.id]),
            **self._explained(lambda: explain_shortcut(structure, numbers, shortcut, memory)),
        }

    def _explained(self, explain: Callable[[], Iterable[Explanation]]) -> dict[str, dict[str, str]]:
        return formulas_and_reasons(explain()) if self.explained else {}

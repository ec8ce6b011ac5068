"""The report on a model as plain values: what ``report --format json`` writes."""

from __future__ import annotations

from typing import Any, Final, Protocol

from resnet_viz.analysis.describe import block_lines, spec
from resnet_viz.analysis.values import GroupNumbers, Numbers, Problem, Structure
from resnet_viz.graph.shapes import channels_first
from resnet_viz.graph.values import Graph, Shape
from resnet_viz.sources import Source

SCHEMA: Final = 1


class Reported(Protocol):
    """What a report needs of a ``document.Document``, which lives above this room."""

    @property
    def source(self) -> Source: ...  # noqa: D102 - see Document
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def graph(self) -> Graph: ...  # noqa: D102
    @property
    def structure(self) -> Structure: ...  # noqa: D102
    @property
    def numbers(self) -> Numbers: ...  # noqa: D102
    @property
    def problems(self) -> tuple[Problem, ...]: ...  # noqa: D102


def report(document: Reported) -> dict[str, Any]:
    """Everything that is known of the model, as plain JSON values.

    Shapes are lists in Keras's order, batch first. What can't be known is None; a sum with an
    unknown part is None too, and its lower bound stands beside it as ``<name>_at_least``. Numbers
    that no analysis makes yet are absent.
    """
    structure, numbers = document.structure, document.numbers
    first = channels_first(document.graph)
    return {
        "schema": SCHEMA,
        "name": document.title,
        "source": str(document.source),
        "data_format": "channels_first" if first else "channels_last",
        "totals": _totals(numbers),
        "calls": _calls(structure, numbers),
        "edges": _edges(structure),
        "groups": _groups(structure, numbers),
        "shortcuts": _shortcuts(structure, numbers),
        "problems": [
            {
                "code": one.code,
                "severity": one.severity,
                "message": one.message,
                "calls": list(one.calls),
            }
            for one in document.problems
        ],
    }


def _totals(numbers: Numbers) -> dict[str, Any]:
    totals = numbers.totals
    return {
        "layers": totals.layers,
        "calls": totals.calls,
        "edges": totals.edges,
        "joins": totals.joins,
        "weighted_layers": totals.weighted_layers,
        **_sums(totals.numbers),
    }


def _sums(sums: GroupNumbers) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value, at_least in (
        ("parameters", sums.parameters, sums.parameters_at_least),
        ("trainable_parameters", sums.trainable_parameters, sums.parameters_at_least),
        ("non_trainable_parameters", sums.non_trainable_parameters, sums.parameters_at_least),
        ("macs", sums.macs, sums.macs_at_least),
    ):
        found[name] = None if at_least else value
        if at_least:
            found[f"{name}_at_least"] = value
    return found


def _shape(shape: Shape | None) -> list[int | None] | None:
    return None if shape is None else list(shape)


def _pixels(field: tuple[int, ...] | None) -> list[int] | None:
    return None if field is None else list(field)


def _calls(structure: Structure, numbers: Numbers) -> list[dict[str, Any]]:
    graph = structure.graph
    found = []
    for call in graph.calls:
        one = numbers.calls[call.id]
        found.append(
            {
                "id": call.id,
                "layer": call.layer,
                "call_index": call.call_index,
                "type": call.type,
                "spec": spec(call, graph),
                "input_shapes": [_shape(shape) for shape in graph.input_shapes(call)],
                "output_shapes": [_shape(tensor.shape) for tensor in call.outputs],
                "parameters": one.parameters,
                "trainable_parameters": one.trainable_parameters,
                "non_trainable_parameters": one.non_trainable_parameters,
                "macs": one.macs,
                "receptive_field": _pixels(one.receptive_field),
                "global": one.is_global,
                "unit": structure.placed_in(call.id, "unit"),
                "block": structure.placed_in(call.id, "block"),
                "stage": structure.placed_in(call.id, "stage"),
            }
        )
    return found


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


def _groups(structure: Structure, numbers: Numbers) -> list[dict[str, Any]]:
    return [
        {
            "id": group.id,
            "kind": group.kind,
            "block_kind": group.block_kind,
            "title": group.title,
            "parent": group.parent,
            "calls": list(group.calls),
            "lines": list(block_lines(structure, group)),
            "input_shape": _shape(group.input_shape),
            "output_shape": _shape(group.output_shape),
            **_sums(numbers.groups[group.id]),
            "receptive_field": _pixels(numbers.groups[group.id].receptive_field),
            "signature": group.signature,
        }
        for group in structure.groups
    ]


def _shortcuts(structure: Structure, numbers: Numbers) -> list[dict[str, Any]]:
    return [
        {
            "join": one.join,
            "entry": one.entry,
            "kind": one.kind,
            "long": one.long,
            "block": one.block,
            "calls": list(one.calls),
            "input_shape": _shape(one.input_shape),
            "output_shape": _shape(one.output_shape),
            "parameters": _sums(numbers.shortcuts[one.id])["parameters"],
        }
        for one in structure.shortcuts
    ]

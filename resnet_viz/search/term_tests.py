"""Tests of search terms on candidates; of a group or shortcut one call inside suffices."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from fnmatch import translate
from typing import Final, TypeAlias

from resnet_viz.analysis.keras_ops.display_kind import display_kind
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.analysis.wording.terms import class_term, op_term, sizes_text
from resnet_viz.document import Document
from resnet_viz.graph.ops import activation_of
from resnet_viz.graph.shapes import shape_text
from resnet_viz.graph.types import LayerCall, Shape
from resnet_viz.search.candidates import Candidate
from resnet_viz.search.query import FLAG_FIELDS, NUMBER_FIELDS, SearchTerm

Test: TypeAlias = Callable[[Candidate], bool]

_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    ":": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def test_of(document: Document, term: SearchTerm) -> Test:
    """The test that a term stands for, on candidates of this document."""
    if term.field in NUMBER_FIELDS:
        test = _number_test(document, term)
    elif term.field in FLAG_FIELDS:
        test = _flag_test(document, term)
    else:
        test = _text_test(document, term)
    return (lambda candidate: not test(candidate)) if term.negated else test


def texts(document: Document, field: str, candidate: Candidate) -> Iterable[str]:
    """Values of a field of texts or sizes that a candidate has, as they are written."""
    if field == "name":
        return candidate.names
    if field == "kind":
        return candidate.kinds
    if field in ("shape", "input"):
        shapes = candidate.outputs if field == "shape" else candidate.inputs
        return [_shape_text(document, shape) for shape in shapes]
    if field in ("stage", "block"):
        return _titles_around(document.structure, field, candidate)
    of_call = _OF_CALL[field]
    return [text for call in candidate.calls for text in of_call(document.graph.by_id[call])]


def _text_test(document: Document, term: SearchTerm) -> Test:
    pattern = term.value.replace("-", "_") if term.field == "kind" else term.value
    # Only "*" is special: "?" is an unknown size, and "[" may occur in names.
    literal = pattern.replace("[", "[[]").replace("?", "[?]")
    matches = re.compile(translate(literal)).match

    def test(candidate: Candidate) -> bool:
        values = texts(document, term.field, candidate)
        return any(matches(value.replace("×", "x").casefold()) for value in values)

    return test


def _number_test(document: Document, term: SearchTerm) -> Test:
    compare, wanted = _COMPARE[term.operator], term.number

    def test(candidate: Candidate) -> bool:
        values = numbers(document, term.field, candidate)
        return any(value is not None and compare(value, wanted) for value in values)

    return test


def numbers(document: Document, field: str, candidate: Candidate) -> Iterable[float | None]:
    """Values of a field of numbers that a candidate has; None for unknown."""
    if field == "params":
        return [candidate.numbers.parameters]
    if field == "macs":
        return [candidate.numbers.macs]
    if field == "memory":
        return [candidate.memory.output_bytes]
    if field == "field":
        return [max(candidate.numbers.receptive_field or (), default=None)]
    configs = (document.graph.by_id[call].config for call in candidate.calls)
    widths = (config.get("filters", config.get("units")) for config in configs)
    return [width for width in widths if isinstance(width, int)]


def _flag_test(document: Document, term: SearchTerm) -> Test:
    if term.field == "unknown":
        return _UNKNOWN[term.value]
    by_id = document.graph.by_id
    if term.value == "frozen":
        weights = document.numbers.calls
        return lambda candidate: any(
            by_id[call].config.get("trainable") is False and weights[call].parameters != 0
            for call in candidate.calls
        )
    if term.value == "custom":
        return lambda candidate: any(
            display_kind(by_id[call]) == "custom" for call in candidate.calls
        )
    shared = {call.layer for call in document.graph.calls if call.call_index}
    return lambda candidate: any(by_id[call].layer in shared for call in candidate.calls)


_UNKNOWN: Final[dict[str, Test]] = {
    "params": lambda candidate: candidate.params_unknown,
    "macs": lambda candidate: candidate.macs_unknown,
    "memory": lambda candidate: candidate.memory_unknown,
    "field": lambda candidate: candidate.field_unknown,
    "shape": lambda candidate: any(
        shape is None or None in shape[1:] for shape in candidate.outputs
    ),
}


def _shape_text(document: Document, shape: Shape | None) -> str:
    return shape_text(shape, channels_first_ranks=document.graph.channels_first_ranks)


def _titles_around(structure: Structure, kind: str, candidate: Candidate) -> list[str]:
    """Titles of the groups of a kind around a candidate, itself included."""
    kinds = ("stage", "head") if kind == "stage" else (kind,)
    home: str | None
    if candidate.target.kind == "group":
        home = candidate.target.id
    else:
        home = structure.innermost_group[candidate.calls[0]]
    titles: list[str] = []
    while home is not None:
        group = structure.by_id[home]
        titles += [group.title] if group.kind in kinds else []
        home = group.parent
    return titles


def _types(call: LayerCall) -> tuple[str, ...]:
    return call.type, class_term(call), op_term(call)


def _activations(call: LayerCall) -> tuple[str, ...]:
    name = activation_of(call)
    return () if name is None else (name,)


def _dtypes(call: LayerCall) -> tuple[str, ...]:
    return tuple(tensor.dtype for tensor in call.outputs if tensor.dtype is not None)


def _kernels(call: LayerCall) -> tuple[str, ...]:
    return _side_texts(call.config.get("kernel_size", call.config.get("pool_size")))


def _strides(call: LayerCall) -> tuple[str, ...]:
    config = call.config
    return _side_texts(config.get("strides") or config.get("pool_size"))


def _side_texts(sizes: object) -> tuple[str, ...]:
    """Sizes along the axes, "3×3", and the one size that all axes have, "3"."""
    if isinstance(sizes, list | tuple) and len(set(map(str, sizes))) == 1:
        return sizes_text(sizes), str(sizes[0])
    return () if sizes is None else (sizes_text(sizes),)


_OF_CALL: Final[dict[str, Callable[[LayerCall], tuple[str, ...]]]] = {
    "type": _types,
    "activation": _activations,
    "dtype": _dtypes,
    "kernel": _kernels,
    "stride": _strides,
}

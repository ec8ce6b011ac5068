"""Reasons why a number is unknown or a lower bound, as phrases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from msgspec.structs import replace

from resnet_viz.analysis.costs.parameters import weights_by_rule
from resnet_viz.analysis.costs.types import Numbers
from resnet_viz.analysis.keras_ops.dtypes import bytes_per_value, is_quantised
from resnet_viz.analysis.keras_ops.op_families import is_keras
from resnet_viz.analysis.keras_ops.terms import Shapes, input_shapes
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.analysis.wording.terms import class_term
from resnet_viz.graph.shapes import shape_text, spatial
from resnet_viz.graph.types import Graph, LayerCall, Shape

Rule: TypeAlias = Callable[[LayerCall, Shapes], object]

_MOST_NAMED: Final = 3
_TRIAL_SIZE: Final = 8
_WITHOUT_COUNT: Final = {
    **dict.fromkeys(
        ("Cholesky", "CholeskyInverse", "Det", "Inv", "Logdet", "LuFactor", "Qr", "Slogdet",
         "Solve", "SolveTriangular"),
        "a factorisation's operations depend on the library, and no convention counts them",
    ),
    **dict.fromkeys(
        ("Eig", "Eigh", "Lstsq", "MatrixRank", "Pinv", "SVD"),
        "it iterates until it converges",
    ),
    **dict.fromkeys(
        ("AssociativeScan", "Cond", "ForiLoop", "Map", "Scan", "Switch", "VectorizedMap",
         "WhileLoop"),
        "Keras does not record what its functions compute",
    ),
}  # fmt: skip
"""Operations of Keras's whose amount of work is not known from their shapes."""


def unknown_reason(graph: Graph, call: LayerCall, rule: Rule) -> str:
    """Reason why ``rule`` gives no weights, MACs or operations for a call."""
    term = class_term(call)
    if call.layer in graph.closed:
        return f"{term} can't be opened: {graph.closed[call.layer]}"
    if not is_keras(call):
        return f"no rule for {term}, which is not a Keras class"
    if rule is weights_by_rule and (call.config.get("lora_rank") or is_quantised(call)):
        return f"the weights of {term} differ from those its class builds (LoRA or quantised)"
    if call.keras_class in _WITHOUT_COUNT:
        return f"no rule for {term}: {_WITHOUT_COUNT[call.keras_class]}"
    open_size = open_size_reason(graph, call)
    if open_size and rule(*_with_trial_sizes(graph, call)) is not None:
        return open_size
    return f"no rule for {term}" + ("" if open_size else " with these settings")


def _with_trial_sizes(graph: Graph, call: LayerCall) -> tuple[LayerCall, Shapes]:
    """The call and its input shapes with a number in place of every open size."""
    outputs = tuple(replace(tensor, shape=_filled(tensor.shape)) for tensor in call.outputs)
    shapes = tuple(_filled(shape) for shape in input_shapes(graph, call))
    return replace(call, outputs=outputs), shapes


def _filled(shape: Shape | None) -> Shape | None:
    if shape is None:
        return None
    return (*shape[:1], *(_TRIAL_SIZE if size is None else size for size in shape[1:]))


def open_size_reason(graph: Graph, call: LayerCall) -> str:
    """The first open size among a call's inputs and outputs; "" if all are known."""
    shapes = [("input", shape) for shape in graph.input_shapes(call)]
    shapes += [("output", tensor.shape) for tensor in call.outputs]
    for end, shape in shapes:
        if shape is None:
            return f"the shape of its {end} is unknown"
        if None in shape[1:]:
            text = shape_text(shape, channels_first_ranks=graph.channels_first_ranks)
            return f"its {end} has an open size: {text}"
    return ""


def unknown_bytes_reason(graph: Graph, call: LayerCall) -> str:
    """Reason why the memory of a call's outputs is unknown."""
    for tensor in call.outputs:
        is_sized = tensor.shape is not None and None not in tensor.shape[1:]
        if is_sized and bytes_per_value(tensor.dtype) is None:
            return no_fixed_size(tensor.dtype)
    return open_size_reason(graph, call)


def no_fixed_size(dtype: str | None) -> str:
    """Reason why a tensor of ``dtype`` has an unknown number of bytes."""
    return f"values of type {dtype or 'unknown'} have no fixed size"


def no_field_reason(structure: Structure, numbers: Numbers, call: LayerCall) -> str:
    """Reason why a call has no receptive field: there is none, or it is unknown."""
    stage = structure.enclosing_group(call.id, "stage")
    is_in_head = stage is not None and structure.by_id[stage].kind == "head"
    if is_in_head and not numbers.calls[call.id].is_field_unknown:
        return "from the first global pooling or flatten on there is none"
    if not spatial(call.output_shape, channels_first_ranks=structure.graph.channels_first_ranks):
        return "the output has no positions"
    call_numbers = numbers.calls[call.id]
    if call_numbers.is_global and not call_numbers.is_field_unknown:
        return "every position sees the whole input"
    return "unknown: no rule says how this call, or one before it, moves positions"


def omission_note(graph: Graph, unknown: Sequence[str], reason: Callable[[LayerCall], str]) -> str:
    """The calls that a lower bound leaves out, with the reason for the first.

    "without a: no rule …", "without a (no rule …), b and 8 more"; "" if none is unknown.
    """
    if not unknown:
        return ""
    first, *others = unknown
    if not others:
        return f"without {first}: {reason(graph.by_id[first])}"
    names = [f"{first} ({reason(graph.by_id[first])})", *others[: _MOST_NAMED - 1]]
    rest = len(unknown) - _MOST_NAMED
    return f"without {', '.join(names)}" + (f" and {rest:,} more" if rest > 0 else "")

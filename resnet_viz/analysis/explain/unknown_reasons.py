"""Why a number is not known, or is a lower bound, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from msgspec.structs import replace

from resnet_viz.analysis.costs.parameters import weights_by_rule
from resnet_viz.analysis.costs.types import Numbers
from resnet_viz.analysis.keras_ops.dtypes import bytes_per_value, is_quantised
from resnet_viz.analysis.keras_ops.op_families import is_keras
from resnet_viz.analysis.keras_ops.terms import Shapes
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.analysis.wording.terms import class_term
from resnet_viz.graph.shapes import shape_text, spatial
from resnet_viz.graph.types import Graph, LayerCall, Shape

Rule: TypeAlias = Callable[[LayerCall, Shapes], object]

_NAMED: Final = 3
_SOME: Final = 8


def unknown_reason(graph: Graph, call: LayerCall, rule: Rule) -> str:
    """Why the weights, MACs or operations of a call, which ``rule`` would give, are unknown."""
    if not is_keras(call):
        return f"no rule for {class_term(call)}, which is not Keras's own"
    if rule is weights_by_rule and (call.config.get("lora_rank") or is_quantised(call)):
        return f"{class_term(call)} has other weights than its class builds (LoRA, quantised)"
    opened = open_size_reason(graph, call)
    if opened and rule(*_with_sizes(graph, call)) is not None:
        return opened
    return f"no rule for {class_term(call)}" + ("" if opened else " with these settings")


def _with_sizes(graph: Graph, call: LayerCall) -> tuple[LayerCall, Shapes]:
    """The call and its input shapes with some size in place of every open one."""
    outputs = tuple(replace(tensor, shape=_filled(tensor.shape)) for tensor in call.outputs)
    shapes = tuple(_filled(shape) for shape in graph.input_shapes(call))
    return replace(call, outputs=outputs), shapes


def _filled(shape: Shape | None) -> Shape | None:
    if shape is None:
        return None
    return (shape[0], *(_SOME if size is None else size for size in shape[1:]))


def open_size_reason(graph: Graph, call: LayerCall) -> str:
    """Which size of the call's inputs and outputs is open; "" if all are known."""
    shapes: list[tuple[str, Shape | None]] = [
        ("input", shape) for shape in graph.input_shapes(call)
    ]
    shapes += [("output", tensor.shape) for tensor in call.outputs]
    for which, shape in shapes:
        if shape is None:
            return f"the shape of its {which} is unknown"
        if None in shape[1:]:
            text = shape_text(shape, channels_first_ranks=graph.channels_first_ranks)
            return f"its {which} has an open size: {text}"
    return ""


def unknown_bytes_reason(graph: Graph, call: LayerCall) -> str:
    """Why the memory of a call's outputs is unknown."""
    for tensor in call.outputs:
        if tensor.shape is not None and None not in tensor.shape[1:]:
            if bytes_per_value(tensor.dtype) is None:
                return f"a value of type {tensor.dtype or 'unknown'} has no fixed size"
            continue
    return open_size_reason(graph, call)


def no_field_reason(structure: Structure, numbers: Numbers, call: LayerCall) -> str:
    """Why a call has no receptive field: there is none, or it is unknown."""
    home = structure.enclosing_group(call.id, "stage")
    if home is not None and structure.by_id[home].kind == "head":
        return "from the head on there is none"
    if not spatial(call.output_shape, channels_first_ranks=structure.graph.channels_first_ranks):
        return "the output has no positions"
    one = numbers.calls[call.id]
    if one.is_global and not one.is_field_unknown:
        return "every position sees everything"
    return "unknown: this call, or one before it, moves positions by no rule that is known"


def omission_note(graph: Graph, unknown: Sequence[str], why: Callable[[LayerCall], str]) -> str:
    """What a lower bound leaves out, with the reason for the first.

    "without a: no rule …", "without a (no rule …), b and 8 more".
    """
    if not unknown:
        return ""
    first, *others = unknown
    reason = why(graph.by_id[first])
    if not others:
        return f"without {first}: {reason}"
    names = ", ".join([f"{first} ({reason})", *others[: _NAMED - 1]])
    more = len(unknown) - _NAMED
    return f"without {names}" + (f" and {more:,} more" if more > 0 else "")

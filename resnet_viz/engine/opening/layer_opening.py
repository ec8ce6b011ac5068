"""Opening of layers that hold layers: a ``keras.Function`` of the calls in such a layer.

A custom layer (a transformer block, a feature pyramid) is a closed box in Keras's own graph. Its
``call`` is run once on symbolic inputs, which records the calls inside. A layer whose code cannot
run so, or uses weights out of sight of the record, stays closed. Keras's own layers do, but for
TimeDistributed around a model.
"""

from __future__ import annotations

import contextlib
import inspect
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from resnet_viz.engine.keras_nodes import (
    distinct_inputs,
    function_of,
    model_for_sizes,
    nodes_of,
    variables_of,
    wrapped_model,
)
from resnet_viz.engine.opening.following import in_a_graph, outputs_of
from resnet_viz.engine.opening.openings import Closed, Openings
from resnet_viz.engine.tensor_sources import Sources, used_sources
from resnet_viz.graph.keras_classes import is_keras

# Sizes that stand in for unknown ones while code runs that needs numbers: of the batch, of all
# other axes. Primes, so that products of them are recognised afterwards.
_BATCH: Final = 1009
_SIZE: Final = 1013
_MAX_DEPTH: Final = 12
_LONGEST: Final = 160


@contextlib.contextmanager
def opened_layers(model: Any) -> Iterator[Openings]:  # noqa: ANN401 - a functional model
    """Open all layers in ``model`` that hold layers, at any depth.

    Keras notes every symbolic call in the layers' own lists; on exit these are as before.
    """
    before = [
        (operation, len(operation._inbound_nodes))  # noqa: SLF001
        for operation in {id(each): each for each in _operations(model)}.values()
    ]
    openings = Openings()
    try:
        _open_all(function_of(model), openings, 0)
        yield openings
    finally:
        for operation, count in before:
            del operation._inbound_nodes[count:]  # noqa: SLF001


def _operations(model: Any) -> Iterator[Any]:  # noqa: ANN401
    """All layers in ``model``, and the operations in its nested models."""
    for layer in model._flatten_layers():  # noqa: SLF001
        yield layer
        function = function_of(layer)
        if function is not None:
            yield from (node.operation for node, _index in nodes_of(function))


def _open_all(function: Any, openings: Openings, depth: int) -> None:  # noqa: ANN401
    by_layer: dict[int, Any] = {}
    calls = Counter(id(node.operation) for node, _index in nodes_of(function))
    for node, _index in nodes_of(function):
        layer = node.operation
        if node.is_input or depth >= _MAX_DEPTH:
            continue
        inner = function_of(layer)
        if inner is not None:
            if calls[id(layer)] == 1:  # else one description has to serve for all sizes
                inner = _copied(node, openings) or inner
            _open_all(inner, openings, depth + 1)
        elif _holds_layers(layer) or wrapped_model(layer) is not None:
            if id(layer) not in by_layer:
                by_layer[id(layer)] = _opened_or_reason(node)
                if not isinstance(by_layer[id(layer)], str):
                    _open_all(by_layer[id(layer)], openings, depth + 1)
            openings.note(node, by_layer[id(layer)])


def _opened_or_reason(node: Any) -> Any:  # noqa: ANN401
    try:
        return open_call(node)
    except Closed as reason:
        return str(reason)


def _copied(node: Any, openings: Openings) -> Any:  # noqa: ANN401
    """The nested model for the sizes of its call, so that layers in it open for these; or None."""
    with contextlib.suppress(Exception):  # the user's code raises anything
        copy = model_for_sizes(node)
        if copy is not None and [t.dtype for t in copy.outputs] == [
            t.dtype for t in node.output_tensors
        ]:
            openings[id(node)] = copy
            return copy
    return None


def _holds_layers(layer: Any) -> bool:  # noqa: ANN401
    import keras

    return (
        isinstance(layer, keras.layers.Layer)
        and layer.built
        and not is_keras(type(layer).__module__)
        and bool(getattr(layer, "_layers", ()))
    )


def open_call(node: Any) -> Any:  # noqa: ANN401
    """The keras.Function of the calls in the layer that ``node`` calls.

    Its last inputs may be sources, which the call does not pass (see ``tensor_sources``).

    Raises:
        Closed: the layer's calls can't be followed.
    """
    if wrapped_model(node.operation) is not None:
        return _opened_steps(node)
    reasons: list[Closed] = []
    for attempt in _ATTEMPTS:
        try:
            return _followed(node, attempt)
        except Closed as closed:
            reasons.append(closed)
    raise reasons[_ATTEMPTS.index(_TELLING)]


class _Attempt(NamedTuple):
    """One way to follow a call.

    Attributes:
        batch, size: numbers in place of an unknown batch and of other unknown sizes; None to leave
            them open.
        in_graph: TensorFlow computes nothing meanwhile.
        lifts: the layer's own weights, and constants, are symbolic too.
    """

    batch: int | None = None
    size: int | None = None
    in_graph: bool = False
    lifts: bool = False


_TELLING: Final = _Attempt(_BATCH, _SIZE, in_graph=True)
"""The attempt that fails for the least reasons of its own."""
_ATTEMPTS: Final = tuple(
    attempt._replace(lifts=lifts)
    for lifts in (False, True)
    # Without a graph a batch of numbers would take too much memory.
    for attempt in (_Attempt(), _TELLING, _Attempt(size=_SIZE))
)


def _followed(node: Any, attempt: _Attempt) -> Any:  # noqa: ANN401
    """A function of the calls that the layer of ``node`` makes; raises ``Closed``."""
    import keras

    layer = node.operation
    inputs = {
        id(tensor): _symbolic(tensor, name, attempt.batch, attempt.size)
        for tensor, name in _named_inputs(node)
    }
    args, kwargs = node.arguments.fill_in(inputs)
    taken = {inner.name for inner in layer._flatten_layers(include_self=False)}  # noqa: SLF001
    taken |= {tensor.name for tensor in inputs.values()}
    sources = Sources(layer, taken) if attempt.lifts else None

    def outputs() -> list[Any]:
        return outputs_of(layer, args, kwargs, sources)

    try:
        made = in_a_graph(outputs) if attempt.in_graph else outputs()
        function = keras.Function([*inputs.values(), *used_sources(made)], made, name=layer.name)
    except Exception as error:  # the user's code raises anything
        raise Closed(_failure(error)) from error
    if attempt.size is not None:
        _forget_sizes(function)
    _check(function, node)
    return function


def _failure(error: Exception) -> str:
    text = " ".join(str(error).split())
    if "KerasTensor cannot be used as input to a TensorFlow function" in text:
        return "its call() uses TensorFlow's own functions, whose calls Keras does not record"
    text = text.partition(". ")[0][:_LONGEST]
    reason = type(error).__name__ + (f": {text}" if text else "")
    return f"its call() fails on symbolic tensors ({reason})"


def _opened_steps(node: Any) -> Any:  # noqa: ANN401 - as ``open_call``, of a TimeDistributed
    """A function that takes one step of the input, calls the model, and stacks its outputs."""
    import keras

    model = wrapped_model(node.operation)
    with contextlib.suppress(Exception):
        (tensor,) = distinct_inputs(node)
        (output,) = node.output_tensors
        inputs = keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype, name="inputs")
        stacked = keras.ops.stack([model(inputs[:, 0])], axis=1)
        stacked._shape = output.shape  # noqa: SLF001 - of all steps
        function = keras.Function([inputs], [stacked], name=node.operation.name)
        _check(function, node)
        return function
    raise Closed("its model can't be called on a single step")


def _named_inputs(node: Any) -> list[tuple[Any, str]]:  # noqa: ANN401
    """Distinct input tensors of the call, each with the name of its argument.

    A layer inside may be called so too ("query" in attention): then "query_input".
    """
    import keras

    bound = inspect.signature(node.operation.call).bind(
        *node.arguments.args, **node.arguments.kwargs
    )
    names: dict[int, str] = {}
    for name, value in bound.arguments.items():
        leaves = [leaf for leaf in keras.tree.flatten(value) if id(leaf) not in names]
        tensors = [leaf for leaf in leaves if isinstance(leaf, keras.KerasTensor)]
        for number, tensor in enumerate(tensors):
            names[id(tensor)] = name if len(tensors) == 1 else f"{name}_{number}"
    layers = node.operation._flatten_layers(include_self=False)  # noqa: SLF001
    taken = {layer.name for layer in layers}
    named = [(tensor, names[id(tensor)]) for tensor in distinct_inputs(node)]
    return [(tensor, f"{name}_input" if name in taken else name) for tensor, name in named]


def _symbolic(tensor: Any, name: str, batch: int | None, size: int | None) -> Any:  # noqa: ANN401
    import keras

    shape = [
        known if known is not None else (size if axis else batch)
        for axis, known in enumerate(tensor.shape)
    ]
    return keras.Input(batch_shape=shape, dtype=tensor.dtype, name=name)


def known_size(size: Any) -> Any:  # noqa: ANN401
    """``size``, or None if it is made of a size that stands in for an unknown one."""
    stands_in = type(size) is int and size > 0 and (size % _BATCH == 0 or size % _SIZE == 0)
    return None if stands_in else size


def _forget_sizes(function: Any) -> None:  # noqa: ANN401
    for node, _index in nodes_of(function):
        for tensor in node.output_tensors:
            tensor._shape = tuple(map(known_size, tensor.shape))  # noqa: SLF001


def _check(function: Any, node: Any) -> None:  # noqa: ANN401
    """Raise unless the function has the call's outputs and uses just the layer's weights."""
    if not _fit(function.outputs, node.output_tensors):
        raise Closed("its call() makes other outputs on symbolic tensors than in the model")
    used = {id(weight) for inner, _ in nodes_of(function) for weight in variables_of(inner)}
    weights = {id(weight): weight for weight in node.operation.weights}
    if used - weights.keys():
        raise Closed("its call() uses weights of other layers")
    hidden = [weight.path for key, weight in weights.items() if key not in used]
    if hidden:
        more = f" and {len(hidden) - 1} more" if len(hidden) > 1 else ""
        raise Closed(f"its call() does not pass all weights to a call inside ({hidden[0]}{more})")


def _fit(found: list[Any], recorded: list[Any]) -> bool:
    """True for tensors of the recorded dtypes and known sizes; recorded open ones may be known."""
    return len(found) == len(recorded) and all(
        tensor.dtype == record.dtype
        and len(tensor.shape) == len(record.shape)
        and all(old in {None, new} for new, old in zip(tensor.shape, record.shape, strict=True))
        for tensor, record in zip(found, recorded, strict=True)
    )

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
from typing import Any, Final, TypeAlias

from resnet_viz.engine.keras_nodes import (
    distinct_inputs,
    function_of,
    model_for_sizes,
    nodes_of,
    variables_of,
    wrapped_model,
)
from resnet_viz.graph.keras_classes import is_keras

Openings: TypeAlias = dict[int, Any]
"""keras.Functions of the calls in opened layers, by ``id(node)`` of the layer's call.

Nested models that are called with other sizes than they were made for are there too, as copies.
"""

# Sizes that stand in for unknown ones while code runs that needs numbers: of the batch, of all
# other axes. Primes, so that products of them are recognised afterwards.
_BATCH: Final = 1009
_SIZE: Final = 1013
_MAX_DEPTH: Final = 12


@contextlib.contextmanager
def opened_layers(model: Any) -> Iterator[Openings]:  # noqa: ANN401 - a functional model
    """Open all layers in ``model`` that hold layers, at any depth.

    Keras notes every symbolic call in the layers' own lists; on exit these are as before.
    """
    before = [
        (operation, len(operation._inbound_nodes))  # noqa: SLF001
        for operation in {id(each): each for each in _operations(model)}.values()
    ]
    openings: Openings = {}
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
                by_layer[id(layer)] = open_call(node)
                if by_layer[id(layer)] is not None:
                    _open_all(by_layer[id(layer)], openings, depth + 1)
            # A second call shows the same inside, so it must take as many tensors.
            opened = by_layer[id(layer)]
            if opened is not None and len(opened.inputs) == len(distinct_inputs(node)):
                openings[id(node)] = opened


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
    """The keras.Function of the calls in the layer that ``node`` calls; None if it stays closed."""
    import keras

    layer = node.operation
    if wrapped_model(layer) is not None:
        return _opened_steps(node)
    for batch, size in ((None, None), (_BATCH, _SIZE)):
        with contextlib.suppress(Exception):  # the user's code raises anything
            inputs = {
                id(tensor): _symbolic(tensor, name, batch, size)
                for tensor, name in _named_inputs(node)
            }
            args, kwargs = node.arguments.fill_in(inputs)
            with shapes_by_call(layer):
                outputs = keras.tree.flatten(layer.call(*args, **kwargs))
            function = keras.Function(list(inputs.values()), outputs, name=layer.name)
            if batch is not None:
                _forget_sizes(function)
            if _is_faithful(function, node):
                return function
    return None


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
        if _is_faithful(function, node):
            return function
    return None


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


@contextlib.contextmanager
def shapes_by_call(layer: Any) -> Iterator[None]:  # noqa: ANN401
    """Let custom layers inside find their output shapes by tracing ``call``.

    Many override ``call`` but inherit a ``compute_output_spec`` that does not take its arguments;
    Keras does not notice while the layer around them is traced as a whole. An EinsumDense has the
    sizes of the tensor that it was built with, open ones too.
    """
    import keras
    from keras.src import backend

    custom = [
        inner for inner in layer._flatten_layers(include_self=False)  # noqa: SLF001
        if not is_keras(type(inner).__module__) or isinstance(inner, keras.layers.EinsumDense)
    ]  # fmt: skip

    def spec_of(inner: Any) -> Any:  # noqa: ANN401
        def compute_output_spec(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            with contextlib.suppress(Exception):  # a tenth of the time of a TensorFlow graph
                return _specs(inner.call(*args, **kwargs))
            return backend.compute_output_spec(inner.call, *args, **kwargs)

        return compute_output_spec

    try:
        for inner in custom:
            object.__setattr__(inner, "compute_output_spec", spec_of(inner))
        yield
    finally:
        for inner in custom:
            object.__delattr__(inner, "compute_output_spec")


def known_size(size: Any) -> Any:  # noqa: ANN401
    """``size``, or None if it is made of a size that stands in for an unknown one."""
    stands_in = type(size) is int and size > 0 and (size % _BATCH == 0 or size % _SIZE == 0)
    return None if stands_in else size


def _forget_sizes(function: Any) -> None:  # noqa: ANN401
    for node, _index in nodes_of(function):
        for tensor in node.output_tensors:
            tensor._shape = tuple(map(known_size, tensor.shape))  # noqa: SLF001


def _is_faithful(function: Any, node: Any) -> bool:  # noqa: ANN401
    """Return whether the function has the call's outputs and uses just the layer's weights."""
    if not _fit(function.outputs, node.output_tensors):
        return False
    used = {id(weight) for inner, _ in nodes_of(function) for weight in variables_of(inner)}
    return used == {id(weight) for weight in node.operation.weights}


def _fit(found: list[Any], recorded: list[Any]) -> bool:
    """True for tensors of the recorded dtypes and known sizes; recorded open ones may be known."""
    return len(found) == len(recorded) and all(
        tensor.dtype == record.dtype
        and len(tensor.shape) == len(record.shape)
        and all(old in {None, new} for new, old in zip(tensor.shape, record.shape, strict=True))
        for tensor, record in zip(found, recorded, strict=True)
    )


def _specs(outputs: Any) -> Any:  # noqa: ANN401
    """Copies of symbolic tensors that belong to no call yet; raises for anything else."""
    import keras

    if not all(isinstance(leaf, keras.KerasTensor) for leaf in keras.tree.flatten(outputs)):
        raise TypeError("not symbolic")
    return keras.tree.map_structure(
        lambda tensor: keras.KerasTensor(tensor.shape, tensor.dtype), outputs
    )

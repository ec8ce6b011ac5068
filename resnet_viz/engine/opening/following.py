"""Following a layer's code: its ``call`` is run, and Keras records the calls of layers inside."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from resnet_viz.engine.tensor_sources import Sources
from resnet_viz.graph.keras_classes import is_keras


@contextlib.contextmanager
def shapes_by_call(layer: Any) -> Iterator[dict[int, Any]]:  # noqa: ANN401
    """Let custom layers inside find their output shapes by tracing ``call``.

    Many override ``call`` but inherit a ``compute_output_spec`` that does not take its arguments;
    Keras does not notice while the layer around them is traced as a whole. An EinsumDense has the
    sizes of the tensor that it was built with, open ones too.

    Yields:
        By ``id`` of a layer, the structure of its last outputs if some of them were None, which
        Keras allows inside other layers only; it gets a list of the others.
    """
    import keras
    from keras.src import backend

    custom = [
        inner for inner in layer._flatten_layers(include_self=False)  # noqa: SLF001
        if not is_keras(type(inner).__module__) or isinstance(inner, keras.layers.EinsumDense)
    ]  # fmt: skip
    with_gaps: dict[int, Any] = {}

    def spec_of(inner: Any) -> Any:  # noqa: ANN401
        def compute_output_spec(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            specs = None
            with contextlib.suppress(Exception):  # a tenth of the time of a TensorFlow graph
                specs = _specs(inner.call(*args, **kwargs))
            if specs is None:
                specs = backend.compute_output_spec(inner.call, *args, **kwargs)
            leaves = keras.tree.flatten(specs)
            with_gaps.pop(id(inner), None)
            if None not in leaves:
                return specs
            with_gaps[id(inner)] = specs
            return [leaf for leaf in leaves if leaf is not None]

        return compute_output_spec

    # in a layer around it, whose parts follow their calls already, they go on doing so
    before = [(inner, vars(inner).get("compute_output_spec")) for inner in custom]
    try:
        for inner in custom:
            object.__setattr__(inner, "compute_output_spec", spec_of(inner))
        yield with_gaps
    finally:
        for inner, outer in before:
            if outer is not None:
                object.__setattr__(inner, "compute_output_spec", outer)
            elif "compute_output_spec" in vars(inner):  # a part may be listed twice
                object.__delattr__(inner, "compute_output_spec")


def _specs(outputs: Any) -> Any:  # noqa: ANN401
    """Copies of symbolic tensors that belong to no call yet; raises for anything else but None."""
    import keras

    tensors = [leaf for leaf in keras.tree.flatten(outputs) if leaf is not None]
    if not tensors or not all(isinstance(leaf, keras.KerasTensor) for leaf in tensors):
        raise TypeError("not symbolic")
    return keras.tree.map_structure(
        lambda leaf: None if leaf is None else keras.KerasTensor(leaf.shape, leaf.dtype), outputs
    )


def outputs_of(layer: Any, args: Any, kwargs: Any, sources: Sources | None = None) -> list[Any]:  # noqa: ANN401
    """Run the layer's ``call`` on symbolic tensors; its outputs, without those that are None.

    Args:
        layer: the layer.
        args: of its call.
        kwargs: of its call.
        sources: if given, weights of the layer's own and constants are symbolic, too.
    """
    import keras

    with contextlib.ExitStack() as stack:
        with_gaps = stack.enter_context(shapes_by_call(layer))
        stack.enter_context(_calls_inside(layer, with_gaps, sources))
        if sources is not None:
            stack.enter_context(_operations_on(sources))
            stack.enter_context(sources.in_attributes())
        outputs = keras.tree.flatten(layer.call(*args, **kwargs))
    return [output for output in outputs if output is not None]


@contextlib.contextmanager
def _calls_inside(layer: Any, with_gaps: dict[int, Any], sources: Sources | None) -> Iterator[None]:  # noqa: ANN401
    """Give layers inside their arguments as ``sources``, and their outputs back with the gaps."""
    import keras

    inside = {id(inner) for inner in layer._flatten_layers(include_self=False)}  # noqa: SLF001
    keras_call = keras.layers.Layer.__call__

    @wraps(keras_call)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        if id(self) not in inside:
            return keras_call(self, *args, **kwargs)
        if sources is not None:
            args, kwargs = sources.in_bare_calls((args, kwargs))
        outputs = keras_call(self, *args, **kwargs)
        return _with_gaps(outputs, with_gaps[id(self)]) if id(self) in with_gaps else outputs

    with _replaced(keras.layers.Layer, "__call__", call):
        yield


@contextlib.contextmanager
def _operations_on(sources: Sources) -> Iterator[None]:
    """Give operations that look into constants, which a graph does not have, sources for them."""
    import keras

    keras_call = keras.Operation.symbolic_call

    @wraps(keras_call)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        try:
            return keras_call(self, *args, **kwargs)
        except NotImplementedError:  # TensorFlow's, for a value asked for in a graph
            args, kwargs = sources.in_place_of_constants((args, kwargs))
            return keras_call(self, *args, **kwargs)

    with _replaced(keras.Operation, "symbolic_call", call):
        yield


@contextlib.contextmanager
def _replaced(owner: type, name: str, value: Any) -> Iterator[None]:  # noqa: ANN401
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def _with_gaps(outputs: list[Any], structure: Any) -> Any:  # noqa: ANN401
    import keras

    remaining = iter(outputs)
    return keras.tree.map_structure(
        lambda leaf: None if leaf is None else next(remaining), structure
    )


def in_a_graph(work: Callable[[], list[Any]]) -> list[Any]:
    """The result of ``work``, run where TensorFlow notes operations and computes nothing.

    Constants whose sizes are numbers that stand in for unknown ones would take gigabytes.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        return work()
    import tensorflow as tf

    made: list[list[Any]] = []
    tf.function(lambda: made.append(work()), autograph=False).get_concrete_function()
    return made[0]

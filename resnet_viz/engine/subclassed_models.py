"""Subclassed models: their functional form, and their layers where that fails."""

from __future__ import annotations

import inspect
from typing import Any, Final

from resnet_viz.errors import ModelError
from resnet_viz.graph.layer_tree import (
    MAX_DEPTH,
    LayerNode,
    UntracedError,
    count_layers,
    count_parameters,
    printable_line,
)

_MAX_LENGTH: Final = 200
_POSITIONAL: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def functional_model_of(model: Any, *, where: str) -> Any:  # noqa: ANN401 - keras.Models
    """Functional model with the calls of the subclassed ``model``, run on symbolic inputs.

    Raises:
        ModelError: its inputs are unknown, or its code does not work on symbolic tensors.
    """
    import keras

    shapes = _input_shapes(model)
    reason = _unknown_inputs(model, shapes)
    if reason:
        raise _refusal(model, where, reason)
    try:
        if isinstance(shapes, dict):  # Keras wants the inputs' names to be the keys
            inputs = {key: _inputs(shape, name=str(key)) for key, shape in shapes.items()}
        else:
            inputs = _inputs(shapes)
        outputs = model.call(inputs)
        return keras.Model(inputs, outputs, name=model.name)
    except Exception as error:  # the user's code and Keras raise anything
        reason = " ".join(str(error).split())[:_MAX_LENGTH] or "no reason given"
        raise _refusal(
            model,
            where,
            f"its call() does not work on symbolic tensors ({type(error).__name__}: {reason}); "
            "use keras.ops in it, or build the model with keras.Model(inputs, outputs)",
        ) from error


def layer_tree(model: Any) -> tuple[LayerNode, ...]:  # noqa: ANN401 - a keras.Model
    """Tree of the layers of ``model`` and the layers in them."""
    return _inside(model, 0)


def _inside(layer: Any, depth: int) -> tuple[LayerNode, ...]:  # noqa: ANN401
    inner = getattr(layer, "_layers", ()) if depth < MAX_DEPTH else ()
    return tuple(_node(child, _inside(child, depth + 1)) for child in inner)


def _node(layer: Any, inside: tuple[LayerNode, ...]) -> LayerNode:  # noqa: ANN401
    shapes = {id(weight): tuple(weight.shape) for weight in layer.weights}
    children = getattr(layer, "_layers", ())
    in_children = {id(weight) for child in children for weight in child.weights}
    own = tuple(shape for key, shape in shapes.items() if key not in in_children)
    is_built = layer.built and all(inner.parameters is not None for inner in inside)
    return LayerNode(
        name=printable_line(layer.name),
        type=printable_line(type(layer).__name__),
        weights=own if layer.built else None,
        parameters=count_parameters(shapes.values()) if is_built else None,
        layers=inside,
    )


def _refusal(model: Any, where: str, reason: str) -> ModelError:  # noqa: ANN401
    kind = type(model).__name__
    message = f"{where} can't be traced: it is a subclassed model ({kind}), and {reason}."
    layers = layer_tree(model)
    if not layers:
        return ModelError(f"{message} It has no layers.")
    count = count_layers(layers)
    return UntracedError(
        f"{message} It has {count:,} layer{'s' if count != 1 else ''}.", layers=layers
    )


def _input_shapes(model: Any) -> Any:  # noqa: ANN401 - a shape, or a structure of them
    """Shapes that the model was built with; None if Keras knows none."""
    built = model.get_build_config() if model.built else None
    return built.get("input_shape") if isinstance(built, dict) else None


def _unknown_inputs(model: Any, shapes: Any) -> str:  # noqa: ANN401 - as above
    """Reason that the inputs of ``model`` are unknown; empty if ``shapes`` are enough."""
    if not model.built:
        return "it was never built; call it once on data, or model.build(input_shape)"
    if shapes is None:
        # Keras drops the shapes of a call when it can't repeat it on symbolic tensors.
        return (
            "Keras has not kept the shape of its inputs, usually because its call() does not "
            "work on symbolic tensors; use keras.ops in it, or build the model with "
            "keras.Model(inputs, outputs)"
        )
    parameters = inspect.signature(model.call).parameters.values()
    inputs = [p.name for p in parameters if p.default is p.empty and p.kind in _POSITIONAL]
    if len(inputs) > 1:
        return (
            f"its call() takes more than one input ({', '.join(inputs)}), of which Keras records "
            "only the first one's shape; let it take them in one list or dictionary"
        )
    return ""


def _inputs(shapes: Any, *, name: str | None = None) -> Any:  # noqa: ANN401
    """Symbolic inputs of ``shapes``, with any batch size."""
    import keras

    def keras_input(shape: Any) -> Any:  # noqa: ANN401
        return keras.Input(batch_shape=(None, *tuple(shape)[1:]), name=name)

    return keras.tree.map_shape_structure(keras_input, shapes)

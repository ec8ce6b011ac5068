"""Opens live models that have no config: subclassed ones, and layers without ``get_config``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from resnet_viz.engine.inspection import inspect
from resnet_viz.errors import ModelError
from resnet_viz.graph.values import Graph, LayerCall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resnet_viz.engine.inspection import LiveCall

_SHOWN: Final = 4
_MOST_LINES: Final = 200
_LONGEST: Final = 200


def opened_by_calling(model: Any, *, where: str) -> Any:  # noqa: ANN401 - keras.Models
    """A functional model of what the subclassed ``model`` calls, run on symbolic inputs.

    Raises:
        ModelError: nothing says what its inputs are, or its code can't work on symbolic tensors.
    """
    import keras

    shapes = _input_shapes(model)
    if shapes is None:
        raise _refusal(model, where, _why_no_shapes(model))
    try:
        inputs = keras.tree.map_shape_structure(_input, shapes)
        outputs = model.call(inputs)
        return keras.Model(inputs, outputs, name=model.name)
    except Exception as error:  # the user's code and Keras raise anything
        reason = " ".join(str(error).split())[:_LONGEST] or "no reason given"
        raise _refusal(
            model,
            where,
            f"its call() does not work on symbolic tensors ({type(error).__name__}: {reason}); "
            "use keras.ops in it, or build the model with keras.Model(inputs, outputs)",
        ) from error


def live_graph(model: Any) -> Graph:  # noqa: ANN401 - a keras.Model
    """The graph of an open ``model`` from the live objects, for want of a config."""
    live = inspect(model)
    return Graph(
        name=model.name,
        calls=tuple(map(_call, live.calls)),
        inputs=live.inputs,
        outputs=live.outputs,
        scopes=live.scopes,
    )


def layer_tree(model: Any) -> str:  # noqa: ANN401 - a keras.Model
    """The layers of ``model`` and what is in them, a line each."""
    lines: list[str] = []
    for line in _lines(model, 0):
        if len(lines) == _MOST_LINES:
            lines.append("…")
            break
        lines.append(line)
    return "\n".join(lines)


def _lines(layer: Any, depth: int) -> Iterator[str]:  # noqa: ANN401
    yield f"{'  ' * depth}{layer.name} ({type(layer).__name__})"
    for inner in getattr(layer, "_layers", ()):
        yield from _lines(inner, depth + 1)


def _refusal(model: Any, where: str, reason: str) -> ModelError:  # noqa: ANN401
    names = [f"{layer.name} ({type(layer).__name__})" for layer in model.layers]
    has = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
    layers = f" It has the layers {has}." if names else ""
    kind = type(model).__name__
    message = f"{where} can't be traced: it is a subclassed model ({kind}), and {reason}.{layers}"
    return ModelError(message, details=f"Its layers:\n{layer_tree(model)}")


def _why_no_shapes(model: Any) -> str:  # noqa: ANN401 - a keras.Model
    if not model.built:
        return "it was never built; call it once on data, or model.build(input_shape)"
    # Keras forgets the shapes of a call when it can't repeat it on symbolic tensors.
    return (
        "Keras has not kept the shape of its inputs, most often because its call() does not work "
        "on symbolic tensors; use keras.ops in it, or build the model with "
        "keras.Model(inputs, outputs)"
    )


def _input_shapes(model: Any) -> Any:  # noqa: ANN401 - a shape, or a structure of them
    """The shapes that the model was built with; None if Keras doesn't know any."""
    built = model.get_build_config() if model.built else None
    return built.get("input_shape") if isinstance(built, dict) else None


def _input(shape: Any) -> Any:  # noqa: ANN401
    import keras

    # The batch it was built with says nothing about the model.
    return keras.Input(batch_shape=(None, *tuple(shape)[1:]))


def _call(live: LiveCall) -> LayerCall:
    kind = type(live.operation)
    return LayerCall(
        id=live.id,
        layer=live.layer,
        call_index=live.call_index,
        type=kind.__name__,
        module=_module(kind),
        config=_config(live.operation),
        arguments={},
        inputs=live.inputs,
        outputs=live.outputs,
        scope=live.scope,
    )


def _module(kind: type) -> str | None:
    inside = kind.__module__
    if inside.startswith("keras.src.layers"):
        return "keras.layers"
    return inside if inside.partition(".")[0] == "keras" else None


def _config(operation: Any) -> dict[str, Any]:  # noqa: ANN401 - a layer or operation
    """Its configuration as plain JSON; only its name where it has none."""
    import keras

    try:
        config = keras.saving.serialize_keras_object(operation)["config"]
        plain = json.loads(json.dumps(config, default=str))
    except Exception:  # noqa: BLE001 - get_config of a user's class raises anything
        return {"name": operation.name}
    return plain if isinstance(plain, dict) else {"name": operation.name}

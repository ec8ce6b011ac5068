"""Output tensors of a call from its configuration and inputs, for what no consumer has recorded.

A table of small rules, one for each of Keras's common layers and operations; others are unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from resnet_viz.graph.keras_classes import TENSORFLOW_MODULE, is_keras
from resnet_viz.graph.types import Graph, LayerCall, Shape, Tensor
from resnet_viz.reading.limits import MAX_RANK, MAX_SIZE
from resnet_viz.reading.shape_inference import (
    merging as rules_merging,
)
from resnet_viz.reading.shape_inference import (
    operations as rules_operations,
)
from resnet_viz.reading.shape_inference import (
    sequence as rules_sequence,
)
from resnet_viz.reading.shape_inference import (
    shaping as rules_shaping,
)
from resnet_viz.reading.shape_inference import (
    spatial as rules_spatial,
)
from resnet_viz.reading.shape_inference import (
    tensorflow as rules_tensorflow,
)
from resnet_viz.reading.shape_inference.query import Query, Rule, Unknown, first

_UNKNOWN: Final = (Tensor(None, None),)


def _layer_in_wrapper(kind: str, config: dict[str, Any], shape: Shape) -> list[Shape]:
    rule = _LAYERS.get(kind)
    if rule is None:
        raise Unknown
    found = rule(Query(config, {}, [shape]))
    shapes = [found] if isinstance(found, tuple) else found
    if None in shapes:
        raise Unknown
    return [shape for shape in shapes if shape is not None]


_LAYERS: Final[dict[str, Rule]] = {
    **rules_spatial.LAYERS,
    **rules_sequence.LAYERS,
    **rules_sequence.wrappers(_layer_in_wrapper),
    **rules_shaping.LAYERS,
    **rules_merging.LAYERS,
    **dict.fromkeys(
        ("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Dropout", "Identity",
         "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise",
         "GaussianDropout", "AlphaDropout", "ActivityRegularization", "BatchNormalization",
         "LayerNormalization", "GroupNormalization", "UnitNormalization", "RMSNormalization",
         "SyncBatchNormalization", "ThresholdedReLU", "Rescaling", "Normalization", "Masking",
         "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom", "RandomContrast",
         "RandomBrightness", "RandomHue", "RandomSaturation", "RandomSharpness", "RandomShear",
         "RandomGaussianBlur", "RandomGrayscale", "RandomErasing", "RandomPerspective",
         "RandomInvert", "RandomPosterization", "RandomColorJitter", "AutoContrast",
         "Equalization", "Solarization", "LayerScale", "CustomScaleLayer"),
        first,
    ),
}  # fmt: skip

_OPERATIONS: Final[dict[str, Rule]] = {
    **rules_shaping.OPERATIONS,
    **rules_merging.OPERATIONS,
    **rules_operations.OPERATIONS,
    **dict.fromkeys(
        ("Relu", "Relu6", "Sigmoid", "Softplus", "Softsign", "Silu", "LogSigmoid", "LeakyRelu",
         "HardSigmoid", "HardSilu", "Elu", "Selu", "Gelu", "Celu", "Tanh", "Mish", "Softmax",
         "LogSoftmax", "Negative", "Absolute", "Exp", "Log", "Sqrt", "Rsqrt", "Square", "Clip",
         "Erf", "Sin", "Cos", "Abs", "Cast", "StopGradient", "Identity", "Flip", "Roll", "Cumsum",
         "Sign", "Floor", "Ceil", "Round", "Log1p", "Expm1", "Reciprocal", "NanToNum",
         "LogicalNot", "HardTanh", "HardShrink", "SoftShrink", "TanhShrink", "SquarePlus",
         "Threshold", "Softcap", "SparsePlus", "Normalize", "RMSNorm", "LayerNorm"),
        first,
    ),
}  # fmt: skip

# These hand on integers as they are; all others compute in the policy's type.
_KEEPS_INTEGERS: Final = frozenset({"Flatten", "Reshape", "Permute", "Identity"})
_OPERATION_TYPES: Final = {"Argmax": "int32", "Argmin": "int32"}

# Functions of TensorFlow's, in Keras 2 models, that have the arguments of Keras's operation.
_SAME_IN_TENSORFLOW: Final = frozenset(
    {"Add", "Subtract", "Multiply", "TrueDivide", "Maximum", "Minimum", "Power", "Relu", "Relu6",
     "Sigmoid", "Silu", "LeakyRelu", "Gelu", "Elu", "Selu", "Softmax", "Softplus", "Tanh",
     "Negative", "Absolute", "Exp", "Log", "Sqrt", "Rsqrt", "Square", "Clip", "Identity",
     "StopGradient", "Mean", "Sum", "Max", "Min", "Reshape", "Transpose", "ExpandDims"}
)  # fmt: skip
_TENSORFLOW_NAMES: Final = {"shape": "newshape", "perm": "axes"}
FLOATS: Final = frozenset({"float16", "bfloat16", "float32", "float64"})


def infer_outputs(
    kind: str,
    module: str | None,
    config: dict[str, Any],
    arguments: dict[str, Any],
    inputs: Sequence[Tensor],
) -> tuple[Tensor, ...]:
    """The output tensors of one call; never raises, never guesses.

    Args:
        kind: the class's name, "Conv2D".
        module: where the class lives. Only Keras's own classes have rules; a user's may do
            anything.
        config: the layer's configuration.
        arguments: the call's arguments that are no tensors.
        inputs: the input tensors in argument order.

    Returns:
        One tensor for each output that the rule knows of, at least one; shape or dtype is None
        where nothing tells it.
    """
    if module == TENSORFLOW_MODULE:
        rule = rules_tensorflow.FUNCTIONS.get(kind)
        if kind in _SAME_IN_TENSORFLOW:
            rule = _OPERATIONS.get(kind)
        dtype = _operation_dtype(inputs, arguments.get("dtype") if kind == "Cast" else None)
        return _outcome(rule, _of_tensorflow(arguments), arguments, inputs, dtype)
    if not is_keras(module) or module is None:
        return _UNKNOWN
    if kind == "InputLayer":
        return (Tensor(_shape_of_input(config), _name(config.get("dtype"))),)
    if module.startswith(("keras.src.ops", "keras.ops")):
        dtype = _operation_dtype(inputs, _OPERATION_TYPES.get(kind, config.get("dtype")))
        return _outcome(_OPERATIONS.get(kind), config, arguments, inputs, dtype)
    rule = _LAYERS.get(kind)
    dtype = None if rule is None else _layer_dtype(kind, config, inputs)
    return _outcome(rule, config, arguments, inputs, dtype)


def _outcome(
    rule: Rule | None,
    config: dict[str, Any],
    arguments: dict[str, Any],
    inputs: Sequence[Tensor],
    dtype: str | None,
) -> tuple[Tensor, ...]:
    if rule is None:
        return _UNKNOWN
    try:
        found = rule(Query(config, arguments, [tensor.shape for tensor in inputs]))
    except Unknown:
        return (Tensor(None, dtype),)
    shapes = [found] if isinstance(found, tuple) else found
    sound = (shape if shape is not None and _is_sound(shape) else None for shape in shapes)
    return tuple(Tensor(shape, dtype) for shape in sound)


def _of_tensorflow(arguments: dict[str, Any]) -> dict[str, Any]:
    """A TensorFlow function's arguments under the names of Keras's operation."""
    renamed = {_TENSORFLOW_NAMES.get(key, key): value for key, value in arguments.items()}
    return {"axis": None, "keepdims": False, "axes": None, **renamed}


def infer_call(graph: Graph, call: LayerCall) -> tuple[Tensor, ...]:
    """What the rules say of ``call``'s outputs, whatever ``graph`` has recorded of them."""
    inputs = [graph.tensor(ref) for ref in call.inputs]
    return infer_outputs(call.type, call.module, call.config, call.arguments, inputs)


def compute_dtype(policy: object) -> str | None:
    """The type that a layer computes in: "float16" for the policy "mixed_float16".

    ``policy`` is a name or a serialised ``DTypePolicy`` (also quantised, or a map of policies).
    """
    for _ in range(4):  # a map of policies holds its default one, and so on
        if not isinstance(policy, dict):
            break
        inner = policy.get("config")
        if not isinstance(inner, dict):
            return None
        policy = inner.get("default_policy", inner.get("source_name") or inner.get("name"))
    name = _name(policy)
    if name is None:
        return None
    return name.rpartition("_from_")[2].removeprefix("mixed_") or None


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _layer_dtype(kind: str, config: dict[str, Any], inputs: Sequence[Tensor]) -> str | None:
    # Floats are cast to the policy's type before any layer sees them.
    if kind in _KEEPS_INTEGERS and inputs and inputs[0].dtype not in FLOATS:
        return inputs[0].dtype
    return compute_dtype(config.get("dtype"))


def _operation_dtype(inputs: Sequence[Tensor], asked: object = None) -> str | None:
    """Floats of one type stay so; promotion between types is left to Keras."""
    if asked is not None:
        return _name(asked)
    types = {tensor.dtype for tensor in inputs}
    return types.pop() if len(types) == 1 and types <= FLOATS else None


def _shape_of_input(config: dict[str, Any]) -> Shape | None:
    sizes = config.get("batch_shape", config.get("batch_input_shape"))
    if not isinstance(sizes, list):
        return None
    shape = tuple(sizes)
    return shape if _is_sound(shape) else None


def _is_sound(shape: Shape) -> bool:
    return len(shape) <= MAX_RANK and all(
        size is None or (type(size) is int and 0 < size <= MAX_SIZE) for size in shape
    )

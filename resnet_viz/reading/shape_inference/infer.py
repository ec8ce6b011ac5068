"""Shape and dtype inference: output tensors of a call from its configuration and inputs.

For outputs that no consumer has recorded. A table of small rules, one for each of Keras's common
layers and operations; all others are unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from resnet_viz.graph.keras_classes import TENSORFLOW_MODULE, is_keras
from resnet_viz.graph.operands import constant_dtypes
from resnet_viz.graph.types import Shape, Tensor
from resnet_viz.reading.limits import MAX_RANK, MAX_SIZE
from resnet_viz.reading.shape_inference import (
    linalg,
    merging,
    operations,
    preprocessing,
    products,
    sequence,
    shaping,
    spatial,
    tensorflow,
)
from resnet_viz.reading.shape_inference.query import (
    Rule,
    RuleResult,
    ShapeQuery,
    UnknownShape,
    input_shape,
)

_UNKNOWN: Final = (Tensor(None, None),)


def _layer_in_wrapper(kind: str, config: dict[str, Any], shape: Shape) -> list[Shape]:
    rule = LAYERS.get(kind)
    if rule is None:
        raise UnknownShape
    outputs = _listed(rule(ShapeQuery(config, {}, [shape])))
    known = [output for output in outputs if output is not None]
    if len(known) < len(outputs):
        raise UnknownShape
    return known


LAYERS: Final[dict[str, Rule]] = {
    **spatial.LAYERS,
    **sequence.LAYERS,
    **sequence.wrappers(_layer_in_wrapper),
    **shaping.LAYERS,
    **preprocessing.LAYERS,
    **merging.LAYERS,
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
        input_shape,
    ),
}  # fmt: skip

OPERATIONS: Final[dict[str, Rule]] = {
    **shaping.OPERATIONS,
    **merging.OPERATIONS,
    **operations.OPERATIONS,
    **products.OPERATIONS,
    **linalg.OPERATIONS,
    **spatial.OPERATIONS,
    **dict.fromkeys(
        ("Relu", "Relu6", "Sigmoid", "Softplus", "Softsign", "Silu", "LogSigmoid", "LeakyRelu",
         "HardSigmoid", "HardSilu", "Elu", "Selu", "Gelu", "Celu", "Tanh", "Mish", "Softmax",
         "LogSoftmax", "Negative", "Absolute", "Exp", "Log", "Sqrt", "Rsqrt", "Square", "Clip",
         "Erf", "Sin", "Cos", "Abs", "Cast", "StopGradient", "Identity", "Flip", "Roll", "Cumsum",
         "Sign", "Floor", "Ceil", "Round", "Log1p", "Expm1", "Reciprocal", "NanToNum",
         "LogicalNot", "HardTanh", "HardShrink", "SoftShrink", "TanhShrink", "SquarePlus",
         "Threshold", "Softcap", "SparsePlus", "Normalize", "RMSNorm", "LayerNorm", "BatchNorm",
         "Log2", "Log10", "Tan", "Arcsin", "Arccos", "Arctan", "Sinh", "Cosh", "Isnan",
         "Isfinite", "Isinf", "Cumprod", "ZerosLike", "OnesLike", "FullLike", "Copy",
         "Fabs", "Arccosh", "Arcsinh", "Arctanh", "Cbrt", "Deg2rad", "Rad2deg", "Exp2", "Sinc",
         "Trunc", "Signbit", "I0", "Erfc", "Erfinv", "Tril", "Triu", "Fliplr", "Flipud",
         "EmptyLike", "Conj", "Conjugate", "SparseSigmoid", "Squareplus", "Sparsemax",
         "BitwiseInvert", "BitwiseNot", "Isneginf", "Isposinf", "Nancumsum", "Nancumprod"),
        input_shape,
    ),
}  # fmt: skip

# These keep integers; all others compute in the policy's dtype.
_KEEPS_INTEGERS: Final = frozenset({"Flatten", "Reshape", "Permute", "Identity"})
_COMPARISONS: Final = (
    "Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual", "LogicalAnd",
    "LogicalOr", "LogicalXor", "LogicalNot", "Isnan", "Isfinite", "Isinf", "Signbit", "Isneginf",
    "Isposinf", "Isclose",
)  # fmt: skip
_OPERATION_TYPES: Final = {
    "Argmax": "int32", "Argmin": "int32", "Argsort": "int32", **dict.fromkeys(_COMPARISONS, "bool"),
}  # fmt: skip
_INDEXING: Final = frozenset({"Take", "TakeAlongAxis"})  # with integers, which change no dtype
_TYPES_BY_MODE: Final = frozenset(
    {"Discretization", "Hashing", "HashedCrossing", "IntegerLookup", "StringLookup",
     "TextVectorization"}
)  # fmt: skip
_DEFAULT_TYPE: Final = "float32"  # old Keras 2 writes no dtype where it is the default
_SECOND_TYPES: Final = {"TopK": "int32"}

# TensorFlow functions (in Keras 2 models) with the arguments of the Keras operation.
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
    """Output tensors of one call; never raises, never guesses.

    Args:
        kind: the class's name, "Conv2D".
        module: module of the class. Only Keras's own classes have rules.
        config: the layer's configuration.
        arguments: the call's non-tensor arguments.
        inputs: the input tensors in argument order.

    Returns:
        One tensor for each output that the rule gives, at least one; shape or dtype is None if
        unknown.
    """
    if module == TENSORFLOW_MODULE:
        rule = tensorflow.FUNCTIONS.get(kind)
        if kind in _SAME_IN_TENSORFLOW:
            rule = OPERATIONS.get(kind)
        dtype = _operation_dtype(inputs, arguments.get("dtype") if kind == "Cast" else None)
        return _outputs(rule, _keras_arguments(arguments), arguments, inputs, dtype)
    if not is_keras(module) or module is None:
        return _UNKNOWN
    if kind == "InputLayer":
        return (Tensor(_declared_shape(config), _name(config.get("dtype", _DEFAULT_TYPE))),)
    if module.startswith(("keras.src.ops", "keras.ops")):
        outputs = _outputs(
            OPERATIONS.get(kind), config, arguments, inputs, _dtype(kind, config, arguments, inputs)
        )
        if kind in _SECOND_TYPES and len(outputs) > 1:
            return (outputs[0], Tensor(outputs[1].shape, _SECOND_TYPES[kind]))
        return outputs
    rule = LAYERS.get(kind)
    dtype = None if rule is None else _layer_dtype(kind, config, inputs)
    return _outputs(rule, config, arguments, inputs, dtype)


def _outputs(
    rule: Rule | None,
    config: dict[str, Any],
    arguments: dict[str, Any],
    inputs: Sequence[Tensor],
    dtype: str | None,
) -> tuple[Tensor, ...]:
    if rule is None:
        return _UNKNOWN
    try:
        shapes = _listed(rule(ShapeQuery(config, arguments, [tensor.shape for tensor in inputs])))
    except UnknownShape:
        return (Tensor(None, dtype),)
    return tuple(
        Tensor(shape if shape is not None and _is_valid(shape) else None, dtype) for shape in shapes
    )


def _listed(result: RuleResult) -> Sequence[Shape | None]:
    return [result] if isinstance(result, tuple) else result


def _keras_arguments(arguments: dict[str, Any]) -> dict[str, Any]:
    """A TensorFlow function's arguments by the names of the Keras operation."""
    renamed = {_TENSORFLOW_NAMES.get(key, key): value for key, value in arguments.items()}
    return {"axis": None, "keepdims": False, "axes": None, **renamed}


def compute_dtype(policy: object) -> str | None:
    """Compute dtype of a layer: "float16" for the policy "mixed_float16".

    ``policy`` is a name or a serialized ``DTypePolicy`` (also quantized, or a map of policies).
    """
    for _ in range(4):  # a map of policies has a default policy, and so on
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
    # Keras casts floats to the policy's dtype before calling a layer.
    if kind in _KEEPS_INTEGERS and inputs and inputs[0].dtype not in FLOATS:
        return inputs[0].dtype
    if kind in _TYPES_BY_MODE:
        return None
    return compute_dtype(config.get("dtype", _DEFAULT_TYPE))


def _dtype(
    kind: str, config: dict[str, Any], arguments: dict[str, Any], inputs: Sequence[Tensor]
) -> str | None:
    """Dtype of an operation's first output; constants count as inputs."""
    if kind == "OneHot":
        return _name(config.get("dtype"))
    if kind in _INDEXING:
        return inputs[0].dtype if inputs and "0" not in arguments else None
    constants = [Tensor(None, dtype) for dtype in constant_dtypes(arguments)]
    values = [tensor for tensor in inputs if kind != "Where" or tensor.dtype != "bool"]
    requested = _OPERATION_TYPES.get(kind, config.get("dtype"))
    return _operation_dtype([*values, *constants], requested)


def _operation_dtype(inputs: Sequence[Tensor], requested: object = None) -> str | None:
    """Dtype of equal float inputs; promotion between dtypes is left to Keras."""
    if requested is not None:
        return _name(requested)
    dtypes = {tensor.dtype for tensor in inputs}
    return dtypes.pop() if len(dtypes) == 1 and dtypes <= FLOATS else None


def _declared_shape(config: dict[str, Any]) -> Shape | None:
    sizes = config.get("batch_shape", config.get("batch_input_shape"))
    if not isinstance(sizes, list):
        return None
    shape = tuple(sizes)
    return shape if _is_valid(shape) else None


def _is_valid(shape: Shape) -> bool:
    return len(shape) <= MAX_RANK and all(
        size is None or (type(size) is int and 0 < size <= MAX_SIZE) for size in shape
    )

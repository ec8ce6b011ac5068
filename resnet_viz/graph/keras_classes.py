"""Keras's own classes by name, for files that don't name a class's module (HDF5, Keras 2)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from resnet_viz.graph import ops

MAX_NAME_LENGTH: Final = 1_000  # of a class, layer or dtype in an untrusted file
LAYERS_MODULE: Final = "keras.layers"
OPERATIONS_MODULE: Final = "keras.ops"
TENSORFLOW_MODULE: Final = "tensorflow"
APPLICATIONS_MODULE: Final = "keras.applications"
PACKAGE: Final = ">"
"""Separates the package from the name of a registered class."""

_MORE_NAMES: Final = """
    AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D
    AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D AugMix AutoContrast
    CategoryEncoding CenterCrop ContrastLimitedAdaptiveHistogramEqualization
    CutMix Discretization Equalization FlaxLayer GRUCell HashedCrossing Hashing Identity
    InputLayer IntegerLookup JaxLayer LSTMCell Lambda LocallyConnected1D LocallyConnected2D
    Masking MaxNumBoundingBoxes MelSpectrogram MixUp Pipeline RandAugment RandomBrightness
    RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop RandomElasticTransform
    RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHeight RandomHue
    RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation
    RandomSharpness RandomShear RandomTranslation RandomWidth RandomZoom ReversibleEmbedding
    STFTSpectrogram SimpleRNNCell Solarization StackedRNNCells StringLookup
    SyncBatchNormalization TFSMLayer TextVectorization ThresholdedReLU TimeDistributed
    TorchModuleWrapper Wrapper
"""

_LAYERS: Final = (
    ops.CONVOLUTIONS | ops.DENSE | ops.ATTENTION | ops.RECURRENT | ops.EMBEDDING
    | ops.NORMALISATION | ops.ACTIVATION | ops.LOCAL_POOLING | ops.GLOBAL_POOLING | ops.PADDING
    | ops.RESIZING | ops.RESHAPING | ops.REGULARISATION | ops.MERGING | {*_MORE_NAMES.split()}
    | {"Rescaling", "Normalization", "Functional", "Sequential", "Model"}
)  # fmt: skip
_TENSORFLOW_LAYERS: Final = frozenset({"TFOpLambda", "TensorFlowOpLayer", "SlicingOpLambda",
                                "ClassMethod", "InstanceMethod", "InstanceProperty"})  # fmt: skip

# TensorFlow 1.13 saved the two versions of a class under names of their own.
_ALIASES: Final = dict.fromkeys(
    ("BatchNormalizationV1", "BatchNormalizationV2"), "BatchNormalization"
)

# Layers defined beside Keras's pretrained models. Users' classes may have the same names, so the
# settings must be exactly these.
_APPLICATION_LAYERS: Final = {
    "LayerScale": {"name", "trainable", "dtype", "init_values", "projection_dim"},
    "CustomScaleLayer": {"name", "trainable", "dtype", "scale"},
}

# TensorFlow functions as Keras 2 writes them, and the equivalent Keras operations.
_TENSORFLOW_FUNCTIONS: Final = {
    "__operators__.add": "Add", "math.add": "Add", "math.subtract": "Subtract",
    "math.multiply": "Multiply", "math.truediv": "TrueDivide", "math.divide": "Divide",
    "math.maximum": "Maximum", "math.minimum": "Minimum", "math.pow": "Power",
    "nn.relu": "Relu", "nn.relu6": "Relu6", "nn.sigmoid": "Sigmoid", "math.sigmoid": "Sigmoid",
    "nn.silu": "Silu", "nn.swish": "Silu", "nn.gelu": "Gelu", "nn.elu": "Elu", "nn.selu": "Selu",
    "nn.softmax": "Softmax", "nn.softplus": "Softplus", "nn.leaky_relu": "LeakyRelu",
    "nn.tanh": "Tanh", "math.tanh": "Tanh",
    "math.negative": "Negative", "math.abs": "Absolute", "math.exp": "Exp", "math.log": "Log",
    "math.sqrt": "Sqrt", "math.rsqrt": "Rsqrt", "math.square": "Square",
    "clip_by_value": "Clip", "identity": "Identity", "stop_gradient": "StopGradient",
    "math.reduce_mean": "Mean", "math.reduce_sum": "Sum", "math.reduce_max": "Max",
    "math.reduce_min": "Min", "concat": "Concatenate", "reshape": "Reshape",
    "transpose": "Transpose", "expand_dims": "ExpandDims", "compat.v1.transpose": "Transpose",
    "linalg.matmul": "Matmul", "compat.v1.squeeze": "Squeeze", "stack": "Stack",
    "split": "Split", "cast": "Cast", "compat.v1.pad": "Pad", "tile": "Tile",
    "image.resize": "Resize", "__operators__.getitem": "GetItem",
}  # fmt: skip


class WrappedLayer(msgspec.Struct, frozen=True):
    """A layer or cell in another layer's configuration."""

    type: str
    module: str | None
    config: dict[str, Any]


def resolve_class(
    class_name: str, config: dict[str, Any], raw: dict[str, Any]
) -> tuple[str, str | None]:
    """Name and module of a serialized layer's class; the module is None for a user's class.

    A TensorFlow function in a Keras 2 model gets the name of the equivalent operation. A user's
    class in an HDF5 file, "mine>Halve", gets its name without the package, as in a ``.keras`` file.

    Args:
        class_name: as in the file.
        config: the layer's configuration.
        raw: the layer's whole entry, which has a "module" in ``.keras`` files.
    """
    if class_name in _TENSORFLOW_LAYERS:
        function = config.get("function")
        known = _TENSORFLOW_FUNCTIONS.get(function) if isinstance(function, str) else None
        return known or class_name, TENSORFLOW_MODULE
    if "module" in raw:
        module = raw["module"] if isinstance(raw["module"], str) else None
        if module is not None and module.partition(".")[0] == "tf_keras":
            module = "keras" + module.removeprefix("tf_keras")
        return class_name, module
    if is_registered(class_name):
        return class_name.rpartition(PACKAGE)[2], None
    if config.keys() == _APPLICATION_LAYERS.get(class_name):
        return class_name, APPLICATIONS_MODULE
    class_name = _ALIASES.get(class_name, class_name)
    is_layer = class_name in _LAYERS
    if "trainable" not in config and not (is_layer and "dtype" in config):
        return class_name, OPERATIONS_MODULE  # operations have neither
    return class_name, LAYERS_MODULE if is_layer else None


def parse_wrapped(raw: object) -> WrappedLayer | None:
    """The layer serialized as ``raw`` in another layer's configuration; None if it isn't one."""
    if not isinstance(raw, dict):
        return None
    class_name, config = raw.get("class_name"), raw.get("config")
    if not isinstance(class_name, str) or not isinstance(config, dict):
        return None
    return WrappedLayer(*resolve_class(class_name, config, raw), config)


def registered_name(raw: object, module: str | None) -> str | None:
    """Registered name "package>Name" of a user's class; None for any other."""
    if is_keras(module) or not isinstance(raw, str) or len(raw) > MAX_NAME_LENGTH:
        return None
    return raw if is_registered(raw) else None


def is_registered(name: str) -> bool:
    """True for a class's name with the package that it is registered under: "mine>Halve"."""
    return PACKAGE in name.strip(PACKAGE)


def is_keras(module: str | None) -> bool:
    """True if ``module`` is Keras's: its class is not a user's of the same name."""
    return module is not None and module.partition(".")[0] == "keras"

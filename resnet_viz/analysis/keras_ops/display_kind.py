"""Display kind: the family that sets a call's colour, glyph and entry in the legend.

Structure uses ``graph.ops.op_kind``, which only distinguishes families that matter to blocks and
shortcuts and calls the rest "custom". Here every layer and operation of Keras has a family;
"custom" is user code.
"""

from __future__ import annotations

from typing import Final

from resnet_viz.analysis.keras_ops.op_families import (
    ACTIVATION_OPS,
    COPYING_OPS,
    ELEMENT_OPS,
    NORMALISING_OPS,
    RECURRENT_LAYERS,
    is_augmentation,
    is_keras,
)
from resnet_viz.analysis.keras_ops.wrappers import wrapped_layer
from resnet_viz.graph.ops import SOURCE_OPS, OpKind, op_kind
from resnet_viz.graph.types import LayerCall

_FOREIGN: Final = frozenset(
    {"Lambda", "TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper", "TFOpLambda"}
)
"""Keras layers that run user code."""

_ELEMENTWISE: Final = frozenset(
    {"Cast", "SaturateCast", "StopGradient", "ZerosLike", "OnesLike", "FullLike", "EmptyLike",
     "IsIn", "Select", "Digitize", "Polar", "Average", "LayerScale", "CustomScaleLayer"}
)  # fmt: skip
_RESHAPING: Final = frozenset({"Rearrange", "Fold", "CenterCrop"})
_DISPLAY_KINDS: Final[dict[str, OpKind]] = {
    **dict.fromkeys(COPYING_OPS | _RESHAPING, "reshape"),
    **dict.fromkeys(ELEMENT_OPS | _ELEMENTWISE, "elementwise"),
    **dict.fromkeys(ACTIVATION_OPS | {"Sparsemax", "ThresholdedReLU"}, "activation"),
    **dict.fromkeys(("LocallyConnected1D", "LocallyConnected2D"), "conv"),
    **dict.fromkeys(("AdaptiveMaxPool", "AdaptiveAveragePool"), "pool"),
    **dict.fromkeys(NORMALISING_OPS, "norm"),
    "SyncBatchNormalization": "norm",
    **dict.fromkeys(RECURRENT_LAYERS, "recurrent"),
    "DotProductAttention": "attention",
    "ReversibleEmbedding": "embedding",
    "PadImages": "pad",
    "Pad": "pad",
    "ScaleAndTranslate": "resize",
    **dict.fromkeys(("OneHot", "MultiHot", "Shape", "Outer", *SOURCE_OPS), "other"),
}
_DEPTH: Final = 8


def display_kind(call: LayerCall) -> OpKind:
    """The family that a call is shown as; for a wrapper that of the wrapped layer.

    "custom" is a class that is not Keras's own, whatever its name, or a Keras layer that runs user
    code; "other" is a Keras class in no other family: reductions, matrix products, look-ups.
    """
    for _ in range(_DEPTH):
        inner = wrapped_layer(call)
        if inner is None:
            break
        call = inner
    if not is_keras(call) or call.type in _FOREIGN:
        return "join" if op_kind(call) == "join" else "custom"
    kind = op_kind(call)
    if kind != "custom":
        return kind
    return "regularise" if is_augmentation(call) else _DISPLAY_KINDS.get(call.type, "other")

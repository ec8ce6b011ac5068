"""Convolutions of ``keras.ops`` as the layers that compute the same."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from resnet_viz.analysis.keras_ops.terms import features
from resnet_viz.graph.config_check import wrong_setting
from resnet_viz.graph.keras_classes import LAYERS_MODULE
from resnet_viz.graph.operands import operand_shapes
from resnet_viz.graph.ops import CONVOLUTION_OPS
from resnet_viz.graph.types import Graph, LayerCall

_CLASSES: Final = {
    "Conv": "Conv{}D",
    "DepthwiseConv": "DepthwiseConv{}D",
    "SeparableConv": "SeparableConv{}D",
    "ConvTranspose": "Conv{}DTranspose",
}


def as_layer(graph: Graph, call: LayerCall) -> LayerCall:
    """The call of a layer that computes the same as a convolution operation; others as they are.

    Kernels, which are operands of the operation, become settings. An operation whose operands are
    unknown or don't fit stays as it is.
    """
    if call.type not in CONVOLUTION_OPS or not call.keras_class:
        return call
    shapes = [*operand_shapes(call.arguments, graph.input_shapes(call)), None, None, None]
    image, kernel, pointwise = shapes[:3]
    if not image or not kernel or len(image) != len(kernel) or not 3 <= len(kernel) <= 5:
        return call
    if None in kernel:
        return call
    *sizes, before, last = kernel
    settings: dict[str, object] = {"kernel_size": sizes, "filters": last, "use_bias": False}
    if call.type == "Conv":
        settings["groups"] = (features(call, image) or 0) // (before or 1) or 1
    elif call.type == "ConvTranspose":
        settings["filters"] = before
    else:
        settings["depth_multiplier"] = last
        settings["filters"] = pointwise[-1] if pointwise else last
    config = {**call.config, **settings}
    type_ = _CLASSES[call.type].format(len(sizes))
    if wrong_setting(type_, LAYERS_MODULE, config) is not None:
        return call
    return replace(call, type=type_, module=LAYERS_MODULE, config=config)

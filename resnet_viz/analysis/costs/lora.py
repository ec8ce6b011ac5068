"""MACs of LoRA adapters, as Keras multiplies them on every call.

Source: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models", section 4.1. Keras
adds the product of the adapter's two kernels to the layer's on every call; a quantised layer keeps
its kernel, and multiplies its input with one after the other.
"""

from __future__ import annotations

from typing import Final

from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.analysis.keras_ops.dtypes import is_quantised
from resnet_viz.analysis.keras_ops.einsum import kernel_sizes
from resnet_viz.analysis.keras_ops.terms import Shapes, Term, features
from resnet_viz.graph.types import LayerCall

_CONVOLUTIONS: Final = frozenset({"Conv1D", "Conv2D", "Conv3D"})
_EMBEDDINGS: Final = frozenset({"Embedding", "ReversibleEmbedding"})


def adapter_macs(call: LayerCall, inputs: Shapes, own: list[Term]) -> list[Term] | None:
    """MACs of a Keras layer's adapter; no terms without one, None for an unknown size.

    Args:
        call: the layer's call.
        inputs: shapes of its inputs.
        own: MACs of the layer without its adapter.
    """
    rank = call.config.get("lora_rank")
    if not rank:
        return []
    shape, after = inputs[0] if inputs else None, call.output_shape
    kernel = _kernel(call, inputs)
    if kernel is None or shape is None or after is None:
        return None
    if not is_quantised(call):
        return [(*kernel[:-1], rank, kernel[-1])]
    back: Term = (rank, *after[1:])
    if call.keras_class in _EMBEDDINGS:  # rows of the first kernel are looked up
        return [back]
    # The layer's own product, with ``rank`` in place of the kernel's last size.
    return [(rank, *_without(own[0], kernel[-1])), back] if own else None


def _kernel(call: LayerCall, inputs: Shapes) -> Term | None:
    """Sizes of the kernel that an adapter changes; None for a layer that has none."""
    shape, config = inputs[0] if inputs else None, call.config
    if shape is None:
        return None
    if call.keras_class == "Dense":
        return shape[-1], config.get("units")
    if call.keras_class in _EMBEDDINGS:
        return config.get("input_dim"), config.get("output_dim")
    if call.keras_class == "EinsumDense":
        found = kernel_sizes(call, shape)
        return None if found is None else found[0]
    before = features(call, shape)
    if call.keras_class not in _CONVOLUTIONS or before is None:
        return None
    sizes = per_axis(config.get("kernel_size"), len(shape) - 2)
    return *sizes, before // config.get("groups", 1), config.get("filters")


def _without(term: Term, factor: int | None) -> Term:
    """The product without one factor."""
    index = term.index(factor)
    return (*term[:index], *term[index + 1 :])

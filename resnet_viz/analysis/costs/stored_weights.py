"""Weights as a file's headers or Keras itself have them, for layers that no rule knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import prod

from resnet_viz.analysis.costs.parameters import LayerParameters
from resnet_viz.analysis.keras_ops.terms import Term
from resnet_viz.graph.types import LayerCall, LayerWeights


def stored_weights(call: LayerCall, given: LayerWeights | None) -> LayerParameters | None:
    """What is said of the layer's weights; None if nothing is.

    A file doesn't tell which weights are trainable: then it is known only of a layer that isn't
    trainable at all, or has none.
    """
    if given is None:
        return None
    whole = sum(map(prod, given.shapes))
    if given.trainable is not None:
        pairs = list(zip(given.shapes, given.trainable, strict=True))
        first = [shape for shape, is_trainable in pairs if is_trainable]
        rest = [shape for shape, is_trainable in pairs if not is_trainable]
        trainable = sum(map(prod, first))
        terms = (*_terms(first), *_terms(rest))  # the trainable ones first, as rules have them
        return LayerParameters(whole, trainable, whole - trainable, terms, "keras")
    terms = _terms(given.shapes)
    if not whole or call.config.get("trainable") is False:
        return LayerParameters(whole, 0, whole, terms, "file")
    return LayerParameters(whole, None, None, terms, "file")


def _terms(shapes: Sequence[tuple[int, ...]]) -> tuple[Term, ...]:
    """A product for each shape; equal ones together, in the order of the first."""
    return tuple(
        (count, *shape) if count > 1 or not shape else shape
        for shape, count in Counter(shapes).items()
    )

"""Weights recorded in a file's headers or by Keras, for layers that no rule covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import prod

from resnet_viz.analysis.costs.parameters import LayerParameters
from resnet_viz.analysis.keras_ops.terms import Term
from resnet_viz.graph.types import LayerCall, LayerWeights


def stored_weights(call: LayerCall, stored: LayerWeights | None) -> LayerParameters | None:
    """Parameters by the recorded shapes of a layer's weights; None if there is no record.

    Files do not record which weights are trainable, so the split is then unknown unless the layer
    has no weights or its configuration says that it is not trainable.
    """
    if stored is None:
        return None
    total = sum(map(prod, stored.shapes))
    if stored.trainable is not None:
        pairs = list(zip(stored.shapes, stored.trainable, strict=True))
        variable = [shape for shape, is_trainable in pairs if is_trainable]
        fixed = [shape for shape, is_trainable in pairs if not is_trainable]
        trainable = sum(map(prod, variable))
        terms = (*_terms(variable), *_terms(fixed))
        return LayerParameters(total, trainable, total - trainable, terms, "keras")
    terms = _terms(stored.shapes)
    if not total or call.config.get("trainable") is False:
        return LayerParameters(total, 0, total, terms, "file")
    return LayerParameters(total, None, None, terms, "file")


def _terms(shapes: Sequence[tuple[int, ...]]) -> tuple[Term, ...]:
    """A product for each distinct shape, with its count, in the order of first occurrence."""
    return tuple(
        (count, *shape) if count > 1 or not shape else shape
        for shape, count in Counter(shapes).items()
    )

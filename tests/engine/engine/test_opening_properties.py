"""Property of opened layers: opening changes no total, whatever the layer holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import resnet_viz
from resnet_viz.analysis.costs.types import GroupNumbers
from resnet_viz.document import make_document
from resnet_viz.sources.types import ModelFile

pytestmark = pytest.mark.engine

Step: TypeAlias = tuple[str, int]
"""Kind of a step, and which of the tensors made so far it takes."""

LAYERS: dict[str, Callable[[Any], Any]] = {
    "conv": lambda layers: layers.Conv1D(6, 3, padding="same"),
    "norm": lambda layers: layers.LayerNormalization(),
    "dense": lambda layers: layers.Dense(6, activation="relu"),
    "attention": lambda layers: layers.MultiHeadAttention(2, 3),
    "lstm": lambda layers: layers.LSTM(6, return_sequences=True),
}
steps = st.lists(
    st.tuples(st.sampled_from([*LAYERS, "add", "scale", "again"]), st.integers(0, 9)),
    min_size=1,
    max_size=8,
)


def made(keras: Any, recipe: Sequence[Step]) -> list[Any]:
    """The layers of a recipe, in its order."""
    return [LAYERS[kind](keras.layers) for kind, _ in recipe if kind in LAYERS]


def run(keras: Any, recipe: Sequence[Step], layers: list[Any], x: Any) -> Any:
    tensors, waiting, last = [x], iter(layers), None
    for kind, place in recipe:
        taken = tensors[place % len(tensors)]
        if kind == "add":
            x = x + taken
        elif kind == "scale":
            x = keras.ops.multiply(taken, 0.5)
        elif kind != "again":
            last = next(waiting)
        if kind == "again" and last is None:
            continue
        if kind == "attention" or (kind == "again" and "Attention" in type(last).__name__):
            x = last(x, taken)
        elif kind in LAYERS or kind == "again":
            x = last(taken)
        tensors.append(x)
    for tensor in tensors[1:]:  # no layer is unused
        x = x + tensor
    return x


def totals(model: Any) -> GroupNumbers:
    graph = resnet_viz.trace(model)
    return make_document(ModelFile("m"), "m", graph).numbers.totals.numbers


@given(steps)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_that_opening_a_layer_changes_no_total(keras: Any, recipe: list[Step]) -> None:
    class Block(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.inner = made(keras, recipe)

        def call(self, inputs: Any) -> Any:
            return run(keras, recipe, self.inner, inputs)

    inputs = keras.Input((5, 6))
    laid_flat = keras.Model(inputs, run(keras, recipe, made(keras, recipe), inputs))
    inputs = keras.Input((5, 6))
    opened = keras.Model(inputs, Block(name="block")(inputs))
    graph = resnet_viz.trace(opened)
    assert [scope.id for scope in graph.scopes] == (["block"] if made(keras, recipe) else [])
    flat, own = totals(laid_flat), totals(opened)
    assert own.parameters == opened.count_params() == flat.parameters
    assert own.trainable_parameters == flat.trainable_parameters
    if graph.scopes:
        assert (own.macs, own.macs_at_least) == (flat.macs, flat.macs_at_least)
        assert (own.other_ops, own.other_ops_at_least) == (flat.other_ops, flat.other_ops_at_least)

"""Live models without shortcuts or blocks: architecture, weights and outputs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from resnet_viz.analysis.counterpart.rewrite import without
from resnet_viz.engine.tracing import trace_model
from resnet_viz.errors import ModelError, UsageError
from resnet_viz.sources.catalog import parse_builtin
from tests.support.graphs.blueprint import blueprint
from tests.support.keras.live_models import counterpart_of

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]


def build(text: str) -> Any:
    from resnet_viz.zoo.build import build as build_model

    return build_model(parse_builtin(text))


def without_shortcuts(model: Any) -> Any:
    return counterpart_of(model, ["shortcuts"])


def count(weights: list[Any]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


def randomised(model: Any) -> Any:
    """The model with other values in every weight, moving averages too."""
    random = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(random.uniform(0.1, 0.3, weight.shape) * random.choice([-1, 1]))
        if "variance" in weight.name:
            weight.assign(random.uniform(0.5, 1.5, weight.shape))
    return model


def difference(one: Any, other: Any, size: tuple[int, ...]) -> float:
    batch = np.random.default_rng(1).random((4, *size), "float32")
    return float(np.abs(np.asarray(one(batch)) - np.asarray(other(batch))).max())


def test_that_plain34_is_resnet34_without_shortcuts_weight_for_weight() -> None:
    model = without_shortcuts(build("resnet34?input=32x32x3"))
    by_hand = build("plain34?input=32x32x3")
    assert blueprint(trace_model(model)) == blueprint(trace_model(by_hand))
    assert count(model.trainable_weights) == 21_623_848
    assert [w.shape for w in model.weights] == [w.shape for w in by_hand.weights]


@pytest.mark.parametrize("option", ["A", "B", "C"])
def test_that_outputs_are_those_of_a_plain_net_with_the_same_weights(
    option: str, keras: Any
) -> None:
    residual = randomised(build(f"cifar_resnet20?shortcut={option}"))
    by_hand = build("cifar_plain20")
    for layer in by_hand.layers:
        if layer.weights:
            layer.set_weights(residual.get_layer(layer.name).get_weights())
    model = without_shortcuts(residual)
    assert difference(model, by_hand, (32, 32, 3)) == 0
    features = [
        keras.Model(each.input, each.get_layer("avg_pool").output)
        for each in (model, by_hand, residual)
    ]
    assert difference(features[0], features[1], (32, 32, 3)) == 0
    assert difference(features[0], features[2], (32, 32, 3)) > 1e-3


def test_that_a_block_taken_away_equals_one_whose_branch_is_zero() -> None:
    model = randomised(build("cifar_resnet20"))
    shorter = counterpart_of(model, ["conv3_2"])
    last = model.get_layer("conv3_2_bn_b")
    last.gamma.assign(last.gamma * 0)
    last.beta.assign(last.beta * 0)
    assert difference(model, shorter, (32, 32, 3)) == 0
    assert len(shorter.layers) == len(model.layers) - 6


def test_that_the_original_and_its_weights_stay_as_they_are() -> None:
    model = randomised(build("cifar_resnet20"))
    before = model.get_weights()
    names = [layer.name for layer in model.layers]
    nodes = [len(layer._inbound_nodes) for layer in model.layers]
    for weight in without_shortcuts(model).weights:
        weight.assign(weight * 0)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert [layer.name for layer in model.layers] == names
    assert [len(layer._inbound_nodes) for layer in model.layers] == nodes


def test_that_what_is_not_trained_stays_so() -> None:
    model = build("cifar_resnet20")
    model.get_layer("conv1").trainable = False
    copied = without_shortcuts(model)
    assert not copied.get_layer("conv1").trainable
    assert count(copied.trainable_weights) == count(model.trainable_weights)


@pytest.mark.parametrize(
    "name",
    ["ResNet50", "ResNet50V2", "MobileNetV2", "EfficientNetB0", "ConvNeXtTiny"],
)
def test_that_models_of_keras_applications_are_rewritten_as_their_graphs_are(
    name: str, keras: Any
) -> None:
    make = getattr(keras.applications, name)
    model = make(weights=None, input_shape=(64, 64, 3), classes=3)
    graph, live = without(trace_model(model), ["shortcuts"]), trace_model(without_shortcuts(model))
    assert [call.type for call in live.calls] == [call.type for call in graph.calls]
    assert [call.outputs for call in live.calls] == [call.outputs for call in graph.calls]
    assert blueprint(live) == blueprint(graph)


def transformer(keras: Any, *, has_shortcuts: bool) -> Any:
    layers = keras.layers
    tokens = keras.Input((12,), dtype="int32", name="tokens")
    x = layers.Embedding(50, 16, mask_zero=True)(tokens)
    for number in range(2):
        y = layers.LayerNormalization()(x)
        y = layers.MultiHeadAttention(2, 8, name=f"attention_{number}")(y, y)
        x = layers.Add()([x, y]) if has_shortcuts else y
        y = layers.LayerNormalization()(x)
        y = layers.Dense(16)(layers.Dense(32, "gelu")(y))
        x = x + y if has_shortcuts else y
    return keras.Model(tokens, layers.Dense(2)(layers.GlobalAveragePooling1D()(x)))


def test_that_a_transformer_keeps_its_attention_and_masks(keras: Any) -> None:
    model = randomised(transformer(keras, has_shortcuts=True))
    by_hand = transformer(keras, has_shortcuts=False)
    found = without_shortcuts(model)
    for one, other in zip(by_hand.weights, found.weights, strict=True):
        assert one.shape == other.shape
        one.assign(other)
    tokens = np.arange(24).reshape(2, 12) % 7  # 0 is padding, which attention does not see
    assert np.array_equal(np.asarray(found(tokens)), np.asarray(by_hand(tokens)))


def residual_model(keras: Any, width: int = 4) -> Any:
    layers = keras.layers
    inputs = keras.Input((8, 8, width), name="image")
    y = layers.Conv2D(width, 3, padding="same", name="a")(inputs)
    y = layers.Conv2D(width, 3, padding="same", name="b")(y)
    return keras.Model(inputs, layers.Add(name="sum")([inputs, y]), name="inner")


def test_that_only_the_named_call_of_a_shared_submodel_changes(keras: Any) -> None:
    inner = residual_model(keras)
    inputs = keras.Input((8, 8, 4))
    model = keras.Model(inputs, inner(inner(inputs)))
    graph = trace_model(model)
    from resnet_viz.analysis.structure.detect import structure_of

    block = structure_of(graph).blocks[0]
    found = counterpart_of(model, [block.id])
    types = [call.type for call in trace_model(found).calls]
    assert (types.count("Conv2D"), types.count("Add")) == (2, 1)
    assert difference(found, inner, (8, 8, 4)) == 0
    both = counterpart_of(model, ["shortcuts"])
    assert count(both.weights) == count(inner.weights)  # still shared
    called_twice = [call for call in trace_model(both).calls if call.type == "Conv2D"]
    assert [call.layer for call in called_twice] == ["inner_a", "inner_b"] * 2


def test_that_submodels_without_shortcuts_stay_submodels(keras: Any) -> None:
    layers = keras.layers
    body = keras.Sequential([keras.Input((8, 8, 4)), layers.Conv2D(4, 3, padding="same")], name="f")
    inputs = keras.Input((8, 8, 4), name="image")
    y = layers.Conv2D(4, 3, padding="same", name="c")(body(inputs))
    model = keras.Model(inputs, layers.Add()([inputs, y]))
    found = counterpart_of(model, ["shortcuts"])
    graph = trace_model(found)
    assert [scope.id for scope in graph.scopes] == ["f"]
    assert "f/conv2d" in graph.by_id
    expected = model.get_layer("c")(body(np.ones((1, 8, 8, 4), "float32")))
    given = found(np.ones((1, 8, 8, 4), "float32"))
    assert np.array_equal(np.asarray(given), np.asarray(expected))


def test_that_additions_in_a_users_layer_are_taken_away_too(keras: Any) -> None:
    class Scaled(keras.layers.Dense):  # type: ignore[misc, name-defined]
        """Only the layer around it knows how to make one."""

        def __init__(self, units: int, factor: float, **config: Any) -> None:
            super().__init__(units, **config)
            self.factor = factor

        def call(self, value: Any, *, sign: int) -> Any:
            return super().call(value) * self.factor * sign

    class Block(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, units: int, **config: Any) -> None:
            super().__init__(**config)
            self.units = units
            self.first = keras.layers.Dense(units, activation="relu", name="first")
            self.second = Scaled(units, 0.5, name="second")

        def build(self, shape: Any) -> None:
            self.first.build(shape)
            self.second.build(shape)

        def call(self, value: Any) -> Any:
            return value + self.second(self.first(value), sign=-1)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "units": self.units}

    inputs = keras.Input((5,))
    one, two = Block(5, name="one"), Block(5, name="two")
    model = keras.Model(inputs, two(one(inputs)))
    found = counterpart_of(model, ["shortcuts"])
    batch = np.random.default_rng(0).random((3, 5), "float32")
    expected = two.second(two.first(one.second(one.first(batch), sign=-1)), sign=-1)
    assert np.allclose(np.asarray(found(batch)), np.asarray(expected))
    assert count(found.trainable_weights) == count(model.trainable_weights)


def test_that_a_model_for_each_step_is_not_taken_apart(keras: Any) -> None:
    inputs = keras.Input((3, 8, 8, 4))
    model = keras.Model(inputs, keras.layers.TimeDistributed(residual_model(keras))(inputs))
    with pytest.raises(ModelError, match="calls a model with shortcuts for each step"):
        without_shortcuts(model)
    assert "Add" not in [call.type for call in without(trace_model(model), ["shortcuts"]).calls]


def test_that_a_layer_is_copied_by_its_arguments_if_its_config_is_wrong(keras: Any) -> None:
    class Feed(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, units: int, **config: Any) -> None:
            super().__init__(**config)
            self.inner = keras.layers.Dense(units)

        def build(self, shape: Any) -> None:
            self.inner.build(shape)

        def call(self, value: Any) -> Any:
            return self.inner(value)

    class Block(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, units: int, **config: Any) -> None:
            super().__init__(**config)
            self.feed = Feed(units)
            self.parts = [self.feed]  # listed twice

        def build(self, shape: Any) -> None:
            self.feed.build(shape)

        def call(self, value: Any) -> Any:
            return value + self.feed(value)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "units": 5, "derived": 10}  # takes no "derived"

    inputs = keras.Input((5,))
    block = Block(5, name="block")
    model = keras.Model(inputs, block(inputs))
    found = counterpart_of(model, ["shortcuts"])
    batch = np.random.default_rng(0).random((3, 5), "float32")
    assert np.allclose(np.asarray(found(batch)), np.asarray(block.feed(batch)))


def test_that_a_layer_that_cannot_be_copied_has_one_sentence(keras: Any) -> None:
    class Odd(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, makes: Any, **config: Any) -> None:
            super().__init__(**config)
            self.makes = makes

        def build(self, _shape: Any) -> None:
            self.kernel = self.add_weight(shape=(4, 4))

        def call(self, value: Any) -> Any:
            return self.makes(value @ self.kernel)

    inputs = keras.Input((4,))
    layers = keras.layers
    y = layers.Dense(4)(Odd(keras.ops.tanh, name="odd")(inputs))
    model = keras.Model(inputs, layers.Add()([inputs, layers.Dense(4)(y)]))
    with pytest.raises(ModelError, match='The layer "odd" can\'t be copied; give its class Odd a'):
        without_shortcuts(model)


def test_that_a_model_without_shortcuts_has_one_sentence() -> None:
    with pytest.raises(UsageError, match="has no addition with a shortcut"):
        without_shortcuts(build("cifar_plain20"))

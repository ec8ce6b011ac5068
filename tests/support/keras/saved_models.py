"""Models of many kinds, also with custom layers, for tests of weights in saved files."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any


@cache
def custom_layers() -> dict[str, Any]:
    """Custom layers, registered with Keras so that they can be saved."""
    simple = _simple_layers()
    return {layer.__name__: layer for layer in (*simple, *_layers_with_layers(simple[1]))}


def _simple_layers() -> tuple[Any, Any]:
    import keras

    layers = keras.layers
    register = keras.saving.register_keras_serializable("mine")

    @register
    class Halve(layers.Layer):  # type: ignore[misc, name-defined]
        """No weights."""

        def call(self, x: Any) -> Any:
            return x / 2

    @register
    class Scale(layers.Layer):  # type: ignore[misc, name-defined]
        """A trainable vector, a fixed one, random numbers and a metric."""

        def build(self, shape: Any) -> None:
            self.gamma = self.add_weight(shape=(shape[-1],), name="gamma")
            self.mean = self.add_weight(shape=(2, shape[-1]), name="mean", trainable=False)
            self.count = self.add_weight(shape=(), name="count", trainable=False)
            self.seed = keras.random.SeedGenerator(3)
            self.seen = keras.metrics.Mean(name="seen")

        def call(self, x: Any) -> Any:
            return x * self.gamma

        def compute_output_shape(self, shape: Any) -> Any:
            return shape

    return Halve, Scale


def _layers_with_layers(scale: Any) -> tuple[Any, Any, Any]:
    import keras

    layers, ops = keras.layers, keras.ops
    register = keras.saving.register_keras_serializable("mine")

    @register
    class Mixer(layers.Layer):  # type: ignore[misc, name-defined]
        """Layers in a layer: as attributes, under two names, in a list."""

        def build(self, shape: Any) -> None:
            width = shape[-1]
            self.first = layers.Dense(2 * width)
            self.again = self.first
            self.rest = [layers.Dense(width, use_bias=False), scale()]
            self.first.build(shape)
            self.rest[0].build((None, 2 * width))
            self.rest[1].build(shape)

        def call(self, x: Any) -> Any:
            return self.rest[1](self.rest[0](self.first(x)))

        def compute_output_shape(self, shape: Any) -> Any:
            return shape

    @register
    class Encoder(layers.Layer):  # type: ignore[misc, name-defined]
        """Attention and a model in a layer."""

        def build(self, shape: Any) -> None:
            width = shape[-1]
            self.attention = layers.MultiHeadAttention(2, 3)
            self.norm = layers.LayerNormalization()
            x = keras.Input((width,))
            self.net = keras.Model(x, layers.Dense(width)(layers.Dropout(0.1)(x)))
            self.attention.build(shape, shape)
            self.norm.build(shape)

        def call(self, x: Any) -> Any:
            x = self.norm(x + self.attention(x, x))
            return ops.reshape(self.net(ops.reshape(x, (-1, x.shape[-1]))), ops.shape(x))

        def compute_output_shape(self, shape: Any) -> Any:
            return shape

    @register
    class Around(layers.Layer):  # type: ignore[misc, name-defined]
        """Holds a variable of the layer in it too, as Keras's SpectralNormalization does."""

        def build(self, shape: Any) -> None:
            self.inner = layers.Dense(shape[-1])
            self.inner.build(shape)
            self.kernel = self.inner.kernel

        def call(self, x: Any) -> Any:
            return self.inner(x)

    return Mixer, Encoder, Around


def _custom() -> Any:
    import keras

    own = custom_layers()
    x = keras.Input((6,), name="x")
    y = own["Halve"](name="halve")(x)
    y = own["Scale"](name="scale")(y)
    y = own["Mixer"](name="mixer")(y)
    return keras.Model(x, own["Around"](name="around")(y), name="custom")


def _nested() -> Any:
    """A functional model and a Sequential one, called twice, with equal names in them."""
    import keras

    own, layers = custom_layers(), keras.layers
    x = keras.Input((4,), name="inside")
    net = keras.Model(x, own["Mixer"](name="mixer")(layers.Dense(4, name="d")(x)), name="net")
    chain = keras.Sequential(
        [keras.Input((4,)), layers.Dense(4, name="d"), own["Scale"](name="scale")], name="chain"
    )
    deep_in = keras.Input((4,), name="deep_in")
    deep = keras.Model(deep_in, own["Scale"](name="own")(net(deep_in)), name="deep")
    outer = keras.Input((4,), name="outer")
    y = chain(chain(outer))
    return keras.Model(outer, layers.Add(name="sum")([deep(y), deep(outer)]), name="nested")


def _trained() -> Any:
    """Fitted with Adam: dropout, augmentation and normalisation have states, which count or not."""
    import keras
    import numpy as np

    own, layers = custom_layers(), keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.RandomFlip(name="flip"),
            layers.RandomRotation(0.1, name="turn"),
            layers.Conv2D(4, 3, name="conv"),
            layers.BatchNormalization(name="norm"),
            own["Scale"](name="scale"),
            layers.Flatten(name="flat"),
            layers.Dropout(0.5, name="drop"),
            layers.Dense(2, name="out"),
        ],
        name="trained",
    )
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(np.zeros((2, 8, 8, 3)), np.zeros((2, 2)), verbose=0)
    return model


def _sequences() -> Any:
    import keras

    own, layers = custom_layers(), keras.layers
    x = keras.Input((12,), name="x", dtype="int32")
    y = layers.Embedding(20, 6, name="table")(x)
    y = own["Encoder"](name="encoder")(y)
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True, dropout=0.1), name="both")(y)
    y = layers.TimeDistributed(own["Mixer"](), name="every")(y)
    y = layers.RNN([layers.LSTMCell(4, dropout=0.1), layers.GRUCell(3)], name="cells")(y)
    return keras.Model(x, layers.Dense(2, name="out")(y), name="sequences")


def _wrapped() -> Any:
    import keras

    own, layers = custom_layers(), keras.layers
    x = keras.Input((8, 8, 3), name="x")
    y = layers.SpectralNormalization(layers.Conv2D(4, 3), name="spectral")(x)
    y = layers.SeparableConv2D(5, 3, name="separable")(y)
    y = layers.GroupNormalization(5, name="groups")(y)
    y = layers.TimeDistributed(own["Scale"](), name="rows")(y)
    return keras.Model(x, y, name="wrapped")


def _shared() -> Any:
    """One custom layer called three times."""
    import keras

    own = custom_layers()
    x, mixer = keras.Input((4,), name="x"), own["Mixer"](name="mixer")
    return keras.Model(x, mixer(mixer(mixer(x))), name="shared")


def _frozen() -> Any:
    model = _custom()
    model.get_layer("mixer").trainable = False
    model.get_layer("scale").trainable = False
    return model


def _lora() -> Any:
    import keras

    x = keras.Input((8,), name="x")
    dense = keras.layers.Dense(6, name="dense")
    model = keras.Model(x, keras.layers.Dense(2, name="out")(dense(x)), name="lora")
    dense.enable_lora(2)
    return model


def _quantised(mode: str) -> Callable[[], Any]:
    def make() -> Any:
        import keras

        x = keras.Input((8,), name="x")
        y = keras.layers.Dense(6, name="dense")(x)
        y = keras.layers.EinsumDense("ab,bc->ac", output_shape=4, name="einsum")(y)
        model = keras.Model(x, y, name=f"quantised_{mode}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that an input is not quantised
            model.quantize(mode)
        return model

    return make


def _lambda() -> Any:
    """After a Lambda only recorded shapes are known."""
    import keras

    x = keras.Input((8, 8, 3), name="x")
    y = keras.layers.Lambda(lambda value: value[:, ::2], name="code")(x)
    return keras.Model(x, keras.layers.Conv2D(4, 3, name="conv")(y), name="lambda")


def _model_in_layer() -> Any:
    import keras

    own, layers = custom_layers(), keras.layers
    inner = keras.Sequential([keras.Input((3,)), layers.Dense(5), own["Scale"]()])
    x = keras.Input((4, 3), name="x")
    return keras.Model(x, layers.TimeDistributed(inner, name="every")(x), name="model_in_layer")


MODELS: dict[str, Callable[[], Any]] = {
    "custom": _custom,
    "nested": _nested,
    "trained": _trained,
    "sequences": _sequences,
    "wrapped": _wrapped,
    "shared": _shared,
    "frozen": _frozen,
    "lora": _lora,
    "int8": _quantised("int8"),
    "float8": _quantised("float8"),
    "lambda": _lambda,
    "model in layer": _model_in_layer,
}

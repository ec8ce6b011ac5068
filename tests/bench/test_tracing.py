"""Trace of a net as deep as ViT-B whose layers are opened: 1.5 s, and less than Keras builds it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import resnet_viz

pytestmark = pytest.mark.engine

LAYERS, WIDTH, HEADS, HIDDEN = 12, 96, 12, 384  # ViT-B/16, an eighth as wide


def vision_transformer(keras: Any) -> Any:
    layers, ops = keras.layers, keras.ops

    class Attention(layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            names = ("query", "key", "value")
            self.projections = [layers.Dense(WIDTH, name=name) for name in names]
            self.output_dense = layers.Dense(WIDTH, name="output")

        def call(self, tokens: Any) -> Any:
            shape = (-1, tokens.shape[1], HEADS, WIDTH // HEADS)
            query, key, value = (ops.reshape(dense(tokens), shape) for dense in self.projections)
            scores = ops.einsum("bthw,bshw->bhts", query, key) / (WIDTH // HEADS) ** 0.5
            mixed = ops.einsum("bhts,bshw->bthw", ops.softmax(scores), value)
            return self.output_dense(ops.reshape(mixed, (-1, tokens.shape[1], WIDTH)))

    class Encoder(layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.norms = [layers.LayerNormalization(name=f"norm_{n}") for n in range(2)]
            self.attention = Attention(name="attention")
            self.mlp = [layers.Dense(HIDDEN, "gelu", name="up"), layers.Dense(WIDTH, name="down")]

        def call(self, tokens: Any) -> Any:
            tokens = layers.add([tokens, self.attention(self.norms[0](tokens))])
            hidden = self.norms[1](tokens)
            for dense in self.mlp:
                hidden = dense(hidden)
            return tokens + hidden

    class Embedding(layers.Layer):  # type: ignore[misc, name-defined]
        """Patches with a class token and a table of positions, which are weights of its own."""

        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.patches = layers.Conv2D(WIDTH, 16, 16, name="patches")

        def build(self, shape: Any) -> None:
            self.patches.build(shape)
            self.token = self.add_weight(shape=(1, 1, WIDTH), name="token")
            self.positions = self.add_weight(shape=(1, 197, WIDTH), name="positions")

        def call(self, image: Any) -> Any:
            patches = ops.reshape(self.patches(image), (-1, 196, WIDTH))
            token = ops.tile(self.token, (ops.shape(image)[0], 1, 1))
            return ops.concatenate([token, patches], axis=1) + self.positions

    image = keras.Input((224, 224, 3))
    tokens = Embedding()(image)
    for _ in range(LAYERS):
        tokens = Encoder()(tokens)
    return keras.Model(image, layers.Dense(1000)(layers.GlobalAveragePooling1D()(tokens)))


def spent(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    made = work()
    return time.process_time() - begun, made


def test_that_tracing_takes_less_than_building(
    benchmark: BenchmarkFixture,
) -> None:
    keras = pytest.importorskip("keras")
    building, model = spent(lambda: vision_transformer(keras))
    graph = benchmark.pedantic(resnet_viz.trace, (model,), rounds=3)
    tracing, _ = spent(lambda: resnet_viz.trace(model))
    benchmark.extra_info["ratio"] = round(tracing / building, 2)
    assert sum(scope.is_layer for scope in graph.scopes) == 2 * LAYERS + 1
    assert len(graph.calls) > 240
    assert tracing < building

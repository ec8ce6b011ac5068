"""Models in a TimeDistributed are opened; what is inside runs once for each step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import resnet_viz
from resnet_viz.analysis.explain.explanations import explain_call, explain_tensor
from resnet_viz.document import Document, make_document
from resnet_viz.engine.inspection import inspect_model
from resnet_viz.engine.opening.layer_opening import opened_layers
from resnet_viz.graph.types import Graph, TensorRef
from resnet_viz.sources.types import ModelFile

pytestmark = pytest.mark.engine

STEPS = 10


def document(graph: Graph) -> Document:
    return make_document(ModelFile("m"), "m", graph)


@pytest.fixture
def frame(keras: Any) -> Any:
    """A residual net for one frame of 8×8 pixels; open sizes."""
    layers = keras.layers
    inputs = keras.Input((None, None, 3), name="frame")
    x = layers.Conv2D(4, 3, padding="same", name="stem")(inputs)
    y = layers.Conv2D(4, 3, padding="same", name="a")(x)
    y = layers.Conv2D(4, 3, padding="same", name="b")(y)
    x = layers.GlobalAveragePooling2D(name="pool")(layers.Add(name="sum")([x, y]))
    return keras.Model(inputs, x, name="net")


@pytest.fixture
def film(keras: Any, frame: Any) -> Any:
    """A recurrent net over the frames of a film."""
    layers = keras.layers
    inputs = keras.Input((STEPS, 8, 8, 3), name="film")
    x = layers.TimeDistributed(frame, name="each")(inputs)
    return keras.Model(inputs, layers.LSTM(5, name="lstm")(x))


def test_that_the_model_inside_is_a_model_of_one_step(film: Any) -> None:
    graph = resnet_viz.trace(film)
    outer, inner = graph.scopes
    assert (outer.id, outer.type, outer.is_layer) == ("each", "TimeDistributed", True)
    assert (inner.id, inner.type, inner.parent) == ("each/net", "Functional", "each")
    assert {call.id: call.output_shape for call in graph.calls} == {
        "film": (None, STEPS, 8, 8, 3),
        "each/inputs": (None, STEPS, 8, 8, 3),
        "each/get_item": (None, 8, 8, 3),
        "each/net/frame": (None, 8, 8, 3),
        "each/net/stem": (None, 8, 8, 4),
        "each/net/a": (None, 8, 8, 4),
        "each/net/b": (None, 8, 8, 4),
        "each/net/sum": (None, 8, 8, 4),
        "each/net/pool": (None, 4),
        "each/stack": (None, STEPS, 4),
        "lstm": (None, 5),
    }
    assert [block.block_kind for block in document(graph).structure.blocks] == ["basic"]


def test_that_work_counts_for_every_step_and_weights_once(film: Any) -> None:
    graph = resnet_viz.trace(film)
    numbers = document(graph).numbers
    stem = 3 * 3 * 3 * 4 * 8 * 8
    inner = stem + 2 * (3 * 3 * 4 * 4 * 8 * 8)
    lstm = STEPS * 4 * (4 * 5 + 5 * 5)
    assert numbers.calls["each/net/stem"].macs == stem * STEPS
    assert numbers.calls["each/net/stem"].macs_formula == (
        f"3·3·3·4·8·8 × {STEPS} steps = {stem * STEPS:,}"
    )
    assert numbers.calls["each/net/stem"].output_elements == 8 * 8 * 4 * STEPS
    totals = numbers.totals.numbers
    assert (totals.macs, totals.macs_at_least) == (inner * STEPS + lstm, False)
    assert totals.parameters == film.count_params()
    assert numbers.totals.weighted_layers == 4


def test_that_explanations_say_the_steps(film: Any) -> None:
    graph = resnet_viz.trace(film)
    opened = document(graph)
    structure, numbers = opened.structure, opened.numbers
    rows = {row.name: row for row in explain_call(structure, numbers, "each/net/stem")}
    assert (
        rows["output_bytes"].formula == f"8·8·4·4 B × {STEPS} steps = {8 * 8 * 4 * 4 * STEPS:,} B"
    )
    assert rows["output_elements"].formula == f"8·8·4 × {STEPS} steps = {8 * 8 * 4 * STEPS:,}"
    ref = TensorRef("each/net/pool")
    values, size = explain_tensor(graph, ref, numbers.memory)
    assert values.formula == f"4 × {STEPS} steps = {4 * STEPS}"
    assert size.formula == f"4·4 B × {STEPS} steps = {4 * 4 * STEPS} B"


def test_that_an_opened_model_has_the_macs_of_wrapped_layers(keras: Any, frame: Any) -> None:
    """The same net with each of its layers in a TimeDistributed, which closed layers count."""
    layers = keras.layers
    each = layers.TimeDistributed
    inputs = keras.Input((STEPS, 8, 8, 3))
    x = each(layers.Conv2D(4, 3, padding="same"))(inputs)
    y = each(layers.Conv2D(4, 3, padding="same"))(x)
    y = each(layers.Conv2D(4, 3, padding="same"))(y)
    x = each(layers.GlobalAveragePooling2D())(layers.Add()([x, y]))
    apart = document(resnet_viz.trace(keras.Model(inputs, x))).numbers.totals.numbers
    film = keras.Input((STEPS, 8, 8, 3))
    opened = document(resnet_viz.trace(keras.Model(film, each(frame)(film)))).numbers.totals.numbers
    assert (opened.macs, opened.parameters) == (apart.macs, apart.parameters)
    assert opened.other_ops == apart.other_ops


def test_that_an_open_number_of_steps_leaves_the_work_unknown(keras: Any, frame: Any) -> None:
    film = keras.Input((None, 8, 8, 3))
    graph = resnet_viz.trace(keras.Model(film, keras.layers.TimeDistributed(frame)(film)))
    numbers = document(graph).numbers
    assert len(graph.scopes) == 2
    stem = next(call.id for call in graph.calls if call.layer.endswith("/stem"))
    assert numbers.calls[stem].macs is None
    assert numbers.calls[stem].parameters == 3 * 3 * 3 * 4 + 4


def test_that_steps_of_steps_multiply(keras: Any) -> None:
    layers = keras.layers
    word = keras.Sequential([keras.Input((6,)), layers.Dense(2, name="d")], name="word")
    line = keras.Input((3, 6))
    sentence = keras.Model(line, layers.TimeDistributed(word, name="words")(line), name="sentence")
    page = keras.Input((5, 3, 6))
    graph = resnet_viz.trace(
        keras.Model(page, layers.TimeDistributed(sentence, name="lines")(page))
    )
    numbers = document(graph).numbers
    call = numbers.calls["lines/sentence/words/word/d"]
    assert call.macs_formula == "6·2 × 5 steps × 3 steps = 180"
    assert graph.by_id[graph.outputs[0].call].output_shape == (None, 5, 3, 2)


def test_that_a_model_of_open_steps_has_those_of_its_call(keras: Any) -> None:
    layers = keras.layers
    word = keras.Sequential([keras.Input((6,)), layers.Dense(2, name="d")], name="word")
    line = keras.Input((None, 6))
    inner = keras.Model(line, layers.TimeDistributed(word, name="words")(line), name="inner")
    inputs = keras.Input((7, 6))
    graph = resnet_viz.trace(keras.Model(inputs, layers.Dense(4, name="last")(inner(inputs))))
    assert graph.by_id["inner/words/stack"].output_shape == (None, 7, 2)
    assert document(graph).numbers.calls["inner/words/word/d"].macs == 6 * 2 * 7


def test_that_what_is_opened_has_the_tensors_that_keras_has(film: Any, frame: Any) -> None:
    graph = resnet_viz.trace(film)
    with opened_layers(film) as openings:
        live = inspect_model(film, openings)
    assert {call.id: call.outputs for call in graph.calls} == live.tensors
    assert live.scopes == graph.scopes
    values = np.random.default_rng(0).normal(size=(2, STEPS, 8, 8, 3)).astype("float32")
    apart = np.stack([frame(values[:, step]) for step in range(STEPS)], axis=1)
    np.testing.assert_allclose(apart, film.get_layer("each")(values), rtol=1e-4, atol=1e-5)


def test_that_a_shared_model_counts_for_both_calls(keras: Any, frame: Any) -> None:
    left, right = keras.Input((STEPS, 8, 8, 3)), keras.Input((STEPS, 8, 8, 3))
    each = keras.layers.TimeDistributed(frame, name="each")
    model = keras.Model([left, right], keras.layers.Add()([each(left), each(right)]))
    graph = resnet_viz.trace(model)
    totals = document(graph).numbers.totals.numbers
    assert totals.parameters == model.count_params()
    assert [scope.id for scope in graph.scopes if scope.is_layer] == ["each", "each:1"]


def test_that_a_time_distributed_layer_stays_closed(keras: Any) -> None:
    inputs = keras.Input((STEPS, 4))
    model = keras.Model(inputs, keras.layers.TimeDistributed(keras.layers.Dense(2))(inputs))
    assert resnet_viz.trace(model).scopes == ()

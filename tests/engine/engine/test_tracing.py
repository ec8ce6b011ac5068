"""Live models of every kind become graphs, or a sentence that says why not."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

import resnet_viz
from resnet_viz.document import make_document
from resnet_viz.engine.inspection import live_tensors
from resnet_viz.errors import AppError, ModelError
from resnet_viz.graph.layer_tree import UntracedError, walk_layers
from resnet_viz.graph.types import Graph
from resnet_viz.sources.types import ModelFile

pytestmark = pytest.mark.engine


def shapes(graph: Graph) -> dict[str, Any]:
    return {call.id: call.output_shape for call in graph.calls}


def refusal(model: Any) -> AppError:
    with pytest.raises(ModelError) as caught:
        resnet_viz.trace(model)
    assert "\n" not in caught.value.message
    return caught.value


def test_that_a_built_sequential_model_is_traced(keras: Any) -> None:
    layers = keras.layers
    model = keras.Sequential([keras.Input((6,), name="in"), layers.Dense(3, name="d")], name="s")
    assert shapes(resnet_viz.trace(model)) == {"in": (None, 6), "d": (None, 3)}


def test_that_an_unbuilt_sequential_model_has_no_shapes(keras: Any) -> None:
    model = keras.Sequential([keras.layers.Dense(3, name="d")])
    assert shapes(resnet_viz.trace(model)) == {"input": None, "d": None}


def residual_class(keras: Any) -> type:
    class Residual(keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.first = keras.layers.Dense(6, name="first")
            self.head = keras.Sequential([keras.layers.Dense(2, name="out")], name="head")

        def call(self, value: Any) -> Any:
            return self.head(keras.ops.relu(self.first(value) + value))

    return Residual


@pytest.mark.filterwarnings("ignore:`build\\(\\)` was called:UserWarning")
def test_that_a_subclassed_model_is_opened_by_calling_it(keras: Any) -> None:
    model = residual_class(keras)(name="mine")
    model.build((8, 6))
    graph = resnet_viz.trace(model)
    assert graph.name == "mine"
    assert shapes(graph)["first"] == (None, 6)
    assert shapes(graph)["head/out"] == (None, 2)
    assert [scope.id for scope in graph.scopes] == ["head"]
    joins = [call for call in graph.calls if len(set(call.inputs)) > 1]
    assert [join.type for join in joins] == ["Add"]


def test_that_a_subclassed_model_that_was_called_on_data_is_opened_too(keras: Any) -> None:
    model = residual_class(keras)(name="mine")
    model(keras.ops.zeros((2, 6)))
    assert "first" in shapes(resnet_viz.trace(model))


def test_that_an_unbuilt_subclassed_model_says_so_and_lists_its_layers(keras: Any) -> None:
    error = refusal(residual_class(keras)(name="mine"))
    assert "never built" in error.message
    assert error.message.endswith("It has 3 layers.")
    assert isinstance(error, UntracedError)
    first, head = error.layers
    assert (first.name, first.type, first.weights, first.parameters) == (
        "first",
        "Dense",
        None,
        None,
    )
    assert (head.name, head.type, head.parameters) == ("head", "Sequential", None)
    assert [layer.name for layer in head.layers] == ["out"]
    assert error.details in "".join(traceback.format_exception_only(error))


def test_that_a_layer_tree_has_the_parameters_that_keras_counts(keras: Any) -> None:
    class Stubborn(keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.shared = keras.layers.Dense(4, name="shared")
            self.tower = keras.Sequential(
                [self.shared, keras.layers.Dense(2, name="out")], name="t"
            )
            self.own = self.add_weight(shape=(3, 2), name="own")

        def call(self, value: Any) -> Any:
            return self.tower(value) * float(keras.ops.max(self.shared(value)))

    model = Stubborn(name="stubborn")
    model(keras.ops.ones((2, 5)))
    error = refusal(model)
    assert isinstance(error, UntracedError)
    by_name = {node.name: node for _, node in walk_layers(error.layers)}
    assert by_name["shared"].weights == ((5, 4), (4,))
    assert by_name["shared"].parameters == model.shared.count_params() == 24
    assert by_name["t"].parameters == model.tower.count_params() == 34
    assert by_name["t"].weights == ()


def test_that_code_that_needs_numbers_is_given_as_the_reason(keras: Any) -> None:
    class Numbers(keras.Model):  # type: ignore[misc, name-defined]
        def call(self, value: Any) -> Any:
            return value * float(keras.ops.max(value))

    model = Numbers(name="numbers")
    model(keras.ops.ones((2, 6)))
    error = refusal(model)
    assert "does not work on symbolic tensors" in error.message
    assert "use keras.ops" in error.message


def test_that_a_built_model_is_not_reported_as_never_built(keras: Any) -> None:
    """Keras keeps no input shape of a model that has layers and can't be run on symbols."""

    class Numbers(keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self, **config: Any) -> None:
            super().__init__(**config)
            self.first = keras.layers.Dense(4, name="first")

        def call(self, value: Any) -> Any:
            return self.first(value * float(keras.ops.max(value)))

    model = Numbers(name="numbers")
    model(keras.ops.ones((2, 6)))
    assert model.built
    error = refusal(model)
    assert "never built" not in error.message
    assert "symbolic tensors" in error.message
    assert "use keras.ops" in error.message
    assert isinstance(error, UntracedError)
    assert error.layers[0].parameters == 28


def test_that_a_model_of_several_arguments_says_which(keras: Any) -> None:
    class Two(keras.Model):  # type: ignore[misc, name-defined]
        def call(self, left: Any, right: Any, training: bool = False) -> Any:
            return left + right if training else left - right

    model = Two(name="two")
    model(keras.ops.ones((2, 4)), keras.ops.ones((2, 4)))
    assert "more than one input (left, right)" in refusal(model).message


def test_that_inputs_in_a_dictionary_have_its_names(keras: Any) -> None:
    class Named(keras.Model):  # type: ignore[misc, name-defined]
        def call(self, pair: Any) -> Any:
            return pair["left"] + pair["right"]

    model = Named(name="named")
    model({"left": keras.ops.ones((2, 4)), "right": keras.ops.ones((2, 4))})
    assert set(shapes(resnet_viz.trace(model))) == {"left", "right", "add"}


def test_that_layers_without_a_config_are_read_from_the_live_model(keras: Any) -> None:
    class Odd(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, how: Any, **config: Any) -> None:
            super().__init__(**config)
            self.how = how

        def call(self, value: Any) -> Any:
            return self.how(value)

    image = keras.Input((8, 6), name="image")
    inner_in = keras.Input((8, 6), name="inner_in")
    inner = keras.Model(inner_in, Odd(lambda x: x[:, ::2], name="odd")(inner_in), name="inner")
    total = keras.layers.Add(name="total")([inner(image), inner(image)])
    model = keras.Model(image, total, name="odd_one")
    graph = resnet_viz.trace(model)
    assert {call.id: call.outputs for call in graph.calls} == live_tensors(model)
    assert graph.by_id["inner:1/odd"].output_shape == (None, 4, 6)
    assert graph.by_id["inner:1/odd"].layer == "inner/odd"
    assert graph.by_id["inner/odd"].module is None
    assert graph.by_id["total"].module == "keras.layers"
    assert [scope.id for scope in graph.scopes] == ["inner", "inner:1"]
    seen: set[str] = set()
    for call in graph.calls:
        assert {ref.call for ref in call.inputs} <= seen
        seen.add(call.id)


@pytest.mark.parametrize("thing", ["a string", 3, None])
def test_that_anything_but_a_model_is_refused(thing: object) -> None:
    assert "no Keras model" in refusal(thing).message


def test_that_each_call_of_a_sequential_model_makes_an_output_of_its_own(keras: Any) -> None:
    layers = keras.layers
    inputs = keras.Input((8, 8, 4))
    convolution = layers.Conv2D(2, 1, name="c")
    head = keras.Sequential([keras.Input((None, None, 4)), convolution], name="head")
    graph = resnet_viz.trace(keras.Model(inputs, [head(layers.ReLU()(inputs)), head(inputs)]))
    assert [ref.call for ref in graph.outputs] == ["head/c", "head:1/c"]
    assert [scope.type for scope in graph.scopes] == ["Sequential", "Sequential"]


def test_that_a_layer_of_two_models_counts_its_weights_once(keras: Any) -> None:
    """A language model's embedding, in the backbone and once more, reversed, as its output."""
    layers = keras.layers
    tokens = keras.Input((None,), dtype="int32")
    embedding = layers.ReversibleEmbedding(50, 8, name="embedding")
    backbone = keras.Model(tokens, layers.Dense(8, name="d")(embedding(tokens)), name="backbone")
    inputs = keras.Input((16,), dtype="int32")
    model = keras.Model(inputs, embedding(backbone(inputs), reverse=True))
    graph = resnet_viz.trace(model)
    document = make_document(ModelFile("m"), "m", graph)
    assert document.numbers.totals.numbers.parameters == model.count_params() == 50 * 8 + 8 * 9
    calls = [call for call in graph.calls if call.type == "ReversibleEmbedding"]
    assert [call.id for call in calls] == ["backbone/embedding", "embedding"]
    assert [(call.layer, call.call_index) for call in calls] == [
        ("backbone/embedding", 0), ("backbone/embedding", 1)
    ]  # fmt: skip

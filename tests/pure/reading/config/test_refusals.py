"""Unusable configurations: each is refused in one sentence that names file and location."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from resnet_viz.errors import ModelError
from resnet_viz.reading.read import read_config
from tests.support.model_files.configs import (
    SHAPE,
    data,
    layer,
    model,
    node,
    relu,
    residual,
    source,
    tensor,
)


def refusal(content: bytes) -> str:
    with pytest.raises(ModelError) as caught:
        read_config(content, where="some/model.json")
    message = caught.value.message
    assert message.startswith("some/model.json can't be read: ")
    assert message.endswith(".")
    assert message.isprintable()
    assert len(message) < 400
    assert caught.value.exit_code == 1
    return message


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "no content"),
        (b"  \n ", "no content"),
        (b"{", "cut short"),
        (b'{"a": 1,\n "b": nul}', "line 2, column"),
        (b'{"\xc3\xa9\xc3\xa9": x}', "line 1, column 8"),
        (b'{"a": NaN, "b": -Infinity, "c": Nan}', "line 1, column"),
        (b'{"a": NaN}', "not the configuration"),
        (b"[" + b"[],{}," * 1_500_000 + b"0]", "far more values"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": ' + b"1" * 100_000 + b"}", "too large"),
        (b'{"a": 9223372036854775808}', "64 bits"),
        (b'{"a":\n "\xff"}', "not UTF-8 at line 2, column 3"),
        ('{"a": 1}'.encode("utf-16"), "JSON is invalid"),
        (b"[" * 100_000, "200 levels"),
        (b'{"a":' * 201 + b"1" + b"}" * 201, "200 levels"),
        (b"[1, 2]", "not the configuration"),
        (b"3", "not the configuration"),
        (b"{}", "not the configuration"),
        (b'{"class_name": "Functional", "config": 3}', "not the configuration"),
        (b"\x89HDF\r\n\x1a\n", "JSON is invalid"),
    ],
)
def test_that_what_is_no_model_json_is_refused(content: bytes, part: str) -> None:
    assert part in refusal(content)


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ({"class_name": "Sequential", "config": {"layers": []}}, "Sequential"),
        ({"class_name": "Sequential", "config": []}, "no layers"),
        ({"class_name": "Model", "config": []}, '"Model" has no layers'),
        ({"class_name": "MyNet", "config": {"width": 3}}, '"MyNet" has no layers'),
        (
            {"class_name": "MyNet", "config": {"width": 3}},
            "(file.py:function), or use resnet_viz.trace(model)",
        ),
        (model([], None, []), "no layers"),
        (model([source()], []), "input_layers are empty"),
        (model([source()], None, {}), "output_layers are empty"),
        (model([source()], None, 7), "output_layers"),
        (model([source()], None, [["x", 0]]), "output_layers"),
        (model([source()], None, [["gone", 0, 0]]), '"gone", which is not in the model'),
        (model([source()], None, [["x", 1, 0]]), 'call 1 of "x"'),
        (model([source()], None, [["x", 0, 5_000]]), "output_layers"),
        (model([source()], None, [["x", True, 0]]), "output_layers"),
    ],
)
def test_that_other_models_and_wrong_ends_are_refused(raw: Any, part: str) -> None:
    assert part in refusal(data(raw))


Mutation = Callable[[dict[str, Any]], None]


def _entry(config: dict[str, Any], index: int = 1) -> dict[str, Any]:
    """The tensor entry of the call of ``layers[index]``."""
    entry: dict[str, Any] = config["layers"][index]["inbound_nodes"][0]["args"][0]["config"]
    return entry


MUTATIONS: list[tuple[str, Mutation, str]] = [
    ("layers no list", lambda c: c.update(layers={"a": 1}), "not a list"),
    ("a layer that is none", lambda c: c["layers"].append(3), "layers[4] is not a layer"),
    ("no outputs", lambda c: c.pop("output_layers"), "no output_layers"),
    ("config of wrong type", lambda c: c["layers"][1].update(config=[1]), "layers[1].config"),
    ("class of wrong type", lambda c: c["layers"][1].update(class_name=1), "layers[1].class_name"),
    (
        "name missing",
        lambda c: (c["layers"][1].pop("name"), c["layers"][1]["config"].pop("name")),
        "layers[1] is wrong",
    ),
    ("name empty", lambda c: c["layers"][1].update(name=""), "empty or too long"),
    ("name endless", lambda c: c["layers"][1].update(name="n" * 2_000), "empty or too long"),
    ("duplicate", lambda c: c["layers"].append(c["layers"][1]), 'two layers are named "a"'),
    ("nodes of wrong type", lambda c: c["layers"][1].update(inbound_nodes=7), "inbound_nodes"),
    ("node without args", lambda c: c["layers"][1].update(inbound_nodes=[{}]), 'layer "a"'),
    ("missing layer", lambda c: _entry(c).update(keras_history=["gone", 0, 0]), '"gone"'),
    ("missing call", lambda c: _entry(c).update(keras_history=["x", 3, 0]), 'call 3 of "x"'),
    ("negative call", lambda c: _entry(c).update(keras_history=["x", -1, 0]), 'layer "a"'),
    ("absurd output", lambda c: _entry(c).update(keras_history=["x", 0, 10**9]), 'layer "a"'),
    ("no history", lambda c: _entry(c).pop("keras_history"), 'layer "a"'),
    ("bool size", lambda c: _entry(c).update(shape=[None, True]), '"True"'),
    ("negative size", lambda c: _entry(c).update(shape=[None, -1]), '"-1"'),
    ("size that is no number", lambda c: _entry(c).update(shape=[None, float("nan")]), '"NaN"'),
    ("endless size", lambda c: _entry(c).update(shape=[None, float("inf")]), '"Infinity"'),
    ("input of no size", lambda c: c["layers"][0]["config"].update(batch_shape=["?"]), 'layer "x"'),
    ("zero size", lambda c: _entry(c).update(shape=[None, 0]), '"0"'),
    ("fractional size", lambda c: _entry(c).update(shape=[None, 1.5]), '"1.5"'),
    ("absurd size", lambda c: _entry(c).update(shape=[None, 2**50]), "size of"),
    ("absurd rank", lambda c: _entry(c).update(shape=[1] * 100), "proper shape"),
    ("no shape", lambda c: _entry(c).update(shape=None), "proper shape"),
    ("wrong dtype", lambda c: _entry(c).update(dtype=3), "wrong dtype"),
    ("contradiction with the input", lambda c: _entry(c).update(shape=[None, 9, 9, 4]), '"x"'),
    ("contradicting batch", lambda c: _entry(c).update(shape=[2, 8, 8, 4]), "[2, 8, 8, 4]"),
    ("input with inputs", lambda c: c["layers"][1].update(class_name="InputLayer"), "an input"),
    ("cycle", lambda c: _entry(c).update(keras_history=["b", 0, 0]), "cycle"),
    ("second output of an input", lambda c: _entry(c).update(keras_history=["x", 0, 1]), "one out"),
    ("no input", lambda c: c["layers"][1].update(inbound_nodes=[node()]), '"a" has no input'),
    ("not called", lambda c: c["layers"][1].update(inbound_nodes=[]), '"a" has no input'),
    ("itself", lambda c: _entry(c).update(keras_history=["a", 0, 0]), 'cycle through "a"'),
]


@pytest.mark.parametrize(
    ("mutate", "part"), [m[1:] for m in MUTATIONS], ids=[m[0] for m in MUTATIONS]
)
def test_that_a_broken_functional_config_is_refused(mutate: Mutation, part: str) -> None:
    config = residual()
    mutate(config["config"])
    assert part in refusal(data(config))


def test_that_consumers_that_disagree_on_a_tensor_are_refused() -> None:
    consumers = relu("a", "mine"), relu("b", "mine", shape=[None, 8, 8, 5])
    mine = layer("Mine", "mine", node(tensor("x", SHAPE)), module="my.code")
    message = refusal(data(model([source(), mine, *consumers])))
    assert '"mine"' in message
    assert "8×8×4" in message
    assert "8×8×5" in message


def test_that_consumers_that_disagree_on_a_dtype_are_refused() -> None:
    other = layer("ReLU", "b", node(tensor("x", SHAPE, dtype="float16")))
    assert "float16" in refusal(data(model([source(), relu("a", "x"), other])))


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("Conv2D", {"filters": -3}),
        ("Conv2D", {"filters": True}),
        ("Conv2D", {"filters": "64"}),
        ("Conv2D", {"kernel_size": [3]}),
        ("Conv2D", {"kernel_size": [3, 0]}),
        ("Conv2D", {"kernel_size": {"height": 3}}),
        ("Conv2D", {"strides": [0, 2]}),
        ("Conv2D", {"strides": 1.5}),
        ("Conv2D", {"padding": ["same"]}),
        ("Conv2D", {"data_format": "sideways"}),
        ("Conv2D", {"groups": 0}),
        ("Conv1DTranspose", {"kernel_size": [3, 3]}),
        ("MaxPooling2D", {"pool_size": [2, 2, 2]}),
        ("DepthwiseConv2D", {"depth_multiplier": 0}),
        ("Dense", {"units": 0}),
        ("Dense", {"units": None}),
        ("Dropout", {"rate": "abc"}),
        ("LSTM", {"units": [3]}),
        ("Embedding", {"output_dim": "wide"}),
        ("MultiHeadAttention", {"num_heads": 0}),
        ("BatchNormalization", {"scale": None}),
        ("PReLU", {"shared_axes": 1e300}),
        ("UpSampling2D", {"size": -3}),
        ("UpSampling2D", {"size": [1, 2, 3]}),
        ("ZeroPadding2D", {"padding": [1, "x"]}),
        ("Cropping2D", {"cropping": []}),
        ("ConvLSTM2D", {"kernel_size": "abc"}),
        ("Dense", {"use_bias": "no"}),
        ("Cropping2D", {"padding": [[None, 1], [0, 0]]}),
        ("Dense", {"activation": ["relu"]}),
        ("MaxPooling2D", {"data_format": {}}),
        ("Bidirectional", {"merge_mode": ["sum"]}),
        ("STFTSpectrogram", {"frame_length": "9", "mode": []}),
        ("EinsumDense", {"equation": {"a": 1}}),
        ("Softmax", {"axis": [0.5]}),
        ("Reshape", {"target_shape": ["2"]}),
        ("AdaptiveMaxPooling2D", {"output_size": [1]}),
        ("GroupNormalization", {"groups": None}),
    ],
)
def test_that_impossible_sizes_in_a_layers_configuration_are_refused(
    kind: str, config: dict[str, Any]
) -> None:
    wrong = layer(kind, "wrong", node(tensor("x", SHAPE)), **config)
    message = refusal(data(model([source(), wrong])))
    assert 'layer "wrong"' in message
    assert next(iter(config)) in message


@pytest.mark.parametrize(
    "config",
    [
        {"layer": ("Conv2D", {"kernel_size": "abc"})},
        {"layer": ("TimeDistributed", {"layer": ("Dropout", {"rate": {}})})},
        {"backward_layer": ("LSTM", {"units": "7"})},
        {"cell": ("GRUCell", {"units": None, "use_bias": "no"})},
        {"cell": ("StackedRNNCells", {"cells": [("LSTMCell", {"units": -1})]})},
    ],
)
def test_that_impossible_settings_in_a_wrapper_are_refused(config: dict[str, Any]) -> None:
    wrong = layer("Bidirectional", "wrong", node(tensor("x", SHAPE)), **inner(config))
    assert 'layer "wrong" can\'t have' in refusal(data(model([source(), wrong])))


def inner(value: Any) -> Any:
    """Pairs of a class and its settings as Keras writes layers in layers."""
    if isinstance(value, tuple):
        kind, settings = value
        return {"module": "keras.layers", "class_name": kind, "config": inner(settings)}
    if isinstance(value, list):
        return [inner(item) for item in value]
    return {key: inner(item) for key, item in value.items()} if isinstance(value, dict) else value


def test_that_a_class_of_ones_own_may_have_any_settings() -> None:
    config = {
        "units": "many",
        "rate": {},
        "layer": {"class_name": "Dense", "module": "mine", "config": {"units": None}},
    }
    mine = layer("Mine", "mine", node(tensor("x", SHAPE)), module="mine", **config)
    assert len(read_config(data(model([source(), mine])), where="m").calls) == 2


def test_that_a_huge_number_of_calls_is_refused_before_work_is_done() -> None:
    config = residual()
    config["config"]["layers"][1]["inbound_nodes"] = [{}] * 250_001
    assert "at most 80,000" in refusal(data(config))


def test_that_a_long_chain_is_no_cycle_and_no_recursion() -> None:
    layers = [source()] + [relu(f"r{i}", f"r{i - 1}" if i else "x") for i in range(3_000)]
    content = json.dumps(model(layers[::-1], None, [["r2999", 0, 0]])).encode()
    assert len(read_config(content, where="long").calls) == 3_001

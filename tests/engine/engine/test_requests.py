"""The real engine answers requests and reports where the reader and Keras differ."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest

from resnet_viz import assets
from resnet_viz.graph.types import Tensor
from resnet_viz.protocol.messages import Build, Built, Check, Checked, Failed, Mismatch
from resnet_viz.reading.read import read_config
from resnet_viz.sources.catalog import parse_builtin
from resnet_viz.sources.types import BuiltIn
from tests.engine.conftest import Probe

pytestmark = pytest.mark.engine
ids = count(1)


def build(engine: Probe, source: BuiltIn) -> Built:
    stages, reply = engine.ask(Build(id=next(ids), revision=5, source=source))
    assert isinstance(reply, Built), reply
    assert stages == ["building", "describing", "reading", "checking"]
    assert reply.revision == 5
    return reply


def check(engine: Probe, config: Any) -> Checked | Failed:
    text = config if isinstance(config, str) else json.dumps(config)
    request = Check(id=next(ids), revision=6, config=text, where="mine.json")
    _, reply = engine.ask(request)
    assert isinstance(reply, Checked | Failed)
    assert reply.id == request.id
    return reply


def shipped(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(assets.read_bytes(f"models/{name}.json"))
    return loaded


def layer(config: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in config["config"]["layers"] if entry["name"] == name)


def tampered(config: dict[str, Any], name: str, shape: list[int | None]) -> dict[str, Any]:
    """``config`` with another shape wherever the tensor of ``name`` is mentioned."""

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("class_name") == "__keras_tensor__":
                inner = value["config"]
                if inner["keras_history"][0] == name:
                    inner["shape"] = shape
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(config)
    return config


@pytest.mark.parametrize(
    ("text", "adds", "calls"),
    [
        ("resnet34?classes=10", 16, 125),
        # Option A: a pool and a pad op in place of each of three convolutions with normalisation.
        ("resnet34?shortcut=A", 16, 125),
        # Option C: thirteen more projections of two calls each.
        ("resnet34?shortcut=C", 16, 151),
        ("resnet50?stride_on=1x1", 16, None),
        ("tutorial_resnet34?classes=7", 16, 85),
        ("plain34?input=64x64x3", 0, 103),
    ],
)
def test_that_a_variant_is_built_and_read_as_keras_has_it(
    engine: Probe, text: str, adds: int, calls: int | None
) -> None:
    built = build(engine, parse_builtin(text))
    assert built.mismatches == ()
    graph = read_config(built.config.encode(), where=text)
    types = [call.type for call in graph.calls]
    assert types.count("Add") == adds
    assert calls in (None, len(types))
    assert all(tensor.shape for call in graph.calls for tensor in call.outputs)


def test_that_the_same_request_gets_the_same_config(engine: Probe) -> None:
    source = parse_builtin("resnet18?shortcut=A")
    first = build(engine, source)
    build(engine, parse_builtin("resnet18?shortcut=C"))
    assert build(engine, source).config == first.config


def test_that_a_default_is_built_as_it_ships(engine: Probe) -> None:
    built = build(engine, parse_builtin("resnet18"))
    assert json.loads(built.config) == shipped("resnet18")


def test_that_an_unknown_architecture_is_a_failure(engine: Probe) -> None:
    _, reply = engine.ask(Build(id=next(ids), revision=0, source=BuiltIn("resnet35")))
    assert isinstance(reply, Failed)
    assert "resnet35" in reply.message
    assert "resnet34" in reply.message


def test_that_an_unknown_parameter_is_a_failure(engine: Probe) -> None:
    source = BuiltIn("resnet34", (("classes", "many"),))
    _, reply = engine.ask(Build(id=next(ids), revision=0, source=source))
    assert isinstance(reply, Failed)
    assert "many" in reply.message


def test_that_a_good_config_has_no_mismatch(engine: Probe) -> None:
    assert check(engine, shipped("resnet34")) == Checked(next(ids) - 1, 6, ())


def test_that_a_wrong_shape_is_reported_with_both_shapes(engine: Probe) -> None:
    config = tampered(shipped("resnet34"), "conv3_1_relu", [None, 27, 28, 128])
    reply = check(engine, config)
    assert isinstance(reply, Checked)
    assert (
        Mismatch(
            call="conv3_1_relu",
            output=0,
            ours=Tensor((None, 27, 28, 128), "float32"),
            keras=Tensor((None, 28, 28, 128), "float32"),
        )
        in reply.mismatches
    )


def test_that_a_wrong_dtype_is_reported(engine: Probe) -> None:
    config = shipped("tutorial_first_unit")
    text = json.dumps(config).replace(
        '"dtype": "float32", "keras_history"', '"dtype": "float16", "keras_history"'
    )
    reply = check(engine, text)
    assert isinstance(reply, Checked)
    assert {mismatch.ours.dtype for mismatch in reply.mismatches if mismatch.ours} == {"float16"}


def test_that_a_config_that_cannot_be_read_is_a_failure(engine: Probe) -> None:
    reply = check(engine, "{")
    assert isinstance(reply, Failed)
    assert reply.code == "model"
    assert "mine.json" in reply.message


def test_that_what_keras_refuses_is_a_failure_in_one_sentence(engine: Probe) -> None:
    config = shipped("tutorial_first_unit")
    layer(config, "block1_conv_1")["config"]["nonsense"] = 1
    reply = check(engine, config)
    assert isinstance(reply, Failed)
    assert reply.code == "keras"
    assert "\n" not in reply.message
    assert "Traceback" in reply.details


def test_that_the_engine_goes_on_after_failures(engine: Probe) -> None:
    for _ in range(3):
        assert isinstance(check(engine, "[]"), Failed)
    assert isinstance(check(engine, shipped("tutorial_first_unit")), Checked)


def test_that_an_unknown_request_is_answered_with_a_failure(engine: Probe) -> None:
    payload = b'{"type": "train", "id": 4711}'
    engine.write(len(payload).to_bytes(4, "big") + payload)
    reply = engine.receive()
    assert isinstance(reply, Failed)
    assert (reply.id, reply.code) == (4711, "unknown_request")
    assert isinstance(check(engine, shipped("tutorial_first_unit")), Checked)


def test_that_broken_json_in_a_whole_frame_is_answered_with_a_failure(engine: Probe) -> None:
    engine.write(b"\x00\x00\x00\x03{{{")
    reply = engine.receive()
    assert isinstance(reply, Failed)
    assert (reply.id, reply.code) == (0, "protocol")


FOREIGN_MODULE = {"class_name": "MyConv", "module": "my.layers", "registered_name": "my>MyConv"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"class_name": "Lambda"}, "unsafe"),
        ({"class_name": "TFSMLayer"}, "unsafe"),
        (FOREIGN_MODULE, "custom_class"),
        ({"class_name": "MyConv", "module": None, "registered_name": "MyConv"}, "custom_class"),
        ({"class_name": "get_file", "module": "keras.utils"}, "custom_class"),
    ],
)
def test_that_a_layer_with_foreign_code_is_refused(
    engine: Probe, change: dict[str, Any], code: str
) -> None:
    config = shipped("tutorial_first_unit")
    layer(config, "block2_conv_1").update(change)
    reply = check(engine, config)
    assert isinstance(reply, Failed)
    assert reply.code == code
    assert change["class_name"] in reply.message


@pytest.mark.parametrize(
    ("activation", "code"),
    [
        ({"class_name": "function", "module": "os", "config": "system"}, "custom_class"),
        ({"class_name": "__lambda__", "config": {"value": "AAAA"}}, "unsafe"),
        ({"class_name": "get_file", "module": "keras.utils", "config": {}}, "custom_class"),
        ({"class_name": "load_model", "module": "keras.src.saving", "config": {}}, "custom_class"),
    ],
)
def test_that_foreign_code_inside_a_layer_is_refused(
    engine: Probe, activation: dict[str, Any], code: str
) -> None:
    config = shipped("tutorial_first_unit")
    layer(config, "block2_conv_1")["config"]["activation"] = activation
    reply = check(engine, config)
    assert isinstance(reply, Failed)
    assert reply.code == code


def test_that_a_vocabulary_in_a_file_is_not_opened(engine: Probe) -> None:
    config = shipped("tutorial_first_unit")
    layer(config, "block2_conv_1").update(
        {"class_name": "StringLookup", "config": {"vocabulary": "/etc/hostname"}}
    )
    reply = check(engine, config)
    assert isinstance(reply, Failed)
    assert reply.code == "unsafe"


def test_that_training_settings_are_ignored(engine: Probe) -> None:
    config = shipped("tutorial_first_unit")
    config["compile_config"] = {"class_name": "MyLoss", "module": "my.losses", "config": {}}
    assert isinstance(check(engine, config), Checked)

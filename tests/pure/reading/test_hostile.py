"""Small files that ask for endless work or memory: refused, or read with little work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from resnet_viz.errors import ModelError
from resnet_viz.reading.container.hdf5_blocks import SIGNATURE
from resnet_viz.reading.read import read_config, read_file
from resnet_viz.reading.weights.read_weights import read_weights
from tests.support.counted_work import at_most_calls
from tests.support.model_files.configs import data, layer, model, node, op, source, tensor
from tests.support.model_files.samples import hdf5, nested, old_input, old_layer, old_model

pytestmark = pytest.mark.long

MAX_CALLS = 2_000_000


def refusal(config: Any) -> str:
    content = data(config)
    with at_most_calls(MAX_CALLS), pytest.raises(ModelError) as caught:
        read_config(content, where="m.json")
    return caught.value.message


def test_that_unconsumed_outputs_can_not_fill_memory() -> None:
    layers = [old_input("a0", 4)]
    layers += [old_layer("Mine", f"a{n}", [[f"a{n - 1}", 0, 1_023]]) for n in range(2, 2_000)]
    layers.insert(1, old_layer("Mine", "a1", [["a0", 0, 0]]))
    message = refusal(old_model(layers, [["a0", 0, 0]], [["a1999", 0, 0]]))
    assert "outputs, far more than needed" in message


def test_that_borders_of_nested_models_are_counted() -> None:
    config = nested(2)
    inner = config["config"]["layers"][1]
    inner["config"]["output_layers"] = [["r", 0, 0]] * 2_000
    inner["inbound_nodes"] *= 2_000
    assert "inputs and outputs" in refusal(config)


def test_that_keys_that_repeat_cost_nothing() -> None:
    config = nested(2)
    inner = config["config"]["layers"][1]
    inner["config"]["input_layers"] = [["x", 0, 0]] * 20_000
    call = node({"x": tensor("x", [None, 4]), "y": tensor("x", [None, 4])})
    inner["inbound_nodes"] = [call] * 5_000
    assert refusal(config)


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("Split", {"indices_or_sections": list(range(1, 300_000)), "axis": 1}),
        ("Split", {"indices_or_sections": 1_000_000, "axis": 1}),
        ("Transpose", {"axes": list(range(300_000))}),
        ("Moveaxis", {"source": list(range(300_000)), "destination": list(range(300_000))}),
        ("Tile", {"repeats": [1] * 300_000}),
        ("Einsum", {"subscripts": "a" * 300_000 + "->" + "a" * 300_000}),
    ],
)
def test_that_absurd_settings_are_no_work_for_the_rules(kind: str, config: dict[str, Any]) -> None:
    made = op(kind, "made", node(tensor("x", [None, 1_000_000])), **config)
    content = data(model([source(shape=(None, 1_000_000)), made]))
    with at_most_calls(MAX_CALLS):
        assert read_config(content, where="m.json").by_id["made"].output_shape is None


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("ExpandDims", {"axis": list(range(300_000))}),
        ("Reshape", {"newshape": [1] * 300_000}),
        ("Mean", {"axis": list(range(300_000))}),
    ],
)
def test_that_settings_of_absurd_length_are_refused(kind: str, config: dict[str, Any]) -> None:
    made = op(kind, "made", node(tensor("x", [None, 1_000_000])), **config)
    message = refusal(model([source(shape=(None, 1_000_000)), made]))
    assert f"as its {next(iter(config))}" in message


def test_that_many_layers_of_one_name_and_its_calls_are_no_puzzle() -> None:
    names = ["a"] + [f"a{':' * n}1" for n in range(1, 900)]
    layers = [source(shape=(None, 4))]
    layers += [layer("ReLU", name, *[node(tensor("x", [None, 4]))] * 2) for name in names]
    content = data(model(layers, None, [["a", 0, 0]]))
    with at_most_calls(MAX_CALLS):
        graph = read_config(content, where="m.json")
    assert len(graph.by_id) == len(graph.calls) == 1 + 2 * len(names)


@pytest.mark.parametrize("fill", [b"\0", b"\1", b"\xff", b"TREE", b"OHDR", b"GCOL", b"SNOD"])
def test_that_an_hdf5_file_of_anything_takes_little_work(tmp_path: Path, fill: bytes) -> None:
    sample = hdf5(tmp_path / "s.h5", nested(2)).read_bytes()
    path = tmp_path / "m.h5"
    for keep in (len(SIGNATURE), 96, 200, 800):
        body = fill * (8 * 1024 * 1024 // len(fill))
        path.write_bytes(sample[:keep] + body)
        with at_most_calls(MAX_CALLS):
            try:
                read_file(path)
            except ModelError:
                assert read_weights(path, read_config(data(nested(2)), where="m")) == {}

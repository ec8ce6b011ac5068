"""JSON reports: their fields are a contract, their sums agree with their rows."""

from __future__ import annotations

import json

import pytest

from resnet_viz.graph.types import Graph
from resnet_viz.reports.formats import render
from resnet_viz.reports.json_report import report
from tests.support.graphs import architectures as nets
from tests.support.graphs.net import Net
from tests.support.reports import builtin_document, report_on, resnet34_report

CONTRACT = {
    "totals": {"layers", "calls", "edges", "joins", "weighted_layers", "parameters",
               "trainable_parameters", "non_trainable_parameters", "macs"},
    "calls": {"id", "layer", "call_index", "type", "input_shapes", "output_shapes", "parameters",
              "trainable_parameters", "non_trainable_parameters", "macs", "receptive_field",
              "global", "unit", "block", "stage"},
    "edges": {"from", "to", "output", "inputs", "shape", "dtype"},
    "groups": {"id", "kind", "block_kind", "title", "parent", "calls", "input_shape",
               "output_shape", "parameters", "trainable_parameters", "non_trainable_parameters",
               "macs", "receptive_field", "signature"},
    "shortcuts": {"join", "entry", "kind", "long", "block", "calls", "input_shape",
                  "output_shape", "parameters"},
    "problems": {"code", "severity", "message", "calls"},
}  # fmt: skip


@pytest.mark.parametrize("graph", [nets.resnet(18), nets.squeeze_excite(), nets.transformer(1)])
def test_that_every_field_of_the_contract_is_there(graph: Graph) -> None:
    result = report_on(graph)
    assert result["schema"] == 1
    assert set(result) >= {"schema", "name", "source", *CONTRACT}
    assert set(result["totals"]) >= CONTRACT["totals"]
    for name in ("calls", "edges", "groups", "shortcuts", "problems"):
        for row in result[name]:
            assert set(row) >= CONTRACT[name]


def test_that_resnet34_is_reported_with_its_facts() -> None:
    result = resnet34_report()
    assert (result["name"], result["source"]) == ("ResNet-34", "resnet34")
    facts = {
        "layers": 125, "calls": 125, "edges": 140, "joins": 16, "weighted_layers": 34,
        "parameters": 21_814_696, "trainable_parameters": 21_797_672,
        "non_trainable_parameters": 17_024, "macs": 3_663_761_408, "flops": 7_327_522_816,
        # float32: four bytes for each weight
        "weight_bytes": 4 * 21_814_696,
    }  # fmt: skip
    assert {name: result["totals"][name] for name in facts} == facts
    groups = {group["id"]: group for group in result["groups"]}
    block = groups["conv3_1"]
    assert (block["kind"], block["block_kind"], block["parent"]) == ("block", "basic", "conv3_x")
    assert block["input_shape"] == [None, 56, 56, 64]
    assert block["output_shape"] == [None, 28, 28, 128]
    assert block["receptive_field"] == [83, 83]
    assert groups["head"]["receptive_field"] is None
    kinds = [shortcut["kind"] for shortcut in result["shortcuts"]]
    assert (kinds.count("identity"), kinds.count("projection")) == (13, 3)


def test_that_calls_name_the_groups_around_them() -> None:
    result = resnet34_report()
    ids = {group["id"]: group for group in result["groups"]}
    for call in result["calls"]:
        assert ids[call["stage"]]["kind"] in {"stage", "head"}
        for kind in ("unit", "block"):
            if call[kind] is not None:
                assert ids[call[kind]]["kind"] == kind
                assert call["id"] in ids[call[kind]]["calls"]


def test_that_edges_name_tensors_and_positions() -> None:
    net = Net()
    x = net.conv(net.input(8, 8, 4), 4, name="x")
    graph = net.graph(net.add(x, net.conv(x, 4, name="y"), x, name="sum"))
    edges = [edge for edge in report_on(graph)["edges"] if edge["to"] == "sum"]
    assert edges == [
        {"from": "x", "to": "sum", "output": 0, "inputs": [0, 2], "shape": [None, 8, 8, 4],
         "dtype": "float32"},
        {"from": "y", "to": "sum", "output": 0, "inputs": [1], "shape": [None, 8, 8, 4],
         "dtype": "float32"},
    ]  # fmt: skip


def test_that_unknown_numbers_are_null_and_sums_have_lower_bounds() -> None:
    result = report_on(nets.edsr(2))
    call = next(call for call in result["calls"] if call["id"] == "conv2d_1")
    assert call["macs"] is None
    assert call["input_shapes"] == [[None, None, None, 64]]
    assert result["totals"]["macs"] is None
    assert result["totals"]["macs_at_least"] == 0
    assert "parameters_at_least" not in result["totals"]


def test_that_json_is_the_report_itself() -> None:
    result = resnet34_report()
    assert json.loads(render(result, "json")) == result


def test_that_memory_follows_batch_and_dtype() -> None:
    document = builtin_document("resnet34", "ResNet-34")
    single, many = report(document), report(document, batch=32, dtype="float16")
    assert (many["batch"], many["dtype"]) == (32, "float16")
    for name in ("kept_bytes", "peak_bytes", "output_bytes"):
        assert many["totals"][name] == single["totals"][name] * 32 // 2
    assert many["totals"]["weight_bytes"] == 2 * 21_814_696
    assert many["totals"]["macs"] == single["totals"]["macs"]
    assert "batch 32, float16" in render(many, "text")


def test_that_numbers_have_formulas_and_conventions() -> None:
    result = resnet34_report()
    call = next(call for call in result["calls"] if call["id"] == "conv3_1_conv_a")
    formulas = {
        "size": "⌈56 / 2⌉ = 28",
        "parameters": "3·3·64·128 = 73,728",
        "macs": "3·3·64·128·28·28 = 57,802,752",
        "flops": "2·57,802,752 = 115,605,504",
        "output_elements": "28·28·128 = 100,352",
        "output_bytes": "28·28·128·4 B = 401,408 B",
        "receptive_field": "59 + (3 − 1)·4 = 67",
        "jump": "4·2 = 8",
        "field_start": "−26 − 0·4 = −26",
    }
    assert call["formulas"].items() >= formulas.items()
    assert call["reasons"] == {}
    groups = {group["id"]: group["formulas"] for group in result["groups"]}
    assert groups["conv4_x"]["jump"] == "8·2 = 16"
    assert result["totals"]["formulas"]["weight_bytes"] == "21,814,696·4 B = 87,258,784 B"
    assert {shortcut["formulas"].get("parameters") for shortcut in result["shortcuts"]} == {
        None, "8,192 + 512 = 8,704", "32,768 + 1,024 = 33,792", "131,072 + 2,048 = 133,120",
    }  # fmt: skip
    assert groups["head"].get("receptive_field") is None
    reasons = {group["id"]: group["reasons"] for group in result["groups"]}
    assert reasons["head"] == {
        "receptive_field": "from the first global pooling or flatten on there is none"
    }
    for name in ("macs", "flops", "other_ops", "receptive_field", "peak_bytes", "intensity"):
        assert set(result["conventions"][name]) == {"label", "text", "source"}


def test_that_only_the_totals_of_a_huge_model_are_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = builtin_document("resnet34", "ResNet-34")
    monkeypatch.setattr("resnet_viz.reports.json_report.MOST_EXPLAINED", 125)  # as many as it has
    whole = report(document)
    assert whole["explained"] is True
    monkeypatch.setattr("resnet_viz.reports.json_report.MOST_EXPLAINED", 124)
    result = report(document)
    assert result["explained"] is False
    assert result["totals"]["formulas"]["weight_bytes"] == "21,814,696·4 B = 87,258,784 B"
    for row in (*result["calls"], *result["groups"], *result["shortcuts"]):
        assert "formulas" not in row
        assert "reasons" not in row
    assert result["calls"][0].keys() | {"formulas", "reasons"} == whole["calls"][0].keys()
    for format_ in ("text", "csv", "markdown"):  # none of them has formulas
        assert render(result, format_) == render(whole, format_)

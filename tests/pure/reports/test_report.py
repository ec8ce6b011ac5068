"""The report: its fields are a contract, its sums agree with its rows."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import msgspec
import pytest

from resnet_viz.document import Document, make_document
from resnet_viz.graph.types import Graph
from resnet_viz.reports.formats import FORMATS, render
from resnet_viz.reports.json_report import report
from resnet_viz.sources.types import BuiltIn, ModelFile
from tests.support.graphs import architectures as nets
from tests.support.graphs.net import Net, renamed
from tests.support.graphs.shipped import shipped

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


def document(graph: Graph) -> Document:
    return make_document(ModelFile("model.keras"), graph.name, graph)


def of(graph: Graph) -> dict[str, Any]:
    return report(document(graph))


def resnet34() -> dict[str, Any]:
    return report(make_document(BuiltIn("resnet34"), "ResNet-34", shipped("resnet34")))


@pytest.mark.parametrize("graph", [nets.resnet(18), nets.squeeze_excite(), nets.transformer(1)])
def test_that_every_field_of_the_contract_is_there(graph: Graph) -> None:
    found = of(graph)
    assert found["schema"] == 1
    assert set(found) >= {"schema", "name", "source", *CONTRACT}
    assert set(found["totals"]) >= CONTRACT["totals"]
    for name in ("calls", "edges", "groups", "shortcuts", "problems"):
        for row in found[name]:
            assert set(row) >= CONTRACT[name]


def test_that_resnet34_is_reported_with_its_facts() -> None:
    found = resnet34()
    assert (found["name"], found["source"]) == ("ResNet-34", "resnet34")
    facts = {
        "layers": 125, "calls": 125, "edges": 140, "joins": 16, "weighted_layers": 34,
        "parameters": 21_814_696, "trainable_parameters": 21_797_672,
        "non_trainable_parameters": 17_024, "macs": 3_663_761_408, "flops": 7_327_522_816,
        # float32: four bytes for each weight
        "weight_bytes": 4 * 21_814_696,
    }  # fmt: skip
    assert {name: found["totals"][name] for name in facts} == facts
    groups = {group["id"]: group for group in found["groups"]}
    block = groups["conv3_1"]
    assert (block["kind"], block["block_kind"], block["parent"]) == ("block", "basic", "conv3_x")
    assert block["input_shape"] == [None, 56, 56, 64]
    assert block["output_shape"] == [None, 28, 28, 128]
    assert block["receptive_field"] == [83, 83]
    assert groups["head"]["receptive_field"] is None
    kinds = [shortcut["kind"] for shortcut in found["shortcuts"]]
    assert (kinds.count("identity"), kinds.count("projection")) == (13, 3)


def test_that_places_of_calls_are_group_ids() -> None:
    found = resnet34()
    ids = {group["id"]: group for group in found["groups"]}
    for call in found["calls"]:
        assert ids[call["stage"]]["kind"] in {"stage", "head"}
        for kind in ("unit", "block"):
            if call[kind] is not None:
                assert ids[call[kind]]["kind"] == kind
                assert call["id"] in ids[call[kind]]["calls"]


def test_that_edges_name_tensors_and_positions() -> None:
    net = Net()
    x = net.conv(net.input(8, 8, 4), 4, name="x")
    graph = net.graph(net.add(x, net.conv(x, 4, name="y"), x, name="sum"))
    edges = [edge for edge in of(graph)["edges"] if edge["to"] == "sum"]
    assert edges == [
        {"from": "x", "to": "sum", "output": 0, "inputs": [0, 2], "shape": [None, 8, 8, 4],
         "dtype": "float32"},
        {"from": "y", "to": "sum", "output": 0, "inputs": [1], "shape": [None, 8, 8, 4],
         "dtype": "float32"},
    ]  # fmt: skip


def test_that_unknown_numbers_are_null_and_sums_say_at_least() -> None:
    found = of(nets.edsr(2))
    call = next(call for call in found["calls"] if call["id"] == "conv2d_1")
    assert call["macs"] is None
    assert call["input_shapes"] == [[None, None, None, 64]]
    assert found["totals"]["macs"] is None
    assert found["totals"]["macs_at_least"] == 0
    assert "parameters_at_least" not in found["totals"]


def test_that_json_is_the_report_itself() -> None:
    found = resnet34()
    assert json.loads(render(found, "json")) == found


def test_that_csv_is_the_table_of_calls() -> None:
    found = resnet34()
    rows = list(csv.DictReader(io.StringIO(render(found, "csv"))))
    assert [row["id"] for row in rows] == [call["id"] for call in found["calls"]]
    first = rows[1]
    assert json.loads(first["output_shapes"]) == [[None, 112, 112, 64]]
    assert (first["macs"], first["unit"], first["block"]) == ("118013952", "conv1#2", "")
    assert sum(int(row["macs"]) for row in rows) == 3_663_761_408


def test_that_totals_are_a_last_row_of_csv() -> None:
    *rows, total = csv.DictReader(io.StringIO(render(resnet34(), "csv", totals=True)))
    assert len(rows) == 125
    assert (total["id"], total["layer"], total["type"], total["input_bytes"]) == (
        "total",
        "",
        "",
        "",
    )
    assert (total["macs"], total["flops"]) == ("3663761408", "7327522816")
    assert (total["trainable_parameters"], total["weight_bytes"]) == ("21797672", "87258784")
    assert int(total["live_bytes"]) == 2 * 112 * 112 * 64 * 4  # the peak


def test_that_csvs_totals_count_shared_weights_once() -> None:
    net = Net()
    x = net.dense(net.input(8), 8, name="twice")
    x = net.call("Dense", x, shape=(None, 8), layer="twice", units=8)
    rows = list(csv.DictReader(io.StringIO(render(of(net.graph(x)), "csv", totals=True))))
    assert [row["parameters"] for row in rows] == ["0", "72", "72", "72"]


def rows_of(text: str, table: str) -> dict[str, list[str]]:
    """The cells of a table of text by what stands in front."""
    lines = text.partition(f"\n{table}")[2].splitlines()[1:]
    end = next(place for place, line in enumerate(lines) if not line)
    cells = [re.split(r"  +", line.strip()) for line in lines[:end]]
    return {row[0]: row[1:] for row in cells if not row[0].startswith("─")}


def fact_in(text: str, label: str) -> str:
    line = next(line for line in text.splitlines() if line.startswith(f"{label}  "))
    return line.removeprefix(label).strip()


def test_that_text_is_a_table_with_totals() -> None:
    text = render(resnet34(), "text")
    assert text.startswith("ResNet-34 (resnet34)\n")
    rows = rows_of(text, "Layers")
    # the field starts 2 (conv1) + 6·4 + 7·8 + 11·16 pixels before the image
    assert rows["conv4_x"] == ["14×14×256", "6,829,056", "1,335,885,824", "547", "16", "−258"]
    assert rows["conv3_1"] == [
        "basic, projection", "28×28×128", "3×3, 128, /2 · 3×3, 128", "230,912", "179,830,784",
        "83", "8", "−34",
    ]  # fmt: skip
    assert rows["head"] == ["1000", "513,000", "512,000", "–", "–", "–"]
    assert rows["total"] == ["21,814,696", "3,663,761,408"]
    assert fact_in(text, "trainable parameters") == "21,797,672"
    assert fact_in(text, "shortcuts") == "13 identity, 3 projection"
    assert not any(line != line.rstrip() for line in text.splitlines())


def mib(size: int) -> str:
    return f"{size / 2**20:,.3f}"


def test_that_text_tells_work_and_memory_of_every_row() -> None:
    rows = rows_of(render(resnet34(), "text"), "Work and memory")
    # 13 normalisations of 2, 12 ReLUs and 6 additions of 1 operation for 14·14·256 values, which
    # 44 outputs have; at the peak 28·28·128 values wait while 2 tensors of 14·14·256 are used
    values = 14 * 14 * 256
    weights = 4 * 6_829_056
    peak = 4 * (28 * 28 * 128 + 2 * values)
    assert rows["conv4_x"][:8] == [
        "6,822,400", "6,656", "2,671,771,648", f"{44 * values:,}", f"{44 * values:,}",
        mib(weights), mib(4 * 44 * values), mib(peak),
    ]  # fmt: skip
    assert rows["max pool"][:3] == ["·", "·", "·"]
    assert rows["total"] == [
        "21,797,672", "17,024", "7,327,522,816", "14,055,280", "12,771,304",
        mib(4 * 21_814_696), mib(4 * 12_771_304), mib(2 * 4 * 112 * 112 * 64), "18.73",
    ]  # fmt: skip


def test_that_text_ends_with_problems_and_notes() -> None:
    text = render(resnet34(), "text")
    assert fact_in(text, "FLOPs (2 × MACs)") == "7,327,522,816"
    assert fact_in(text, "weights") == "83.2 MiB (87,258,784 B)"
    assert "\nProblems\nnone\n" in text
    assert "Signs: – unknown" in text
    assert "He et al. 2015" in text
    assert max(map(len, text.partition("Problems")[2].splitlines())) <= 100


def test_that_fields_are_marked_where_global_ways_are_left_out() -> None:
    text = render(of(nets.transformer(1)), "text")
    rows = rows_of(text, "Layers")
    assert {row[-3] for name, row in rows.items() if name.startswith("attention")} == {"1+"}
    assert "; + after a field: paths that see the whole input" in " ".join(text.split())
    assert "+ after a field" not in render(resnet34(), "text")


@pytest.mark.parametrize(
    "graph", [nets.keras_resnet50(), nets.mobilenet_v2(), nets.densenet121(), nets.convnext()]
)
def test_that_tables_of_text_fit_a_page(graph: Graph) -> None:
    assert max(map(len, render(of(graph), "text").splitlines())) <= 130


def test_that_long_names_go_on_in_further_lines_and_are_not_cut() -> None:
    graph = nets.transformer(1)
    layers = list(dict.fromkeys(call.layer for call in graph.calls))
    name = "bert_encoder_transformer_layer_with_a_long_name"
    text = render(of(renamed(graph, [f"{name}_{n}" for n in range(len(layers))])), "text")
    parts = [line.split("  ")[1].strip() for line in text.splitlines() if line.startswith("  ")]
    assert name in "".join(parts)
    assert max(map(len, text.partition("Problems")[0].splitlines())) <= 130


def test_that_unknown_zero_and_lower_bounds_are_told_apart() -> None:
    net = Net()
    x = net.relu(net.conv(net.input(8, 8, 3), 4, bias=False))
    x = net.call("Halve", x, shape=(None, 4, 4, 4), module="mine")
    text = render(of(net.graph(x)), "text")
    rows = rows_of(text, "Layers")
    assert rows["total"] == [f"≥ {27 * 4}", f"≥ {27 * 4 * 64:,}"]
    assert rows_of(text, "Work and memory")["conv2d_0"][1] == "·"
    assert fact_in(text, "parameters") == "≥ 108"
    assert fact_in(text, "MACs per byte moved") == "–"
    for form in ("text", "markdown"):
        assert "no rule for Halve, which is not a Keras class" in render(of(net.graph(x)), form)
    assert "\nUnknown\n" not in render(resnet34(), "text")


def test_that_problems_are_reported() -> None:
    found = report(make_document(BuiltIn("x"), "X", shipped("tutorial_resnet34")))
    assert [one["code"] for one in found["problems"]] == ["kernel_on_one_pixel"]
    for form in ("text", "markdown"):
        assert "only padding" in render(found, form)


def test_that_memory_follows_batch_and_dtype() -> None:
    made = make_document(BuiltIn("resnet34"), "ResNet-34", shipped("resnet34"))
    one, many = report(made), report(made, batch=32, dtype="float16")
    assert (many["batch"], many["dtype"]) == (32, "float16")
    for name in ("kept_bytes", "peak_bytes", "output_bytes"):
        assert many["totals"][name] == one["totals"][name] * 32 // 2
    assert many["totals"]["weight_bytes"] == 2 * 21_814_696
    assert many["totals"]["macs"] == one["totals"]["macs"]
    assert "batch 32, float16" in render(many, "text")


def test_that_numbers_carry_their_formulas_and_conventions() -> None:
    found = resnet34()
    call = next(call for call in found["calls"] if call["id"] == "conv3_1_conv_a")
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
    groups = {group["id"]: group["formulas"] for group in found["groups"]}
    assert groups["conv4_x"]["jump"] == "8·2 = 16"
    assert found["totals"]["formulas"]["weight_bytes"] == "21,814,696·4 B = 87,258,784 B"
    assert {shortcut["formulas"].get("parameters") for shortcut in found["shortcuts"]} == {
        None, "8,192 + 512 = 8,704", "32,768 + 1,024 = 33,792", "131,072 + 2,048 = 133,120",
    }  # fmt: skip
    assert groups["head"].get("receptive_field") is None
    reasons = {group["id"]: group["reasons"] for group in found["groups"]}
    assert reasons["head"] == {"receptive_field": "from the head on there is none"}
    for name in ("macs", "flops", "other_ops", "receptive_field", "peak_bytes", "intensity"):
        assert set(found["conventions"][name]) == {"label", "text", "source"}


def test_that_only_the_totals_of_a_huge_model_are_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows of 70,000 calls would take longer than all the rest of a report."""
    made = make_document(BuiltIn("resnet34"), "ResNet-34", shipped("resnet34"))
    monkeypatch.setattr("resnet_viz.reports.json_report.MOST_EXPLAINED", 125)  # as many as it has
    whole = report(made)
    assert whole["explained"] is True
    monkeypatch.setattr("resnet_viz.reports.json_report.MOST_EXPLAINED", 124)
    found = report(made)
    assert found["explained"] is False
    assert found["totals"]["formulas"]["weight_bytes"] == "21,814,696·4 B = 87,258,784 B"
    for row in (*found["calls"], *found["groups"], *found["shortcuts"]):
        assert "formulas" not in row
        assert "reasons" not in row
    assert found["calls"][0].keys() | {"formulas", "reasons"} == whole["calls"][0].keys()
    for form in ("text", "csv", "markdown"):  # none of them has formulas
        assert render(found, form) == render(whole, form)


def test_that_rows_of_calls_outside_units_make_the_sums_complete() -> None:
    net = Net()
    x = net.call(
        "Normalization", net.input(8, 8, 3), shape=(None, 8, 8, 3), axis=[-1], name="ready"
    )
    x = net.relu(net.conv(x, 4, name="first"))
    x = net.call("Mystery", x, shape=(None, 8, 8, 4), module="mine", name="own")
    x = net.call("Rescaling", x, shape=(None, 8, 8, 4), scale=2.0, name="scaled")
    rows = rows_of(render(of(net.graph(net.dense(net.gap(x), 2, name="end"))), "text"), "Layers")
    assert list(rows)[1:5] == ["8×8", "ready", "first", "own"]
    assert rows["ready"][1:3] == ["7", "·"]  # mean and variance of 3 channels, and a count
    assert rows["own"][1:3] == ["–", "–"]
    assert "scaled" not in rows


def test_that_no_memory_is_no_zero_bytes() -> None:
    net = Net()
    text = render(of(net.graph(net.relu(net.input(8)))), "text")
    assert fact_in(text, "weights") == "·"


def test_that_wide_letters_keep_columns_in_line() -> None:
    graph = nets.transformer(1)
    layers = list(dict.fromkeys(call.layer for call in graph.calls))
    plain = render(of(renamed(graph, [f"layer_{n:02}" for n in range(len(layers))])), "text")
    wide = render(of(renamed(graph, [f"층_층_층{n:02}" for n in range(len(layers))])), "text")

    def columns(text: str) -> list[int]:
        """Where "×" stands in every row, in cells of a terminal: Hangul takes two."""
        table = text.partition("\nLayers")[2].partition("\n\n")[0]
        cells = [
            "".join(letter * (1 + ("\uac00" <= letter <= "\ud7a3")) for letter in line)
            for line in table.splitlines()
        ]
        return [line.index("×") for line in cells if "×" in line]

    assert "층_층_층" in wide
    assert len(set(columns(plain))) == len(set(columns(wide)))


def test_that_stage_rows_add_up_to_the_totals() -> None:
    stages = ("conv2_x", "conv3_x", "conv4_x", "conv5_x", "head")
    text = render(resnet34(), "text")
    rows = rows_of(text, "Layers")
    macs = [int(rows[stage][2].replace(",", "")) for stage in stages]
    assert sum(macs) + 118_013_952 == 3_663_761_408


def tables_of(markdown: str) -> list[list[str]]:
    """The lines of each table."""
    found: list[list[str]] = [[]]
    for line in markdown.splitlines():
        if line.startswith("|"):
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [table for table in found if table]


@pytest.mark.parametrize("graph", [nets.squeeze_excite(), nets.resnet(18), nets.edsr(1)])
def test_that_markdown_has_two_tables_with_equal_columns(graph: Graph) -> None:
    found = tables_of(render(of(graph), "markdown"))
    assert len(found) == 2
    for table in found:
        assert len({line.count("|") for line in table}) == 1
        assert table[1].startswith("| ---")
        assert table[-1].startswith("| **total** |")


def test_that_markdown_names_units() -> None:
    _, costs = tables_of(render(resnet34(), "markdown"))
    assert costs[0] == (
        "| stage, block | trainable parameters | non-trainable | FLOPs (2 × MACs) | "
        "other operations | output values | weights, MiB | kept, MiB | peak, MiB | MACs per byte |"
    )


def test_that_marks_in_names_do_not_break_text() -> None:
    graph = nets.vgg16()
    layers = list(dict.fromkeys(call.layer for call in graph.calls))
    nasty = renamed(graph, [f"x|{n}\x1b[31m*`<b>" for n in range(len(layers))])
    for form in ("text", "markdown"):
        text = render(of(nasty), form)
        assert "\x1b" not in text
    for table in tables_of(render(of(nasty), "markdown")):
        assert len({line.replace("\\|", "").count("|") for line in table}) == 1


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "graph",
    [nets.plain(18), nets.unet(2, None), nets.transformer(1), nets.densenet121(), nets.edsr(1)],
)
def test_that_every_model_can_be_written_in_every_form(graph: Graph, form: Any) -> None:
    text = render(of(graph), form)
    assert text.endswith("\n")
    assert "None" not in text


def test_that_a_document_holds_one_graph() -> None:
    graph = nets.resnet(18)
    made = make_document(ModelFile("a.keras"), "A", graph)
    assert made.graph is graph is made.structure.graph
    assert msgspec.structs.asdict(made)["title"] == "A"

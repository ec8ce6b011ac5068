"""Text reports: totals, two tables that fit a page, problems and notes."""

from __future__ import annotations

import pytest

from resnet_viz.graph.types import Graph
from resnet_viz.reports.formats import render
from tests.support.graphs import architectures as nets
from tests.support.graphs.net import Net, renamed
from tests.support.reports import report_on, resnet34_report, text_rows, text_total


def test_that_text_is_a_table_with_totals() -> None:
    text = render(resnet34_report(), "text")
    assert text.startswith("ResNet-34 (resnet34)\n")
    rows = text_rows(text, "Layers")
    # the field starts 2 (conv1) + 6·4 + 7·8 + 11·16 pixels before the image
    assert rows["conv4_x"] == ["14×14×256", "6,829,056", "1,335,885,824", "547", "16", "−258"]
    assert rows["conv3_1"] == [
        "basic, projection", "28×28×128", "3×3, 128, /2 · 3×3, 128", "230,912", "179,830,784",
        "83", "8", "−34",
    ]  # fmt: skip
    assert rows["head"] == ["1000", "513,000", "512,000", "–", "–", "–"]
    assert rows["total"] == ["21,814,696", "3,663,761,408"]
    assert text_total(text, "trainable parameters") == "21,797,672"
    assert text_total(text, "shortcuts") == "13 identity, 3 projection"
    assert not any(line != line.rstrip() for line in text.splitlines())


def mib(size: int) -> str:
    return f"{size / 2**20:,.3f}"


def test_that_text_has_work_and_memory_of_every_row() -> None:
    rows = text_rows(render(resnet34_report(), "text"), "Work and memory")
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
    text = render(resnet34_report(), "text")
    assert text_total(text, "FLOPs (2 × MACs)") == "7,327,522,816"
    assert text_total(text, "weights") == "83.2 MiB (87,258,784 B)"
    assert "\nProblems\nnone\n" in text
    assert "Signs: – unknown" in text
    assert "He et al. 2015" in text
    assert max(map(len, text.partition("Problems")[2].splitlines())) <= 100


def test_that_fields_are_marked_where_global_paths_are_left_out() -> None:
    text = render(report_on(nets.transformer(1)), "text")
    rows = text_rows(text, "Layers")
    assert {row[-3] for name, row in rows.items() if name.startswith("attention")} == {"1+"}
    assert "; + after a field: paths that see the whole input" in " ".join(text.split())
    assert "+ after a field" not in render(resnet34_report(), "text")


@pytest.mark.parametrize(
    "graph", [nets.keras_resnet50(), nets.mobilenet_v2(), nets.densenet121(), nets.convnext()]
)
def test_that_tables_of_text_fit_a_page(graph: Graph) -> None:
    assert max(map(len, render(report_on(graph), "text").splitlines())) <= 130


def with_layers_named(graph: Graph, name: str) -> str:
    """Text report on a graph whose layers are called name_00, name_01 …"""
    count = len({call.layer for call in graph.calls})
    return render(report_on(renamed(graph, [f"{name}_{n:02}" for n in range(count)])), "text")


def test_that_long_names_wrap_and_are_not_cut() -> None:
    graph = nets.transformer(1)
    name = "bert_encoder_transformer_layer_with_a_long_name"
    text = with_layers_named(graph, name)
    parts = [line.split("  ")[1].strip() for line in text.splitlines() if line.startswith("  ")]
    assert name in "".join(parts)
    assert max(map(len, text.partition("Problems")[0].splitlines())) <= 130


def test_that_unknown_zero_and_lower_bounds_have_different_marks() -> None:
    net = Net()
    x = net.relu(net.conv(net.input(8, 8, 3), 4, bias=False))
    x = net.call("Halve", x, shape=(None, 4, 4, 4), module="mine")
    result = report_on(net.graph(x))
    text = render(result, "text")
    rows = text_rows(text, "Layers")
    assert rows["total"] == [f"≥ {27 * 4}", f"≥ {27 * 4 * 64:,}"]
    assert text_rows(text, "Work and memory")["conv2d_0"][1] == "·"
    assert text_total(text, "parameters") == "≥ 108"
    assert text_total(text, "MACs per byte moved") == "–"
    for format_ in ("text", "markdown"):
        texts = render(result, format_)
        assert "no rule for Halve, which is not a Keras class" in texts
    assert "\nUnknown\n" not in render(resnet34_report(), "text")


def test_that_rows_of_calls_outside_units_make_the_sums_complete() -> None:
    net = Net()
    x = net.call(
        "Normalization", net.input(8, 8, 3), shape=(None, 8, 8, 3), axis=[-1], name="ready"
    )
    x = net.relu(net.conv(x, 4, name="first"))
    x = net.call("Mystery", x, shape=(None, 8, 8, 4), module="mine", name="own")
    x = net.call("Rescaling", x, shape=(None, 8, 8, 4), scale=2.0, name="scaled")
    graph = net.graph(net.dense(net.gap(x), 2, name="end"))
    rows = text_rows(render(report_on(graph), "text"), "Layers")
    assert list(rows)[1:5] == ["8×8", "ready", "first", "own"]
    assert rows["ready"][1:3] == ["7", "·"]  # mean and variance of 3 channels, and a count
    assert rows["own"][1:3] == ["–", "–"]
    assert "scaled" not in rows


def test_that_no_weight_memory_is_marked_as_nothing() -> None:
    net = Net()
    text = render(report_on(net.graph(net.relu(net.input(8)))), "text")
    assert text_total(text, "weights") == "·"


def test_that_wide_letters_keep_columns_in_line() -> None:
    graph = nets.transformer(1)
    plain, wide = with_layers_named(graph, "layer"), with_layers_named(graph, "층_층_층")

    def columns(text: str) -> list[int]:
        """Terminal column of "×" in every row; Hangul takes two columns."""
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
    text = render(resnet34_report(), "text")
    rows = text_rows(text, "Layers")
    macs = [int(rows[stage][2].replace(",", "")) for stage in stages]
    assert sum(macs) + 118_013_952 == 3_663_761_408

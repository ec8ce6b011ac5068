"""Markdown reports, and what all formats have in common."""

from __future__ import annotations

import csv
import io
import json
from itertools import groupby
from typing import Any

import pytest

from resnet_viz.graph.types import Graph
from resnet_viz.reports.formats import FORMATS, render
from resnet_viz.reports.json_report import report
from tests.support.graphs import architectures as nets
from tests.support.graphs.net import Net, renamed
from tests.support.reports import builtin_document, report_on, resnet34_report


def test_that_problems_are_reported() -> None:
    result = report(builtin_document("tutorial_resnet34", "X"))
    assert [problem["code"] for problem in result["problems"]] == ["kernel_on_one_pixel"]
    for format_ in ("text", "markdown"):
        assert "only padding" in render(result, format_)


def tables_of(markdown: str) -> list[list[str]]:
    """Lines of each table."""
    runs = groupby(markdown.splitlines(), key=lambda line: line.startswith("|"))
    return [list(lines) for is_table, lines in runs if is_table]


@pytest.mark.parametrize("graph", [nets.squeeze_excite(), nets.resnet(18), nets.edsr(1)])
def test_that_markdown_has_two_tables_with_equal_columns(graph: Graph) -> None:
    tables = tables_of(render(report_on(graph), "markdown"))
    assert len(tables) == 2
    for table in tables:
        assert len({line.count("|") for line in table}) == 1
        assert table[1].startswith("| ---")
        assert table[-1].startswith("| **total** |")


def test_that_markdown_names_units() -> None:
    _, costs = tables_of(render(resnet34_report(), "markdown"))
    assert costs[0] == (
        "| stage, block | trainable parameters | non-trainable | FLOPs (2 × MACs) | "
        "other operations | output values | weights, MiB | kept, MiB | peak, MiB | MACs per byte |"
    )


def test_that_marks_in_names_do_not_break_text() -> None:
    graph = nets.vgg16()
    count = len({call.layer for call in graph.calls})
    nasty = renamed(graph, [f"x|{n}\x1b[31m*`<b>" for n in range(count)])
    for format_ in ("text", "markdown"):
        text = render(report_on(nasty), format_)
        assert "\x1b" not in text
    for table in tables_of(render(report_on(nasty), "markdown")):
        assert len({line.replace("\\|", "").count("|") for line in table}) == 1


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    "graph",
    [nets.plain(18), nets.unet(2, None), nets.transformer(1), nets.densenet121(), nets.edsr(1)],
)
def test_that_every_model_can_be_written_in_every_format(graph: Graph, format_: Any) -> None:
    text = render(report_on(graph), format_)
    assert text.endswith("\n")
    assert "None" not in text


HOSTILE = ("=HYPERLINK(0)", "\x1b[2J\x1b]0;gone\x07", "a\u202eb\u2066c", "two\nlines", "\x00", "-1")


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("name", HOSTILE)
def test_that_no_name_commands_the_terminal_or_the_spreadsheet(format_: str, name: str) -> None:
    net = Net(name)
    x = net.bn(net.conv(net.input(8, 8, 3), 4, 4, name=name))
    text = render(report_on(net.graph(net.add(x, net.conv(x, 4, name=f"{name}2")))), format_)
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    if format_ == "json":
        assert json.loads(text)["calls"][1]["id"] == name
    if format_ == "csv":
        ids = [row["id"] for row in csv.DictReader(io.StringIO(text))]
        assert not any(each.startswith(("=", "+", "-", "@", "\t", "\r")) for each in ids)
        assert len(set(ids)) == 5

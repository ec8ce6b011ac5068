"""CSV reports: a row for each call, and totals on request."""

from __future__ import annotations

import csv
import io
import json

from resnet_viz.reports.formats import render
from tests.support.graphs.net import Net
from tests.support.reports import report_on, resnet34_report


def test_that_csv_is_the_table_of_calls() -> None:
    result = resnet34_report()
    rows = list(csv.DictReader(io.StringIO(render(result, "csv"))))
    assert [row["id"] for row in rows] == [call["id"] for call in result["calls"]]
    stem = rows[1]
    assert json.loads(stem["output_shapes"]) == [[None, 112, 112, 64]]
    assert (stem["macs"], stem["unit"], stem["block"]) == ("118013952", "conv1#2", "")
    assert sum(int(row["macs"]) for row in rows) == 3_663_761_408


def test_that_totals_are_a_last_row_of_csv() -> None:
    *rows, total = csv.DictReader(io.StringIO(render(resnet34_report(), "csv", totals=True)))
    assert len(rows) == 125
    assert [total[name] for name in ("id", "layer", "type", "input_bytes")] == ["total", "", "", ""]
    assert (total["macs"], total["flops"]) == ("3663761408", "7327522816")
    assert (total["trainable_parameters"], total["weight_bytes"]) == ("21797672", "87258784")
    assert int(total["live_bytes"]) == 2 * 112 * 112 * 64 * 4  # the peak


def test_that_totals_of_csv_count_shared_weights_once() -> None:
    net = Net()
    x = net.dense(net.input(8), 8, name="twice")
    x = net.call("Dense", x, shape=(None, 8), layer="twice", units=8)
    rows = list(csv.DictReader(io.StringIO(render(report_on(net.graph(x)), "csv", totals=True))))
    assert [row["parameters"] for row in rows] == ["0", "72", "72", "72"]

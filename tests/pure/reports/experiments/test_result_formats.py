"""Results as text and CSV: every number once, empty where it is not finite."""

from __future__ import annotations

import csv
import io
import json

import pytest

from resnet_viz.experiments.results import Result
from resnet_viz.reports.experiments.formats import render_result
from tests.support.experiment_results import all_results, training_result

EVERY = pytest.mark.parametrize("result", all_results(), ids=lambda result: result.experiment)
# Numbers made by hand in experiment_results, for two networks.
ROWS = {
    "gradients": 2 * (3 + 2),
    "training": 2 * (4 + 4 + 2 + 2 * 3),
    "responses": 2 * (3 + 2),
    "deletion": 2 * (1 + 2 + 2),
    "landscape": 2 * 9,
    "activations": 2 * 4 * 2 * 4,
}


@EVERY
def test_that_csv_has_a_row_for_each_number(result: Result) -> None:
    rows = list(csv.reader(io.StringIO(render_result(result, "csv").decode())))
    assert len(rows) == 1 + ROWS[result.experiment]
    assert {len(row) for row in rows} == {len(rows[0])}
    assert rows[0][0] == "source"


@EVERY
def test_that_text_has_a_column_for_each_network(result: Result) -> None:
    lines = render_result(result, "text").decode().splitlines()
    assert lines[2].split("  ")[-1].strip() == "net - shortcuts"
    assert any("sha256" in line for line in lines)
    assert any("seed 0" in line for line in lines)


def test_that_what_is_not_finite_is_shown_as_such() -> None:
    result = training_result(last=(None, 2.1))
    assert "not finite" in render_result(result, "text").decode()
    assert json.loads(render_result(result, "json"))["runs"][0]["loss"][-1] is None
    rows = list(csv.reader(io.StringIO(render_result(result, "csv").decode())))
    assert ["net", "loss", "4", "", ""] in rows

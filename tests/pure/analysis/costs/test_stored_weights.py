"""Weights that only a file or Keras knows: in numbers, sums, explanations and reports."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.types import CallNumbers, GroupNumbers
from resnet_viz.analysis.explain.explanations import explain_call, explain_totals
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.document import make_document
from resnet_viz.graph.types import Graph, LayerWeights
from resnet_viz.reports.formats import render
from resnet_viz.reports.json_report import report
from resnet_viz.sources.types import ModelFile
from tests.support.graphs.net import Net

SHAPES = ((8, 5), (5, 3), (3,), (5, 3), ())  # 40 + 15 + 3 + 15 + 1
WHOLE = 74
FILE = {"mine": LayerWeights(SHAPES)}
KERAS = {"mine": LayerWeights(SHAPES, (True, False, True, True, False))}


def graph(weights: dict[str, LayerWeights], **config: Any) -> Graph:
    """A layer of the user's own, called twice, and a Dense of 4·2 + 2 weights."""
    net = Net()
    x = net.input(4)
    for _ in range(2):
        x = net.call("Mine", x, shape=(None, 4), layer="mine", module="mine", **config)
    x = net.call("Dense", x, shape=(None, 2), name="dense", units=2)
    return structs.replace(net.graph(x), weights=weights)


def numbers(graph: Graph) -> tuple[CallNumbers, GroupNumbers]:
    found = numbers_of(structure_of(graph))
    assert found.calls["mine"].parameters == found.calls["mine:1"].parameters
    return found.calls["mine"], found.totals.numbers


def split(one: CallNumbers) -> tuple[int | None, int | None, int | None]:
    return one.parameters, one.trainable_parameters, one.non_trainable_parameters


def test_that_stored_weights_leave_the_split_unknown() -> None:
    one, sums = numbers(graph(FILE))
    assert split(one) == (WHOLE, None, None)
    assert one.weights_from == "file"
    assert one.parameters_formula == "8·5 + 2·5·3 + 3 + 1 = 74"
    assert (sums.parameters, sums.parameters_at_least) == (WHOLE + 10, False)
    assert (sums.trainable_parameters, sums.split_at_least) == (10, True)


def test_that_weights_from_keras_have_a_split() -> None:
    one, sums = numbers(graph(KERAS))
    assert split(one) == (WHOLE, 40 + 3 + 15, 15 + 1)
    assert one.weights_from == "keras"
    assert (sums.trainable_parameters, sums.split_at_least) == (58 + 10, False)


def test_that_a_frozen_or_weightless_layer_has_a_known_split() -> None:
    assert split(numbers(graph(FILE, trainable=False))[0]) == (WHOLE, 0, WHOLE)
    assert split(numbers(graph({"mine": LayerWeights(())}))[0]) == (0, 0, 0)


def test_that_missing_weights_make_both_sums_lower_bounds() -> None:
    one, sums = numbers(graph({}))
    assert split(one) == (None, None, None)
    assert sums.parameters_at_least
    assert sums.split_at_least


def test_that_rules_come_before_stored_weights() -> None:
    given = graph({"dense": LayerWeights(((9, 9),))})
    assert numbers_of(structure_of(given)).calls["dense"].parameters == 10


@pytest.mark.parametrize(
    ("weights", "source", "split"),
    [
        (FILE, "shapes of the weights in the file", ("–", "")),
        (KERAS, "the weights of the live layer", ("58", "8·5 + 3 + 5·3 = 58")),
    ],
)
def test_that_the_source_of_weights_is_explained(
    weights: dict[str, LayerWeights], source: str, split: tuple[str, str]
) -> None:
    structure = structure_of(graph(weights))
    found, trainable, _fixed = explain_call(structure, numbers_of(structure), "mine")[:3]
    assert found.name == "parameters"
    assert found.value == "74"
    assert found.source.startswith(source)
    assert (trainable.value, trainable.formula) == split


def test_that_explained_sums_mark_the_part_that_is_a_lower_bound() -> None:
    structure = structure_of(graph(FILE))
    whole, trainable, fixed = explain_totals(structure, numbers_of(structure))[:3]
    assert (whole.value, whole.formula, whole.note) == ("84", "74 + 10 = 84", "")
    assert (trainable.value, fixed.value) == ("≥ 10", "–")
    assert trainable.note == "without mine: the file does not say which weights are trainable"


def test_that_reports_give_the_known_part_of_the_weights() -> None:
    given = graph(FILE)
    found = report(make_document(ModelFile("m.keras"), "m", given))
    totals = found["totals"]
    assert totals["parameters"] == 84
    assert "parameters_at_least" not in totals
    assert totals["trainable_parameters"] is None
    assert totals["trainable_parameters_at_least"] == 10
    calls = {call["id"]: call for call in found["calls"]}
    assert calls["mine"]["parameters"] == WHOLE
    assert calls["mine"]["parameters_from"] == "file"
    assert calls["dense"]["parameters_from"] == "rule"
    text = render(found, "text")
    assert "trainable parameters           ≥ 10" in text
    assert "parameters                     84" in text
    assert "[shapes of the weights in the file]" in text


def test_that_reports_without_stored_weights_name_no_file() -> None:
    found = report(make_document(ModelFile("m.json"), "m", graph({})))
    assert found["calls"][1]["parameters_from"] is None
    assert "weights in the file" not in render(found, "text")

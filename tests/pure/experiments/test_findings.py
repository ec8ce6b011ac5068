"""Findings say what was measured: other numbers, another sentence."""

from __future__ import annotations

import json

import msgspec
import pytest

from resnet_viz.experiments.findings import finding
from resnet_viz.experiments.results import Result, encode_result
from resnet_viz.experiments.summaries import (
    final_loss,
    first_by_last,
    mean,
    share_below,
    smoothed,
    times,
)
from tests.support.experiment_results import (
    all_results,
    gradients_result,
    landscape_result,
    training_result,
)


@pytest.mark.parametrize("result", all_results(), ids=lambda result: result.experiment)
def test_that_a_finding_is_one_sentence_with_both_networks(result: Result) -> None:
    text = finding(result)
    assert text.endswith(".")
    assert text[0] == text[0].upper() or text.startswith("net ")
    assert "net - shortcuts" in text or "net - shortcuts" in text.lower()


def test_that_each_outcome_has_a_finding_of_its_own() -> None:
    outcomes = [
        training_result(last=(0.3, 2.1)),
        training_result(last=(2.1, 0.3)),
        training_result(last=(0.3, 9.0)),
        training_result(last=(None, 2.1)),
        gradients_result(0.5),
        gradients_result(None),
        landscape_result(highest=800.0),
        landscape_result(highest=2.0),
    ]
    assert len({finding(each) for each in outcomes}) == len(outcomes)


def test_that_a_finding_does_not_say_more_than_was_measured() -> None:
    text = finding(training_result(last=(0.3, 2.1)))
    assert "net has learned, with a loss of 0.3" in text
    assert "net - shortcuts is still near chance, with a loss of 2.1" in text
    assert "no finite loss" in finding(training_result(last=(None, 2.1)))
    # 0.001 by 0.004, at the end of both: the classifier's 0.02 is left out
    assert text.count("first layer's relative gradient 1/4 of that of the last before") == 2


def test_that_one_step_is_singular() -> None:
    assert finding(training_result(steps=1)).startswith("After 1 step net ")


def test_that_a_landscape_counts_its_points() -> None:
    text = finding(landscape_result())
    # ln 10 = 2.303: of 9 points 3 are below it (2, 0.3, 1.5 and 1 make 4); of the other 1 (2.1)
    assert "at most 800, and 44 % of the plane is below chance" in text
    assert "(not finite at 1 of 9 points), and 11 % of the plane is below chance (2.3)." in text


@pytest.mark.parametrize("result", all_results(), ids=lambda result: result.experiment)
def test_that_a_result_is_the_same_after_json(result: Result) -> None:
    text = encode_result(result)
    assert msgspec.json.decode(text, type=Result) == result
    plain = json.loads(text)
    assert plain["experiment"] == result.experiment
    assert plain["schema"] == 1
    assert {"finding", "seed", "device", "versions", "settings", "data", "runs"} <= plain.keys()
    assert plain["data"].keys() >= {"name", "sha256", "train", "held_out"}


def test_that_statistics_are_those_of_a_pocket_calculator() -> None:
    assert mean((1.0, 2.0, 6.0)) == 3.0
    assert mean((1.0, None)) is None
    assert final_loss((9.0, 9.0, 1.0, 3.0)) == 2.0
    assert smoothed((1.0, 3.0, None), span=2) == (1.0, 2.0, 3.0)
    assert first_by_last((6.0, 1.0, 2.0, 50.0)) == 3.0
    assert first_by_last((6.0, 0.0, 1.0)) is None
    assert share_below((1.0, 3.0, None, 0.0), 2.0) == 0.5
    assert [times(ratio) for ratio in (11.0, 1 / 867, None)] == [
        "11 times", "1/867 of", "not comparable with",
    ]  # fmt: skip

"""Guided tours: every page has its text, every number its experiment, every target its layer."""

from __future__ import annotations

from string import Formatter

import pytest

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.drawing.charts.experiment_picture import experiment_picture, panel_id
from resnet_viz.experiments.findings import with_finding
from resnet_viz.experiments.results import Result, Value
from resnet_viz.experiments.tours.numbers import filled, numbers_of, ones
from resnet_viz.experiments.tours.plan import TOURS, Tour, tour_of
from resnet_viz.experiments.tours.texts import PAGES, WAITING
from tests.support.experiment_results import all_results, training_result
from tests.support.graphs.shipped import shipped

EVERY = [tour_of(name, is_short=is_short) for name in TOURS for is_short in (False, True)]
KNOWN_BEFORE = {"model": "A", "counterpart": "B", "seed": "0", "batch": "32"}
every_tour = pytest.mark.parametrize("tour", EVERY, ids=lambda tour: str(tour.source))


def results_of(tour: Tour) -> dict[str, Result]:
    by_kind = {each.experiment: each for each in all_results()}
    return {run.name: by_kind[run.kind] for run in tour.runs}


@every_tour
def test_that_every_number_of_a_page_comes_from_a_run_of_its_tour(tour: Tour) -> None:
    numbers = {**KNOWN_BEFORE, **numbers_of(results_of(tour))}
    for step in tour.steps:
        _, text = PAGES[step.name]
        wanted = {name for _, name, _, _ in Formatter().parse(text) if name}
        missing = wanted - numbers.keys()
        # the plain net has no blocks that something passes by, in the results made by hand
        assert missing <= {"start_plain_change"}


def test_that_a_number_that_is_not_measured_yet_is_left_open() -> None:
    _, text = PAGES["shortcuts_loss"]
    assert WAITING in filled(text, KNOWN_BEFORE)
    assert "2.30" in filled(text, KNOWN_BEFORE)  # chance is no measurement


def test_that_the_numbers_are_those_of_the_results() -> None:
    numbers = numbers_of({"training": training_result(steps=4, last=(0.3, 2.1))})
    assert numbers["training_model_loss"] == "0.3"
    assert numbers["training_plain_loss"] == "2.1"
    assert numbers["training_model_change"] == "0.06"  # the rate of 0.1 times 0.6
    assert numbers["training_plain_times"] == "1/4 of"  # 0.001 / 0.004
    assert numbers["training_done"] == "4"


@every_tour
def test_that_a_tour_is_read_in_about_three_minutes(tour: Tour) -> None:
    words = sum(len(" ".join(PAGES[step.name]).split()) for step in tour.steps)
    assert 450 <= words <= 750  # at 200 words a minute


def test_that_every_page_belongs_to_a_tour() -> None:
    assert {step.name for tour in EVERY for step in tour.steps} == PAGES.keys()


@every_tour
def test_that_a_page_points_at_what_is_there(tour: Tour) -> None:
    calls = shipped(tour.source.name).by_id
    results = results_of(tour)
    for step in tour.steps:
        assert set(step.calls) <= calls.keys()
        if step.panel is not None:
            assert panel_id(step.panel) in experiment_picture(results[step.run]).by_id


def test_that_the_tutorials_units_of_one_pixel_are_those_of_its_graph() -> None:
    structure = structure_of(shipped("tutorial_resnet34"))
    joins = [call for call in structure.graph.calls if call.type == "Add"]
    small = [call for call in joins if call.output_shape[1:3] == (1, 1)]
    assert len(joins) == 16
    assert ones(224) == len(small)
    assert ones(32) == 14


@pytest.mark.parametrize(
    ("last", "finished", "words"),
    [
        ((0.3, 2.1), True, "not too weak"),
        ((0.3, None), True, "not too weak"),
        ((0.3, 0.4), True, "keeps up"),
        ((2.1, 0.3), True, "keeps up"),
        ((0.3, 2.1), False, "is being measured"),
    ],
)
def test_that_a_page_claims_no_more_than_the_losses_say(
    last: tuple[Value, Value], finished: bool, words: str
) -> None:
    result = training_result(last=last)
    numbers = numbers_of({"training": with_finding(result) if finished else result})
    assert words in filled(PAGES["shortcuts_loss"][1], numbers)

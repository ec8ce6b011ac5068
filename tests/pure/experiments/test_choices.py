"""Choices of an experiment: the paper's defaults, and a sentence for each wrong one."""

from __future__ import annotations

from typing import Any

import pytest

from resnet_viz.errors import UsageError
from resnet_viz.experiments.choices import checked_choices


def test_that_the_defaults_are_those_of_the_paper() -> None:
    choices = checked_choices("training")
    assert (choices.optimizer, choices.learning_rate, choices.momentum) == ("sgd", 0.1, 0.9)
    assert choices.weight_decay == 1e-4
    assert checked_choices("training", optimizer="adam").learning_rate == 0.001
    assert (choices.steps, checked_choices("gradients").steps) == (200, 0)


@pytest.mark.parametrize(
    ("kind", "wrong", "words"),
    [
        ("trainings", {}, "training"),
        ("training", {"optimizer": "sdg"}, "sgd"),
        ("training", {"init": "he"}, "init"),
        ("training", {"device": "tpu"}, "device"),
        ("training", {"steps": 0}, "from 1"),
        ("training", {"batch": 0}, "batch"),
        ("training", {"learning_rate": float("nan")}, "learning-rate"),
        ("training", {"weight_decay": -1}, "weight-decay"),
        ("training", {"data": " "}, "folder"),
        ("landscape", {"grid": 20}, "21"),
        ("landscape", {"grid": 1}, "from 3"),
        ("gradients", {"seed": -1}, "seed"),
    ],
)
def test_that_a_wrong_choice_is_one_sentence(kind: str, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        checked_choices(kind, **wrong)
    assert caught.value.message[-1] in ".?"
    assert "\n" not in caught.value.message


def test_that_steps_do_not_decide_which_networks_are_kept() -> None:
    assert checked_choices("training", steps=9).training == checked_choices("deletion").training
    other = checked_choices("training", seed=1).training
    assert other != checked_choices("training").training

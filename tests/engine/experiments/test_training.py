"""Training is reproducible, goes on where it was, and says what is not finite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resnet_viz.errors import ModelError
from resnet_viz.experiments.results import TrainingResult
from tests.engine.experiments.conftest import Conduct

pytestmark = pytest.mark.engine


def forget() -> None:
    from resnet_viz.engine.experiments import conduct

    conduct._LAST.clear()


def test_that_a_run_is_repeated_and_continued_with_the_same_numbers(experiment: Conduct) -> None:
    forget()
    whole: TrainingResult = experiment("training", steps=6)
    forget()
    experiment("training", steps=2)
    continued: TrainingResult = experiment("training", steps=6)
    for one, other in zip(whole.runs, continued.runs, strict=True):
        assert one.loss == pytest.approx(other.loss, abs=1e-4)
        assert one.relative_gradient[-1] == pytest.approx(other.relative_gradient[-1], rel=1e-3)
        assert one.held_out_loss == pytest.approx(other.held_out_loss, abs=1e-4)
    model, counterpart = whole.runs
    assert [len(run.loss) for run in whole.runs] == [6, 6]
    assert counterpart.source == f"{model.source} - shortcuts"
    assert set(model.calls) - set(counterpart.calls) == {"three_shortcut"}
    assert whole.data.train == 1_500
    assert whole.data.held_out == 297
    assert whole.seed == 0
    assert whole.versions.keys() == {"resnet-viz", "keras", "tensorflow"}


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's
def test_that_training_lowers_the_loss_and_saves_what_opens_again(
    experiment: Conduct, keras: Any, tmp_path: Path
) -> None:
    forget()
    result = experiment("training", against="none", steps=40, batch=32, save="trained.keras")
    (run,) = result.runs
    assert np.mean(run.loss[-10:]) < 0.8 * np.mean(run.loss[:5])
    assert f"{run.loss[-1]:.9f}" != "nan"
    model = keras.models.load_model(tmp_path / "trained.keras")
    shares = model.predict(np.zeros((2, 8, 8, 1)), verbose=0)
    assert shares.sum(axis=1) == pytest.approx([1, 1], abs=1e-5)  # its softmax is back
    again = experiment("deletion", "trained.keras", against="none", init="keep", steps=0)
    assert again.runs[0].baseline.accuracy == pytest.approx(run.held_out_accuracy, abs=1e-6)


def test_that_a_loss_that_is_not_finite_is_a_finding(experiment: Conduct) -> None:
    forget()
    result = experiment("training", "wild", steps=8, learning_rate=1e12)
    assert None in result.runs[0].loss
    assert "no finite loss" in result.finding


def test_that_moving_averages_follow_within_few_steps(experiment: Conduct) -> None:
    from resnet_viz.engine.experiments import conduct

    forget()
    experiment("training", steps=1)
    (session,) = conduct._LAST
    norms = [
        layer
        for layer in session.bench.nets[0].model.layers
        if type(layer).__name__ == "BatchNormalization"
    ]
    assert {layer.momentum for layer in norms} == {0.9}


def test_that_without_normalization_there_is_none(experiment: Conduct) -> None:
    forget()
    plain = experiment("gradients", "net", normalization=False)
    wild = experiment("gradients", "wild")
    for one, other in zip(plain.runs, wild.runs, strict=True):
        expected = dict(zip(other.calls, other.relative_gradient, strict=True))
        found = dict(zip(one.calls, one.relative_gradient, strict=True))
        assert found == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("source", "choices", "words"),
    [
        ("tall", {}, "2 outputs"),
        ("series", {}, "something else than one picture"),
        ("resnet34?classes=1000", {"batch": 32}, r"a batch of \d+ fits"),
        ("net", {"data": "gone"}, "no folder"),
        ("resnet18?input=32x32x3&classes=5", {}, "5 classes apart and the data has 10"),
    ],
)
def test_that_what_cannot_be_trained_is_refused_in_one_sentence(
    experiment: Conduct, source: str, choices: dict[str, Any], words: str
) -> None:
    forget()
    with pytest.raises(ModelError, match=words) as caught:
        experiment("training", source, steps=1, **choices)
    assert "\n" not in caught.value.message


def test_that_the_device_is_told_and_a_missing_gpu_is_one_sentence(experiment: Conduct) -> None:
    assert experiment("gradients").device == "CPU"
    with pytest.raises(ModelError, match="sees no GPU"):
        experiment("gradients", device="gpu")  # the tests hide all GPUs

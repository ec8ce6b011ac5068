"""Plan of a guided tour: two networks, the experiments that run meanwhile, the steps to read."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import msgspec

from resnet_viz.experiments.choices import ExperimentChoices, ExperimentKind, checked_choices
from resnet_viz.experiments.layer_numbers import Quantity
from resnet_viz.sources.types import BuiltIn

TourName: TypeAlias = Literal["shortcuts", "tutorial"]
TOURS: Final[tuple[TourName, ...]] = get_args(TourName)


class TourRun(msgspec.Struct, frozen=True):
    """An experiment of a tour.

    Attributes:
        name: prefix of its numbers in the texts.
        kind: the experiment.
        choices: see there.
        seconds: that it takes on two idle cores, about; what it takes here is told from it until
            it has begun.
    """

    name: str
    kind: ExperimentKind
    choices: ExperimentChoices
    seconds: float


class TourStep(msgspec.Struct, frozen=True):
    """A page to read.

    Attributes:
        name: key of its title and text.
        run: the run whose result is shown; "" for none.
        panel: number of the chart that it speaks of, from 0; None for none.
        quantity: what the canvas is coloured by; None for the stages.
        calls: ids of calls that are selected on the canvas.
    """

    name: str
    run: str = ""
    panel: int | None = None
    quantity: Quantity | None = None
    calls: tuple[str, ...] = ()


class Tour(msgspec.Struct, frozen=True):
    """A guided tour.

    Attributes:
        name: its name.
        source, against: the model and its counterpart.
        runs: its experiments, in the order in which they run.
        steps: its pages.
    """

    name: TourName
    source: BuiltIn
    against: BuiltIn
    runs: tuple[TourRun, ...]
    steps: tuple[TourStep, ...]

    def run(self, name: str) -> TourRun | None:
        """The run with a name; None if there is none."""
        return next((run for run in self.runs if run.name == name), None)


def tour_of(name: TourName, *, is_short: bool = False) -> Tour:
    """The tour; a short one has smaller networks, or fewer steps of training."""
    return _shortcuts(is_short=is_short) if name == "shortcuts" else _tutorial(is_short=is_short)


def _shortcuts(*, is_short: bool) -> Tour:
    layers, steps = (20, 60) if is_short else (56, 200)
    size = layers / 56 * steps / 200
    return Tour(
        "shortcuts",
        BuiltIn(f"cifar_resnet{layers}"),
        BuiltIn(f"cifar_plain{layers}"),
        (
            TourRun("start", "gradients", checked_choices("gradients"), 10 + 20 * layers / 56),
            TourRun("training", "training", checked_choices("training", steps=steps), 170 * size),
            TourRun("deletion", "deletion", checked_choices("deletion", steps=steps), 60 * size),
        ),
        (
            TourStep("shortcuts_networks", calls=("conv2_1_add",)),
            TourStep("shortcuts_start", "start", 0, "gradient", ("conv1",)),
            TourStep("shortcuts_loss", "training", 0),
            TourStep("shortcuts_starving", "training", 1, "training_gradient", ("conv1",)),
            TourStep("shortcuts_deletion", "deletion", 0, "deletion"),
            TourStep("shortcuts_end", "training", 3),
        ),
    )


def _tutorial(*, is_short: bool) -> Tour:
    steps = 12 if is_short else 40
    at_32 = (("classes", "10"), ("input", "32x32x3"))
    training = checked_choices("training", steps=steps, optimizer="adam", learning_rate=3e-4)
    first, last = "block2_block_1__residual__add_1", "block5_block_3__residual__add_1"
    return Tour(
        "tutorial",
        BuiltIn("tutorial_resnet34", at_32),
        BuiltIn("resnet34", at_32),
        (
            TourRun("start", "responses", checked_choices("responses", steps=0), 25),
            TourRun("training", "training", training, 4.0 * steps),
        ),
        (
            TourStep("tutorial_networks", calls=(first,)),
            TourStep("tutorial_pixels", calls=(last,)),
            TourStep("tutorial_responses", "start", 0, "response"),
            TourStep("tutorial_change", "start", 1, "change"),
            TourStep("tutorial_loss", "training", 0),
            TourStep("tutorial_gradients", "training", 1, "training_gradient"),
        ),
    )

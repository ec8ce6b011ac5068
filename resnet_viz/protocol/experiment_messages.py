"""Messages of experiments, apart from the others: the window's first picture needs none of them."""

from __future__ import annotations

import msgspec

from resnet_viz.experiments.choices import ExperimentChoices, ExperimentKind
from resnet_viz.experiments.results import Result
from resnet_viz.sources.types import Source


class Experiment(msgspec.Struct, frozen=True, kw_only=True, tag="experiment"):
    """Run an experiment on a model and its counterpart; answered by ``Concluded``.

    The engine keeps the networks that it has trained last: another experiment on them, or more
    steps, goes on from there, with the same numbers as a new run of all steps. A Python function
    as a source runs the user's code.

    Attributes:
        source: the model.
        against: its counterpart; None for the model itself without shortcuts.
        alone: True to run the model without a counterpart.
        folder: the user's working directory, for relative paths.
        save: file for the model's trained weights, .keras; "" for none.
        names: names of the model and its counterpart in the result, in place of their sources.
    """

    id: int
    revision: int
    kind: ExperimentKind
    source: Source
    choices: ExperimentChoices
    against: Source | None = None
    alone: bool = False
    folder: str
    save: str = ""
    names: tuple[str, str] = ("", "")


class Measurement(msgspec.Struct, frozen=True, tag="measurement"):
    """State of an ``Experiment``, sent when there is something new, a few times a second.

    Attributes:
        result: everything measured so far.
        done, total: units of the experiment's work, such as steps or points.
        elapsed: seconds since the engine began with the request, pauses included.
        remaining: seconds that the rest is expected to take; None while unknown.
        paused: True if it waits for ``Resume``.
    """

    id: int
    result: Result
    done: int
    total: int
    elapsed: float
    remaining: float | None = None
    paused: bool = False

    @property
    def progress(self) -> str:
        """Progress in words: "120 of 400, about 40 s left"."""
        left = "" if self.remaining is None else f", about {self.remaining:,.0f} s left"
        return f"{self.done:,} of {self.total:,}{left}"


class Concluded(msgspec.Struct, frozen=True, tag="concluded"):
    """Answer to ``Experiment``: the whole result, with its finding."""

    id: int
    revision: int
    result: Result

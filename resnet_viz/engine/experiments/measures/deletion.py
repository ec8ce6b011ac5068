"""Experiment "deletion": the loss without each block, and without several (Veit et al. 2016).

A block with a shortcut is deleted by leaving its branch out; in a network without shortcuts the
layers matched with the block are passed by, where the shapes around them fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from resnet_viz.engine.experiments.measures.training import score
from resnet_viz.engine.experiments.networks.block_match import combined, removals
from resnet_viz.experiments.findings import with_finding
from resnet_viz.experiments.results import (
    BlockDeletion,
    DeletionResult,
    DeletionRun,
    RandomDeletion,
    Score,
)
from resnet_viz.experiments.summaries import mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from resnet_viz.engine.experiments.bench import Bench
    from resnet_viz.engine.experiments.networks.net import Net
    from resnet_viz.engine.experiments.networks.wiring import Changes
    from resnet_viz.engine.task import Task
    from resnet_viz.experiments.choices import ExperimentChoices
    from resnet_viz.experiments.results import Result

_PICTURES: Final = 300
_MOST_REMOVED: Final = 10
_DRAWS: Final = 3
"""Random sets of blocks for each number of blocks; their mean is the score."""


def measure_deletion(bench: Bench, choices: ExperimentChoices, task: Task) -> Result:
    """Measure both networks without each block in turn, then without several at random."""
    batches = bench.held_out(_PICTURES)
    blocks = bench.blocks
    states = [_State(net, removals(net, bench.nets[0], blocks), batches) for net in bench.nets]
    counts = range(1, min(_MOST_REMOVED, len(blocks)) + 1)
    total = len(states) * (len(blocks) + len(counts))
    done = 0

    def result() -> Result:
        runs = tuple(state.run(tuple(block.id for block in blocks)) for state in states)
        return DeletionResult(**bench.common(choices), runs=runs)

    for index in range(len(blocks)):
        for state in states:
            state.remove_one(index)
            done += 1
            task.measured(result, done=done, total=total)
    for count in counts:
        for state in states:
            state.remove_several(count, choices.seed)
            done += 1
            task.measured(result, done=done, total=total)
    return with_finding(result())


class _State:
    """One network, and its scores so far."""

    def __init__(
        self, net: Net, changes: tuple[Changes | None, ...], batches: list[tuple[Any, Any]]
    ) -> None:
        self._net = net
        self._changes = changes
        self._batches = batches
        self._baseline = Score(*score(net, batches))
        self._single: list[Score] = []
        self._random: list[RandomDeletion] = []

    def remove_one(self, index: int) -> None:
        """Score the network without the block at ``index``."""
        changes = self._changes[index]
        scored = (None, None) if changes is None else score(self._net, self._batches, changes)
        self._single.append(Score(*scored))

    def remove_several(self, count: int, seed: int) -> None:
        """Score the network without ``count`` of the blocks that can be removed."""
        removable = [changes for changes in self._changes if changes is not None]
        if count > len(removable):
            return
        scores = [
            score(self._net, self._batches, self._drawn(removable, count, (seed, count, draw)))
            for draw in range(_DRAWS)
        ]
        losses, accuracies = zip(*scores, strict=True)
        self._random.append(RandomDeletion(count, mean(losses), mean(accuracies)))

    def _drawn(self, removable: Sequence[Changes], count: int, seed: tuple[int, ...]) -> Changes:
        chosen = np.random.default_rng(seed).choice(len(removable), count, replace=False)
        return combined([removable[index] for index in sorted(chosen)])

    def run(self, blocks: tuple[str, ...]) -> DeletionRun:
        """Scores so far."""
        return DeletionRun(
            **self._net.fields,
            baseline=self._baseline,
            blocks=tuple(
                BlockDeletion(block, each.loss, each.accuracy)
                for block, each in zip(blocks, self._single, strict=False)
            ),
            random=tuple(self._random),
        )

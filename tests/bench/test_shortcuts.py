"""Training with and without shortcuts: the 56-layer nets, three seeds, as in He et al. 2015.

Prints both nets' numbers; takes half an hour on two cores. The plain net must not come out ahead.
"""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import resnet_viz
from resnet_viz.experiments.summaries import final_loss
from resnet_viz.reports.experiments.formats import render_result

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.timeout(3600)]

STEPS = 200


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_that_the_residual_net_ends_below_the_plain_one(
    benchmark: BenchmarkFixture, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    result = benchmark.pedantic(
        resnet_viz.run,
        args=("cifar_resnet56", "training"),
        kwargs={"steps": STEPS, "seed": seed},
        rounds=1,
    )
    with capsys.disabled():
        print(f"\nseed {seed}\n{render_result(result, 'text').decode()}")  # noqa: T201
    residual, plain = (final_loss(run.loss) for run in result.runs)
    assert residual is not None
    assert plain is None or residual < plain

"""Parameters and MACs of a model or a group in words."""

from __future__ import annotations

from resnet_viz.analysis.costs.types import GroupNumbers
from resnet_viz.analysis.wording.numbers import short_count


def parameters_and_macs(numbers: GroupNumbers) -> str:
    """Both with three digits: "21.8 M parameters, ≥ 3.66 G MACs"."""
    parameters = short_count(numbers.parameters, at_least=numbers.parameters_at_least)
    macs = short_count(numbers.macs, at_least=numbers.macs_at_least)
    return f"{parameters} parameters, {macs} MACs"

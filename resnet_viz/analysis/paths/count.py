"""Numbers of paths from input to output, by how many residual branches they take.

Source: Veit, Wilber and Belongie 2016, Residual Networks Behave Like Ensembles of Relatively
Shallow Networks: n residual blocks in a row hold 2^n paths, C(n, k) of which take k branches.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import Final, TypeAlias

import msgspec

from resnet_viz.analysis.paths.flow import arrivals_of
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import LayerCall, TensorRef

MOST_BRANCHES: Final = 500
"""Joins in a model whose paths are sorted by length; of more only the total is counted."""
_Counts: TypeAlias = tuple[int, ...]
"""Numbers of paths by the number of branches that they take."""


class PathCounts(msgspec.Struct, frozen=True):
    """Numbers of paths.

    Attributes:
        total: all paths from an input of the model to an output.
        by_branches: of these, at index k, those that take k residual branches; None if there
            are more than ``MOST_BRANCHES`` joins with a shortcut.
    """

    total: int
    by_branches: tuple[int, ...] | None


def count_paths(structure: Structure) -> PathCounts:
    """Count the paths of a model along its tensors.

    A branch is taken where a path enters a join with a shortcut by another tensor than the
    shortcut's. A gate scales what passes by and adds no path of its own: at one only the gated
    tensor is followed.
    """
    gates = {each.join for each in structure.shortcuts if each.kind == "gate"}
    arrivals = arrivals_of(structure)
    by_length = len(arrivals.keys() - gates) <= MOST_BRANCHES
    start: _Counts = (1,)
    counts: dict[str, _Counts] = {}
    inputs = {ref.call for ref in structure.graph.inputs}
    for call in structure.graph.calls:
        if not call.inputs:
            counts[call.id] = start if call.id in inputs else ()
            continue
        parts = []
        for ref in _followed(call, arrivals, gates):
            part = counts[ref.call]
            takes = by_length and call.id in arrivals and ref not in arrivals[call.id]
            parts.append((0, *part) if takes and part else part)
        counts[call.id] = parts[0] if len(parts) == 1 else _sum(parts)
    ends = dict.fromkeys(structure.graph.outputs)
    whole = _sum([counts[ref.call] for ref in ends])
    return PathCounts(sum(whole), whole if by_length else None)


def _followed(
    call: LayerCall, arrivals: dict[str, set[TensorRef]], gates: set[str]
) -> list[TensorRef]:
    """Distinct tensors by which paths enter a call."""
    distinct = list(dict.fromkeys(call.inputs))
    if call.id in gates:
        return [ref for ref in distinct if ref in arrivals[call.id]] or distinct
    return distinct


def _sum(parts: list[_Counts]) -> _Counts:
    return tuple(map(sum, zip_longest(*parts, fillvalue=0)))

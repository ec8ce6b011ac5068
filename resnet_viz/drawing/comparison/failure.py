"""Comparison with a model that could not be built to its end."""

from __future__ import annotations

from msgspec.structs import replace

from resnet_viz.comparison.statuses import Status, Statuses
from resnet_viz.comparison.union import ComparisonUnion
from resnet_viz.drawing.comparison.pictures import ComparedModels
from resnet_viz.graph.failed_build import FailedBuild


def with_failure(models: ComparedModels, build: FailedBuild) -> ComparedModels:
    """The comparison with the failing call of b marked.

    Calls that only a has are not marked as removed: b may just not have come to them.
    """
    union, of_union = models.union, models.of_union
    return replace(
        models,
        of_a=_without_removed(models.of_a),
        of_b=_failed(models.of_b, build, build.call),
        of_union=None if of_union is None else _failed(of_union, build, _name(union, build)),
        failure=build,
    )


def _name(union: ComparisonUnion | None, build: FailedBuild) -> str:
    return build.call if union is None else union.from_b[build.call]


def _without_removed(statuses: Statuses) -> Statuses:
    def kept(status: Status) -> bool:
        return status != "removed"

    return replace(
        statuses,
        calls={name: status for name, status in statuses.calls.items() if kept(status)},
        uses={use: status for use, status in statuses.uses.items() if kept(status)},
        shortcuts={name: status for name, status in statuses.shortcuts.items() if kept(status)},
    )


def _failed(statuses: Statuses, build: FailedBuild, call: str) -> Statuses:
    rest = _without_removed(statuses)
    lines = (" ≠ ".join(build.shapes), f"{build.file}, line {build.line}")
    return replace(rest, calls={**rest.calls, call: "failed"}, failure=lines)

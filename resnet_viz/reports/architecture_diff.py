"""Difference of two architectures: a comparison that reports itself, for scripts and tests."""

from __future__ import annotations

from typing import Any

from resnet_viz.comparison.types import Comparison
from resnet_viz.reports.comparison_formats import render_comparison
from resnet_viz.reports.comparison_json import comparison_values


class ArchitectureDiff(Comparison, frozen=True):
    """Differences between two architectures: the result of ``diff``.

    Attributes:
        a: the analysed model before.
        b: the analysed model after.
        pairs: calls that are in both.
        differences: changes, additions, removals and moves.
        shortcuts: shortcuts added, removed or of another kind.
    """

    @classmethod
    def of(cls, comparison: Comparison) -> ArchitectureDiff:
        """The comparison as an ArchitectureDiff."""
        return cls(*(getattr(comparison, field) for field in Comparison.__struct_fields__))

    def __repr__(self) -> str:
        """Short form with the titles and counts."""
        counts = self.counts
        return (
            f"<ArchitectureDiff {self.a.title} → {self.b.title}: {counts.matched} matched, "
            f"{counts.changed} changed, {counts.added} added, {counts.removed} removed>"
        )

    def to_dict(self) -> dict[str, Any]:
        """The values that ``diff --format json`` writes."""
        return comparison_values(self)

    def summary(self) -> str:
        """The text that ``resnet-viz diff`` writes."""
        return render_comparison(self.to_dict(), "text")

"""Ids of groups from their titles."""

from __future__ import annotations

from resnet_viz.analysis.structure.scope_findings import MODEL, Findings
from resnet_viz.analysis.structure.unique_ids import UniqueIds, numbered


class GroupIds:
    """Ids of all groups.

    Attributes:
        submodels: by scope id.
        stages: by scope id, in order.
        blocks: of blocks and cells, by id of ``StageItem.end``.
        repeats: titles and ids of periods, by id of the last call.
        units: by id of the main call.
    """

    def __init__(self, findings: dict[str, Findings]) -> None:
        ids = UniqueIds()
        outer_first = list(reversed(findings.items()))
        # Submodels first: the user chose their names, which titles of stages around them repeat.
        self.submodels = {
            name: ids.take(submodel_title(findings, name))
            for name, _ in outer_first
            if name != MODEL
        }
        self.stages: dict[str, list[str]] = {}
        self.blocks: dict[str, str] = {}
        self.repeats: dict[str, tuple[str, str]] = {}
        self.units: dict[str, str] = {}
        for name, scope in outer_first:
            self.stages[name] = [ids.take(title) for title in scope.titles.stages]
            calls = scope.graph.calls
            for stage in scope.stages:
                for item in stage.blocks:
                    title = scope.titles.blocks[item.end]
                    self.blocks[calls[item.end].id] = ids.take(title)
            repeats = [item for stage in scope.stages for item in stage.items if item.repeat]
            for item, title in zip(repeats, numbered(each.repeat for each in repeats), strict=True):
                self.repeats[calls[item.calls[-1]].id] = (title, ids.take(title))
            for unit in scope.units:
                self.units[calls[unit.main].id] = ids.take(scope.titles.units[unit.main])


def submodel_title(findings: dict[str, Findings], name: str) -> str:
    """The submodel's layer name without those around it; the class of a layer that holds layers."""
    scope = findings[name].level.scope
    if scope is None:
        return findings[name].graph.original.name
    if scope.is_layer:
        return scope.type
    around = findings[scope.parent].level.scope
    return scope.layer if around is None else scope.layer.removeprefix(around.layer).lstrip("/")

"""Colours of nodes: their stage's, or their operation's."""

from __future__ import annotations

from collections import Counter

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.drawing.glyphs import OP_TOKENS
from resnet_viz.drawing.themes import stage_token
from resnet_viz.graph.ops import OpKind
from resnet_viz.layout.types import Node
from resnet_viz.layout.view import View


def stage_tokens(structure: Structure) -> dict[str, str]:
    """Colour token of every stage and head by id, those inside of submodels too."""
    tokens: dict[str, str] = {}
    count: Counter[str | None] = Counter()
    for stage in structure.groups:
        if stage.kind not in ("stage", "head"):
            continue
        # a submodel's first stage has another colour than the stage around it
        index = count[stage.parent] + (stage.parent is not None)
        count[stage.parent] += 1
        tokens[stage.id] = stage_token(index, head=stage.kind == "head")
    return tokens


class Colors:
    """Colour tokens of stages and nodes for one view."""

    def __init__(self, structure: Structure, view: View) -> None:
        self._structure = structure
        self._by_type = view.color_by == "type"
        self._neutral = view.color_by != "stage"
        self._tokens = stage_tokens(structure)
        self._stage: dict[str, str] = {}
        for stage_id, token in self._tokens.items():
            for call in structure.by_id[stage_id].calls:
                self._stage[call] = token

    def stage(self, stage_id: str) -> str:
        """Token of a stage: panel, border and header derive from it."""
        return "head" if self._neutral else self._tokens[stage_id]

    def stripe(self, node: Node, op: OpKind) -> str:
        """Token of a card's stripe and bar."""
        if self._by_type:
            return OP_TOKENS[op]
        if op == "input":
            return "head"
        if node.ref.kind == "group":
            for around in reversed(self._structure.ancestors(node.ref.id)):
                if around.id in self._tokens:
                    return self._tokens[around.id]
        return self._stage.get(node.calls[0], "head") if node.calls else "head"

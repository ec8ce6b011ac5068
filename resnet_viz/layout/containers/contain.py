"""Layout of each open container, innermost first: by rule where that fits, else by Graphviz.

A container that Graphviz has not laid out, whatever the reason, is placed by rank.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from msgspec.structs import replace

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.errors import AppError
from resnet_viz.layout.attach import Body, body_of
from resnet_viz.layout.containers.branches import branch_layout
from resnet_viz.layout.containers.chain import chain_layout
from resnet_viz.layout.containers.dot_format import DotRunner
from resnet_viz.layout.containers.graphviz_layout import graphviz_layout
from resnet_viz.layout.containers.rank_layout import rank_layout
from resnet_viz.layout.links import Lifter
from resnet_viz.layout.metrics import IN_FRAME, IN_PANEL
from resnet_viz.layout.types import ContainerLayout, Node, Sizes


class Containers:
    """Lays out containers, each of them once.

    Attributes:
        lifter: has the links of each container.
        failures: sentences of the errors for which containers were placed by rank.
    """

    def __init__(self, structure: Structure, sizes: Sizes, dot: DotRunner) -> None:
        self._sizes = sizes
        self._dot = functools.cache(dot)  # equal containers give equal text: one run for all
        self._paths: dict[str, list[tuple[int, tuple[str, ...]]]] = {}  # by first call
        for number, shortcut in enumerate(structure.shortcuts):
            if shortcut.calls:
                path = number, shortcut.calls
                self._paths.setdefault(shortcut.calls[0], []).append(path)
        self.lifter = Lifter(structure)
        self.failures: dict[str, None] = {}
        self._bodies: dict[str, Body] = {}

    def body(self, node: Node) -> Body:
        """The node ready to be placed; an open one is laid out first."""
        if node.key not in self._bodies:
            inside = self._inside(node) if node.kind in ("frame", "panel") else None
            self._bodies[node.key] = body_of(node, self._sizes.nodes[node.key], inside)
        return self._bodies[node.key]

    def folded(self, panel: Node, column_cards: int) -> Body:
        """The panel with its chain in columns of so many cards; as it is if it is no chain."""
        usual = self.body(panel)
        if usual.inside is None:
            return usual
        bodies = [self._bodies[child.key] for child in panel.children]
        links, label_width = self.lifter.links(panel), self._sizes.label
        inside = chain_layout(bodies, links, IN_PANEL, label_width, column_cards=column_cards)
        return usual if inside is None else body_of(panel, usual.size, inside)

    def _inside(self, container: Node) -> ContainerLayout:
        bodies = _aligned([self.body(child) for child in container.children])
        self._bodies.update((body.key, body) for body in bodies)
        links, label_width = self.lifter.links(container), self._sizes.label
        in_frame = container.kind == "frame"
        spacing = IN_FRAME if in_frame else IN_PANEL
        layout = chain_layout(bodies, links, spacing, label_width)
        path = self._shortcut_path(bodies) if layout is None and in_frame else ()
        if path:
            layout = branch_layout(bodies, links, label_width, path)
        if layout is None:
            try:
                layout = graphviz_layout(bodies, links, label_width, self._dot, in_frame=in_frame)
            except AppError as error:  # the picture must appear
                self.failures.setdefault(str(error))
                layout = rank_layout(bodies, links, label_width, in_frame=in_frame)
        return layout

    def _shortcut_path(self, bodies: Sequence[Body]) -> tuple[str, ...]:
        """Keys of the bodies that make up the whole path of a shortcut; () if there is none."""
        inside = (call for body in bodies for call in body.node.calls)
        for _, calls in sorted(path for call in inside for path in self._paths.get(call, ())):
            wanted = set(calls)
            on_path = [body for body in bodies if wanted.issuperset(body.node.calls)]
            if on_path and sum(len(body.node.calls) for body in on_path) == len(calls):
                return tuple(body.key for body in on_path)
        return ()


def _aligned(bodies: list[Body]) -> list[Body]:
    """The bodies, with equal left and right sides for all frames among them."""
    frames = [body.extent for body in bodies if body.inside is not None]
    if len(frames) < 2:
        return bodies
    left = max(extent.left for extent in frames)
    right = max(extent.right for extent in frames)
    return [
        body
        if body.inside is None
        else replace(body, extent=replace(body.extent, left=left, right=right))
        for body in bodies
    ]

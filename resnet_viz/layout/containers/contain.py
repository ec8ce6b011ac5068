"""The inside of each open container, innermost first: by rule where that fits, else by Graphviz."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from msgspec.structs import replace

from resnet_viz.analysis.structure.types import Structure
from resnet_viz.errors import AppError
from resnet_viz.layout.attach import Body, body_of
from resnet_viz.layout.containers.branches import branches
from resnet_viz.layout.containers.chain import chain
from resnet_viz.layout.containers.dot_format import DotRunner
from resnet_viz.layout.containers.graphviz_layout import dotted
from resnet_viz.layout.labels import Labeller
from resnet_viz.layout.links import Lifter, Links
from resnet_viz.layout.metrics import IN_FRAME, IN_PANEL
from resnet_viz.layout.types import ContainerLayout, Node, Sizes


class Containers:
    """Lays out containers; keeps what it found for each, by key."""

    def __init__(self, structure: Structure, sizes: Sizes, dot: DotRunner) -> None:
        self._structure = structure
        self._sizes = sizes
        self._dot = functools.cache(dot)  # equal containers give equal text: one run for all
        self._ways = [shortcut.calls for shortcut in structure.shortcuts if shortcut.calls]
        self.lifter = Lifter(structure)
        self.insides: dict[str, ContainerLayout] = {}
        self._bodies: dict[str, Body] = {}
        self.failure: AppError | None = None

    def body(self, node: Node) -> Body:
        """The node ready to be placed; an open one is laid out first."""
        if node.key not in self._bodies:
            inside = self.inside(node) if node.kind in ("frame", "panel") else None
            self._bodies[node.key] = body_of(node, self._sizes.nodes[node.key], inside)
        return self._bodies[node.key]

    def inside(self, container: Node) -> ContainerLayout:
        """The container's inside."""
        if container.key not in self.insides:
            bodies = _aligned([self.body(child) for child in container.children])
            self._bodies.update((body.key, body) for body in bodies)
            links = self.lifter.links(container)
            self.insides[container.key] = self._laid_out(container, bodies, links)
        return self.insides[container.key]

    def _laid_out(self, container: Node, bodies: Sequence[Body], links: Links) -> ContainerLayout:
        framed = container.kind == "frame"
        spacing = IN_FRAME if framed else IN_PANEL
        labels = Labeller(self._sizes.label, on_right=framed)
        found = chain(bodies, links, spacing, labels)
        if found is None and framed:
            way = self._way(bodies)
            found = branches(bodies, links, labels, way) if way else None
        if found is None:
            try:
                found = dotted(bodies, links, labels, self._dot, framed=framed)
            except AppError as error:  # the picture must appear: everything below each other
                self.failure = error
                found = chain(bodies, links, spacing, labels, force=True)
        assert found is not None
        return found

    def _way(self, bodies: Sequence[Body]) -> tuple[str, ...]:
        """Keys of the bodies that make up the whole way of a shortcut; () if there is none."""
        for calls in self._ways:
            wanted = set(calls)
            way = tuple(body.key for body in bodies if wanted.issuperset(body.node.calls))
            if way and sum(len(b.node.calls) for b in bodies if b.key in way) == len(calls):
                return way
        return ()


def _aligned(bodies: list[Body]) -> list[Body]:
    """Frames that stand together get the same sides."""
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

"""Rule-based placement of a chain: one node below the other, everything else in lanes beside it."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_viz.layout.attach import Body
from resnet_viz.layout.containers.chain_positions import PlacedChain, position_nodes, sort_links
from resnet_viz.layout.containers.chain_wires import axis_wires, side_wires
from resnet_viz.layout.labels import LabelWidth, label_left, label_right
from resnet_viz.layout.links import Links
from resnet_viz.layout.metrics import COLUMN_CARDS, Spacing
from resnet_viz.layout.types import ContainerLayout

LABEL_SLACK = 9.0
"""Labels may come nearer to the border of a panel than cards."""
MOST_LANES = 8
"""With more wires beside it a chain no longer looks like one: Graphviz places it better."""


def chain_layout(
    bodies: Sequence[Body],
    links: Links,
    spacing: Spacing,
    label_width: LabelWidth,
    *,
    column_cards: int = COLUMN_CARDS,
) -> ContainerLayout | None:
    """Place the bodies one below the other.

    Args:
        bodies: all children of the container, in topological order.
        links: the tensors between them.
        spacing: vertical distances, of a panel or of a frame.
        label_width: measures labels.
        column_cards: in a panel, the column wraps after so many bodies if nothing runs beside it.

    Returns:
        None if they are no chain.
    """
    by_role = sort_links(bodies, links)
    joined = all(index in by_role.steps for index in range(len(bodies) - 1))
    if not joined or len(by_role.side) > MOST_LANES:
        return None
    chain = position_nodes(bodies, by_role, spacing, column_cards)
    if len(chain.columns) > 1:
        sides = _sides_with_labels(chain, label_width)
        chain = position_nodes(bodies, by_role, spacing, column_cards, sides)
    side = side_wires(chain, label_width)
    wires = [*axis_wires(chain), *side]
    left = max(
        0.0,
        *(chain.bodies[index].extent.left for index in chain.columns[0]),
        *(-label_left(wire, label_width) - LABEL_SLACK for wire in wires),
    )
    right = max(
        0.0,
        *(p.x + body.extent.right for p, body in zip(chain.positions, bodies, strict=True)),
        *(x for wire in side for x, _ in wire.points),
        *(label_right(wire, label_width) for wire in wires),
    )
    return ContainerLayout(
        positions={body.key: p for body, p in zip(bodies, chain.positions, strict=True)},
        wires=tuple(wire for wire in wires if wire.link.source and wire.link.target),
        entries=tuple(wire for wire in wires if not wire.link.source),
        exits=tuple(wire for wire in wires if wire.link.source and not wire.link.target),
        left=left,
        right=right,
        height=chain.height,
    )


def _sides_with_labels(chain: PlacedChain, label_width: LabelWidth) -> list[tuple[float, float]]:
    """Extents of the bodies to both sides that leave room for the labels of what enters them."""
    sides = list(chain.sides)
    for wire in axis_wires(chain):
        if wire.label is None or not wire.link.target:
            continue
        index = chain.index[wire.link.target]
        (left, right), axis = sides[index], chain.positions[index].x
        width = label_width(wire.link.tensor)
        if wire.label.anchor == "end":
            sides[index] = (max(left, axis - wire.label.x + width), right)
        else:
            sides[index] = (left, max(right, wire.label.x + width - axis))
    return sides

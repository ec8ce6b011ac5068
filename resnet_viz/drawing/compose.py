"""Composition of the display list from a document and a view, for window and exports."""

from __future__ import annotations

from collections.abc import Iterable

from resnet_viz.analysis.costs.types import Memory
from resnet_viz.document import Document
from resnet_viz.drawing.co_highlight import co_highlights_of
from resnet_viz.drawing.colors import Colors
from resnet_viz.drawing.content import Content, ContentWriter
from resnet_viz.drawing.display_list import DisplayList, Item, Rect
from resnet_viz.drawing.items.cards import Cards
from resnet_viz.drawing.items.frames import frame_item, panel_item, port_items
from resnet_viz.drawing.items.wires import Wires
from resnet_viz.drawing.legend.entries import entries
from resnet_viz.drawing.legend.heat import Heat, heat_of
from resnet_viz.drawing.legend.heat_scale import color_key_item, scale_signs
from resnet_viz.drawing.legend.heated import heated
from resnet_viz.drawing.legend.legend import legend_item, legend_of
from resnet_viz.drawing.legend.measured import measured_for
from resnet_viz.drawing.legend.notes import caption_lines, finished, note_items
from resnet_viz.drawing.legend.type_key import type_key_item
from resnet_viz.drawing.letters import LetterMeasurer
from resnet_viz.drawing.marks import extent_of
from resnet_viz.drawing.measure import Measurer
from resnet_viz.drawing.sizes import measure_all, walk
from resnet_viz.layout.box_limit import drawable_tree
from resnet_viz.layout.containers.dot_format import DotRunner
from resnet_viz.layout.hidden import hidden_words
from resnet_viz.layout.placement import place_tree
from resnet_viz.layout.types import Placement
from resnet_viz.layout.view import View


def picture(
    document: Document,
    view: View,
    measurer: Measurer,
    dot: DotRunner,
    *,
    memory: Memory | None = None,
) -> DisplayList:
    """The picture of a model.

    Args:
        document: the model with its structure and numbers.
        view: the options of the picture.
        measurer: measures text with the fonts that will draw it.
        dot: runs Graphviz for containers that branch in general; else not called.
        memory: for the view's basis, if it is computed already.

    Raises:
        Cancelled: the runner was told to stop.
    """
    structure = document.structure
    if view.letters:
        measurer = LetterMeasurer(measurer, view.letters)
    drawable = drawable_tree(structure, view)
    view, tree = drawable.view, drawable.tree
    writer, nodes = ContentWriter(document, view), walk(tree)
    contents = {node.key: writer.content(node) for node in nodes}
    measured = measured_for(document, view, memory)
    heat = heat_of(document, view, measured)
    if heat is not None:
        contents = heated(heat, measured, nodes, contents)
    shapes = writer.tensor_shapes()
    kinds = {
        node.key: writer.frame_kind(structure.by_id[node.ref.id], contents[node.key].cost)
        for node in nodes
        if node.kind == "frame"
    }
    beside = view.layout == "column"
    sizes = measure_all(tree, contents, measurer, shapes, kinds, beside=beside)
    placement = place_tree(structure, tree, view, sizes, dot)
    notes = (*drawable.notes, *placement.notes)
    items = _node_items(document, view, placement, contents, kinds, writer, measurer)
    by_key = {node.key: node for node in nodes}
    wires = Wires(structure, writer, shapes, by_key, weighted=view.weighted_edges)
    drawn = wires.draw((*placement.wires, *placement.stubs))
    items += drawn.items
    if view.legend:
        hidden = hidden_words(structure, view, nodes)
        items.append(_legend(document, placement, items, measurer, heat, hidden))
        items += note_items(notes, extent_of(items), measurer)
    caption = caption_lines(view, document.numbers.totals)
    extent, all_items = finished(items, view, caption, measurer)
    co_highlights = co_highlights_of(structure, all_items, drawn)
    key = _color_key(view, all_items, heat, measurer)
    return DisplayList(extent, all_items, drawn.links, co_highlights, drawn.tensors, key, notes)


def _node_items(
    document: Document,
    view: View,
    placement: Placement,
    contents: dict[str, Content],
    kinds: dict[str, str],
    writer: ContentWriter,
    measurer: Measurer,
) -> list[Item]:
    structure = document.structure
    colors = Colors(structure, view)
    stages = max(document.numbers.groups[stage].macs for stage in structure.stages)
    cards = Cards(
        structure,
        writer,
        measurer,
        most=_most_macs(document),
        most_stage=stages,
        by_type=view.color_by == "type",
    )
    items: list[Item] = []
    for placed in placement.nodes:
        node, content = placed.node, contents[placed.node.key]
        if node.kind == "panel":
            token = colors.stage(node.ref.id)
            beside = view.layout == "column"
            items.append(panel_item(structure, placed, content, token, measurer, beside=beside))
        elif node.kind == "frame":
            items.append(frame_item(placed, content, kinds[node.key]))
            items += port_items(placed)
        elif node.kind == "stage":
            items += cards.items(placed, content, colors.stage(node.ref.id))
        else:
            items += cards.items(placed, content, colors.stripe(node, content.op))
    return items


def _most_macs(document: Document) -> int:
    """The cost of a full bar: the largest of a block, or of a unit outside blocks."""
    groups = document.numbers.groups
    structure = document.structure
    costs = [
        groups[group.id].macs
        for group in structure.groups
        if group.kind in ("block", "cell")
        or (group.kind == "unit" and structure.enclosing_group(group.calls[0], "block") is None)
    ]
    return max(costs, default=0)


def _legend(
    document: Document,
    placement: Placement,
    items: list[Item],
    measurer: Measurer,
    heat: Heat | None,
    hidden: list[str],
) -> Item:
    panels = [
        Rect(p.x, p.y, p.width, p.height)
        for p in placement.nodes
        if p.node.kind in ("panel", "stage")
    ]
    extent = extent_of(items)
    noun, units = ("MACs", ()) if heat is None else (heat.noun, scale_signs(heat))
    listed = entries(document.structure, items, noun=noun, units=units, hidden=hidden)
    for room in _rooms(panels, extent):
        legend = legend_of(listed, measurer, room.width, heat=heat)
        if legend.width <= room.width and legend.height <= room.height:
            return legend_item(legend, room.x, extent.bottom - legend.height)
    legend = legend_of(listed, measurer, extent.width, heat=heat)
    return legend_item(legend, extent.x, extent.bottom + 24.0)


def _color_key(
    view: View, items: Iterable[Item], heat: Heat | None, measurer: Measurer
) -> Item | None:
    """The key for a window whose legend is out of view, if colours mean more than the stage."""
    if not view.legend or view.color_by == "stage":
        return None
    return type_key_item(items, measurer) if heat is None else color_key_item(heat, measurer)


def _rooms(panels: list[Rect], extent: Rect) -> list[Rect]:
    """Free rectangles at the bottom, below short columns side by side, the roomiest first."""
    rooms: list[Rect] = []
    columns = _columns(panels)
    for first, column in enumerate(columns):
        low, left = extent.y, column.x if first else extent.x
        for each in columns[first:]:
            low = max(low, each.bottom + 30.0)
            rooms.append(Rect(left, low, each.right - left, extent.bottom - low))
    return sorted(rooms, key=lambda room: -room.width * min(room.height, 220.0))


def _columns(panels: list[Rect]) -> list[Rect]:
    """Extents of the columns that the panels stand in, from left to right."""
    columns: list[Rect] = []
    for panel in sorted(panels, key=lambda panel: panel.x):
        if columns and panel.x < columns[-1].right:
            columns[-1] = columns[-1].union(panel)
        else:
            columns.append(panel)
    return columns

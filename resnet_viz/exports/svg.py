"""A display list as SVG: real text, one group for each block, plain vectors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import IO, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from resnet_viz.drawing.display_list import NEAR, DisplayList, Item, Mark, Text
from resnet_viz.exports.grouping import Bundle, bundles, stands_for
from resnet_viz.exports.options import ExportOptions, Frame
from resnet_viz.exports.svg_marks import TABULAR_STYLE, SvgInk, element, number, path_data
from resnet_viz.exports.xml import XmlIds
from resnet_viz.paint.printable import printable, printable_lines

FONTS: Final = (
    "Pretendard, 'Pretendard Variable', Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, "
    "'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans CJK KR', 'Noto Sans KR', sans-serif"
)
"""Near in width to the first: Latin ones, then Korean ones of each system."""
_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def write_svg(
    file: IO[bytes], display_list: DisplayList, options: ExportOptions, frame: Frame
) -> None:
    """Write the picture; only outlines of text need Qt."""
    root = _root(display_list, options, frame)
    indent(root, "")
    file.write(_DECLARATION + tostring(root, "unicode").encode() + b"\n")


def _root(display_list: DisplayList, options: ExportOptions, frame: Frame) -> Element:
    """The root element of the whole document."""
    bounds = display_list.bounds
    left, top = bounds.x - frame.left / frame.scale, bounds.y - frame.top / frame.scale
    width, height = frame.width / frame.scale, frame.height / frame.scale
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": number(frame.width),
            "height": number(frame.height),
            "viewBox": " ".join(map(number, (left, top, width, height))),
            "font-family": FONTS,
            "fill": "none",
            "stroke-linejoin": "round",
            "role": "img",
        },
    )
    _add_title(root, options.title or "resnet-viz")
    if options.description:
        SubElement(root, "desc").text = printable_lines(options.description)
    style, ink = SubElement(root, "style"), SvgInk(options.theme, options.dark)
    if options.canvas:
        sides = zip(("x", "y", "width", "height"), (left, top, width, height), strict=True)
        rect = {name: number(value) for name, value in sides}
        is_themed = options.background == "theme"
        fill = ink.attributes(fill="canvas") if is_themed else {"fill": options.canvas}
        SubElement(root, "rect", rect | fill)
    _add_body(root, display_list, ink, outlines=options.outline_text)
    style.text = TABULAR_STYLE + ink.style
    return root


def _add_body(root: Element, display_list: DisplayList, ink: SvgInk, *, outlines: bool) -> None:
    drawn = bundles(display_list)
    ids = XmlIds()
    draw = _Drawer(ink, SubElement(root, "defs"), ids) if outlines else partial(element, ink=ink)
    # The groups choose first: a script looks for a block by its own id.
    named = {index: ids.take(wish) for index, wish in _wishes(drawn)}
    for index, bundle in enumerate(drawn):
        name = named.get(index)
        if len(bundle.items) == 1:
            item = bundle.items[0]
            _add_item(root, item, name or ids.take(item.id), draw)
            continue
        primary = bundle.primary
        group = SubElement(root, "g", {"id": name or ids.take(f"{bundle.group}-parts")})
        _add_title(group, primary.title if primary else "")
        for item in bundle.items:
            _add_item(group, item, ids.take(item.id), draw)


def _wishes(drawn: tuple[Bundle, ...]) -> list[tuple[int, str]]:
    """Indices of the bundles with the card, frame or panel of a group, or a call's card."""
    groups: list[tuple[int, str]] = []
    calls: list[tuple[int, str]] = []
    for index, bundle in enumerate(drawn):
        if bundle.group is not None:
            if bundle.primary is not None:
                groups.append((index, bundle.group))
            continue
        item = bundle.items[0]
        if item.target is not None and item.kind in {"card", "frame", "panel", "join"}:
            is_group = item.target.kind == "group" and item.kind != "join"
            if is_group and stands_for(item, item.target.id):
                groups.append((index, item.target.id))
            elif item.target.kind == "call":
                calls.append((index, item.target.id))
    return groups + calls


def _add_item(
    parent: Element, item: Item, name: str, draw: Callable[[Mark], Element | None]
) -> None:
    drawn = [draw(mark) for mark in item.marks if mark.lod & NEAR]
    parts = [part for part in drawn if part is not None]
    if parts:
        group = SubElement(parent, "g", {"id": name, "class": item.kind})
        _add_title(group, item.title)
        group.extend(parts)


def _add_title(parent: Element, title: str) -> None:
    if title:
        SubElement(parent, "title").text = printable_lines(title)


class _Drawer:
    """Draws marks, with text as outlines that are defined once and used for each equal text."""

    def __init__(self, ink: SvgInk, definitions: Element, ids: XmlIds) -> None:
        self._ink = ink
        self._definitions = definitions
        self._ids = ids
        self._defined: dict[tuple[str, int, bool], tuple[str, float]] = {}

    def __call__(self, mark: Mark) -> Element | None:
        """The mark as an element; None if it draws nothing."""
        if not isinstance(mark, Text):
            return element(mark, self._ink)
        if not mark.text.strip():
            return None
        from resnet_viz.paint.outlines import REFERENCE

        name, width = self._outline(mark)
        scale = mark.size / REFERENCE
        back = {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor] * width * scale
        place = f"translate({number(mark.x - back)} {number(mark.y)}) scale({scale:g})"
        used = {"href": f"#{name}", "transform": place, "aria-label": printable(mark.text)}
        return Element("use", used | self._ink.attributes(fill=mark.color))

    def _outline(self, mark: Text) -> tuple[str, float]:
        from resnet_viz.paint.outlines import text_outline

        key = (mark.text, mark.weight, mark.tabular)
        if key not in self._defined:
            steps, width = text_outline(mark.text, mark.weight, tabular=mark.tabular)
            name = self._ids.take(f"text-{len(self._defined)}")
            SubElement(self._definitions, "path", {"id": name, "d": path_data(steps)})
            self._defined[key] = (name, width)
        return self._defined[key]

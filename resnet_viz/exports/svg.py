"""A display list as SVG: real text, one group for each block, plain vectors."""

from __future__ import annotations

from typing import IO, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from resnet_viz.drawing.display_list import NEAR, DisplayList, Item
from resnet_viz.exports.grouping import Bundle, bundles, stands_for
from resnet_viz.exports.options import ExportOptions, Frame
from resnet_viz.exports.svg_marks import TABULAR, SvgInk, element, number
from resnet_viz.exports.xml import XmlIds, legal

FONTS: Final = (
    "Pretendard, 'Pretendard Variable', Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, "
    "'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans CJK KR', 'Noto Sans KR', sans-serif"
)
"""Near in width to the first: Latin ones, then Korean ones of each system."""
_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_STYLE: Final = f".{TABULAR}{{font-variant-numeric:tabular-nums}}"


def write_svg(
    file: IO[bytes], display_list: DisplayList, options: ExportOptions, frame: Frame
) -> None:
    """Write the picture; needs no Qt."""
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
        },
    )
    _add_title(root, options.title or "resnet-viz")
    style, ink = SubElement(root, "style"), SvgInk(options.theme, options.dark)
    if options.canvas:
        sides = zip(("x", "y", "width", "height"), (left, top, width, height), strict=True)
        rect = {name: number(value) for name, value in sides}
        is_themed = options.background == "theme"
        fill = ink.attributes(fill="canvas") if is_themed else {"fill": options.canvas}
        SubElement(root, "rect", rect | fill)
    _add_body(root, display_list, ink)
    style.text = _STYLE + ink.style
    return root


def _add_body(root: Element, display_list: DisplayList, ink: SvgInk) -> None:
    drawn = bundles(display_list)
    ids = XmlIds()
    # The groups choose first: a script looks for a block by its own id.
    named = {index: ids.take(wish) for index, wish in _wishes(drawn)}
    for index, bundle in enumerate(drawn):
        name = named.get(index)
        if len(bundle.items) == 1:
            item = bundle.items[0]
            _add_item(root, item, name or ids.take(item.id), ink)
            continue
        primary = bundle.primary
        group = SubElement(root, "g", {"id": name or ids.take(f"{bundle.group}-parts")})
        _add_title(group, primary.title if primary else "")
        for item in bundle.items:
            _add_item(group, item, ids.take(item.id), ink)


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


def _add_item(parent: Element, item: Item, name: str, ink: SvgInk) -> None:
    drawn = [element(mark, ink) for mark in item.marks if mark.lod & NEAR]
    parts = [part for part in drawn if part is not None]
    if parts:
        group = SubElement(parent, "g", {"id": name, "class": item.kind})
        _add_title(group, item.title)
        group.extend(parts)


def _add_title(parent: Element, title: str) -> None:
    if title:
        SubElement(parent, "title").text = legal(title)

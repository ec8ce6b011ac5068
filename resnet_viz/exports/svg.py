"""A display list to SVG: real text, one group a block, nothing that another program trips over."""

from __future__ import annotations

from typing import IO, Final

from resnet_viz.drawing.display_list import NEAR, DisplayList, Item
from resnet_viz.drawing.themes import Theme
from resnet_viz.exports.grouping import Bundle, bundles, stands_for
from resnet_viz.exports.options import ExportOptions, Frame
from resnet_viz.exports.svg_marks import TABULAR, element, number
from resnet_viz.exports.xml import XmlIds, attribute, content

FONTS: Final = (
    "Pretendard, 'Pretendard Variable', Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, "
    "'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans CJK KR', 'Noto Sans KR', sans-serif"
)
"""Near in width to the first: Latin ones, then Korean ones of each system."""
_STYLE: Final = f".{TABULAR}{{font-variant-numeric:tabular-nums}}"


def write_svg(
    file: IO[bytes], display_list: DisplayList, settings: ExportOptions, frame: Frame
) -> None:
    """Write the picture; needs no Qt."""
    file.write(svg_text(display_list, settings, frame).encode())


def svg_text(display_list: DisplayList, settings: ExportOptions, frame: Frame) -> str:
    """The whole document."""
    bounds = display_list.bounds
    left, top = bounds.x - frame.left / frame.scale, bounds.y - frame.top / frame.scale
    size = (frame.width / frame.scale, frame.height / frame.scale)
    view = " ".join(map(number, (left, top, *size)))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<svg xmlns="http://www.w3.org/2000/svg"'
        f' width="{number(frame.width)}" height="{number(frame.height)}" viewBox="{view}"'
        f' font-family="{FONTS}" fill="none" stroke-linejoin="round">',
        f"<title>{content(settings.title or 'resnet-viz')}</title>",
        f"<style>{_STYLE}</style>",
    ]
    if settings.ground:
        lines.append(
            f'<rect x="{number(left)}" y="{number(top)}" width="{number(size[0])}"'
            f' height="{number(size[1])}" fill="{settings.ground}"/>'
        )
    lines += _body(display_list, settings.theme)
    lines.append("</svg>\n")
    return "\n".join(lines)


def _body(display_list: DisplayList, theme: Theme) -> list[str]:
    found = bundles(display_list)
    ids = XmlIds()
    # The groups choose first: a script looks for a block by its own id.
    named = {place: ids.take(wish) for place, wish in _wishes(found)}
    lines: list[str] = []
    for place, bundle in enumerate(found):
        name = named.get(place)
        if len(bundle.items) == 1:
            item = bundle.items[0]
            lines += _item(item, name or ids.take(item.id), theme)
            continue
        primary = bundle.primary
        lines.append(f"<g id={attribute(name or ids.take(f'{bundle.group}-parts'))}>")
        lines += _title(primary.title if primary else "")
        for item in bundle.items:
            lines += _item(item, ids.take(item.id), theme)
        lines.append("</g>")
    return lines


def _wishes(found: tuple[Bundle, ...]) -> list[tuple[int, str]]:
    """The places of the bundles that hold a group's card, frame or panel, or a call's card."""
    groups: list[tuple[int, str]] = []
    calls: list[tuple[int, str]] = []
    for place, bundle in enumerate(found):
        if bundle.group is not None:
            if bundle.primary is not None:
                groups.append((place, bundle.group))
            continue
        item = bundle.items[0]
        if item.target is not None and item.kind in {"card", "frame", "panel", "join"}:
            mine = item.target.kind == "group" and item.kind != "join"
            if mine and stands_for(item, item.target.id):
                groups.append((place, item.target.id))
            elif item.target.kind == "call":
                calls.append((place, item.target.id))
    return groups + calls


def _item(item: Item, name: str, theme: Theme) -> list[str]:
    drawn = [element(mark, theme) for mark in item.marks if mark.lod & NEAR]
    parts = [part for part in drawn if part]
    if not parts:
        return []
    opening = f'<g id={attribute(name)} class="{item.kind}">'
    return [opening, *_title(item.title), *parts, "</g>"]


def _title(title: str) -> list[str]:
    return [f"<title>{content(title)}</title>"] if title else []

"""A figure as one self-contained HTML page: the pictures of all details, and facts to click for.

The page asks nothing of the network and carries a content security policy that lets its own script
and style run and nothing else. Names of layers are untrusted: they are text nodes, escaped
attributes or JSON whose "<" is escaped.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import IO, Final
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from resnet_viz import assets
from resnet_viz.drawing.display_list import NEAR, DisplayList, DrawnTensor, Rect, Text
from resnet_viz.drawing.measure import Measurer
from resnet_viz.drawing.themes import DARK, LIGHT, Theme
from resnet_viz.exports.figure import Figure
from resnet_viz.exports.html.facts import FactWriter, target_key
from resnet_viz.exports.options import ExportOptions
from resnet_viz.exports.svg import FONTS
from resnet_viz.exports.svg_marks import TABULAR_STYLE, ClassInk, css_name, element, number
from resnet_viz.layout.view import DETAILS, Detail, with_detail
from resnet_viz.paint.printable import printable, printable_lines

MOST_CALLS: Final = 600
"""With more calls only the details up to the one asked for are in the page."""
_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en"{theme}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="generator" content="resnet-viz">
<meta name="description" content="{description}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<span id="finding"><input id="search" type="search" placeholder="Search" aria-label="Search">\
<ul id="found"></ul></span>
<span id="details" class="together" role="group" aria-label="Detail">{details}</span>
<span class="together" role="group" aria-label="Zoom"><button id="out" aria-label="Zoom out">−\
</button><button id="fit" title="Fit (F)">Fit</button><button id="in" aria-label="Zoom in">+\
</button></span>
<button id="theme" title="Light or dark">◐</button>
</header>
<main>
{picture}
<aside id="facts" hidden aria-live="polite"></aside>
</main>
{note}<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def write_html(file: IO[bytes], figure: Figure, options: ExportOptions) -> None:
    """Write the page; needs Qt's fonts to measure with.

    Raises:
        AppError: Qt can't be loaded, or Graphviz failed.
    """
    pictures = _pictures(figure)
    ink = ClassInk()
    style = assets.read_bytes("web/viewer.css").decode()
    script = assets.read_bytes("web/viewer.js").decode()
    picture = _svg(pictures, figure.view.detail, options, ink)
    style = _variables(options, ink) + style
    page = _PAGE.format(
        theme=' data-theme="dark"' if options.theme.dark else "",
        policy=_policy(script, style),
        title=escape(printable(options.title or "resnet-viz")),
        description=escape(printable_lines(options.description)),
        style=style,
        details="".join(
            f'<button value="{detail}">{detail.capitalize()}s</button>' for detail in pictures
        ),
        picture=picture,
        note=_note(pictures),
        data=_data(figure, pictures),
        script=script,
    )
    file.write(page.encode())


def _pictures(figure: Figure) -> dict[Detail, DisplayList]:
    """The picture that was asked for, and those of the other details, coarse ones first."""
    asked = figure.view.detail
    is_small = len(figure.document.graph.calls) <= MOST_CALLS
    details = DETAILS if is_small else DETAILS[: DETAILS.index(asked) + 1]
    return {
        detail: figure.picture
        if detail == asked
        else figure.drawn(with_detail(figure.view, detail))
        for detail in details
    }


def _note(pictures: dict[Detail, DisplayList]) -> str:
    """Sentences below the picture: details left out, layouts that are not the usual one."""
    notes = [note for picture in pictures.values() for note in picture.notes]
    finest = next(reversed(pictures))
    if finest != DETAILS[-1]:
        notes.append(
            f"This model has more than {MOST_CALLS} layers, so the page ends at {finest} detail; "
            "export with --detail layer for a page of all of them."
        )
    if not notes:
        return ""
    return f'<div id="note">{escape(printable(" ".join(dict.fromkeys(notes))))}</div>\n'


def _svg(
    pictures: dict[Detail, DisplayList], asked: Detail, options: ExportOptions, ink: ClassInk
) -> str:
    from resnet_viz.paint.fonts import QtMeasurer

    bounds = pictures[asked].bounds
    view_box = (bounds.x, bounds.y, bounds.width, bounds.height)
    attributes = {
        "id": "canvas",
        "tabindex": "0",
        "role": "application",
        "aria-label": printable(f"Diagram of {options.title or 'a model'}"),
        "viewBox": " ".join(map(number, view_box)),
        "font-family": FONTS,
        "fill": "none",
        "stroke-linejoin": "round",
    }
    root = Element("svg", attributes)
    measurer = QtMeasurer()
    world = SubElement(root, "g", {"id": "world"})
    for detail, picture in pictures.items():
        holder = SubElement(world, "g", {"data-detail": detail, "data-b": _box(picture.bounds)})
        if detail != asked:
            holder.set("display", "none")
        _add_items(holder, picture, ink, measurer)
    return tostring(root, "unicode")


def _add_items(holder: Element, picture: DisplayList, ink: ClassInk, measurer: Measurer) -> None:
    for item in picture.items:
        parts = []
        for mark in item.marks:
            part = element(mark, ink) if mark.lod & NEAR else None
            if part is not None:
                parts.append(part)
                if isinstance(mark, Text):  # another font is as wide as the one measured with
                    width = measurer.width(mark.text, mark.size, mark.weight, tabular=mark.tabular)
                    part.set("textLength", number(width))
        if not parts:
            continue
        attributes = {"class": item.kind, "data-b": _box(item.bounds)}
        if item.target is not None:
            attributes["data-t"] = target_key(item.target)
        SubElement(holder, "g", attributes).extend(parts)


def _box(bounds: Rect) -> str:
    return " ".join(map(number, (bounds.x, bounds.y, bounds.width, bounds.height)))


def _variables(options: ExportOptions, ink: ClassInk) -> str:
    """Style sheet of the colours: those of the light theme, or of the dark one as the reader is."""
    light = LIGHT if options.theme.dark else options.theme
    dark = _declared(DARK)
    return (
        f":root{{{_declared(light)}color-scheme:light}}"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}"
        "color-scheme:dark}}"
        f":root[data-theme=dark]{{{dark}color-scheme:dark}}"
        f"{ink.style()}{TABULAR_STYLE}"
    )


def _declared(theme: Theme) -> str:
    return "".join(f"{css_name(token)}:{color};" for token, color in theme.colors.items())


def _policy(script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _data(figure: Figure, pictures: dict[Detail, DisplayList]) -> str:
    tensors: dict[str, DrawnTensor] = {}
    for picture in pictures.values():
        tensors |= picture.tensors
    writer = FactWriter(figure.document, tensors)
    values = {
        "detail": figure.view.detail,
        "details": list(pictures),
        "facts": writer.facts(),
        "children": writer.children(),
        "labels": writer.labels,
    }
    # In a script element "</script>" and "<!--" would end or change it.
    return printable(msgspec.json.encode(values).decode()).replace("<", "\\u003c")

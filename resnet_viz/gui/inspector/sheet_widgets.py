"""Widgets of an inspector sheet: heading, shapes, sections, facts, tiles."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from resnet_viz.analysis.structure.types import ShortcutKind
from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.strokes import STROKES
from resnet_viz.drawing.themes import Theme, mix, readable
from resnet_viz.gui.inspector.click_frame import ClickFrame
from resnet_viz.gui.inspector.sheets.types import Section, Sheet, SheetLink, Tile
from resnet_viz.gui.inspector.step_table import OUT_WIDTH, WEIGHTS_WIDTH, Pick, StepTable
from resnet_viz.gui.widgets.controls import label, row
from resnet_viz.gui.widgets.elided_label import ElidedLabel
from resnet_viz.gui.widgets.icons import icon
from resnet_viz.gui.widgets.soft_breaks import breakable
from resnet_viz.paint.shapes import pen
from resnet_viz.typing_compat import override


class LineSample(QWidget):
    """A short piece of a shortcut's line, as in the diagram."""

    def __init__(self, kind: ShortcutKind, color: str) -> None:
        super().__init__()
        stroke = STROKES[kind]
        self._pen = pen(color, stroke.width, stroke.dash)
        self.setFixedSize(28, 12)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        painter.drawLine(QPointF(0, 6.25), QPointF(28, 6.25))


class Swatch(QWidget):
    """A square in the stage's colour, beside a title."""

    def __init__(self, color: str) -> None:
        super().__init__()
        self._color = QColor(color)
        self.setFixedSize(QSize(11, 20))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color)
        painter.drawRoundedRect(0, 5, 11, 11, 2.5, 2.5)


def heading(sheet: Sheet, theme: Theme, pick: Pick) -> QVBoxLayout:
    """Swatch, title and badge of a sheet, with its crumbs below."""
    swatch = [Swatch(theme[sheet.swatch])] if sheet.swatch else []
    badge = [_badge(sheet, theme)] if sheet.badge else []
    title = ElidedLabel(sheet.title, size=16, weight=700)
    layout = QVBoxLayout()
    layout.setSpacing(3)
    layout.addLayout(row(*swatch, title, *badge, 1, spacing=8))
    if sheet.crumbs:
        layout.addWidget(
            links(sheet.crumbs, pick, color=theme["text-3"], separator=" › ", tone="text-3")
        )
    return layout


def _badge(sheet: Sheet, theme: Theme) -> QWidget:
    badge = label(sheet.badge, size=11, weight=600)
    badge.setObjectName("badge")
    if sheet.swatch:
        fill = mix(theme[sheet.swatch], theme["surface"], 0.16)
        text = readable(theme[sheet.swatch], fill, dark=theme.dark)
        badge.setStyleSheet(f"#badge {{ background: {fill}; color: {text}; }}")
    return badge


def shapes(before: str, after: str, theme: Theme) -> QHBoxLayout:
    """Input and output shape with an arrow between them."""
    arrow = label("")
    arrow.setFixedWidth(16)
    glyph = icon("arrow-right", theme["text-3"], 14)
    arrow.setPixmap(glyph.pixmap(QSize(14, 14), arrow.devicePixelRatioF()))
    layout = row(spacing=4)
    layout.addWidget(_well("in", before), 1)
    layout.addWidget(arrow)
    layout.addWidget(_well("out", after), 1)
    return layout


def _well(caption: str, value: str) -> QFrame:
    """A shape with its caption, in a sunken box."""
    box = QFrame()
    box.setObjectName("well")
    layout = QVBoxLayout(box)
    layout.setContentsMargins(10, 4, 6, 5)
    layout.setSpacing(0)
    layout.addWidget(label(caption, size=11, tone="text-3"))
    layout.addWidget(label(value, size=13, weight=600, tabular=True, selectable=True))
    return box


def section(content: Section, theme: Theme, pick: Pick) -> QWidget:
    """A titled table of steps."""
    widget = QWidget()
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(5)
    layout.addLayout(_section_head(content, theme))
    layout.addWidget(StepTable(content.steps, theme, pick))
    if content.omitted:
        rest = label(content.omitted_text, size=11, tone="text-3")
        rest.setContentsMargins(11, 0, 0, 0)
        layout.addWidget(rest)
    return widget


def _section_head(content: Section, theme: Theme) -> QHBoxLayout:
    head: list[QWidget | int] = [label(content.title, size=11, weight=600, tone="text-2")]
    if content.shortcut_kind is not None:
        head.append(LineSample(content.shortcut_kind, theme["shortcut"]))
    head.append(1)
    if content.headed:
        for text, width in (("out", OUT_WIDTH), ("weights", WEIGHTS_WIDTH)):
            column = label(text, size=11, tone="text-3")
            column.setAlignment(Qt.AlignmentFlag.AlignRight)
            column.setMinimumWidth(width)
            head.append(column)
    elif content.note:
        head.append(label(content.note, size=11, tone="text-2"))
    layout = row(*head, spacing=0 if content.headed else 6)
    layout.setContentsMargins(0, 0, 10, 0)
    return layout


def tiles(content: tuple[Tile, ...], explain: Callable[[str], None]) -> QWidget:
    """Numbers in boxes, wide ones first, the others two in a row; a click opens the formula."""
    widget = QWidget()
    layout = QGridLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    place = 0
    for tile in content:
        span = 2 if tile.is_wide else 1
        layout.addWidget(_tile(tile, explain), place // 2, place % 2, 1, span)
        place += span
    layout.setColumnStretch(0, 1)
    layout.setColumnStretch(1, 1)
    return widget


def _tile(tile: Tile, explain: Callable[[str], None]) -> QFrame:
    box = ClickFrame()
    box.setObjectName("tile")
    box.setMinimumWidth(100)
    layout = QVBoxLayout(box)
    layout.setContentsMargins(9, 6, 4, 6)
    layout.setSpacing(1)
    layout.addWidget(label(tile.name, size=11, tone="text-2"))
    layout.addWidget(ElidedLabel(tile.value, size=14, weight=600, tabular=True))
    layout.addWidget(ElidedLabel(tile.note, size=11, tone="text-2", tabular=True))
    if tile.key:
        box.setAccessibleName(f"{tile.name}: {tile.value}")
        box.clicked.connect(lambda: explain(tile.key))
        box.make_clickable()
    return box


def links(
    content: tuple[SheetLink, ...], pick: Pick, *, color: str, separator: str = ", ",
    tone: str = "text-2",
) -> QLabel:  # fmt: skip
    """Texts in ``tone``; those with a target are links in ``color``."""
    texts: list[str] = []
    targets: dict[str, Target] = {}
    for index, link in enumerate(content):
        text = breakable(link.text)
        if link.target is not None:
            key = f"to:{index}"
            targets[key] = link.target
            text = f'<a href="{key}" style="text-decoration:none; color:{color}">{text}</a>'
        texts.append(text)
    rich = label("", size=11, tone=tone, wrap=True)
    rich.setTextFormat(Qt.TextFormat.RichText)
    rich.setText(separator.join(texts))
    rich.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
    rich.linkActivated.connect(lambda key: pick(targets[key]))
    return rich


def facts(sheet: Sheet, theme: Theme, pick: Pick) -> QWidget:
    """Named values in two columns, below their title."""
    widget = QWidget()
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(4)
    grid.setColumnMinimumWidth(0, 48)
    grid.setColumnStretch(1, 1)
    grid.addWidget(label(sheet.facts_title, size=11, weight=600, tone="text-2"), 0, 0, 1, 2)
    for line, fact in enumerate(sheet.facts, start=1):
        name = label(fact.name, size=11, tone="text-3")
        name.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        name.setContentsMargins(0, 1, 0, 0)
        grid.addWidget(name, line, 0)
        value = (
            links(fact.links, pick, color=theme["accent"])
            if fact.links
            else label(fact.text, size=11.5, tabular=True, selectable=True, wrap=True)
        )
        grid.addWidget(value, line, 1)
    return widget

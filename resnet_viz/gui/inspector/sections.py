"""The inspector's building bricks: tables of steps, tiles, facts, formulas, line samples."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.inspector.formulas import ClickFrame, breakable
from resnet_viz.gui.inspector.sheets.types import Fact, Section, SheetLink, Tile
from resnet_viz.gui.inspector.step_table import OUT_WIDTH, WEIGHTS_WIDTH, Pick, StepTable
from resnet_viz.gui.widgets.controls import label, row
from resnet_viz.gui.widgets.elided_label import ElidedLabel

_DASHES = {
    "projection": (5.0, 3.5),
    "pooled": (8.0, 2.0, 2.0, 2.0),
    "upsampled": (8.0, 2.0, 2.0, 2.0),
}


class LineSample(QWidget):
    """A short piece of a shortcut's line, drawn as the picture draws it."""

    def __init__(self, kind: str, color: str) -> None:
        super().__init__()
        self._pen = QPen(QColor(color), 1.5)
        self._pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if kind in _DASHES:
            self._pen.setDashPattern([length / 1.5 for length in _DASHES[kind]])
        self.setFixedSize(28, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        painter.drawLine(QPointF(0, 6.25), QPointF(28, 6.25))


def section(made: Section, theme: Theme, pick: Pick) -> QWidget:
    """A titled table of steps."""
    whole = QWidget()
    places = QVBoxLayout(whole)
    places.setContentsMargins(0, 0, 0, 0)
    places.setSpacing(5)
    head: list[QWidget | int] = [label(made.title, size=11, weight=600, tone="text-2")]
    if made.line:
        head.append(LineSample(made.line, theme["shortcut"]))
    if not made.headed:
        head.append(1)
    if made.headed:
        out = label("out", size=11, tone="text-3")
        weights = label("weights", size=11, tone="text-3")
        for column, width in ((out, OUT_WIDTH), (weights, WEIGHTS_WIDTH)):
            column.setAlignment(Qt.AlignmentFlag.AlignRight)
            column.setMinimumWidth(width)
        head += [1, out, weights]
    elif made.note:
        head.append(label(made.note, size=11, tone="text-2"))
    title = row(*head, spacing=6)
    title.setContentsMargins(0, 0, 10, 0)
    if made.headed:
        title.setSpacing(0)
    places.addLayout(title)
    places.addWidget(StepTable(made.steps, theme, pick))
    if made.more:
        rest = label(made.rest, size=11, tone="text-3")
        rest.setContentsMargins(11, 0, 0, 0)
        places.addWidget(rest)
    return whole


def tiles(made: tuple[Tile, ...], explain: Callable[[str], None]) -> QWidget:
    """Numbers in boxes, two in a row; a click on one opens its formula."""
    whole = QWidget()
    places = QGridLayout(whole)
    places.setContentsMargins(0, 0, 0, 0)
    places.setSpacing(8)
    for index, tile in enumerate(made):
        places.addWidget(_tile(tile, explain), index // 2, index % 2)
    places.setColumnStretch(0, 1)
    places.setColumnStretch(1, 1)
    return whole


def _tile(tile: Tile, explain: Callable[[str], None]) -> QFrame:
    box = ClickFrame()
    box.setObjectName("tile")
    box.setMinimumWidth(100)
    places = QVBoxLayout(box)
    places.setContentsMargins(9, 6, 4, 6)
    places.setSpacing(1)
    places.addWidget(label(tile.name, size=11, tone="text-2"))
    places.addWidget(ElidedLabel(tile.value, size=14, weight=600, tabular=True))
    places.addWidget(ElidedLabel(tile.note, size=11, tone="text-2", tabular=True))
    if tile.key:
        box.setAccessibleName(f"{tile.name}: {tile.value}")
        box.clicked.connect(lambda: explain(tile.key))
        box.make_clickable()
    return box


def links(
    made: tuple[SheetLink, ...],
    pick: Pick,
    *,
    color: str,
    separator: str = ", ",
    tone: str = "text-2",
) -> QLabel:
    """Texts of which some lead, in ``color``, to what they name; the others are in ``tone``."""
    parts: list[str] = []
    targets: dict[str, Target] = {}
    for index, link in enumerate(made):
        text = breakable(link.text)
        if link.target is not None:
            key = f"to:{index}"
            targets[key] = link.target
            text = f'<a href="{key}" style="text-decoration:none; color:{color}">{text}</a>'
        parts.append(text)
    shown = label("", size=11, tone=tone, wrap=True)
    shown.setTextFormat(Qt.TextFormat.RichText)
    shown.setText(separator.join(parts))
    shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
    shown.linkActivated.connect(lambda key: pick(targets[key]))
    return shown


def facts(title: str, made: tuple[Fact, ...], theme: Theme, pick: Pick) -> QWidget:
    """Named values in two columns."""
    whole, grid = _grid(label(title, size=11, weight=600, tone="text-2"))
    for line, fact in enumerate(made, start=1):
        grid.addWidget(_name(fact.name), line, 0)
        if fact.links:
            grid.addWidget(links(fact.links, pick, color=theme["accent"]), line, 1)
        else:
            grid.addWidget(
                label(fact.text, size=11.5, tabular=True, selectable=True, wrap=True), line, 1
            )
    return whole


def _grid(title: QLabel) -> tuple[QWidget, QGridLayout]:
    whole = QWidget()
    grid = QGridLayout(whole)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(4)
    grid.setColumnMinimumWidth(0, 48)
    grid.setColumnStretch(1, 1)
    grid.addWidget(title, 0, 0, 1, 2)
    return whole, grid


def _name(text: str) -> QLabel:
    made = label(text, size=11, tone="text-3")
    made.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    made.setContentsMargins(0, 1, 0, 0)
    return made


def well(caption: str, value: str) -> QFrame:
    """A shape with its caption, in a sunken box."""
    box = QFrame()
    box.setObjectName("well")
    places = QVBoxLayout(box)
    places.setContentsMargins(10, 4, 6, 5)
    places.setSpacing(0)
    places.addWidget(label(caption, size=11, tone="text-3"))
    places.addWidget(label(value, size=13, weight=600, tabular=True, selectable=True))
    return box


class Square(QWidget):
    """The stage's colour beside a title."""

    def __init__(self, color: str) -> None:
        super().__init__()
        self._color = QColor(color)
        self.setFixedSize(QSize(11, 20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color)
        painter.drawRoundedRect(0, 5, 11, 11, 2.5, 2.5)

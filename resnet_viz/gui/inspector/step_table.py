"""Table of steps in the inspector: ops with their output shapes and weights, to be clicked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.inspector.click_frame import ClickFrame
from resnet_viz.gui.inspector.sheets.types import BranchStep
from resnet_viz.gui.widgets.controls import label, row
from resnet_viz.gui.widgets.elided_label import ElidedLabel
from resnet_viz.gui.widgets.glyphs import op_pixmap

Pick: TypeAlias = Callable[[Target], None]
OUT_WIDTH: Final = 84
WEIGHTS_WIDTH: Final = 68
_ROWS_AT_ONCE: Final = 12
_ROWS_PER_TURN: Final = 8
"""Rows are slow to make: so many at first, and then in each turn of the event loop."""


class StepTable(QFrame):
    """The rows of a section; those of a long one are made turn by turn."""

    def __init__(self, steps: tuple[BranchStep, ...], theme: Theme, pick: Pick) -> None:
        super().__init__()
        self.setObjectName("table")
        self._theme = theme
        self._pick = pick
        self._pending = list(reversed(steps))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(1, 1, 1, 1)
        self._layout.setSpacing(0)
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(lambda: self._add(_ROWS_PER_TURN))
        self._add(_ROWS_AT_ONCE)
        if self._pending:
            self._timer.start()

    def _add(self, count: int) -> None:
        for _ in range(min(count, len(self._pending))):
            step = self._pending.pop()
            if self._layout.count():
                self._layout.addLayout(_divider())
            step_row = StepRow(step, self._theme)
            if step.target is not None:
                step_row.clicked.connect(lambda target=step.target: self._pick(target))
            self._layout.addWidget(step_row)
        if not self._pending:
            self._timer.stop()


def _divider() -> QHBoxLayout:
    """A line between two steps, inset on both sides."""
    line = QFrame()
    line.setObjectName("stepLine")
    line.setFixedHeight(1)
    divider = row(line)
    divider.setContentsMargins(10, 0, 8, 0)
    return divider


class StepRow(ClickFrame):
    """One line of a table of steps; a click, Enter or Space selects its target."""

    def __init__(self, step: BranchStep, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("step")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(36 if step.subtitle else 23)
        self.setAccessibleName(" ".join((step.title, step.subtitle, step.out, step.weights)))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 0, 8, 0)
        layout.setSpacing(0)
        layout.addWidget(self._glyph(step, theme))
        layout.addLayout(self._texts(step), 1)
        for text, width, tone in (
            (step.out, OUT_WIDTH, "text-2"),
            (step.weights, WEIGHTS_WIDTH, "text"),
        ):
            cell = label(text, size=11.5, tone=tone, tabular=True, selectable=True)
            cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            cell.setMinimumWidth(width)
            layout.addWidget(cell)
        if step.target is not None:
            self.make_clickable()

    def _glyph(self, step: BranchStep, theme: Theme) -> QLabel:
        glyph = QLabel()
        glyph.setFixedWidth(21 if step.glyph else 0)
        if step.glyph:
            glyph.setPixmap(op_pixmap(step.glyph, theme, 14, self.devicePixelRatioF()))
        return glyph

    def _texts(self, step: BranchStep) -> QVBoxLayout:
        layout = QVBoxLayout()
        layout.setSpacing(0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch(1)
        layout.addWidget(ElidedLabel(step.title, size=11.5))
        if step.subtitle:
            layout.addWidget(ElidedLabel(step.subtitle, size=11, tone="text-3"))
        layout.addStretch(1)
        return layout

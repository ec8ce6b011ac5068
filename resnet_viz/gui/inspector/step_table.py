"""One line of the inspector's tables: an op with its output shape and weights, to be clicked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from resnet_viz.drawing.display_list import Target
from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.inspector.sheets.types import BranchStep
from resnet_viz.gui.widgets.controls import label, row
from resnet_viz.gui.widgets.elided_label import ElidedLabel
from resnet_viz.gui.widgets.glyphs import op_pixmap

Pick: TypeAlias = Callable[[Target], None]
OUT_WIDTH: Final = 84
WEIGHTS_WIDTH: Final = 68
_AT_ONCE: Final = 12
_A_TURN: Final = 8
"""Lines that a table makes at once, and then in each turn of the event loop: they are slow."""


class StepTable(QFrame):
    """The lines of a section; those of a long one come turn by turn."""

    def __init__(self, steps: tuple[BranchStep, ...], theme: Theme, pick: Pick) -> None:
        super().__init__()
        self.setObjectName("table")
        self._theme = theme
        self._pick = pick
        self._waiting = list(reversed(steps))
        self._places = QVBoxLayout(self)
        self._places.setContentsMargins(1, 1, 1, 1)
        self._places.setSpacing(0)
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(lambda: self._add(_A_TURN))
        self._add(_AT_ONCE)
        if self._waiting:
            self._turn.start()

    def _add(self, count: int) -> None:
        for _ in range(min(count, len(self._waiting))):
            step = self._waiting.pop()
            if self._places.count():
                self._places.addLayout(_divider())
            line = StepRow(step, self._theme)
            if step.target is not None:
                line.clicked.connect(lambda target=step.target: self._pick(target))
            self._places.addWidget(line)
        if not self._waiting:
            self._turn.stop()


def _divider() -> QHBoxLayout:
    """A line between two steps, inset on both sides."""
    line = QFrame()
    line.setObjectName("stepLine")
    line.setFixedHeight(1)
    made = row(line)
    made.setContentsMargins(10, 0, 8, 0)
    return made


class StepRow(QFrame):
    """One line of a table of steps; a click, Enter or Space selects what it stands for.

    Signals:
        clicked(): the row was chosen.
    """

    clicked = Signal()

    def __init__(self, step: BranchStep, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("step")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(36 if step.sub else 23)
        self.setAccessibleName(" ".join((step.title, step.sub, step.out, step.weights)))
        places = QHBoxLayout(self)
        places.setContentsMargins(10, 0, 8, 0)
        places.setSpacing(0)
        places.addWidget(self._glyph(step, theme))
        places.addLayout(self._texts(step), 1)
        for text, width, tone in (
            (step.out, OUT_WIDTH, "text-2"),
            (step.weights, WEIGHTS_WIDTH, "text"),
        ):
            cell = label(text, size=11.5, tone=tone, tabular=True, selectable=True)
            cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            cell.setMinimumWidth(width)
            places.addWidget(cell)
        if step.target is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            for text_label in self.findChildren(QLabel):  # selectable text keeps its clicks
                text_label.installEventFilter(self)

    def _glyph(self, step: BranchStep, theme: Theme) -> QLabel:
        made = QLabel()
        made.setFixedWidth(21 if step.glyph else 0)
        if step.glyph:
            made.setPixmap(op_pixmap(step.glyph, theme, 14, self.devicePixelRatioF()))
        return made

    def _texts(self, step: BranchStep) -> QVBoxLayout:
        places = QVBoxLayout()
        places.setSpacing(0)
        places.setContentsMargins(0, 0, 0, 0)
        places.addStretch(1)
        places.addWidget(ElidedLabel(step.title, size=11.5))
        if step.sub:
            places.addWidget(ElidedLabel(step.sub, size=11, tone="text-3"))
        places.addStretch(1)
        return places

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's: a click on a text counts as one on the row, unless it has selected something."""
        if (
            isinstance(watched, QLabel)
            and isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
            and not watched.hasSelectedText()
        ):
            self.clicked.emit()
        return False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt's: a click beside the texts."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's: Enter and Space do what a click does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
            return
        super().keyPressEvent(event)

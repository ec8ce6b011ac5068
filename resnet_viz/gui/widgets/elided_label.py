"""A label that never makes its panel wider: what doesn't fit is cut in the middle, not lost."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from resnet_viz.paint.fonts import font

_LEAST = 24


class ElidedLabel(QLabel):
    """One line of plain text. The tooltip, a screen reader and Ctrl+C give the whole of it."""

    def __init__(
        self, text: str, *, size: float = 12, weight: int = 400, tone: str = "text",
        tabular: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(text)
        self._whole = text
        self.setFont(font(size, weight, tabular=tabular))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", tone)
        self.setAccessibleName(text)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def whole_text(self) -> str:
        """The text without any cut."""
        return self._whole

    def set_whole_text(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setAccessibleName(text)
        self._cut()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as the whole text."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._whole) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        """It may be cut down to almost nothing."""
        hint = self.sizeHint()
        return QSize(min(_LEAST, hint.width()), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's: cut to the new width."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(
            self._whole, Qt.TextElideMode.ElideMiddle, self.width()
        )
        if shown != self.text():
            self.setText(shown)
            self.setToolTip("" if shown == self._whole else self._whole)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's: copies the whole text if what is shown of it is cut."""
        is_cut = self.text() != self._whole
        if is_cut and self.hasSelectedText() and event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._whole)
            return
        super().keyPressEvent(event)

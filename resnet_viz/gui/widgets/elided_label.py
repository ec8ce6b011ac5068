"""Label elided in the middle, which never makes its panel wider."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from resnet_viz.paint.fonts import font
from resnet_viz.paint.printable import printable, tip_html
from resnet_viz.typing_compat import override

_LEAST = 24


class ElidedLabel(QLabel):
    """One line of plain text; the tooltip, screen readers and Ctrl+C have the whole of it."""

    def __init__(
        self,
        text: str,
        *,
        size: float = 12,
        weight: int = 400,
        tone: str = "text",
        tabular: bool = False,
    ) -> None:
        text = printable(text)
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
        """The text without elision."""
        return self._whole

    def set_whole_text(self, text: str) -> None:
        """Show another text."""
        self._whole = printable(text)
        self.setAccessibleName(self._whole)
        self._elide()
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._whole) + 2, metrics.height())

    @override
    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(_LEAST, hint.width()), hint.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        elided = self.fontMetrics().elidedText(
            self._whole, Qt.TextElideMode.ElideMiddle, self.width()
        )
        if elided != self.text():
            self.setText(elided)
            self.setToolTip("" if elided == self._whole else tip_html(self._whole))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Copy the whole text, not the elided one.
        is_elided = self.text() != self._whole
        if is_elided and self.hasSelectedText() and event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._whole)
            return
        super().keyPressEvent(event)

"""The tooltip of the item under the pointer."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QToolTip, QWidget

from resnet_viz.drawing.display_list import Item
from resnet_viz.paint.printable import tip_html

DELAY: Final = 400
"""Milliseconds until the tooltip shows."""


class ItemTooltip:
    """Shows an item's title once the pointer has rested on it for a while."""

    def __init__(self, view: QWidget) -> None:
        self._view = view
        self._text = ""
        self._at = QPoint()
        self._timer = QTimer(view)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self._show)

    def point_at(self, item: Item | None, at: QPoint) -> None:
        """Show the title of the item under the pointer after a delay; ``at`` is on the screen."""
        self.hide()
        if item is not None and item.title:
            self._text, self._at = item.title, at
            self._timer.start()

    def move(self, at: QPoint) -> None:
        """Follow the pointer on the same item."""
        self._at = at

    def hide(self) -> None:
        """Hide the tooltip."""
        self._timer.stop()
        if self._text:
            self._text = ""
            QToolTip.hideText()

    def _show(self) -> None:
        QToolTip.showText(self._at, tip_html(self._text), self._view)

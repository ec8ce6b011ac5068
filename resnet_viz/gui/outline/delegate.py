"""Item delegate of the outline: selection bar, swatch or glyph, title, right column."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.outline.model import ROW_ROLE
from resnet_viz.gui.outline.rows import Row
from resnet_viz.gui.widgets.glyphs import op_pixmap
from resnet_viz.paint.fonts import font
from resnet_viz.paint.printable import printable
from resnet_viz.typing_compat import override

ROW_HEIGHT: Final = 24
OFFSET: Final = 8
"""Pixels that the rows are shifted to the right of Qt's position, inside the selection bar."""
_RIGHT: Final = 13
_SQUARE: Final = 8
_GLYPH: Final = 13
_CENTERED: Final = Qt.AlignmentFlag.AlignVCenter


class OutlineDelegate(QStyledItemDelegate):
    """Paints rows in a theme's colours; fonts and colours are made once, not while painting."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._plain, self._bold, self._small = font(12), font(12, 600), font(11, tabular=True)
        self._metrics = {id(face): QFontMetrics(face) for face in (self._plain, self._bold)}
        self._small_metrics = QFontMetrics(self._small)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours from now on."""
        self._theme = theme
        self._colors = {token: QColor(color) for token, color in theme.colors.items()}

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(120, ROW_HEIGHT)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: Row = index.data(ROW_ROLE)
        state: QStyle.StateFlag = option.state
        rect: QRect = option.rect
        selected = bool(state & QStyle.StateFlag.State_Selected)
        rect = rect.adjusted(OFFSET, 0, 0, 0)
        left = self._mark(painter, row, rect)
        bold = row.target is None or (selected and not row.glyph)
        right = self._right_text(painter, row, rect, left=left)
        painter.setFont(self._bold if bold else self._plain)
        painter.setPen(self._colors["accent" if selected and not row.glyph else "text"])
        metrics = self._metrics[id(self._bold if bold else self._plain)]
        space = right - left - 6
        title = metrics.elidedText(printable(row.title), Qt.TextElideMode.ElideMiddle, space)
        painter.drawText(QRect(left, rect.top(), space, rect.height()), _CENTERED, title)

    def paint_background(
        self, painter: QPainter, rect: QRect, *, selected: bool, hovered: bool
    ) -> None:
        """Paint the background of a whole row."""
        whole = QRect(0, rect.top(), rect.right() + 1, rect.height())
        if selected:
            painter.fillRect(whole, self._colors["accent-bg"])
            painter.fillRect(QRect(0, rect.top(), 2, rect.height()), self._colors["accent"])
        elif hovered:
            painter.fillRect(whole, self._colors["hover"])

    def _mark(self, painter: QPainter, row: Row, rect: QRect) -> int:
        """Draw the swatch or glyph; returns the left edge of the title."""
        middle = rect.top() + rect.height() // 2
        if row.swatch:
            square = QRectF(rect.left() + 2, middle - _SQUARE / 2, _SQUARE, _SQUARE)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colors[row.swatch])
            painter.drawRoundedRect(square, 2, 2)
            return rect.left() + 16
        if row.glyph:
            ratio = painter.device().devicePixelRatioF()
            picture = op_pixmap(row.glyph, self._theme, _GLYPH, ratio)
            painter.drawPixmap(rect.left() + 2, middle - _GLYPH // 2 - 1, picture)
            return rect.left() + 22
        return rect.left() + 2

    def _right_text(self, painter: QPainter, row: Row, rect: QRect, *, left: int) -> int:
        """Draw the right column; returns its left edge.

        The model's own name is not cut for the count beside it, which the status bar has too.
        """
        edge = rect.right() - _RIGHT + 1
        if not row.right:
            return rect.right() + 1
        width = self._small_metrics.horizontalAdvance(row.right)
        title = self._metrics[id(self._bold)].horizontalAdvance(row.title)
        if row.target is None and left + title + 6 + width > edge:
            return rect.right() + 1
        painter.setFont(self._small)
        painter.setPen(self._colors["text-3"])
        painter.drawText(
            QRect(edge - width, rect.top(), width + 1, rect.height()), _CENTERED, row.right
        )
        return edge - width

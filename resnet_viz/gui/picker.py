"""The list of built-in architectures that the model button opens."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.widgets import HintButton, row
from resnet_viz.paint.fonts import font
from resnet_viz.zoo.catalog import NAMES, Architecture, architecture

_ROW: Final = 44
_WIDTH: Final = 460
_ENTRY: Final = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class _Entries(QAbstractListModel):
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(NAMES)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        entry = architecture(NAMES[index.row()])
        if role == _ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return entry.line
        return None


class _Painter(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self._title, self._line = font(12, 600), font(11)
        self._metrics = QFontMetrics(self._line)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index
        return QSize(_WIDTH - 20, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Architecture = index.data(_ENTRY)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        current = bool(state & QStyle.StateFlag.State_Selected)
        if current or state & QStyle.StateFlag.State_MouseOver:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme["accent-bg" if current else "hover"]))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 6, 6)
        painter.setPen(QColor(self.theme["accent" if current else "text"]))
        painter.setFont(self._title)
        painter.drawText(rect.left() + 10, rect.top() + 19, entry.title)
        painter.setPen(QColor(self.theme["text-2"]))
        painter.setFont(self._line)
        line = self._metrics.elidedText(entry.line, Qt.TextElideMode.ElideRight, rect.width() - 20)
        painter.drawText(rect.left() + 10, rect.top() + 35, line)


class _List(QListView):
    """A click or Enter chooses.

    Signals:
        chosen(QModelIndex): a row.
    """

    chosen = Signal(QModelIndex)

    def __init__(self) -> None:
        super().__init__()
        self.clicked.connect(self.chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class ModelPicker(QFrame):
    """A pop-up with title and line of every built-in, and the ways to other models.

    Signals:
        chosen(str): name of an architecture.
        variant_requested(): "Variant…".
        open_requested(): "Open…".
    """

    chosen = Signal(str)
    variant_requested = Signal()
    open_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.list = _List()
        self.list.setModel(_Entries(self.list))
        self._painter = _Painter(theme, self.list)
        self.list.setItemDelegate(self._painter)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Built-in architectures")
        self.list.setFixedSize(_WIDTH - 18, _ROW * len(NAMES) + 2)
        self.list.chosen.connect(self._choose)
        self.variant = HintButton("Variant…")
        self.open = HintButton("Open…", "Ctrl+O")
        self.variant.clicked.connect(lambda: self._close_and(self.variant_requested))
        self.open.clicked.connect(lambda: self._close_and(self.open_requested))
        places = QVBoxLayout(self)
        places.setContentsMargins(8, 8, 8, 8)
        places.setSpacing(8)
        places.addWidget(self.list)
        places.addLayout(row(self.variant, self.open, 1))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._painter.theme = theme
        for button in (self.variant, self.open):
            button.set_colors(text="text", glyph=theme["text-2"])

    def pop_up(self, at: QPoint, current: str) -> None:
        """Show at a place of the screen, with one architecture current."""
        place = NAMES.index(current) if current in NAMES else 0
        self.list.setCurrentIndex(self.list.model().index(place, 0))
        self.move(at)
        self.show()
        self.list.setFocus()

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.hide()
            self.chosen.emit(NAMES[index.row()])

    def _close_and(self, signal: Any) -> None:  # noqa: ANN401 - a bound signal has no public type
        self.hide()
        signal.emit()

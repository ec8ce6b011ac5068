"""Pop-up list with a search field; Enter or a click chooses a row.

Its item model and set-up serve other lists whose rows a delegate paints, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

import msgspec
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.widgets.controls import label
from resnet_viz.paint.fonts import font
from resnet_viz.typing_compat import override

_ROW: Final = Qt.ItemDataRole.UserRole
_PAGE: Final = 10
Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class RowModel(QAbstractListModel, Generic[Row]):
    """Item model of equal rows; a subclass gives their data."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()

    def show(self, rows: tuple[Row, ...]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)


def set_up_list(view: QListView, model: RowModel[Row], delegate: QStyledItemDelegate) -> None:
    """Let the delegate paint the rows, each as wide as the view."""
    view.setModel(model)
    view.setItemDelegate(delegate)
    view.setMouseTracking(True)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class PickRow(msgspec.Struct, frozen=True):
    """One row.

    Attributes:
        key: what choosing it means; "" for a heading.
        title, line, right: its texts; the line stands below the title.
    """

    key: str
    title: str
    line: str = ""
    right: str = ""

    @property
    def height(self) -> int:
        """Height in pixels."""
        if not self.key:
            return 26
        return 44 if self.line else 28


class _Model(RowModel[PickRow]):
    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not self.rows[index.row()].key:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == _ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        return row.line if role == Qt.ItemDataRole.AccessibleDescriptionRole else None


class _PickRowDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self._bold, self._plain, self._small = font(12, 600), font(12), font(11)
        self._heading = font(11, 600)
        self._metrics = QFontMetrics(self._small)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, int(index.data(_ROW).height))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: PickRow = index.data(_ROW)
        rect: QRect = option.rect
        inner = rect.adjusted(10, 0, -10, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        if not row.key:
            self._text(painter, inner.adjusted(0, 6, 0, 0), row.title, self._heading, "text-3")
            return
        state: QStyle.StateFlag = option.state
        current = bool(state & QStyle.StateFlag.State_Selected)
        if current or state & QStyle.StateFlag.State_MouseOver:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme["accent-bg" if current else "hover"]))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 6, 6)
        tone = "accent" if current else "text"
        if row.right:
            right = middle | Qt.AlignmentFlag.AlignRight
            self._text(painter, inner, row.right, self._small, "text-3", right)
        if not row.line:
            self._text(painter, inner, row.title, self._plain, tone)
            return
        self._text(painter, inner.adjusted(0, 5, 0, -20), row.title, self._bold, tone)
        line = self._metrics.elidedText(row.line, Qt.TextElideMode.ElideRight, inner.width())
        self._text(painter, inner.adjusted(0, 22, 0, -4), line, self._small, "text-2")

    def _text(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        face: QFont,
        token: str,
        where: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        painter.setFont(face)
        painter.setPen(QColor(self.theme[token]))
        painter.drawText(rect, where, text)


class PickList(QFrame):
    """The pop-up; ``rows`` returns the rows that match the typed text.

    Signals:
        chosen(str): a row's key.
    """

    chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        *,
        rows: Callable[[str], tuple[PickRow, ...]],
        prompt: str,
        nothing: str,
        width: int,
        height: int,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._rows = rows
        self._nothing = nothing
        self.field = QLineEdit()
        self.field.setFont(font(12))
        self.field.setPlaceholderText(prompt)
        self.field.setAccessibleName(prompt)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._filter)
        self.list = QListView()
        self.model = _Model(self.list)
        self._painter = _PickRowDelegate(theme, self.list)
        set_up_list(self.list, self.model, self._painter)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setFixedSize(width - 18, height)
        self.list.setAccessibleName(prompt)
        self.list.clicked.connect(self._choose)
        self.nothing = label("", tone="text-3")
        self.nothing.setContentsMargins(10, 0, 10, 0)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(8, 8, 8, 8)
        self._layout.setSpacing(8)
        self._layout.addWidget(self.field)
        self._layout.addWidget(self.nothing)
        self._layout.addWidget(self.list)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._painter.theme = theme

    def start(self, current: str = "") -> None:
        """Show all rows, one of them current; the field takes the keys."""
        self.field.clear()
        self._filter("")
        index = next((i for i, row in enumerate(self.model.rows) if row.key == current), 0)
        self._go(index if current else 0)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The field keeps the focus; up, down and Enter act on the list.
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: _PAGE,
            Qt.Key.Key_PageUp: -_PAGE,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self._go(self.list.currentIndex().row() + steps[key], 1 if steps[key] > 0 else -1)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
            return True
        return False

    def _filter(self, text: str) -> None:
        rows = self._rows(text)
        self.model.show(rows)
        self.nothing.setText("" if rows else self._nothing.format(text.strip()))
        self.nothing.setVisible(not rows)
        self._go(0)

    def _go(self, index: int, direction: int = 1) -> None:
        """Make a row current, or the next one in the direction that is no heading."""
        rows = self.model.rows
        if not rows:
            return
        index = min(max(index, 0), len(rows) - 1)
        directions = (range(index, len(rows)), range(index, -1, -1))
        for candidates in directions if direction > 0 else reversed(directions):
            for candidate in candidates:
                if rows[candidate].key:
                    self.list.setCurrentIndex(self.model.index(candidate, 0))
                    if candidate and not rows[candidate - 1].key:  # show its heading too
                        self.list.scrollTo(self.model.index(candidate - 1, 0))
                    return

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid() and index.data(_ROW).key:
            key: str = index.data(_ROW).key
            self.hide()
            self.chosen.emit(key)

"""List of problems: icon and word of the severity, message, and calls concerned."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from resnet_viz.analysis.problems.types import Problem, Severity
from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.drawing.themes import Theme
from resnet_viz.gui.widgets.icons import icon
from resnet_viz.gui.widgets.pick_list import Index, RowModel, set_up_list
from resnet_viz.paint.fonts import font
from resnet_viz.paint.printable import printable, tip_html
from resnet_viz.typing_compat import override

_PROBLEM: Final = Qt.ItemDataRole.UserRole
_WORDS: Final[dict[Severity, str]] = {"warning": "Warning", "information": "Information"}
_ICONS: Final[dict[Severity, tuple[str, str]]] = {
    "warning": ("triangle-alert", "error"),
    "information": ("info", "text-2"),
}
_MOST_NAMED: Final = 4
_LEFT: Final = 14
_TEXT: Final = 112
_LINE: Final = 16
_PAD: Final = 5
_WRAPPED: Final = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


def calls_text(problem: Problem) -> str:
    """The calls concerned: "conv1, conv2 and 14 more layers"."""
    shown, rest = problem.calls[:_MOST_NAMED], len(problem.calls) - _MOST_NAMED
    names = ", ".join(shown)
    if rest > 0:
        names += f" and {counted(rest, 'more layer')}"
    return names


class ProblemModel(RowModel[Problem]):
    """Item model with a row for each problem."""

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        problem = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{_WORDS[problem.severity]}: {problem.message} {calls_text(problem)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            shown = "\n".join(map(printable, problem.calls[:30]))
            return tip_html(shown + ("\n…" if len(problem.calls) > 30 else ""))
        return problem if role == _PROBLEM else None


class _ProblemDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QListView) -> None:
        super().__init__(parent)
        self.theme = theme
        self._list = parent
        self._plain, self._bold, self._small = font(11.5), font(11.5, 600), font(11)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option
        problem: Problem = index.data(_PROBLEM)
        width = self._list.viewport().width()
        room = QRect(0, 0, max(width - _TEXT - 12, 120), 10_000)
        flags = Qt.TextFlag.TextWordWrap.value
        high = QFontMetrics(self._plain).boundingRect(room, flags, problem.message).height()
        return QSize(max(width, 200), high + _LINE + 2 * _PAD + 2)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        problem: Problem = index.data(_PROBLEM)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(self.theme["accent-bg"]))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(self.theme["hover"]))
        icon_name, token = _ICONS[problem.severity]
        top = rect.top() + _PAD
        icon(icon_name, self.theme[token], 14).paint(painter, rect.left() + _LEFT, top + 1, 14, 14)
        painter.setPen(QColor(self.theme[token]))
        painter.setFont(self._bold)
        painter.drawText(rect.left() + _LEFT + 20, top + 12, _WORDS[problem.severity])
        text = QRect(rect.left() + _TEXT, top, rect.width() - _TEXT - 12, rect.height())
        painter.setPen(QColor(self.theme["text"]))
        painter.setFont(self._plain)
        painter.drawText(text, _WRAPPED, printable(problem.message))
        painter.setPen(QColor(self.theme["text-3"]))
        painter.setFont(self._small)
        foot = QRect(text.left(), rect.bottom() - _LINE - _PAD + 1, text.width(), _LINE)
        names = painter.fontMetrics().elidedText(
            printable(calls_text(problem)), Qt.TextElideMode.ElideRight, foot.width()
        )
        painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter, names)
        painter.setPen(QColor(self.theme["line"]))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())


class ProblemList(QListView):
    """Problems in the order of the analysis: warnings first."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("plain")
        self.setAccessibleName("Problems")
        self.problems = ProblemModel(self)
        self._painter = _ProblemDelegate(theme, self)
        set_up_list(self, self.problems, self._painter)
        self.setResizeMode(QListView.ResizeMode.Adjust)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._painter.theme = theme
        self.viewport().update()

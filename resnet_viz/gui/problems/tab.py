"""Problems tab: the problems of the open model; a click selects their calls."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.dock.dock import TabWidget
from resnet_viz.gui.problems.problem_list import ProblemList
from resnet_viz.gui.session import Session
from resnet_viz.gui.widgets.controls import label
from resnet_viz.typing_compat import override

NO_PROBLEMS: Final = "No problems found."


class ProblemsTab(TabWidget):
    """The list of problems, or a sentence if there are none."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.list = ProblemList(session.theme)
        self.nothing = label(NO_PROBLEMS, tone="text-3")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.nothing.setContentsMargins(14, 10, 14, 0)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.list.clicked.connect(self._show_calls)  # a second click selects them again
        self.list.selectionModel().currentChanged.connect(self._show_calls)
        session.document_changed.connect(self.refresh)
        session.theme_changed.connect(lambda: self.list.set_theme(session.theme))
        self.refresh()

    @property
    @override
    def hint(self) -> str:
        return "click a problem to see its layers" if self.list.problems.rows else ""

    @override
    def focus_widget(self) -> QWidget:
        return self.list if self.list.problems.rows else self

    def refresh(self) -> None:
        """Show the open document's problems."""
        document = self._session.document
        problems = () if document is None else document.problems
        self.list.problems.show(problems)
        self.nothing.setText("" if document is None else NO_PROBLEMS)
        self._stack.setCurrentWidget(self.list if problems else self.nothing)
        self.hint_changed.emit()

    def _show_calls(self, index: QModelIndex) -> None:
        if index.isValid():
            problem = self.list.problems.rows[index.row()]
            self.picked.emit(tuple(Target("call", call) for call in problem.calls))

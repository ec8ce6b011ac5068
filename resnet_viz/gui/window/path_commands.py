"""Commands that dim all but some paths, such as those through the selection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QObject

from resnet_viz.analysis.paths.flow import (
    Flow,
    ancestors,
    descendants,
    paths_through,
    shortcut_path,
)
from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.graph.types import Graph
from resnet_viz.gui.diagram.selection import calls_of
from resnet_viz.gui.notices.bar import Notice, NoticeAction, NoticeBar
from resnet_viz.gui.session import Session, ShownPaths

_KEY: Final = "paths"
_OF_SELECTION: Final[dict[str, tuple[str, Callable[[Graph, Iterable[str]], Flow]]]] = {
    "ancestors": ("all that {} depends on", ancestors),
    "descendants": ("all that depends on {}", descendants),
    "through": ("the paths through {}", paths_through),
}


class PathCommands(QObject):
    """Shows paths of the selection, and tells in a notice which are shown and how to end it."""

    def __init__(self, session: Session, notices: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._notices = notices
        session.paths_changed.connect(self._tell)

    def show_of_selection(self, what: str) -> None:
        """Dim all but "ancestors", "descendants" or the paths "through" what is selected."""
        document = self._session.document
        if document is None:
            return
        calls = calls_of(document, self._session.picture, self._session.selection)
        if not calls:
            return
        words, find = _OF_SELECTION[what]
        title = words.format(self._selected_title(len(calls)))
        self._session.show_paths(ShownPaths(title, find(document.graph, calls)))

    def show_shortcut_path(self) -> None:
        """Dim all but the path that takes every shortcut."""
        document = self._session.document
        if document is not None:
            flow = shortcut_path(document.structure)
            self._session.show_paths(ShownPaths("the path that takes every shortcut", flow))

    def show_all(self) -> None:
        """Dim nothing."""
        self._session.show_paths(None)

    def _selected_title(self, calls: int) -> str:
        selected, document = self._session.selection, self._session.document
        if len(selected) == 1 and selected[0].kind in ("group", "call") and document is not None:
            group = document.structure.by_id.get(selected[0].id)
            is_group = selected[0].kind == "group" and group is not None
            return group.title if is_group and group is not None else selected[0].id
        return f"the {counted(calls, 'selected layer')}"

    def _tell(self) -> None:
        paths = self._session.paths
        if paths is None:
            self._notices.close_notice(_KEY)
            return
        calls = counted(len(paths.flow.calls), "layer")
        text = f"Dimmed: all but {paths.title}, {calls}."
        action = NoticeAction("Show all", self.show_all)
        self._notices.show_notice(Notice(text, key=_KEY, actions=(action,), closable=False))

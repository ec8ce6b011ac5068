"""History of what was shown: back and forward through models and their views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from resnet_viz.gui.session import Session
from resnet_viz.layout.view import View
from resnet_viz.sources.types import Source

MOST_STEPS: Final = 200


class Step(msgspec.Struct, frozen=True):
    """A model in one of its views."""

    source: Source
    view: View


class History(QObject):
    """Records every change of the picture, and goes back to what was shown before it.

    Args:
        session: what is shown.
        open_source: opens a source in a view.

    Signals:
        changed(): there is more or less to go back or forward to.
    """

    changed = Signal()

    def __init__(
        self, session: Session, open_source: Callable[[Source, View], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._open_source = open_source
        self._steps: list[Step] = []
        self._at = -1
        self._wanted: int | None = None
        session.document_changed.connect(self._record)
        session.view_changed.connect(self._record)
        self._record()

    def can_go(self, by: int) -> bool:
        """Return whether there is a step so far back (negative) or forward."""
        return 0 <= self._at + by < len(self._steps)

    def go(self, by: int) -> None:
        """Go back (negative) or forward; a model that cannot be opened leaves all as it is."""
        if not self.can_go(by):
            return
        self._wanted = self._at + by
        step, document = self._steps[self._wanted], self._session.document
        if document is not None and document.source == step.source:
            self._session.set_view(step.view)
        else:
            self._open_source(step.source, step.view)

    def _record(self) -> None:
        document = self._session.document
        if document is None:
            return
        step = Step(document.source, self._session.view)
        wanted, self._wanted = self._wanted, None
        if wanted is not None and self._steps[wanted].source == step.source:
            self._at, self._steps[wanted] = wanted, step
        elif self._at >= 0 and _is_same(self._steps[self._at], step):
            self._steps[self._at] = step
        else:
            self._steps = [*self._steps[: self._at + 1], step][-MOST_STEPS:]
            self._at = len(self._steps) - 1
        self.changed.emit()


def _is_same(step: Step, other: Step) -> bool:
    """Return whether two steps differ at most in the shape of the window around them."""
    view = replace(step.view, aspect=other.view.aspect)
    return step.source == other.source and view == other.view

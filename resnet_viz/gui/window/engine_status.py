"""Engine state in the status bar, and notices when the engine crashes or is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from resnet_viz.analysis.wording.numbers import counted
from resnet_viz.engine_client.client import EngineClient, EngineState
from resnet_viz.gui.notices.bar import Level, Notice, NoticeAction, NoticeBar, copy_details
from resnet_viz.gui.window.status_bar import StatusBar
from resnet_viz.gui.window.status_text import MISSING

if TYPE_CHECKING:  # at run time the first picture does not wait for them
    from resnet_viz.engine_client.supervisor import Crash
    from resnet_viz.protocol.messages import Mismatch, Progress

_KEY = "engine"
_LISTED = 20


class EngineStatus(QObject):
    """Shows the state of the engine client to the user."""

    def __init__(
        self, engine: EngineClient, notices: NoticeBar, status: StatusBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._notices = notices
        self._status = status
        self._has_crashed = False
        engine.state_changed.connect(self._state_changed)
        engine.crashed.connect(self._crashed)
        engine.progress.connect(self._progress)
        if engine.state != "off":
            self._status.show_engine(engine.state, engine.description)

    def mismatched(self, title: str, mismatches: tuple[Mismatch, ...]) -> None:
        """Report tensors whose shape Keras computes differently, with a list to copy."""
        lines = "\n".join(str(mismatch) for mismatch in mismatches[:_LISTED])
        tensors = counted(len(mismatches), "tensor")
        text = (
            f"Keras computes a different shape for {tensors} of {title}, "
            f"the first at {mismatches[0].call}."
        )
        details = copy_details(f"{text}\n{lines}")
        self._notices.show_notice(Notice(text, "warning", key="mismatch", actions=(details,)))

    def _state_changed(self, state: EngineState) -> None:
        self._status.show_engine(state, self._engine.description)
        if state == "missing":
            self._show_missing()
        elif state in ("ready", "busy") and self._has_crashed:
            self._has_crashed = False
            self._notices.show_notice(
                Notice("The engine is running again.", key=_KEY, lasting=False)
            )

    def _progress(self, progress: Progress) -> None:
        self._status.show_engine("busy", self._engine.description, doing=progress.stage)

    def _show_missing(self) -> None:
        reason = self._engine.unavailable_reason
        details = MISSING if reason is None else f"{reason.sentence}\n{reason.details}".strip()
        action = NoticeAction("Details", lambda: self._show_details(details), closes=False)
        self._notices.show_notice(Notice(MISSING, "warning", key=_KEY, actions=(action,)))

    def _show_details(self, details: str) -> None:
        message = details.splitlines()[0]
        actions = (copy_details(details),)
        self._notices.show_notice(Notice(message, "warning", key=_KEY, actions=actions))

    def _crashed(self, crash: Crash) -> None:
        self._has_crashed = True
        details = f"{crash.message}\n{crash.details}".strip()
        actions = (NoticeAction("Restart", self._engine.restart), copy_details(details))
        text = crash.message + (" It is being restarted." if crash.restarting else "")
        level: Level = "warning" if crash.restarting else "error"
        self._notices.show_notice(Notice(text, level, key=_KEY, actions=actions))

"""Opening models: from files, the picker, a drop or the variant dialog; what goes wrong is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject

from resnet_viz.errors import AppError
from resnet_viz.gui.failures import Log, notice_of
from resnet_viz.gui.loading import Loading
from resnet_viz.gui.prompter import Prompter
from resnet_viz.gui.session import Session
from resnet_viz.gui.variant_dialog import VariantDialog
from resnet_viz.gui.viewing import Viewing
from resnet_viz.gui.window import Window
from resnet_viz.reading.locate import parse_source
from resnet_viz.services.pipeline import Pipeline
from resnet_viz.services.requests import Failure, Opened, Opening
from resnet_viz.services.settings import Settings
from resnet_viz.sources import BuiltIn, ModelFile, Source
from resnet_viz.zoo.catalog import NAMES


class ModelOpener(QObject):
    """Asks the pipeline for models and shows what comes of it."""

    def __init__(
        self,
        *,
        session: Session,
        window: Window,
        pipeline: Pipeline,
        viewing: Viewing,
        settings: Settings,
        prompter: Prompter,
        log: Log,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._pipeline = pipeline
        self._viewing = viewing
        self._settings = settings
        self._prompter = prompter
        self._log = log
        self._loading = Loading(window.notices, window.canvas, pipeline.cancel, self)
        pipeline.opening.connect(self._opening)
        pipeline.opened.connect(self._opened)
        pipeline.failed.connect(self._failed)
        pipeline.cancelled.connect(self._given_up)
        window.canvas.file_dropped.connect(self.open_file)
        window.on_drop = self.open_file

    def open_source(self, source: Source) -> None:
        """Open a source; the open document stays until the new one is there."""
        document, view = self._session.document, self._session.view
        if document is None or document.source != source:
            view = msgspec.structs.replace(view, toggled=frozenset())
        self._window.notices.close_notice("error")
        self._pipeline.open(source, view)

    def open_file(self, path: str) -> None:
        """Open a file that the user has chosen or dropped."""
        self._settings.remember_folder("open", str(Path(path).parent))
        try:
            source = parse_source(path)
        except AppError as error:
            self._tell(error, before="This file could not be opened.")
            return
        self.open_source(source)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What the commands about opening do."""
        found: dict[str, Callable[[], None]] = {
            "file.open": self._ask_file,
            "file.reload": self._reload,
            "model.variant": self._ask_variant,
        }
        for name in NAMES:
            found[f"model.open.{name}"] = partial(self.open_source, BuiltIn(name))
        return found

    def _ask_file(self) -> None:
        folder = self._settings.folder("open")
        self._prompter.ask_model_file(self._window, folder, self.open_file)

    def _reload(self) -> None:
        if self._session.document is not None:
            self.open_source(self._session.document.source)

    def _ask_variant(self) -> None:
        document = self._session.document
        source = document.source if document is not None else None
        current = source if isinstance(source, BuiltIn) else BuiltIn("resnet34")
        dialog = VariantDialog(self._window, theme=self._session.theme, current=current)
        dialog.chosen.connect(self.open_source)
        dialog.open()

    def _opening(self, opening: Opening) -> None:
        self._loading.begin(opening)
        if self._session.document is None:
            self._window.empty.set_waiting(waiting=True)

    def _opened(self, opened: Opened) -> None:
        self._loading.end()
        self._viewing.take(opened)

    def _failed(self, failure: Failure) -> None:
        if failure.what == "draw":
            self._tell(failure.error, before="This view could not be drawn.")
            self._viewing.give_back()
            return
        self._loading.end()
        self._window.empty.set_waiting(waiting=False)
        is_file = isinstance(failure.source, ModelFile)
        self._tell(failure.error, before="This file could not be opened." if is_file else "")

    def _given_up(self) -> None:
        self._loading.end()
        self._window.empty.set_waiting(waiting=False)

    def _tell(self, error: Exception, *, before: str = "") -> None:
        self._window.notices.show_notice(notice_of(error, before=before, log=self._log.keep))

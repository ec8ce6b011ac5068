"""Questions put to the user outside our own window, as a protocol so that tests can answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget

Answer = Callable[[str], None]


class Prompter(Protocol):
    """Asks without blocking: ``then`` is called with the answer, and never if it is cancelled."""

    def ask_model_file(self, parent: QWidget, folder: str, then: Answer) -> None:
        """Ask for a model file to open."""
        ...

    def ask_target(self, parent: QWidget, path: str, then: Answer) -> None:
        """Ask for a file to write to, without asking whether to replace it."""
        ...

    def ask_table_target(self, parent: QWidget, path: str, then: Answer) -> None:
        """Ask for a CSV file to write to; the dialog asks whether to replace it."""
        ...

    def ask_image(self, parent: QWidget, folder: str, then: Answer) -> None:
        """Ask for a picture to open."""
        ...

    def ask_folder(self, parent: QWidget, folder: str, then: Answer) -> None:
        """Ask for a folder of pictures, with a sub-folder for each class."""
        ...

    def ask_result_target(self, parent: QWidget, path: str, then: Answer) -> None:
        """Ask for a file for an experiment's result; the dialog asks whether to replace it."""
        ...

    def ask_view_target(self, parent: QWidget, path: str, then: Answer) -> None:
        """Ask for a file to save a view to; the dialog asks whether to replace it."""
        ...

    def confirm(
        self, parent: QWidget, question: str, action: str, then: Callable[[], None]
    ) -> None:
        """Ask before something that cannot be undone; ``action`` is the text of its button."""
        ...

    def ask_to_run(
        self, parent: QWidget, question: str, explanation: str, then: Callable[[bool], None]
    ) -> None:
        """Ask before the user's own code is run; ``then(True)`` if the consent lasts.

        No is the default.
        """
        ...

    def show_folder(self, folder: str) -> None:
        """Show a folder in the system's file manager."""
        ...

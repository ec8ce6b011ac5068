"""Asking through the system's dialogs, behind a protocol so that tests need not click them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

Answer = Callable[[str], None]


class Prompter(Protocol):
    """What is asked outside our own window. Nothing blocks; a cancelled question ends there."""

    def ask_model_file(self, parent: QWidget, folder: str, then: Answer) -> None:
        """Ask for a model file to open."""
        ...

    def ask_target(self, parent: QWidget, path: str, then: Answer) -> None:
        """Ask for a file to write to; whether it exists is asked later."""
        ...

    def ask_table_target(self, parent: QWidget, path: str, then: Answer) -> None:
        """Ask for a CSV file to write to; the dialog itself asks whether to replace one."""
        ...

    def ask_image(self, parent: QWidget, folder: str, then: Answer) -> None:
        """Ask for a picture to open."""
        ...

    def confirm(self, parent: QWidget, question: str, deed: str, then: Callable[[], None]) -> None:
        """Ask before something that can't be undone; ``deed`` is the button that does it."""
        ...

    def show_folder(self, folder: str) -> None:
        """Show a folder in the system's file manager."""
        ...


class SystemPrompter:
    """The real one."""

    def ask_model_file(self, parent: QWidget, folder: str, then: Answer) -> None:
        """See Prompter."""
        dialog = QFileDialog(parent, "Open a model", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Keras models (*.keras *.json)", "All files (*)"])
        self._open(dialog, then)

    def ask_target(self, parent: QWidget, path: str, then: Answer) -> None:
        """See Prompter."""
        dialog = QFileDialog(parent, "Export to")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilters(["Pictures (*.png *.svg *.pdf)", "All files (*)"])
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(path)
        self._open(dialog, then)

    def ask_table_target(self, parent: QWidget, path: str, then: Answer) -> None:
        """See Prompter."""
        dialog = QFileDialog(parent, "Save the table")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilters(["Comma-separated values (*.csv)", "All files (*)"])
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(path)
        self._open(dialog, then)

    def ask_image(self, parent: QWidget, folder: str, then: Answer) -> None:
        """See Prompter."""
        dialog = QFileDialog(parent, "Open a picture", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            ["Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.ppm)", "All files (*)"]
        )
        self._open(dialog, then)

    def confirm(self, parent: QWidget, question: str, deed: str, then: Callable[[], None]) -> None:
        """See Prompter."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, "resnet-viz", question, parent=parent)
        button = box.addButton(deed, QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.finished.connect(lambda _: then() if box.clickedButton() is button else None)
        box.finished.connect(lambda _: box.deleteLater())
        box.open()

    def show_folder(self, folder: str) -> None:
        """See Prompter."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    def _open(self, dialog: QFileDialog, then: Answer) -> None:
        dialog.fileSelected.connect(then)
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

"""Asking through the system's dialogs, behind a protocol so that tests need not click them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QFileDialog, QMessageBox, QWidget

from resnet_viz.sources.parse import FILE_SUFFIXES

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

    def ask_to_run(
        self, parent: QWidget, question: str, explanation: str, then: Callable[[bool], None]
    ) -> None:
        """Ask before the user's own code is run; ``then`` hears whether that holds for always.

        No is the default.
        """
        ...

    def show_folder(self, folder: str) -> None:
        """Show a folder in the system's file manager."""
        ...


class SystemPrompter:
    """The real one."""

    def ask_model_file(self, parent: QWidget, folder: str, then: Answer) -> None:
        """See Prompter."""
        patterns = " ".join(f"*{suffix}" for suffix in FILE_SUFFIXES)
        dialog = QFileDialog(parent, "Open a model", folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"Keras models ({patterns})", "All files (*)"])
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

    def ask_to_run(
        self, parent: QWidget, question: str, explanation: str, then: Callable[[bool], None]
    ) -> None:
        """See Prompter."""
        box = run_box(parent, question, explanation)
        run = box.button(QMessageBox.StandardButton.Yes)

        def finished() -> None:
            if box.clickedButton() is run:
                then(box.checkBox().isChecked())
            box.deleteLater()

        box.finished.connect(lambda _: finished())
        box.open()

    def show_folder(self, folder: str) -> None:
        """See Prompter."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    def _open(self, dialog: QFileDialog, then: Answer) -> None:
        dialog.fileSelected.connect(then)
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()


def run_box(parent: QWidget, question: str, explanation: str) -> QMessageBox:
    """The question whether code may be run: "Run" and "Don't Run", which Enter and Esc mean."""
    buttons = QMessageBox.StandardButton
    box = QMessageBox(QMessageBox.Icon.Warning, "Run Python code", question, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(explanation)
    box.setStandardButtons(buttons.Yes | buttons.No)
    box.button(buttons.Yes).setText("Run")
    box.button(buttons.No).setText("Don't Run")
    box.setDefaultButton(buttons.No)
    box.setEscapeButton(buttons.No)
    check = QCheckBox("Always for this source in this session", box)
    box.setCheckBox(check)
    return box

"""Questions asked through the system's dialogs; their classes are imported when first asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from resnet_viz.gui.widgets.prompter import Answer, Prompter
from resnet_viz.sources.parse import FILE_SUFFIXES
from resnet_viz.typing_compat import override

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog, QMessageBox

_ALL_FILES = "All files (*)"


class SystemPrompter(Prompter):
    """Asks the user."""

    @override
    def ask_model_file(self, parent: QWidget, folder: str, then: Answer) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in FILE_SUFFIXES)
        _open(_file_dialog(parent, "Open a model", f"Keras models ({patterns})", folder), then)

    @override
    def ask_target(self, parent: QWidget, path: str, then: Answer) -> None:
        dialog = _save_dialog(parent, "Export to", "Pictures (*.png *.svg *.pdf)", path)
        dialog.setOption(dialog.Option.DontConfirmOverwrite)
        _open(dialog, then)

    @override
    def ask_table_target(self, parent: QWidget, path: str, then: Answer) -> None:
        dialog = _save_dialog(parent, "Save the table", "Comma-separated values (*.csv)", path)
        dialog.setDefaultSuffix("csv")
        _open(dialog, then)

    @override
    def ask_image(self, parent: QWidget, folder: str, then: Answer) -> None:
        pictures = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.ppm)"
        _open(_file_dialog(parent, "Open a picture", pictures, folder), then)

    @override
    def ask_folder(self, parent: QWidget, folder: str, then: Answer) -> None:
        dialog = _file_dialog(parent, "Folder of pictures", _ALL_FILES, folder)
        dialog.setFileMode(dialog.FileMode.Directory)
        dialog.setOption(dialog.Option.ShowDirsOnly)
        _open(dialog, then)

    @override
    def ask_result_target(self, parent: QWidget, path: str, then: Answer) -> None:
        kinds = "Results (*.json *.csv *.png *.svg *.pdf)"
        dialog = _save_dialog(parent, "Save the result", kinds, path)
        dialog.setDefaultSuffix("json")
        _open(dialog, then)

    @override
    def ask_view_target(self, parent: QWidget, path: str, then: Answer) -> None:
        dialog = _save_dialog(parent, "Save the view", "Saved views (*.view.json)", path)
        dialog.setDefaultSuffix("view.json")
        _open(dialog, then)

    @override
    def confirm(
        self, parent: QWidget, question: str, action: str, then: Callable[[], None]
    ) -> None:
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(QMessageBox.Icon.NoIcon, "resnet-viz", question, parent=parent)
        button = box.addButton(action, QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.finished.connect(lambda _: then() if box.clickedButton() is button else None)
        box.finished.connect(lambda _: box.deleteLater())
        box.open()

    @override
    def ask_to_run(
        self, parent: QWidget, question: str, explanation: str, then: Callable[[bool], None]
    ) -> None:
        box = run_box(parent, question, explanation)
        run = box.button(box.StandardButton.Yes)

        def finished() -> None:
            if box.clickedButton() is run:
                then(box.checkBox().isChecked())
            box.deleteLater()

        box.finished.connect(lambda _: finished())
        box.open()

    @override
    def show_folder(self, folder: str) -> None:
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        QDesktopServices.openUrl(QUrl.fromLocalFile(folder))


def run_box(parent: QWidget, question: str, explanation: str) -> QMessageBox:
    """Question whether code may be run: "Run", or "Don't Run" for Enter and Esc."""
    from PySide6.QtWidgets import QCheckBox, QMessageBox

    buttons = QMessageBox.StandardButton
    box = QMessageBox(QMessageBox.Icon.Warning, "Run Python code", question, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(explanation)
    box.setStandardButtons(buttons.Yes | buttons.No)
    box.button(buttons.Yes).setText("Run")
    box.button(buttons.No).setText("Don't Run")
    box.setDefaultButton(buttons.No)
    box.setEscapeButton(buttons.No)
    box.setCheckBox(QCheckBox("Always for this source in this session", box))
    return box


def _file_dialog(parent: QWidget, title: str, kind: str, folder: str) -> QFileDialog:
    from PySide6.QtWidgets import QFileDialog

    dialog = QFileDialog(parent, title, folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([kind, _ALL_FILES])
    return dialog


def _save_dialog(parent: QWidget, title: str, kind: str, path: str) -> QFileDialog:
    dialog = _file_dialog(parent, title, kind, "")
    dialog.setAcceptMode(dialog.AcceptMode.AcceptSave)
    dialog.setFileMode(dialog.FileMode.AnyFile)
    dialog.selectFile(path)
    return dialog


def _open(dialog: QFileDialog, then: Answer) -> None:
    dialog.fileSelected.connect(then)
    dialog.finished.connect(lambda _: dialog.deleteLater())
    dialog.open()

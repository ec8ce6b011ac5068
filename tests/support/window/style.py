"""The program's look for an application made by pytest-qt."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from resnet_viz.gui.app import use_font


def set_style(application: QApplication) -> None:
    """Use Fusion and the bundled font, as the program does."""
    application.setStyle("Fusion")
    use_font(application)

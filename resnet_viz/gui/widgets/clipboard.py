"""The system's clipboard."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication


def copy_to_clipboard(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)

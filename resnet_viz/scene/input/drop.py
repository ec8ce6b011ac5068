"""Drag and drop of files onto the window."""

from __future__ import annotations

from PySide6.QtCore import QMimeData


def dropped_files(data: QMimeData) -> tuple[str, ...]:
    """Paths of the local files in dragged data."""
    paths = (url.toLocalFile() for url in data.urls() if url.isLocalFile())
    return tuple(path for path in paths if path)

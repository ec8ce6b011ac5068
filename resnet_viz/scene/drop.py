"""Files that are dragged onto the canvas."""

from __future__ import annotations

from PySide6.QtCore import QMimeData


def dropped_file(data: QMimeData) -> str | None:
    """The path of the first local file in what is dragged; None if there is none."""
    paths = (url.toLocalFile() for url in data.urls() if url.isLocalFile())
    return next((path for path in paths if path), None)

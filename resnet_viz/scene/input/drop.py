"""Files that are dragged onto the window."""

from __future__ import annotations

from PySide6.QtCore import QMimeData


def dropped_files(data: QMimeData) -> tuple[str, ...]:
    """The paths of the local files in what is dragged."""
    paths = (url.toLocalFile() for url in data.urls() if url.isLocalFile())
    return tuple(path for path in paths if path)

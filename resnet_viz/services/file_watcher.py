"""File watcher: detects changes on disk, whether a file is rewritten or replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeAlias

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

FileStamp: TypeAlias = tuple[int, int, int]
"""Size, time of modification and inode: they differ once a file is rewritten or replaced."""

_DEBOUNCE_MS: Final = 200
"""Writing comes in many steps: the file is looked at once none has come for that long."""


def file_stamp(path: str) -> FileStamp | None:
    """Stamp of the file at ``path``; None if there is none."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return None
    return (status.st_size, status.st_mtime_ns, status.st_ino)


class FileWatcher(QObject):
    """Watches one file and its folder: editors replace files, which ends Qt's watch of them.

    Signals:
        changed(): the file has changed.
        gone(): the file has been removed; ``changed`` is emitted when it comes back.
    """

    changed = Signal()
    gone = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = ""
        self._known: FileStamp | None = None
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_touched)
        self._watcher.directoryChanged.connect(self._on_touched)
        self._debounce = QTimer(self, singleShot=True, interval=_DEBOUNCE_MS)
        self._debounce.timeout.connect(self._compare)

    @property
    def path(self) -> str:
        """Path of the watched file; "" if none is."""
        return self._path

    def watch(self, path: str, known: FileStamp | None) -> None:
        """Watch a file in place of the last; ``known`` is its stamp from when it was read."""
        watched = self._watcher.files() + self._watcher.directories()
        if watched:
            self._watcher.removePaths(watched)
        self._debounce.stop()
        self._path, self._known = path, known
        if path:
            self._watch_existing()
            if file_stamp(path) != known:
                self._debounce.start()

    def _watch_existing(self) -> None:
        folder = str(Path(self._path).parent)
        unwatched = {self._path, folder} - {*self._watcher.files(), *self._watcher.directories()}
        existing = [path for path in sorted(unwatched) if file_stamp(path) is not None]
        if existing:
            self._watcher.addPaths(existing)

    def _on_touched(self) -> None:
        if self._path:
            self._debounce.start()

    def _compare(self) -> None:
        self._watch_existing()  # a replaced file must be watched again
        now = file_stamp(self._path)
        if now == self._known:
            return
        self._known = now
        (self.gone if now is None else self.changed).emit()

"""Notices that a file has changed on disk, however the program that wrote it goes about it."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeAlias

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

FileStamp: TypeAlias = tuple[int, int, int]
"""What differs once a file has been written again or replaced."""

_QUIET_MS: Final = 200
"""Writing comes in many steps: only when it has been quiet that long is it looked at."""


def file_stamp(path: str) -> FileStamp | None:
    """Size, time and identity of a file; None if there is none."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ino)


class FileWatcher(QObject):
    """Watches one file and the folder it lies in: editors replace files, which ends their watch.

    Signals:
        changed(): the file is another than it was.
        gone(): it is there no longer; if it comes back, that is a change.
    """

    changed = Signal()
    gone = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = ""
        self._known: FileStamp | None = None
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._stir)
        self._watcher.directoryChanged.connect(self._stir)
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet.timeout.connect(self._look)

    @property
    def path(self) -> str:
        """The file that is watched; "" for none."""
        return self._path

    def watch(self, path: str, known: FileStamp | None) -> None:
        """Watch a file, in place of the last; ``known``: its stamp when it was read."""
        watched = self._watcher.files() + self._watcher.directories()
        if watched:
            self._watcher.removePaths(watched)
        self._quiet.stop()
        self._path, self._known = path, known
        if path:
            self._add()
            if file_stamp(path) != known:
                self._quiet.start()

    def _add(self) -> None:
        folder = str(Path(self._path).parent)
        missing = {self._path, folder} - {*self._watcher.files(), *self._watcher.directories()}
        there = [each for each in sorted(missing) if file_stamp(each) is not None]
        if there:
            self._watcher.addPaths(there)

    def _stir(self) -> None:
        if self._path:
            self._quiet.start()

    def _look(self) -> None:
        self._add()  # a replaced file is watched anew
        now = file_stamp(self._path)
        if now == self._known:
            return
        self._known = now
        (self.gone if now is None else self.changed).emit()

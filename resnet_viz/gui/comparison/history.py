"""Versions of a model that is edited while it is open, to step through and to compare."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.document import Document

MOST: Final = 50
"""Versions that are kept; the oldest go first."""


class Version(msgspec.Struct, frozen=True):
    """A version: its number from 1, the time it was read at, "14:02:05", and the model."""

    number: int
    time: str
    document: Document

    @property
    def text(self) -> str:
        """Name in a menu."""
        return f"Version {self.number}, {self.time}"


class VersionHistory:
    """Versions in the order in which they were read."""

    def __init__(self) -> None:
        self.versions: list[Version] = []
        self._last = 0

    def add(self, document: Document, time: str) -> None:
        """Add the newest version; versions of another source are dropped."""
        if self.versions and self.versions[-1].document.source != document.source:
            self.versions, self._last = [], 0
        self._last += 1
        self.versions = [*self.versions, Version(self._last, time, document)][-MOST:]

    def index_of(self, document: Document) -> int | None:
        """Index of a version; None for a model that is none."""
        return next(
            (at for at, version in enumerate(self.versions) if version.document is document), None
        )

    def step(self, a: Document, b: Document, by: int) -> tuple[Document, Document] | None:
        """The pair of versions one step older (-1) or newer (1); None at the end, or outside."""
        at, before = self.index_of(b), self.index_of(a)
        if at is None or before is None:
            return None
        target = at + by
        if not 0 < target < len(self.versions):
            return None
        return self.versions[target - 1].document, self.versions[target].document

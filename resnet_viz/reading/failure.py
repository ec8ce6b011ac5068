"""What makes a model unreadable, before anybody knows which file it came from."""

from __future__ import annotations


class Unreadable(Exception):  # noqa: N818 - becomes a ModelError once the file's name is known
    """The reason as a clause for "FILE can't be read: ...", without the full stop."""

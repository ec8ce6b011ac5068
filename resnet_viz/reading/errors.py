"""What makes a model unreadable, before anybody knows which file it came from."""

from __future__ import annotations

from resnet_viz.errors import ModelError, quoted


class Unreadable(Exception):  # noqa: N818 - becomes a ModelError once the file's name is known
    """The reason as a clause for "FILE can't be read: ...", without the full stop."""


class Unconnected(Unreadable):
    """The file names layers at most, but not how they are connected.

    Attributes:
        is_model: whether it is a model all the same, and not weights or another program's file.
    """

    def __init__(self, reason: str, *, is_model: bool) -> None:
        super().__init__(reason)
        self.is_model = is_model


def model_error(where: str, reason: Unreadable) -> ModelError:
    """The sentence for people: which file or built-in (``where``), and why."""
    name = where if where.isprintable() and len(where) <= 500 else quoted(where, longest=500)
    return ModelError(f"{name} can't be read: {reason}.")

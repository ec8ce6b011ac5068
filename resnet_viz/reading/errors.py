"""Reasons why a model can't be read, independent of the file's name."""

from __future__ import annotations

from resnet_viz.errors import ModelError, quoted


class Unreadable(Exception):  # noqa: N818 - becomes a ModelError with the file's name
    """Reason as a clause for "FILE can't be read: ...", without the full stop."""


class Unconnected(Unreadable):
    """The file may name layers, but does not record their connections.

    Attributes:
        is_model: False for weights and for files of other programs.
    """

    def __init__(self, reason: str, *, is_model: bool) -> None:
        super().__init__(reason)
        self.is_model = is_model


def model_error(where: str, reason: Unreadable) -> ModelError:
    """The error for users: ``where`` is the path or the built-in's name."""
    name = where if where.isprintable() and len(where) <= 500 else quoted(where, longest=500)
    return ModelError(f"{name} can't be read: {reason}.")

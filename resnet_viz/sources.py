"""The grammar of sources: how a model is named on the command line and in the window."""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class BuiltIn(msgspec.Struct, frozen=True, tag="builtin"):
    """A built-in architecture with the parameters that differ from its defaults.

    ``parameters`` is sorted by name; values are as written ("64x64x3").
    """

    name: str
    parameters: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """As the user writes it: ``resnet34?classes=10&input=64x64x3``."""
        query = "&".join(f"{key}={value}" for key, value in self.parameters)
        return f"{self.name}?{query}" if query else self.name


class ModelFile(msgspec.Struct, frozen=True, tag="file"):
    """A model file: .keras or .json."""

    path: str

    def __str__(self) -> str:
        """The path as given."""
        return self.path


Source: TypeAlias = BuiltIn | ModelFile

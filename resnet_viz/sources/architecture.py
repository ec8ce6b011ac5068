"""An architecture that Keras builds by name: title, parameters, smallest input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from resnet_viz.errors import UsageError
from resnet_viz.sources.parameters import (
    ArchitectureParameters,
    Parameter,
    ShortcutOption,
    StrideOn,
    image_size,
)
from resnet_viz.suggestions import unknown_name


class Architecture(msgspec.Struct, frozen=True):
    """A built-in architecture or a model of keras.applications.

    Attributes:
        name: as the user writes it: "resnet34", "ResNet50".
        title: for people: "ResNet-34".
        line: one-line description; "" for a model of keras.applications.
        parameters: accepted parameters with their defaults, in the order in which help lists them.
        minimum: the smallest height and width of the input, in pixels.
    """

    name: str
    title: str
    line: str
    parameters: tuple[Parameter, ...]
    minimum: int

    def changed(self, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """``values`` that differ from the defaults, in canonical form and sorted by name.

        Raises:
            UsageError: an unknown parameter, a wrong value, or an input too small for the net.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        changed: dict[str, str] = {}
        for name, text in values.items():
            if name not in known:
                raise UsageError(unknown_name(f"parameter of {self.name} named", name, known))
            value = known[name].canonical(text, owner=self.name)
            if value != known[name].default:
                changed[name] = value
        height, width, _channels = image_size(changed.get("input", known["input"].default))
        if min(height, width) < self.minimum:
            raise UsageError(
                f"An input of {height}×{width} pixels is too small for {self.title}, which needs "
                f"at least {self.minimum}×{self.minimum}."
            )
        return tuple(sorted(changed.items()))

    def title_with(self, changed: tuple[tuple[str, str], ...]) -> str:
        """The title with what differs from the defaults: "ResNet-50 (64×64×3, 10 classes)"."""
        values = dict(changed)
        texts = [p.title(values[p.name]) for p in self.parameters if p.name in values]
        return f"{self.title} ({', '.join(texts)})" if texts else self.title

    def typed(self, changed: tuple[tuple[str, str], ...]) -> ArchitectureParameters:
        """All parameters as typed values, defaults filled in."""
        values = {parameter.name: parameter.default for parameter in self.parameters}
        values |= dict(changed)
        defaults = ArchitectureParameters()
        return ArchitectureParameters(
            input=image_size(values["input"]),
            classes=int(values.get("classes", defaults.classes)),
            shortcut=cast("ShortcutOption", values.get("shortcut", defaults.shortcut)),
            stride_on=cast("StrideOn", values.get("stride_on", defaults.stride_on)),
        )

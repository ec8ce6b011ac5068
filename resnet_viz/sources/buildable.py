"""Titles and parameters of models that are built from a name: built-ins and keras.applications."""

from __future__ import annotations

from resnet_viz.sources.architecture import Architecture
from resnet_viz.sources.catalog import find_architecture
from resnet_viz.sources.keras_applications import find_application
from resnet_viz.sources.parameters import ArchitectureParameters
from resnet_viz.sources.types import Buildable, BuiltIn


def normalize(source: Buildable) -> Buildable:
    """``source`` in canonical form: known, valid, sorted, without values equal to the defaults.

    Raises:
        UsageError: an unknown name, parameter or value, or an input too small for the net.
    """
    return type(source)(source.name, _architecture(source).changed(dict(source.parameters)))


def is_default(source: Buildable) -> bool:
    """True if no parameter of ``source`` differs from its default."""
    return not normalize(source).parameters


def title_of(source: Buildable) -> str:
    """Title for people: "ResNet-34", "ResNet50 (160×160×3, 10 classes)"."""
    return _architecture(source).title_with(normalize(source).parameters)


def parameters_of(source: Buildable) -> ArchitectureParameters:
    """All parameters of ``source`` as typed values, defaults filled in.

    Raises:
        UsageError: as ``normalize``.
    """
    return _architecture(source).typed(normalize(source).parameters)


def _architecture(source: Buildable) -> Architecture:
    find = find_architecture if isinstance(source, BuiltIn) else find_application
    return find(source.name)

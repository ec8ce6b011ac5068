"""Catalogue of the built-in architectures, without Keras."""

from __future__ import annotations

from typing import Final

from resnet_viz.errors import UsageError
from resnet_viz.sources.architecture import Architecture
from resnet_viz.sources.parameters import (
    CIFAR_CLASSES,
    CIFAR_INPUT,
    CIFAR_SHORTCUT,
    CLASSES,
    INPUT,
    SHORTCUT,
    STRIDE_ON,
    Parameter,
    parse_query,
)
from resnet_viz.sources.types import BuiltIn
from resnet_viz.suggestions import unknown_name

# Five halvings (conv1, the max-pool, conv3_1, conv4_1, conv5_1): below 32 pixels the last stages
# would all see a single pixel, and the net would not be the paper's any more.
_MINIMUM: Final = 32
_CIFAR_MINIMUM: Final = 4  # two halvings
_PLAIN: Final = (INPUT, CLASSES)
_BASIC: Final = (*_PLAIN, SHORTCUT)
_BOTTLENECK: Final = (*_BASIC, STRIDE_ON)
_CIFAR_PLAIN: Final = (CIFAR_INPUT, CIFAR_CLASSES)
_CIFAR_RESIDUAL: Final = (*_CIFAR_PLAIN, CIFAR_SHORTCUT)


def _resnet(depth: int, blocks: str, parameters: tuple[Parameter, ...]) -> Architecture:
    line = f"ResNet of {depth} weighted layers, {blocks} blocks (He et al. 2015, Table 1)"
    return Architecture(f"resnet{depth}", f"ResNet-{depth}", line, parameters, _MINIMUM)


def _plain(depth: int) -> Architecture:
    line = f"the layers of ResNet-{depth} without shortcuts (He et al. 2015, Fig. 3)"
    return Architecture(f"plain{depth}", f"Plain-{depth}", line, _PLAIN, _MINIMUM)


def _cifar_resnet(depth: int) -> Architecture:
    line = f"ResNet of {depth} weighted layers for CIFAR-10 (He et al. 2015, section 4.2)"
    title = f"CIFAR ResNet-{depth}"
    return Architecture(f"cifar_resnet{depth}", title, line, _CIFAR_RESIDUAL, _CIFAR_MINIMUM)


def _cifar_plain(depth: int) -> Architecture:
    line = f"the layers of CIFAR ResNet-{depth} without shortcuts"
    title = f"CIFAR Plain-{depth}"
    return Architecture(f"cifar_plain{depth}", title, line, _CIFAR_PLAIN, _CIFAR_MINIMUM)


_ALL: Final = (
    _resnet(18, "basic", _BASIC),
    _resnet(34, "basic", _BASIC),
    _resnet(50, "bottleneck", _BOTTLENECK),
    _resnet(101, "bottleneck", _BOTTLENECK),
    _resnet(152, "bottleneck", _BOTTLENECK),
    _plain(18),
    _plain(34),
    *map(_cifar_resnet, (20, 32, 44, 56, 110)),
    *map(_cifar_plain, (20, 32, 44, 56)),
    Architecture(
        "tutorial_resnet34",
        "Tutorial ResNet-34",
        "the tutorial's resnet_34 as written: every unit halves the image, every shortcut pools",
        _PLAIN,
        1,
    ),
    Architecture(
        "tutorial_first_unit",
        "Tutorial first unit",
        "the tutorial's walkthrough: stem, two convolutions and the first Add",
        (INPUT,),
        1,
    ),
)
_BY_NAME: Final = {architecture.name: architecture for architecture in _ALL}

BUILTIN_NAMES: Final[tuple[str, ...]] = tuple(_BY_NAME)


def find_architecture(name: str) -> Architecture:
    """The built-in architecture ``name``.

    Raises:
        UsageError: there is none; the sentence suggests the closest names.
    """
    if name not in _BY_NAME:
        raise UsageError(
            unknown_name("built-in model named", name, BUILTIN_NAMES, listed_by="resnet-viz models")
        )
    return _BY_NAME[name]


def parse_builtin(text: str) -> BuiltIn:
    """The source that ``text`` names: "resnet34?classes=10&input=64x64x3", in canonical form.

    Raises:
        UsageError: an unknown name, parameter or value, or an input too small for the net.
    """
    name, _, query = text.strip().partition("?")
    architecture = find_architecture(name)
    return BuiltIn(name, architecture.changed(parse_query(query, owner=name)))

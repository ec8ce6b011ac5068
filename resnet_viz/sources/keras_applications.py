"""Catalogue of the models of keras.applications, without Keras."""

from __future__ import annotations

from typing import Final

from resnet_viz.errors import UsageError
from resnet_viz.sources.architecture import Architecture
from resnet_viz.sources.parameters import CLASSES, Parameter, parse_query
from resnet_viz.sources.types import Application
from resnet_viz.suggestions import unknown_name

PREFIX: Final = "keras:"

# By the smallest height and width that Keras accepts, then by those of the default input.
_SIZES: Final = {
    32: {
        224: "ConvNeXtBase ConvNeXtLarge ConvNeXtSmall ConvNeXtTiny ConvNeXtXLarge "
        "DenseNet121 DenseNet169 DenseNet201 EfficientNetB0 EfficientNetV2B0 MobileNet "
        "MobileNetV2 MobileNetV3Large MobileNetV3Small NASNetMobile ResNet101 ResNet101V2 "
        "ResNet152 ResNet152V2 ResNet50 ResNet50V2 VGG16 VGG19",
        240: "EfficientNetB1 EfficientNetV2B1",
        260: "EfficientNetB2 EfficientNetV2B2",
        300: "EfficientNetB3 EfficientNetV2B3",
        331: "NASNetLarge",
        380: "EfficientNetB4",
        384: "EfficientNetV2S",
        456: "EfficientNetB5",
        480: "EfficientNetV2L EfficientNetV2M",
        528: "EfficientNetB6",
        600: "EfficientNetB7",
    },
    71: {299: "Xception"},
    75: {299: "InceptionResNetV2 InceptionV3"},
}


def _application(name: str, size: int, minimum: int) -> Architecture:
    image = Parameter("input", f"{size}x{size}x3", "HxWxC", "size of the input image")
    return Architecture(name, name, "", (image, CLASSES), minimum)


_BY_NAME: Final = {
    name: _application(name, size, minimum)
    for name, size, minimum in sorted(
        (name, size, minimum)
        for minimum, names_by_size in _SIZES.items()
        for size, names in names_by_size.items()
        for name in names.split()
    )
}
APPLICATION_NAMES: Final[tuple[str, ...]] = tuple(_BY_NAME)


def find_application(name: str) -> Architecture:
    """The model ``name`` of keras.applications.

    Raises:
        UsageError: there is none; the sentence suggests the closest names.
    """
    if name not in _BY_NAME:
        kind = "model in keras.applications named"
        raise UsageError(
            unknown_name(
                kind, name, APPLICATION_NAMES, prefix=PREFIX, listed_by="resnet-viz models"
            )
        )
    return _BY_NAME[name]


def parse_application(text: str) -> Application:
    """The source that ``text`` names: "keras:ResNet50?input=160x160x3", in canonical form.

    Raises:
        UsageError: an unknown name, parameter or value, or an input too small for the net.
    """
    name, _, query = text.strip().removeprefix(PREFIX).partition("?")
    return Application(name, find_application(name).changed(parse_query(query, owner=name)))

"""The models of keras.applications by name: what they take, without Keras."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.errors import UsageError, quoted
from resnet_viz.sources.parameters import CLASSES, Parameter, canonical, given_parameters, unknown
from resnet_viz.sources.types import Application

PREFIX: Final = "keras:"


class ApplicationEntry(msgspec.Struct, frozen=True):
    """One model of keras.applications.

    Attributes:
        name: of the function there: "ResNet50".
        size: height and width of its default input, in pixels; it has three channels.
        minimum: the smallest height and width that it takes.
    """

    name: str
    size: int
    minimum: int

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What can be set, with this model's defaults."""
        return (
            Parameter("input", f"{self.size}x{self.size}x3", "HxWxC", "size of the input image"),
            CLASSES,
        )


def _all() -> tuple[ApplicationEntry, ...]:
    sizes = {
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
    return tuple(
        sorted(
            (
                ApplicationEntry(name, size, minimum)
                for minimum, by_size in sizes.items()
                for size, names in by_size.items()
                for name in names.split()
            ),
            key=lambda entry: entry.name,
        )
    )


_BY_NAME: Final = {entry.name: entry for entry in _all()}
APPLICATION_NAMES: Final[tuple[str, ...]] = tuple(_BY_NAME)


def find_application(name: str) -> ApplicationEntry:
    """The entry for ``name``.

    Raises:
        UsageError: there is none; the sentence names the nearest names.
    """
    found = _BY_NAME.get(name)
    if found is None:
        raise UsageError(_unknown_model(name))
    return found


def parse_application(text: str) -> Application:
    """The source that ``text`` names: "keras:ResNet50?input=160x160x3", in canonical form.

    Raises:
        UsageError: an unknown name, parameter or value, or an input too small for the net.
    """
    name, _, query = text.strip().removeprefix(PREFIX).partition("?")
    return _source(find_application(name), given_parameters(query, name))


def normalize_application(source: Application) -> Application:
    """``source`` in canonical form: known, valid, sorted, without values equal to the defaults.

    Raises:
        UsageError: as ``parse_application`` does.
    """
    return _source(find_application(source.name), dict(source.parameters))


def application_title(source: Application) -> str:
    """For people: "ResNet50", "ResNet50 (160×160×3, 10 classes)"."""
    known = find_application(source.name)
    changed = dict(normalize_application(source).parameters)
    words = [p.words(changed[p.name]) for p in known.parameters if p.name in changed]
    return f"{known.name} ({', '.join(words)})" if words else known.name


def application_parameters(source: Application) -> tuple[tuple[int, int, int], int]:
    """Height, width and channels of the input, and the number of classes.

    Raises:
        UsageError: as ``parse_application`` does.
    """
    values = dict(normalize_application(source).parameters)
    defaults = {
        parameter.name: parameter.default for parameter in find_application(source.name).parameters
    }
    height, width, channels = map(int, values.get("input", defaults["input"]).split("x"))
    return (height, width, channels), int(values.get("classes", defaults["classes"]))


def _source(known: ApplicationEntry, given: dict[str, str]) -> Application:
    parameters = {parameter.name: parameter for parameter in known.parameters}
    values: dict[str, str] = {}
    for key, text in given.items():
        if key not in parameters:
            raise UsageError(unknown(f"parameter of {known.name}", key, tuple(parameters)))
        value = canonical(parameters[key], text, known.name)
        if value != parameters[key].default:
            values[key] = value
    sizes = [int(n) for n in values.get("input", parameters["input"].default).split("x")]
    if min(sizes[:2]) < known.minimum:
        raise UsageError(
            f"An input of {sizes[0]}×{sizes[1]} pixels is too small for {known.name}, which needs "
            f"at least {known.minimum}×{known.minimum}."
        )
    return Application(known.name, tuple(sorted(values.items())))


def _unknown_model(name: str) -> str:
    import difflib  # only a mistake needs it

    lowered = {known.lower(): known for known in APPLICATION_NAMES}
    near = difflib.get_close_matches(name.lower()[:80], lowered, n=3, cutoff=0.5)
    if near:
        hint = f"did you mean {' or '.join(PREFIX + lowered[word] for word in near)}?"
    else:
        hint = f"there are {', '.join(APPLICATION_NAMES)}."
    return f"keras.applications has no model named {quoted(name)}; {hint}"

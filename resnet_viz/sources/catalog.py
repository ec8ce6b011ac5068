"""The built-in architectures by name: what they are and which parameters they take. No Keras."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.errors import UsageError
from resnet_viz.sources.parameters import (
    CLASSES,
    INPUT,
    SHORTCUT,
    STRIDE_ON,
    ArchitectureParameters,
    Parameter,
    canonical,
    given_parameters,
    settings_from,
    unknown,
)
from resnet_viz.sources.types import BuiltIn


class Architecture(msgspec.Struct, frozen=True):
    """One built-in network.

    Attributes:
        name: as the user writes it: "resnet34".
        title: for people: "ResNet-34".
        line: one line that says what it is.
        parameters: what can be set, in the order in which help lists it.
        minimum: the smallest height and width of the input, in pixels.
    """

    name: str
    title: str
    line: str
    parameters: tuple[Parameter, ...]
    minimum: int


# Five halvings (conv1, the max-pool, conv3_1, conv4_1, conv5_1): below 32 pixels the last stages
# would all see a single pixel, and the net would not be the paper's any more.
_MINIMUM: Final = 32
_RESIDUAL: Final = (INPUT, CLASSES, SHORTCUT)
_BOTTLENECK: Final = (INPUT, CLASSES, SHORTCUT, STRIDE_ON)
_PLAIN: Final = (INPUT, CLASSES)


def _family(depth: int, kind: str, parameters: tuple[Parameter, ...]) -> Architecture:
    line = f"ResNet of {depth} weighted layers, {kind} (He et al. 2015, Table 1)"
    return Architecture(f"resnet{depth}", f"ResNet-{depth}", line, parameters, _MINIMUM)


def _plain(depth: int) -> Architecture:
    line = f"the layers of ResNet-{depth} without shortcuts (He et al. 2015, Fig. 3)"
    return Architecture(f"plain{depth}", f"Plain-{depth}", line, _PLAIN, _MINIMUM)


_ALL: Final = (
    _family(18, "basic blocks", _RESIDUAL),
    _family(34, "basic blocks", _RESIDUAL),
    _family(50, "bottleneck blocks", _BOTTLENECK),
    _family(101, "bottleneck blocks", _BOTTLENECK),
    _family(152, "bottleneck blocks", _BOTTLENECK),
    _plain(18),
    _plain(34),
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
_BY_NAME: Final = {entry.name: entry for entry in _ALL}

BUILTIN_NAMES: Final[tuple[str, ...]] = tuple(_BY_NAME)


def find_architecture(name: str) -> Architecture:
    """The catalogue's entry for ``name``.

    Raises:
        UsageError: there is none; the sentence names the nearest names.
    """
    found = _BY_NAME.get(name)
    if found is None:
        raise UsageError(unknown("built-in model", name, BUILTIN_NAMES, "resnet-viz models"))
    return found


def parse_builtin(text: str) -> BuiltIn:
    """The source that ``text`` names: "resnet34?classes=10&input=64x64x3", in canonical form.

    Raises:
        UsageError: an unknown name, parameter or value, or an input too small for the net.
    """
    name, _, query = text.strip().partition("?")
    entry = find_architecture(name)
    return _source(entry, given_parameters(query, name))


def normalize_builtin(source: BuiltIn) -> BuiltIn:
    """``source`` in canonical form: known, valid, sorted, without values equal to the defaults.

    Raises:
        UsageError: as ``parse_builtin`` does.
    """
    return _source(find_architecture(source.name), dict(source.parameters))


def builtin_parameters(source: BuiltIn) -> ArchitectureParameters:
    """All parameters of ``source`` as typed values, defaults filled in.

    Raises:
        UsageError: as ``parse_builtin`` does.
    """
    return settings_from(normalize_builtin(source).parameters)


def is_default(source: BuiltIn) -> bool:
    """Whether ``source`` is the architecture with nothing changed (its config ships with us)."""
    return not normalize_builtin(source).parameters


def builtin_title(source: BuiltIn) -> str:
    """For people: "ResNet-34", "ResNet-50 (64×64×3, 10 classes, shortcut C)"."""
    entry = find_architecture(source.name)
    changed = dict(normalize_builtin(source).parameters)
    words = [p.words(changed[p.name]) for p in entry.parameters if p.name in changed]
    return f"{entry.title} ({', '.join(words)})" if words else entry.title


def _source(entry: Architecture, given: dict[str, str]) -> BuiltIn:
    known = {parameter.name: parameter for parameter in entry.parameters}
    values: dict[str, str] = {}
    for key, text in given.items():
        if key not in known:
            raise UsageError(unknown(f"parameter of {entry.name}", key, tuple(known)))
        value = canonical(known[key], text, entry.name)
        if value != known[key].default:
            values[key] = value
    source = BuiltIn(entry.name, tuple(sorted(values.items())))
    height, width, _channels = settings_from(source.parameters).input
    if min(height, width) < entry.minimum:
        raise UsageError(
            f"An input of {height}×{width} pixels is too small for {entry.title}, which needs "
            f"at least {entry.minimum}×{entry.minimum}."
        )
    return source

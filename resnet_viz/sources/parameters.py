"""Parameters of architectures: names, defaults, bounds and canonical form."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

import msgspec

from resnet_viz.errors import UsageError, quoted

ShortcutOption: TypeAlias = Literal["A", "B", "C"]
StrideOn: TypeAlias = Literal["3x3", "1x1"]

MAX_SIZE: Final = 65_536
MAX_CLASSES: Final = 1_000_000


class Parameter(msgspec.Struct, frozen=True):
    """One parameter of an architecture.

    Attributes:
        name: as written before the "=".
        default: the default value in canonical form.
        values: accepted values, for help: "HxWxC", "A|B|C".
        line: one-line description.
    """

    name: str
    default: str
    values: str
    line: str

    def title(self, value: str) -> str:
        """A canonical ``value`` in a model's title: "64×64×3", "10 classes", "shortcut C"."""
        if self.name == "input":
            return value.replace("x", "×")
        if self.name == "classes":
            return f"{int(value):,} class" + ("" if value == "1" else "es")
        if self.name == "stride_on":
            return f"stride on {value.replace('x', '×')}"
        return f"{self.name} {value}"

    def canonical(self, text: str, *, owner: str) -> str:
        """The canonical form of the value ``text``.

        Raises:
            UsageError: it is not a value of the parameter; the sentence names ``owner``.
        """
        if self.name == "input":
            return _canonical_input(text, owner)
        if self.name == "classes":
            return str(_whole(text.strip(), MAX_CLASSES, "classes", owner))
        value = text.strip().upper() if self.name == "shortcut" else _with_x(text)
        choices = self.values.split("|")
        if value not in choices:
            raise UsageError(
                f"{owner} has no {self.name} {quoted(text)}; it can be {' or '.join(choices)}."
            )
        return value


def _image(default: str) -> Parameter:
    line = f"size of the input image, each 1 to {MAX_SIZE:,}; {default} by default"
    return Parameter("input", default, "HxWxC", line)


def _classes(default: int) -> Parameter:
    line = f"number of classes, 1 to {MAX_CLASSES:,}; {default:,} by default"
    return Parameter("classes", str(default), "N", line)


INPUT: Final = _image("224x224x3")
CLASSES: Final = _classes(1000)
SHORTCUT: Final = Parameter(
    "shortcut",
    "B",
    "A|B|C",
    "where sizes differ: A pads with zeros, B projects (the default); C projects all",
)
CIFAR_INPUT: Final = _image("32x32x3")
CIFAR_CLASSES: Final = _classes(10)
CIFAR_SHORTCUT: Final = Parameter(
    "shortcut",
    "A",
    SHORTCUT.values,
    "where sizes differ: A pads with zeros (the default), B projects; C projects all",
)
STRIDE_ON: Final = Parameter(
    "stride_on", "3x3", "3x3|1x1", "which convolution of a bottleneck halves the image"
)


class ArchitectureParameters(msgspec.Struct, frozen=True, kw_only=True):
    """Every parameter as a typed value; those that an architecture lacks keep their default.

    Attributes:
        input: height, width, channels.
        classes: width of the last layer.
        shortcut: the paper's options A, B and C.
        stride_on: the convolution of a bottleneck that has stride 2.
    """

    input: tuple[int, int, int] = (224, 224, 3)
    classes: int = 1000
    shortcut: ShortcutOption = "B"
    stride_on: StrideOn = "3x3"


def parse_query(query: str, *, owner: str) -> dict[str, str]:
    """Names and values of the "a=1&b=2" after a model's name, as written.

    Raises:
        UsageError: a parameter without a value or given twice; the sentence names ``owner``.
    """
    values: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        key, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(
                f"The parameter {quoted(pair)} of {owner} has no value; write NAME=VALUE."
            )
        if key in values:
            raise UsageError(f"The parameter {quoted(key)} of {owner} is given twice.")
        values[key] = value
    return values


def image_size(text: str) -> tuple[int, int, int]:
    """Height, width and channels of a canonical "224x224x3"."""
    height, width, channels = map(int, text.split("x"))
    return height, width, channels


def _with_x(text: str) -> str:
    return re.sub(r"[×,X]", "x", re.sub(r"\s", "", text))


def _canonical_input(text: str, owner: str) -> str:
    sizes = _with_x(text).split("x")
    if len(sizes) != 3:
        raise UsageError(
            f"{owner} can't have the input {quoted(text)}; write height, width and channels, "
            "as in input=224x224x3."
        )
    return "x".join(str(_whole(size, MAX_SIZE, "input", owner)) for size in sizes)


def _whole(text: str, largest: int, name: str, owner: str) -> int:
    # Not int() alone: it takes "1_000", " 7" and digits of other scripts.
    value = int(text) if re.fullmatch(r"[0-9]{1,12}", text) else 0
    if not 1 <= value <= largest:
        raise UsageError(
            f"{owner} can't have {quoted(text)} in {name}; it takes whole numbers from 1 "
            f"to {largest:,}."
        )
    return value

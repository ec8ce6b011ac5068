"""The parameters of built-in architectures: names, defaults, bounds, canonical writing."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias, cast

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
        default: its value in canonical form where nothing is said.
        values: what can be written, for help: "HxWxC", "A|B|C".
        line: what it means, in one line.
    """

    name: str
    default: str
    values: str
    line: str

    def words(self, value: str) -> str:
        """A canonical ``value`` for a title: "64×64×3", "10 classes", "shortcut C"."""
        if self.name == "input":
            return value.replace("x", "×")
        if self.name == "classes":
            return f"{int(value):,} class" + ("" if value == "1" else "es")
        if self.name == "stride_on":
            return f"stride on {value.replace('x', '×')}"
        return f"{self.name} {value}"


INPUT: Final = Parameter(
    "input", "224x224x3", "HxWxC", f"size of the input image, each 1 to {MAX_SIZE:,}"
)
CLASSES: Final = Parameter("classes", "1000", "N", f"number of classes, 1 to {MAX_CLASSES:,}")
SHORTCUT: Final = Parameter(
    "shortcut",
    "B",
    "A|B|C",
    "where sizes differ: A pads with zeros, B projects (the default); C projects all",
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


def canonical(parameter: Parameter, text: str, owner: str) -> str:
    """The one way in which we write the value ``text`` of ``parameter``.

    Raises:
        UsageError: it is not a value of the parameter; ``owner`` is named in the sentence.
    """
    if parameter.name == "input":
        return _input(text, owner)
    if parameter.name == "classes":
        return str(_whole(text.strip(), MAX_CLASSES, "classes", owner))
    value = text.strip().upper() if parameter.name == "shortcut" else _times(text)
    choices = parameter.values.split("|")
    if value not in choices:
        raise UsageError(
            f"{owner} has no {parameter.name} {quoted(text)}; it can be {' or '.join(choices)}."
        )
    return value


def given_parameters(query: str, owner: str) -> dict[str, str]:
    """The "a=1&b=2" behind a name's question mark, as written.

    Raises:
        UsageError: a parameter without value or given twice; ``owner`` is named in the sentence.
    """
    given: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        key, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(
                f"The parameter {quoted(pair)} of {owner} has no value; write NAME=VALUE."
            )
        if key in given:
            raise UsageError(f"The parameter {quoted(key)} of {owner} is given twice.")
        given[key] = value
    return given


def unknown(kind: str, word: str, known: tuple[str, ...], listing: str = "") -> str:
    """The sentence for a ``word`` that isn't among the ``known`` ones, with the nearest of them."""
    import difflib  # only a mistake needs it

    near = difflib.get_close_matches(word.lower()[:80], known, n=3, cutoff=0.5)
    hint = f"did you mean {_either(near)}?" if near else f"there are {', '.join(known)}."
    if listing and near:
        hint += f' "{listing}" lists them all.'
    return f"There is no {kind} named {quoted(word)}; {hint}"


def _either(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def settings_from(parameters: tuple[tuple[str, str], ...]) -> ArchitectureParameters:
    """Typed values of canonical ``parameters``; the rest are defaults."""
    values = dict(parameters)
    height, width, channels = (int(n) for n in values.get("input", INPUT.default).split("x"))
    return ArchitectureParameters(
        input=(height, width, channels),
        classes=int(values.get("classes", CLASSES.default)),
        shortcut=cast("ShortcutOption", values.get("shortcut", SHORTCUT.default)),
        stride_on=cast("StrideOn", values.get("stride_on", STRIDE_ON.default)),
    )


def _times(text: str) -> str:
    return re.sub(r"[×,X]", "x", re.sub(r"\s", "", text))


def _input(text: str, owner: str) -> str:
    sizes = _times(text).split("x")
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

"""Options of the commands, with their help."""

from __future__ import annotations

from argparse import _ArgumentGroup
from collections.abc import Callable
from typing import Final

from resnet_viz.cli.parser import Parser, file_name, positive

PROGRAM: Final = "resnet-viz"
COMMANDS: Final = ("export", "report", "models")

_SOURCES: Final = """\
SOURCE is a built-in architecture, with parameters if you like (resnet34,
"resnet34?input=64x64x3&classes=10&shortcut=C"; see resnet-viz models),
a Keras model file (model.keras, model.h5, model.json),
a model of keras.applications (keras:EfficientNetB0,
"keras:ResNet50?input=160x160x3"), or a Python function that returns a
Keras model (package.module:function, path/to/file.py:function), which is run."""
_COMMANDS: Final = """\
commands:
  resnet-viz export SOURCE -o FILE   a picture: .png, .svg or .pdf
  resnet-viz report SOURCE           the model's structure and numbers
  resnet-viz models                  the built-in architectures
Each has its own --help.
"""


def window_parser() -> Parser:
    """``resnet-viz [SOURCE]``."""
    parser = Parser(
        PROGRAM, "Show a neural network as it really is, in a window.", f"{_COMMANDS}\n{_SOURCES}"
    )
    parser.add_argument(
        "source", nargs="?", metavar="SOURCE", default="resnet34", help="default: resnet34"
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    return parser


def export_parser() -> Parser:
    """``resnet-viz export SOURCE -o FILE ...``."""
    parser = Parser(f"{PROGRAM} export", "Write a picture of a model.", _SOURCES)
    parser.add_argument("source", metavar="SOURCE", help="what to draw")
    parser.add_argument(
        "-o",
        "--output",
        type=file_name,
        metavar="FILE",
        required=True,
        help="the file: .png, .svg or .pdf",
    )
    _add_content_options(parser)
    _add_look_options(parser)
    return parser


def _add_content_options(parser: Parser) -> None:
    group = parser.add_argument_group("what is drawn")
    _add_choice(group, "--detail", "block", metavar="LEVEL", help_="stage, block, unit or layer")
    group.add_argument(
        "--open",
        nargs="+",
        action="extend",
        default=[],
        metavar="GROUP",
        help="open these groups, such as conv3_1",
    )
    _add_choice(group, "--layout", "stages", metavar="LAYOUT", help_="stages or column")
    _add_choice(
        group,
        "--color-by",
        "stage",
        metavar="WHAT",
        help_="stage, type, parameters, macs, memory or receptive-field",
    )
    _add_memory_options(group.add_argument)
    _add_choice(
        group, "--repeats", "auto", metavar="HOW", help_="runs of equal blocks: auto, fold or all"
    )
    group.add_argument("--title", default="", metavar="TEXT", help="a line above the picture")
    group.add_argument(
        "--no-legend", dest="legend", action="store_false", help="leave the legend out"
    )


def _add_look_options(parser: Parser) -> None:
    group = parser.add_argument_group("how it looks")
    _add_choice(group, "--theme", "light", metavar="NAME", help_="light, dark or paper")
    _add_choice(group, "--background", "theme", metavar="WHAT", help_="theme, white or transparent")
    group.add_argument(
        "--width",
        type=positive("--width", int),
        metavar="PX",
        help="the picture's width; with --height it is fitted and centred",
    )
    group.add_argument(
        "--height", type=positive("--height", int), metavar="PX", help="the picture's height"
    )
    group.add_argument(
        "--scale",
        type=positive("--scale", float),
        metavar="X",
        help="instead of a size: pixels for one at 100 %% (default: 2 for PNG, else 1)",
    )
    group.add_argument(
        "--dpi",
        type=positive("--dpi", float),
        metavar="N",
        help="pixels per inch (default: 96 × scale)",
    )


def _add_choice(
    group: _ArgumentGroup, option: str, default: str, *, metavar: str, help_: str
) -> None:
    """Add an option with a fixed set of values, which ``PictureRequest`` checks."""
    group.add_argument(
        option, default=default, metavar=metavar, help=f"{help_} (default: {default})"
    )


def _add_memory_options(add: Callable[..., object]) -> None:
    """Options of the memory basis; ``add``: the ``add_argument`` of a parser or a group."""
    add(
        "--batch",
        type=positive("--batch", int),
        default=1,
        metavar="N",
        help="samples at once, for memory (default: 1)",
    )
    add(
        "--dtype",
        metavar="NAME",
        help="what floating-point values count as in memory, such as float16 "
        "(default: the model's own)",
    )


def report_parser() -> Parser:
    """``resnet-viz report SOURCE [--format ...] [-o FILE]``."""
    parser = Parser(f"{PROGRAM} report", "Report a model's structure and numbers.", _SOURCES)
    parser.add_argument("source", metavar="SOURCE", help="what to report on")
    parser.add_argument(
        "--format",
        default="text",
        metavar="FORMAT",
        help="text, json, csv or markdown (default: text); csv is the calls table",
    )
    parser.add_argument("--totals", action="store_true", help="end csv with a row of totals")
    _add_memory_options(parser.add_argument)
    parser.add_argument(
        "-o",
        "--output",
        type=file_name,
        metavar="FILE",
        help="write to a file instead of the terminal",
    )
    return parser


def models_parser() -> Parser:
    """``resnet-viz models``."""
    return Parser(f"{PROGRAM} models", "List the built-in architectures and their parameters.")

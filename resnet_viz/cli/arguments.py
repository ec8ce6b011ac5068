"""Options of the commands, with their help."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final, Literal

from resnet_viz.cli.parser import Parser, file_name, positive

PROGRAM: Final = "resnet-viz"
COMMANDS: Final = ("export", "report", "diff", "snapshot", "run", "models")

SOURCES: Final = """\
SOURCE is a built-in architecture, with parameters if you like (resnet34,
"resnet34?input=64x64x3&classes=10&shortcut=C"; see resnet-viz models),
a Keras model file (model.keras, model.h5, model.json),
a model of keras.applications (keras:EfficientNetB0,
"keras:ResNet50?input=160x160x3"), or a Python function that returns a
Keras model (package.module:function, path/to/file.py:function), which is run.
git:REV:SOURCE is a file or a function as it was in a git revision
(git:HEAD~1:model.py:build)."""
_COMMANDS: Final = """\
commands:
  resnet-viz export SOURCE -o FILE   a picture: .png, .svg, .pdf ...
  resnet-viz report SOURCE           the model's structure and numbers
  resnet-viz diff A B                what differs between two architectures
  resnet-viz snapshot SOURCE -o FILE an architecture as text, to compare with later
  resnet-viz run SOURCE EXPERIMENT   what shortcuts do: gradients, training, ...
  resnet-viz models                  the built-in architectures
  resnet-viz version                 the version
Each has its own --help.
"""


def window_parser() -> Parser:
    """``resnet-viz [SOURCE]``."""
    parser = Parser(
        PROGRAM, "Show a neural network as it really is, in a window.", f"{_COMMANDS}\n{SOURCES}"
    )
    parser.add_argument(
        "source", nargs="?", metavar="SOURCE", help="default: as last shown; at first resnet34"
    )
    parser.add_argument(
        "--compare", nargs=2, metavar=("A", "B"), help="show two models and what differs"
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    parser.add_argument(
        "--install-desktop",
        action="store_true",
        help="add resnet-viz to the desktop's launcher and as a program for .keras files, and exit",
    )
    parser.add_argument("--temporary", action="store_true", help=argparse.SUPPRESS)
    return parser


def add_memory_options(add: Callable[..., object]) -> None:
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
    parser = Parser(f"{PROGRAM} report", "Report a model's structure and numbers.", SOURCES)
    parser.add_argument("source", metavar="SOURCE", help="what to report on")
    parser.add_argument(
        "--format",
        default="text",
        metavar="FORMAT",
        help="text, json, csv, markdown or latex (default: text); csv is the calls table, latex "
        "a table for a paper",
    )
    parser.add_argument(
        "--rows", default="block", metavar="WHAT", help="latex: a row a block, or a stage"
    )
    parser.add_argument("--totals", action="store_true", help="end csv with a row of totals")
    add_memory_options(parser.add_argument)
    add_output(parser)
    return parser


def snapshot_parser() -> Parser:
    """``resnet-viz snapshot SOURCE -o FILE``."""
    parser = Parser(
        f"{PROGRAM} snapshot", "Write an architecture as text that diff compares with.", SOURCES
    )
    parser.add_argument("source", metavar="SOURCE", help="the model")
    add_output(parser)
    return parser


def add_output(
    parser: Parser,
    line: str = "write to a file instead of the terminal",
    *,
    action: Literal["store", "append"] = "store",
) -> None:
    """Option for the file that a command writes, with its ``line`` of help."""
    parser.add_argument("-o", "--output", type=file_name, action=action, metavar="FILE", help=line)


def models_parser() -> Parser:
    """``resnet-viz models``."""
    return Parser(f"{PROGRAM} models", "List the built-in architectures and their parameters.")

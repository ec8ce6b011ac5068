"""Options of ``resnet-viz diff``, with their help."""

from __future__ import annotations

from resnet_viz.cli.arguments import PROGRAM, SOURCES, add_output
from resnet_viz.cli.export_arguments import add_picture_options
from resnet_viz.cli.parser import Parser
from resnet_viz.exports.options import FORMAT_NAMES
from resnet_viz.reports.comparison_formats import COMPARISON_FORMATS
from resnet_viz.suggestions import join_with_or


def diff_parser() -> Parser:
    """``resnet-viz diff A B [--format ...] [--fail-on ...] [-o FILE]``."""
    parser = Parser(
        f"{PROGRAM} diff",
        "Compare two architectures by structure, never by names. Exit code 0: equal; 3: different.",
        f"{SOURCES}\nA snapshot (arch.json) is a SOURCE too.",
    )
    parser.add_argument("a", metavar="A", help="the model before")
    parser.add_argument("b", metavar="B", help="the model after")
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        help=f"{join_with_or(list(COMPARISON_FORMATS))} (default: text, or a picture by FILE's "
        "suffix)",
    )
    parser.add_argument(
        "--fail-on",
        default="",
        metavar="CONDITIONS",
        help="exit with 3 only if one holds, such as shortcuts,parameters>1%%,output-shape",
    )
    parser.add_argument(
        "--with-trainable", action="store_true", help="compare which layers are trained, too"
    )
    known = join_with_or([f".{name}" for name in FORMAT_NAMES])
    add_output(parser, f"write to a file; {known} are pictures of both models")
    parser.add_argument(
        "--side-by-side",
        action="store_true",
        help="a picture of each model instead of both in one",
    )
    add_picture_options(parser)
    return parser

"""Options of ``resnet-viz export``, with their help."""

from __future__ import annotations

from argparse import Namespace, _ArgumentGroup
from collections.abc import Sequence
from pathlib import Path

from resnet_viz.cli.arguments import PROGRAM, SOURCES, add_memory_options, add_output
from resnet_viz.cli.parser import Parser, positive
from resnet_viz.errors import UsageError
from resnet_viz.exports.options import FORMAT_NAMES
from resnet_viz.exports.presets import PRESETS, preset_named
from resnet_viz.exports.request import CHOICES
from resnet_viz.suggestions import join_with_or


class ExportParser(Parser):
    """Parser whose ``--preset`` changes the defaults of other options."""

    def read(self, arguments: Sequence[str]) -> Namespace:
        """Parse ``arguments``; what the user gives wins over the preset.

        Raises:
            UsageError: as for every parser, or an unknown preset.
        """
        values = super().read(arguments)
        if values.view is not None:
            self._take_view(values.view)
            values = super().read(arguments)
        if not values.source:
            raise UsageError("No model given; name a built-in such as resnet34, or a model file.")
        if values.preset is None:
            return values
        preset = dict(preset_named(values.preset).options)
        if values.scale is not None or values.width or values.height:  # instead of the place
            preset = {name: value for name, value in preset.items() if name not in _SIZES}
        self.set_defaults(**preset)
        return super().read(arguments)

    def _take_view(self, file: str) -> None:
        """Use a saved view's source and options where none are given."""
        from resnet_viz.views.saved_view import read_view

        saved = read_view(Path(file))
        view = saved.view
        self.set_defaults(
            source=[saved.source],
            batch=view.basis.batch,
            dtype=view.basis.dtype,
            toggled=tuple(view.toggled),
            **{name: getattr(view, name) for name in _OF_VIEW},
        )


_OF_VIEW = (
    "detail", "layout", "color_by", "repeats", "legend", "title", "show", "hide", "caption",
    "totals",
)  # fmt: skip
_SIZES = frozenset({"fit", "min_text"})


def export_parser() -> Parser:
    """``resnet-viz export SOURCE [SOURCE ...] -o FILE ...``."""
    presets = "\n".join(f"  {name:<14}{preset.line}" for name, preset in PRESETS.items())
    parser = ExportParser(
        f"{PROGRAM} export", "Write pictures of models.", f"presets:\n{presets}\n\n{SOURCES}"
    )
    parser.add_argument("source", nargs="*", metavar="SOURCE", help="what to draw")
    parser.add_argument(
        "--view", metavar="FILE", help="a view saved in the window: its SOURCE and its options"
    )
    known = join_with_or([f".{name}" for name in FORMAT_NAMES])
    add_output(
        parser,
        f"the file: {known}; may be given several times; - for standard output",
        action="append",
    )
    parser.add_argument("--out-dir", metavar="DIR", help="a folder with a file for each SOURCE")
    parser.add_argument(
        "--format",
        metavar="NAME",
        help=f"{join_with_or(list(FORMAT_NAMES))} (default: by suffix; svg in a folder)",
    )
    parser.add_argument(
        "--preset", metavar="NAME", help=f"{join_with_or(list(PRESETS))}; see below"
    )
    parser.add_argument(
        "--watch", action="store_true", help="write again whenever the model's file changes"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    add_picture_options(parser)
    return parser


def add_picture_options(parser: Parser) -> None:
    """Options of a picture, which ``PictureRequest`` checks."""
    _add_content_options(parser)
    _add_look_options(parser)


def _add_content_options(parser: Parser) -> None:
    group = parser.add_argument_group("what is drawn")
    group.add_argument(
        "--detail",
        metavar="LEVEL",
        help="stage, block, unit or layer (default: block; with --fit stage if that does not fit)",
    )
    group.add_argument(
        "--open",
        nargs="+",
        action="extend",
        default=[],
        metavar="GROUP",
        help="open these groups, such as conv3_1",
    )
    group.add_argument(
        "--layout",
        metavar="LAYOUT",
        help="stages, column, row or wrap (snake) (default: stages; with --fit also wrap)",
    )
    _add_choice(
        group, "--style", "card", metavar="STYLE", help_="card, or classic: lines after He et al."
    )
    _add_choice(
        group,
        "--color-by",
        "stage",
        metavar="WHAT",
        help_="stage, type, parameters, macs, memory or receptive-field; with --result "
        "gradient, output-gradient, training-gradient, response, change or deletion",
    )
    group.add_argument(
        "--result",
        metavar="FILE.json",
        help="colour by the result of an experiment, as resnet-viz run writes it",
    )
    add_memory_options(group.add_argument)
    _add_choice(
        group, "--repeats", "auto", metavar="HOW", help_="runs of equal blocks: auto, fold or all"
    )
    group.add_argument("--title", default="", metavar="TEXT", help="a line above the picture")
    shown, hidden = (join_with_or(list(CHOICES[name])) for name in ("show", "hide"))
    group.add_argument(
        "--show", default=(), metavar="WORDS", help=f"write these too, with commas: {shown}"
    )
    group.add_argument(
        "--hide", default=(), metavar="WORDS", help=f"leave these out, bridged: {hidden}"
    )
    group.add_argument("--caption", default="", metavar="TEXT", help="a line below the picture")
    group.add_argument("--totals", action="store_true", help="the model's totals below the picture")
    group.add_argument(
        "--no-legend", dest="legend", action="store_false", help="leave the legend out"
    )


def _add_look_options(parser: Parser) -> None:
    group = parser.add_argument_group("how it looks")
    _add_choice(
        group,
        "--theme",
        "light",
        metavar="NAME",
        help_="light, dark, paper, or auto: as the reader's system is (SVG)",
    )
    _add_choice(group, "--background", "theme", metavar="WHAT", help_="theme, white or transparent")
    group.add_argument(
        "--width",
        metavar="SIZE",
        help="the picture's width: pixels, 17cm, 85mm, 6in, 240pt; with --height it is fitted "
        "and centred",
    )
    group.add_argument("--height", metavar="SIZE", help="the picture's height")
    group.add_argument(
        "--fit",
        metavar="PLACE",
        help="choose layout, detail and folding for a place: 8.5cm or 17cm (at most 24cm high), "
        "17x10cm, 900px, slide, a4, a3, a0",
    )
    group.add_argument(
        "--min-text", metavar="SIZE", help="the smallest text that may be in it (default: 6pt)"
    )
    group.add_argument(
        "--scale",
        type=positive("--scale", float),
        metavar="X",
        help="instead of a size: pixels for one at 100 %% (default: 2 for PNG, else 1)",
    )
    group.add_argument(
        "--outline-text",
        action="store_true",
        help="letters as shapes in an SVG, so that it looks the same without our font",
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

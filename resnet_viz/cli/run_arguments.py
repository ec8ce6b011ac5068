"""Options of ``resnet-viz run``."""

from __future__ import annotations

from typing import Final

from resnet_viz.cli.arguments import PROGRAM, SOURCES, add_output
from resnet_viz.cli.parser import Parser, not_negative, positive, whole

_EXPERIMENTS: Final = """\
experiments (the model beside its counterpart; same seed, same batches):
  gradients    |∂L/∂w| / |w| of each weighted layer, |∂L/∂x| at each block, for one batch
  training     loss, accuracy and gradients over the steps
  responses    deviation of each 3×3 layer's response; how much each block changes
  deletion     loss and accuracy without each block, and without several
  landscape    loss on a plane through the trained weights
  activations  feature maps of a picture around a block, and the predictions
responses, deletion and landscape train first; --steps 0 measures the weights as
they are. Nothing is recorded beforehand."""


def run_parser() -> Parser:
    """``resnet-viz run SOURCE EXPERIMENT ...``."""
    parser = Parser(
        f"{PROGRAM} run",
        "Run an experiment on a model and its counterpart.",
        f"{_EXPERIMENTS}\n\n{SOURCES}",
    )
    parser.add_argument("source", metavar="SOURCE", help="the model")
    parser.add_argument("experiment", metavar="EXPERIMENT", help="see below")
    parser.add_argument(
        "--against",
        default="",
        metavar="SOURCE",
        help="the counterpart, or none (default: the model without its shortcuts)",
    )
    add_output(parser, "result as .json or .csv, or chart as .png, .svg or .pdf (default: text)")
    parser.add_argument("--save", default="", metavar="FILE", help="trained weights, as .keras")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    _add_training_options(parser)
    _add_measurement_options(parser)
    return parser


def _add_training_options(parser: Parser) -> None:
    group = parser.add_argument_group("data and training")
    group.add_argument(
        "--data",
        default="digits",
        metavar="DATA",
        help="digits, cifar10, or a folder with a sub-folder of pictures for each class",
    )
    group.add_argument("--steps", type=whole("--steps"), metavar="N", help="(default: 200)")
    group.add_argument(
        "--batch", type=positive("--batch", int), default=32, metavar="N", help="(default: 32)"
    )
    group.add_argument(
        "--optimizer", default="sgd", metavar="NAME", help="sgd, adam, adamw or rmsprop"
    )
    group.add_argument(
        "--learning-rate",
        type=positive("--learning-rate", float),
        metavar="X",
        help="(default: 0.1 for sgd, else 0.001)",
    )
    group.add_argument(
        "--weight-decay",
        type=not_negative("--weight-decay"),
        default=1e-4,
        metavar="X",
        help="(default: 0.0001)",
    )
    group.add_argument(
        "--init",
        default="auto",
        metavar="NAME",
        help="he_normal, glorot_uniform, ...; keep: the file's weights "
        "(default: keep for files and functions, else he_normal)",
    )
    group.add_argument(
        "--no-normalization",
        dest="normalization",
        action="store_false",
        help="take the normalisation layers out",
    )
    group.add_argument("--device", default="cpu", metavar="NAME", help="cpu or gpu (default: cpu)")
    group.add_argument("--seed", type=whole("--seed"), default=0, metavar="N", help="(default: 0)")


def _add_measurement_options(parser: Parser) -> None:
    group = parser.add_argument_group("measurement")
    group.add_argument(
        "--grid",
        type=positive("--grid", int),
        default=21,
        metavar="N",
        help="points on each side of the landscape, odd (default: 21)",
    )
    group.add_argument(
        "--image",
        default="",
        metavar="FILE",
        help="picture for the activations (default: one of the data)",
    )
    group.add_argument(
        "--at",
        default="",
        metavar="ID",
        help="block or layer of the activations, such as conv3_1 (default: the first block)",
    )
    group.add_argument(
        "--theme", default="light", metavar="NAME", help="of a chart: light, dark or paper"
    )

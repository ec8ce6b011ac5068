"""Makes the pictures that authors need, at page, slide and README width, and the README's three.

    python -m tests.tools.gallery FOLDER [--readme]

Each is written by its command, as SVG and as PNG at its final size, with an index.html of all to
look at. ``--readme`` writes resources/readme/*.svg instead. keras.applications need TensorFlow.
"""

from __future__ import annotations

import argparse
import html
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from resnet_viz import AppError, export
from resnet_viz.cli.main import main
from resnet_viz.graph.types import Graph
from tests.support.graphs import architectures, submodels

README: Final = Path(__file__).resolve().parents[2] / "resources" / "readme"
PLACES: Final = {
    "page": ("--fit", "17cm", "--min-text", "6pt", "--theme", "paper", "--background", "white"),
    "slide": ("--fit", "slide", "--min-text", "10pt"),
    "readme": ("--preset", "readme"),
}
"""Options of each place."""
SOURCES: Final = (
    *("resnet34", "resnet50", "resnet152", "plain34", "tutorial_resnet34", "cifar_resnet56"),
    *("keras:DenseNet121", "keras:MobileNetV2", "keras:NASNetMobile", "keras:InceptionV3"),
)
MADE_UP: Final = {
    "unet": architectures.unet,
    "seq2seq": architectures.transformer,
    "siamese": submodels.siamese,
}
"""Graphs that no source names."""
THREE: Final = {
    "resnet34": ("resnet34", "--preset", "readme", "--outline-text"),
    "tutorial": ("tutorial_resnet34", "--preset", "readme", "--outline-text", "--layout", "wrap"),
    "classic": (
        *("keras:VGG19", "plain34", "resnet34", "--style", "classic"),
        *("--theme", "auto", "--background", "transparent", "--fit", "900x1280px"),
        *("--min-text", "10px", "--outline-text"),
    ),
}
"""The README's pictures with the options of their commands."""


def commands(folder: Path) -> dict[str, list[str]]:
    """The command of each picture, by its file's name without suffix."""
    found: dict[str, list[str]] = {}
    for place, options in PLACES.items():
        for source in SOURCES:
            found[f"{source.replace(':', '-')}-{place}"] = [source, *options]
        if place != "slide":  # 36 lines below each other are no slide
            found[f"classic-{place}"] = ["plain34", "resnet34", "--style", "classic", *options]
    for name, words in found.items():
        for suffix in ("svg", "png"):
            words.extend(("-o", f"{folder / name}.{suffix}"))
    return found


def write_all(folder: Path) -> int:
    """Write the gallery; the number of pictures that were refused, each with its sentence."""
    folder.mkdir(parents=True, exist_ok=True)
    refused = 0
    shown: list[tuple[str, str]] = []
    for name, words in commands(folder).items():
        if main(["export", *words]):
            refused += 1
        else:
            shown.append((name, "resnet-viz export " + shlex.join(words[: words.index("-o")])))
    for name, make in MADE_UP.items():
        refused += _write(make(), folder / f"{name}-page.png")
        shown.append((f"{name}-page", name))
    _index(folder, shown)
    return refused


def _write(graph: Graph, target: Path) -> bool:
    """Write a made-up graph at page width; return whether it was refused."""
    try:
        export(graph, target, fit="17cm", theme="paper", background="white")
    except AppError as error:
        sys.stderr.write(f"{target.name}: {error}\n")
        return True
    return False


def _index(folder: Path, shown: Sequence[tuple[str, str]]) -> None:
    figures = "\n".join(
        f"<figure><img src={html.escape(name + '.png')!r} width=900>"
        f"<figcaption><code>{html.escape(command)}</code></figcaption></figure>"
        for name, command in shown
    )
    page = f"<!doctype html><meta charset=utf-8><title>Gallery</title>\n{figures}\n"
    (folder / "index.html").write_text(page, encoding="utf-8")


def write_readme() -> int:
    """Write the README's pictures; the number of those that were refused."""
    return sum(
        bool(main(["export", *words, "-o", str(README / f"{name}.svg")]))
        for name, words in THREE.items()
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default="gallery")
    parser.add_argument("--readme", action="store_true")
    options = parser.parse_args()
    sys.exit(bool(write_readme() if options.readme else write_all(Path(options.folder))))

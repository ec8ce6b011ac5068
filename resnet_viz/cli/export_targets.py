"""Targets of ``resnet-viz export``: files, standard output, or a folder for several sources."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from resnet_viz.errors import UsageError, quoted
from resnet_viz.exports.options import BINARY, WITH_SIZE, FormatName, format_named, format_of
from resnet_viz.files import WriteError

_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")


class ExportTarget(msgspec.Struct, frozen=True):
    """A file to write, or standard output (None), and its format."""

    path: Path | None
    format: FormatName


class ExportJob(msgspec.Struct, frozen=True):
    """Sources, as the user named them, that make one picture, and all that is written of it."""

    sources: tuple[str, ...]
    targets: tuple[ExportTarget, ...]


def jobs_of(options: Namespace) -> tuple[ExportJob, ...]:
    """The sources of an export with their targets.

    Raises:
        UsageError: the options name no target, contradicting ones, or one twice.
        WriteError: the folder can't be made.
    """
    outputs, folder, sources = options.output or [], options.out_dir, options.source
    if outputs and folder:
        raise UsageError("-o and --out-dir cannot be combined: give one of them.")
    if folder:
        format_ = format_named(options.format or "svg")
        return _in_folder(sources, Path(folder), format_)
    if not outputs:
        raise UsageError("Name the file to write with -o FILE, or a folder with --out-dir DIR.")
    targets = tuple(_target(word, options.format) for word in outputs)
    _refuse_twice([str(target.path or "-") for target in targets])
    alone = next((target.format for target in targets if target.format not in WITH_SIZE), None)
    if len(sources) > 1 and alone is not None:
        raise UsageError(
            f"{len(sources)} models in one figure are drawn in PNG, SVG, PDF and TikZ, not in "
            f"{alone.upper()}: write a file of each with --out-dir."
        )
    return (ExportJob(tuple(sources), targets),)


def _target(word: str, format_: str | None) -> ExportTarget:
    if word != "-":
        path = Path(word)
        return ExportTarget(path, format_named(format_) if format_ else format_of(path))
    if not format_:
        raise UsageError("-o - needs the format: add --format svg, or another.")
    name = format_named(format_)
    if name in BINARY and sys.stdout.isatty():
        raise UsageError(
            f"A {name.upper()} is not for a terminal: redirect standard output to a file or a "
            "pipe, or use -o FILE."
        )
    return ExportTarget(None, name)


def _in_folder(sources: Sequence[str], folder: Path, format_: FormatName) -> tuple[ExportJob, ...]:
    names = [f"{stem_of(source)}.{format_}" for source in sources]
    _refuse_twice(names)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise WriteError(
            f"The folder {quoted(str(folder), longest=200)} can't be made: {reason}; "
            "choose another with --out-dir."
        ) from error
    return tuple(
        ExportJob((source,), (ExportTarget(folder / name, format_),))
        for source, name in zip(sources, names, strict=True)
    )


def stem_of(source: str) -> str:
    """File name without suffix for a source's text: "resnet34-classes-10", "model"."""
    from resnet_viz.sources.parse import parse_source
    from resnet_viz.sources.types import ModelFile, PastFile

    parsed = parse_source(source)
    text = str(parsed)
    if isinstance(parsed, ModelFile):
        text = Path(parsed.path).stem
    elif isinstance(parsed, PastFile):
        text = f"{Path(parsed.path).stem}-{parsed.revision}"
    return _NOT_IN_NAMES.sub("-", text.replace(".py:", ":")).strip("-.")[:80] or "model"


def _refuse_twice(names: Sequence[str]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            shown = "standard output" if name == "-" else quoted(name, longest=200)
            raise UsageError(f"{shown} would be written twice: name each target once.")

"""Shapes of a model file's weights from its HDF5 headers: no weight is ever read.

A 2-GB file takes as long as its number of layers demands, a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import IO, Final

from resnet_viz.graph.types import Graph, LayerWeights
from resnet_viz.reading.container.hdf5_blocks import SIGNATURE
from resnet_viz.reading.container.hdf5_tree import Hdf5
from resnet_viz.reading.container.zip_archive import check_directory, stored_member
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_SIZE
from resnet_viz.reading.weights.hdf5_names import by_name
from resnet_viz.reading.weights.keras3 import by_layer
from resnet_viz.reading.weights.tree import Found

WEIGHTS_FILE: Final = "model.weights.h5"


def read_weights(path: str | Path, graph: Graph) -> dict[str, LayerWeights]:
    """The weights of the layers of ``graph`` as its file ``path`` has them, by ``layer``.

    They come from a ``.keras`` file's ``model.weights.h5``, if it is stored as it is (as Keras
    stores it), or from an HDF5 file. A layer of which the file doesn't say for certain what it
    has is missing. Nothing in a file tells which weights are trainable.

    Returns:
        Nothing at all if the file has no weights, is damaged, is too old to name its layers, or
        has its weights compressed: decompressing gigabytes for a few numbers is not worth it.
    """
    try:
        with Path(path).open("rb") as file:
            head = file.read(len(SIGNATURE))
            if head == SIGNATURE:
                found = by_name(Hdf5(file), graph)
            else:
                found = _in_zip(file, graph) if head.startswith(b"PK") else {}
    except (OSError, ValueError, Unreadable):
        return {}
    # A Sequential model that was never built has layers without weights, for now.
    is_built = all(graph.tensor(ref).shape is not None for ref in graph.inputs)
    return {
        layer: LayerWeights(shapes)
        for layer, shapes in found.items()
        if sum(map(prod, shapes)) <= MAX_SIZE and (shapes or is_built)
    }


def _in_zip(file: IO[bytes], graph: Graph) -> Found:
    with opened_weights(file) as weights:
        return {} if weights is None else by_layer(Hdf5(weights), graph)


@contextmanager
def opened_weights(file: IO[bytes]) -> Iterator[IO[bytes] | None]:
    """The weights' file inside a ``.keras`` zip, as it is stored there; None if there is none.

    Raises:
        Unreadable: the zip is damaged, or its weights are compressed or encrypted; also for what
            is found while the file is read.
    """
    from zipfile import ZIP_STORED, BadZipFile, ZipFile

    check_directory(file)
    try:
        with ZipFile(file) as archive:
            if WEIGHTS_FILE not in archive.namelist():
                yield None
                return
            info = archive.getinfo(WEIGHTS_FILE)
            if info.compress_type != ZIP_STORED or info.flag_bits & 1:
                raise Unreadable(f"its {WEIGHTS_FILE} is compressed or encrypted")
            yield stored_member(file, info.header_offset, info.file_size)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, AttributeError,
            LookupError, TypeError, ArithmeticError, ValueError):  # fmt: skip
        # zipfile trusts the numbers in the file; wrong ones surface as any of these.
        raise Unreadable(f"the zip or its {WEIGHTS_FILE} is damaged") from None


def order(name: str) -> tuple[int, str]:
    """Puts the weights of a layer, which Keras counts from 0, in that order."""
    return (int(name), "") if name.isdecimal() and len(name) < 9 else (-1, name)

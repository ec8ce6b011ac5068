"""Shapes of the weights recorded in a model file, from HDF5 headers only.

The time depends on the number of layers: a 2-GB file takes a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import IO, Final

from resnet_viz.graph.types import Graph, LayerWeights
from resnet_viz.reading.container.hdf5_blocks import SIGNATURE
from resnet_viz.reading.container.hdf5_tree import Hdf5Tree
from resnet_viz.reading.container.zip_archive import check_zip_directory, open_stored_member
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.limits import MAX_SIZE
from resnet_viz.reading.weights.hdf5_names import weights_by_path
from resnet_viz.reading.weights.keras3 import weights_by_group
from resnet_viz.reading.weights.tree import WeightsByLayer

WEIGHTS_FILE: Final = "model.weights.h5"


def read_weights(path: str | Path, graph: Graph) -> dict[str, LayerWeights]:
    """Weights recorded in the file ``path`` for the layers of ``graph``, by ``LayerCall.layer``.

    They come from a ``.keras`` file's ``model.weights.h5``, if it is uncompressed (as Keras writes
    it), or from an HDF5 file. Files don't record which weights are trainable.

    Returns:
        Layers whose weights are certain. Empty if the file has no weights, is damaged, is too old
        to name its layers, or has compressed weights: decompressing gigabytes for a few numbers
        is not worth it.
    """
    try:
        with Path(path).open("rb") as file:
            head = file.read(len(SIGNATURE))
            if head == SIGNATURE:
                weights = weights_by_path(Hdf5Tree(file), graph)
            else:
                weights = _in_zip(file, graph) if head.startswith(b"PK") else {}
    except (OSError, ValueError, Unreadable):
        return {}
    # The layers of a Sequential model that was never built have no weights yet.
    is_built = all(graph.tensor(ref).shape is not None for ref in graph.inputs)
    return {
        layer: LayerWeights(shapes)
        for layer, shapes in weights.items()
        if sum(map(prod, shapes)) <= MAX_SIZE and (shapes or is_built)
    }


def _in_zip(file: IO[bytes], graph: Graph) -> WeightsByLayer:
    with open_weights(file) as weights:
        return {} if weights is None else weights_by_group(Hdf5Tree(weights), graph)


@contextmanager
def open_weights(file: IO[bytes]) -> Iterator[IO[bytes] | None]:
    """The weights file inside a ``.keras`` zip, uncompressed; None if there is none.

    Raises:
        Unreadable: the zip is damaged, or its weights are compressed or encrypted; also raised for
            errors in the body of the ``with``.
    """
    from zipfile import ZIP_STORED, BadZipFile, ZipFile

    check_zip_directory(file)
    try:
        with ZipFile(file) as archive:
            if WEIGHTS_FILE not in archive.namelist():
                yield None
                return
            info = archive.getinfo(WEIGHTS_FILE)
            if info.compress_type != ZIP_STORED or info.flag_bits & 1:
                raise Unreadable(f"its {WEIGHTS_FILE} is compressed or encrypted")
            yield open_stored_member(file, info.header_offset, info.file_size)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, AttributeError,
            LookupError, TypeError, ArithmeticError, ValueError):  # fmt: skip
        # zipfile trusts the numbers in the file; wrong ones raise any of these.
        raise Unreadable(f"the zip or its {WEIGHTS_FILE} is damaged") from None


def variable_order(name: str) -> tuple[int, str]:
    """Sort key of a layer's variables, which Keras numbers from 0."""
    return (int(name), "") if name.isdecimal() and len(name) < 9 else (-1, name)

"""Shapes of a model file's weights from its HDF5 headers: no weight is ever read.

A 2-GB file takes as long as its number of layers demands, a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from resnet_viz.graph.values import Shape
from resnet_viz.reading.failure import Unreadable
from resnet_viz.reading.hdf5 import SIGNATURE
from resnet_viz.reading.hdf5_tree import Hdf5
from resnet_viz.reading.limits import MAX_NESTING
from resnet_viz.reading.zips import check_directory, stored_member

WEIGHTS_FILE: Final = "model.weights.h5"


def parameter_shapes(path: str | Path) -> dict[str, list[Shape]] | None:
    """The shapes of every layer's weights, by the layer's name ("inner/dense" in a nested model).

    They come from a ``.keras`` file's ``model.weights.h5``, if it is stored as it is (as Keras
    stores it), or from an HDF5 file. In a ``.keras`` file a layer's weights are in the order of
    the layer's variables; in an HDF5 file in the order of their names.

    Returns:
        None if the file has no weights, is damaged, is too old to name its layers, or has its
        weights compressed: decompressing gigabytes for a few numbers is not worth it.
    """
    try:
        with Path(path).open("rb") as file:
            head = file.read(len(SIGNATURE))
            if head == SIGNATURE:
                return _of_hdf5(Hdf5(file))
            if not head.startswith(b"PK"):
                return None
            with opened_weights(file) as weights:
                return None if weights is None else _of_hdf5(Hdf5(weights))
    except (OSError, ValueError, Unreadable):
        return None


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


def _of_hdf5(tree: Hdf5) -> dict[str, list[Shape]] | None:
    top = tree.children(tree.root)
    found: dict[str, list[Shape]] = {}
    if "layers" in top or "_layer_checkpoint_dependencies" in top:
        return found if _keras_3(tree, tree.root, "", found, 0) else None
    whole = top.get("model_weights", tree.root)
    for layer, group in tree.children(whole).items():
        if tree.shape(group) is not None:
            return None
        _by_folder(tree, group, layer, layer, found)
    return {layer: shapes for layer, shapes in found.items() if shapes} or None


def _keras_3(
    tree: Hdf5, group: int, around: str, found: dict[str, list[Shape]], depth: int
) -> bool:
    """Weights of the layers in ``group``, a model's; False if the file doesn't name them."""
    children = tree.children(group)
    layers = children.get("layers", children.get("_layer_checkpoint_dependencies"))
    if layers is None or depth > MAX_NESTING:
        return False
    for item in tree.children(layers).values():
        inside = tree.children(item)
        own = inside.get("vars")
        name = None if own is None else tree.text(own, "name")
        if name is None:
            return False
        layer = around + name.decode("utf-8", "replace")
        if "layers" in inside:
            if not _keras_3(tree, item, f"{layer}/", found, depth + 1):
                return False
        else:
            shapes: list[Shape] = []
            _everything(tree, item, shapes, 0)
            if shapes:
                found[layer] = shapes
    return True


def _everything(tree: Hdf5, group: int, shapes: list[Shape], depth: int) -> None:
    """The shapes of all datasets in ``group``; "2" comes before "10"."""
    for _name, item in sorted(tree.children(group).items(), key=lambda pair: order(pair[0])):
        shape = tree.shape(item)
        if shape is not None:
            shapes.append(shape)
        elif depth < MAX_NESTING:
            _everything(tree, item, shapes, depth + 1)


def order(name: str) -> tuple[int, str]:
    """Puts the weights of a layer, which Keras counts from 0, in that order."""
    return (int(name), "") if name.isdecimal() and len(name) < 9 else (-1, name)


def _by_folder(
    tree: Hdf5, group: int, layer: str, path: str, found: dict[str, list[Shape]]
) -> None:
    """Weights under the layer that saved them, and under their own folder for nested models."""
    todo = [(group, path, 0)]
    while todo:
        item, folder, depth = todo.pop()
        deeper: list[tuple[int, str, int]] = []
        for name, child in tree.children(item).items():
            shape = tree.shape(child)
            if shape is not None:
                found.setdefault(layer, []).append(shape)
                if folder != layer:
                    found.setdefault(folder, []).append(shape)
            elif depth < MAX_NESTING:
                deeper.append((child, f"{folder}/{name}", depth + 1))
        todo.extend(reversed(deeper))

"""CIFAR-10 as Keras keeps it on this machine: five batches to train on and one to test with.

Nothing is downloaded. The batches are pickles, which could run any code; only the parts of NumPy's
arrays are let in.
"""

from __future__ import annotations

import io
import os
import pickle
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from resnet_viz.errors import ModelError
from resnet_viz.typing_compat import override

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

CLASSES: Final = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
_BATCHES: Final = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
_FOLDER: Final = "cifar-10-batches-py"
_FOLDERS: Final = (_FOLDER, f"{_FOLDER}-target/{_FOLDER}", f"{_FOLDER}-target")
_ARCHIVES: Final = (f"{_FOLDER}.tar.gz", f"{_FOLDER}-target.tar.gz", "cifar-10-python.tar.gz")
_LARGEST: Final = 64 * 2**20
"""Bytes of one batch; the real ones have 31 million."""
_SHAPE: Final = (3, 32, 32)
_ALLOWED: Final = frozenset(
    {
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("_codecs", "encode"),
    }
)


def read_cifar10() -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Read all pictures (N, 32, 32, 3) and labels, in the order of the batches.

    Raises:
        ModelError: CIFAR-10 is not on this machine, or damaged.
    """
    datasets = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"
    try:
        batches = [_decoded(data) for data in _files(datasets)]
    except (OSError, tarfile.TarError, EOFError, KeyError, ValueError, TypeError,
            AttributeError, IndexError, pickle.UnpicklingError) as error:  # fmt: skip
        raise ModelError(
            f"CIFAR-10 in {datasets} is damaged; remove it and load it again, or use digits.",
            details=repr(error),
        ) from error
    if not batches:
        raise ModelError(
            f"CIFAR-10 is not on this machine (in {datasets}); load it once with "
            "keras.datasets.cifar10.load_data(), or use digits or a folder of pictures."
        )
    pictures, labels = zip(*batches, strict=True)
    return np.concatenate(pictures), np.concatenate(labels)


def _files(datasets: Path) -> Iterator[bytes]:
    """Bytes of the batches: of an unpacked folder, else of an archive; none if there is neither."""
    for name in _FOLDERS:
        paths = [datasets / name / batch for batch in _BATCHES]
        if all(path.is_file() for path in paths):
            for path in paths:
                with path.open("rb") as file:
                    yield file.read(_LARGEST)
            return
    archive = next((datasets / name for name in _ARCHIVES if (datasets / name).is_file()), None)
    if archive is None:
        return
    with tarfile.open(archive) as packed:
        for batch in _BATCHES:
            opened = packed.extractfile(f"{_FOLDER}/{batch}")
            if opened is None:
                raise ValueError(batch)
            yield opened.read(_LARGEST)


def _decoded(data: bytes) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    found = _ArraysOnly(io.BytesIO(data), encoding="bytes").load()
    pictures = np.asarray(found[b"data"], np.uint8).reshape(-1, *_SHAPE).transpose(0, 2, 3, 1)
    labels = np.asarray(found[b"labels"], np.int32)
    if labels.shape != pictures.shape[:1] or not np.all((labels >= 0) & (labels < len(CLASSES))):
        raise ValueError(labels.shape)
    return np.ascontiguousarray(pictures), labels


class _ArraysOnly(pickle.Unpickler):
    """Unpickler of plain values and NumPy's arrays."""

    @override
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)

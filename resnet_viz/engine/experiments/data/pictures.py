"""Pictures with labels for the experiments: handwritten digits, CIFAR-10, a folder of the user's.

Pictures are kept as bytes and made into batches when they are needed: scaled to the input's size
with bilinear interpolation, from 0 … largest value to mean 0 and deviation 1 of the pictures that
are trained on, grey ones repeated for each channel.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import tensorflow as tf

from resnet_viz import assets
from resnet_viz.experiments.results import DataSummary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DIGITS: Final = "data/digits.csv.gz"
_DIGITS_LARGEST: Final = 16.0
BYTES_LARGEST: Final = 255.0
"""Value of white in a picture file."""
_HELD_OUT_SHARE: Final = 297 / 1_797
"""Share of the pictures that is not trained on, rounded: 1,500 and 297 of the digits."""
_MOST_HELD_OUT: Final = 1_500
_OPEN_SIZE: Final = 32
"""Side of the pictures for a model that takes any size."""


class PictureSet:
    """Labelled pictures, split into those that are trained on and those that are held out.

    Attributes:
        name: "digits", "cifar10", or the folder.
        classes: names of the labels.
        notes: sentences about pictures that are not used.
        train, held_out: indices of the pictures, in an order fixed by the seed.
    """

    def __init__(
        self,
        name: str,
        pictures: NDArray[np.uint8],
        labels: NDArray[np.int32],
        classes: Sequence[str],
        *,
        largest: float,
        seed: int,
        notes: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.classes = tuple(classes)
        self.notes = tuple(notes)
        self._pictures = pictures
        self._labels = labels
        order = np.random.default_rng([seed, 0]).permutation(len(labels))
        count = min(_MOST_HELD_OUT, max(1, round(len(labels) * _HELD_OUT_SHARE)))
        self.held_out = order[:count]
        self.train = order[count:]
        self._seed = seed
        shown = pictures[self.train[:2_000]] / largest
        self._largest = largest
        self._mean, self._deviation = float(shown.mean()), float(shown.std()) or 1.0

    @cached_property
    def summary(self) -> DataSummary:
        """Name, hash and sizes."""
        digest = hashlib.sha256(self._pictures.tobytes())
        digest.update(self._labels.astype("<i4").tobytes())
        return DataSummary(
            name=self.name,
            sha256=digest.hexdigest(),
            train=len(self.train),
            held_out=len(self.held_out),
            classes=self.classes,
            notes=self.notes,
        )

    def step_indices(self, step: int, batch: int) -> NDArray[np.int64]:
        """Indices of the pictures of a step, from 0; each picture once before any comes again."""
        indices: list[NDArray[np.int64]] = []
        start, missing = step * batch, batch
        while missing:
            epoch, offset = divmod(start, len(self.train))
            order = np.random.default_rng([self._seed, 1, epoch]).permutation(self.train)
            part = order[offset : offset + missing]
            indices.append(part)
            start, missing = start + len(part), missing - len(part)
        return np.concatenate(indices)

    def batch(self, indices: NDArray[np.int64], shape: tuple[int | None, ...]) -> tuple[Any, Any]:
        """Pictures and labels of ``indices`` as tensors for an input of ``shape`` (H, W, C)."""
        pictures = self.scaled(self._pictures[indices], shape)
        return pictures, tf.constant(self._labels[indices], tf.int32)

    def scaled(
        self,
        pictures: NDArray[np.uint8],
        shape: tuple[int | None, ...],
        *,
        largest: float | None = None,
    ) -> Any:  # noqa: ANN401 - a tensor
        """``pictures`` (N, H, W, C) as a tensor for an input of ``shape`` (H, W, C).

        Args:
            pictures: as they are kept, or others.
            shape: sizes of the input; None for open ones.
            largest: value of white; None for that of the set's own pictures.
        """
        values = tf.constant(pictures / (largest or self._largest), tf.float32)
        values = tf.image.resize(values, size_of(shape), method="bilinear")
        values = (values - self._mean) / self._deviation
        return _with_channels(values, shape[-1] or values.shape[-1])

    def label(self, index: int) -> str:
        """Name of the label of one picture."""
        return self.classes[int(self._labels[index])]


def size_of(shape: tuple[int | None, ...]) -> tuple[int, int]:
    """Height and width of pictures for an input of ``shape`` (H, W, C)."""
    return shape[0] or _OPEN_SIZE, shape[1] or _OPEN_SIZE


def _with_channels(pictures: Any, channels: int) -> Any:  # noqa: ANN401 - tensors
    own = pictures.shape[-1]
    if own == channels:
        return pictures
    grey = tf.reduce_mean(pictures, axis=-1, keepdims=True)
    return tf.repeat(grey, channels, axis=-1)


def open_pictures(
    name: str, *, folder: str, shape: tuple[int | None, ...], seed: int
) -> PictureSet:
    """Open the data that a user names.

    Args:
        name: "digits", "cifar10", or a folder with a sub-folder of pictures for each class.
        folder: the user's working directory.
        shape: height, width and channels of the model's input.
        seed: of the split.

    Raises:
        ModelError: there is no such data, or it can't be used.
    """
    if name == "digits":
        return _digits(seed)
    if name == "cifar10":
        return _cifar10(seed)
    from resnet_viz.engine.experiments.data.picture_files import read_folder

    found = read_folder(name, folder=folder, size=size_of(shape))
    return PictureSet(
        name,
        found.pictures,
        found.labels,
        found.classes,
        largest=BYTES_LARGEST,
        seed=seed,
        notes=found.notes,
    )


def _digits(seed: int) -> PictureSet:
    text = gzip.decompress(assets.read_bytes(DIGITS))
    rows = np.loadtxt(text.decode().splitlines(), delimiter=",", dtype=np.uint8)
    pictures = rows[:, :-1].reshape(-1, 8, 8, 1)
    labels = rows[:, -1].astype(np.int32)
    classes = tuple(map(str, range(10)))
    return PictureSet("digits", pictures, labels, classes, largest=_DIGITS_LARGEST, seed=seed)


def _cifar10(seed: int) -> PictureSet:
    from resnet_viz.engine.experiments.data.cifar10 import CLASSES, read_cifar10

    pictures, labels = read_cifar10()
    return PictureSet("cifar10", pictures, labels, CLASSES, largest=BYTES_LARGEST, seed=seed)

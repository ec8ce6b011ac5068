"""Mismatch of a tensor between the reader and Keras."""

from __future__ import annotations

import msgspec

from resnet_viz.graph.types import Tensor


class Mismatch(msgspec.Struct, frozen=True):
    """A tensor that differs between the reader and Keras.

    Attributes:
        call: id of the call that makes the tensor.
        output: index of the call's output.
        ours: the reader's tensor; None if the reader has no such tensor.
        keras: Keras's tensor; None if Keras has no such tensor.
    """

    call: str
    output: int
    ours: Tensor | None
    keras: Tensor | None

    def __str__(self) -> str:
        """One line: ``conv1, output 0: 9×9 float32 read, 8×8 float32 in Keras``."""
        return (
            f"{self.call}, output {self.output}: {_tensor_text(self.ours)} read, "
            f"{_tensor_text(self.keras)} in Keras"
        )


def _tensor_text(tensor: Tensor | None) -> str:
    if tensor is None:
        return "no such tensor"
    sizes = "an unknown shape"
    if tensor.shape is not None:
        sizes = "×".join("?" if size is None else str(size) for size in tensor.shape[1:])
    return f"{sizes or 'scalar'} {tensor.dtype or 'of unknown type'}"

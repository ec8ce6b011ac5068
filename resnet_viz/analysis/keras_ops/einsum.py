"""Einsum equations: the sizes of their letters."""

from __future__ import annotations

import re
from typing import Final

from resnet_viz.analysis.keras_ops.terms import Term
from resnet_viz.graph.types import LayerCall, Shape

_EQUATION: Final = re.compile(r"(\.\.\.)?([a-zA-Z]+),([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)")


def letters_of(call: LayerCall) -> tuple[str, str, str] | None:
    """Letters of input, kernel and output of "abc,cd->abd"; dots stand for leading axes."""
    match = _EQUATION.fullmatch(str(call.config.get("equation", "")).replace(" ", ""))
    return (match[2], match[3], match[5]) if match else None


def kernel_sizes(call: LayerCall, shape: Shape | None) -> tuple[Term, dict[str, int | None]] | None:
    """Sizes of the kernel's axes, and of every letter; None for an equation of another form."""
    letters = letters_of(call)
    after = call.output_shape
    if letters is None or shape is None or after is None:
        return None
    before_letters, kernel, after_letters = letters
    if len(before_letters) > len(shape) or len(after_letters) > len(after):
        return None
    sizes: dict[str, int | None] = {}
    for text, axes in ((after_letters, after), (before_letters, shape)):
        sizes.update(zip(text, axes[-len(text) :], strict=True))
    if not all(letter in sizes for letter in kernel):
        return None
    return tuple(sizes[letter] for letter in kernel), sizes


def mixes_positions(call: LayerCall) -> bool:
    """Return whether an EinsumDense may sum over more than the last axis of its input."""
    letters = letters_of(call)
    return letters is None or set(letters[0]) - set(letters[2]) != {letters[0][-1]}

"""Numbers of an experiment for each layer or block of a network, for the colours of its picture.

A picture's view holds them, so this module comes with the first picture and imports no results.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import msgspec

Quantity: TypeAlias = Literal[
    "gradient", "output_gradient", "training_gradient", "response", "change", "deletion"
]
QUANTITIES: Final[tuple[Quantity, ...]] = get_args(Quantity)
OF_BLOCKS: Final[frozenset[Quantity]] = frozenset({"output_gradient", "change", "deletion"})
"""Quantities that are measured for whole blocks, the others for weighted layers."""
TERMS: Final[dict[Quantity, str]] = {
    "gradient": "Relative gradient",
    "output_gradient": "Gradient at the block's output",
    "training_gradient": "Relative gradient in training",
    "response": "Response of 3×3 layers",
    "change": "Change by the block",
    "deletion": "Loss without the block",
}


class LayerNumbers(msgspec.Struct, frozen=True):
    """One quantity of one network.

    Attributes:
        quantity: its name.
        origin: experiment, data, steps and seed in words.
        values: ids of weighted calls or blocks with their numbers, without those that are not
            finite or could not be measured.
    """

    quantity: Quantity
    origin: str
    values: tuple[tuple[str, float], ...]

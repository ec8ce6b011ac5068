"""Einsum of several operands: the order of the fewest MACs, compared with NumPy's."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.analysis.costs.contraction import contraction_steps
from resnet_viz.analysis.costs.macs import mac_terms
from resnet_viz.analysis.keras_ops.terms import total
from resnet_viz.graph.types import LayerCall, Shape, Tensor, TensorRef

SIZES = {"a": 2, "b": 3, "c": 5, "d": 7, "e": 4}


def einsum(subscripts: str, constants: list[list[int]], before: Shape, after: Shape) -> Any:
    arguments = {
        str(number): {"class_name": "__constant__", "config": {"shape": shape}}
        for number, shape in enumerate(constants, 1)
    }
    outputs = (Tensor(after, "float32"),)
    config = {"subscripts": subscripts}
    module = "keras.src.ops.numpy"
    x = (TensorRef("x"),)
    call = LayerCall("it", "it", 0, "Einsum", module, config, arguments, x, outputs)
    terms = mac_terms(call, (before,))
    return None if terms is None else total(terms)


@pytest.mark.parametrize(
    ("subscripts", "constants", "before", "after", "expected"),
    [
        # from the left 6·2 + 2·3; from the right it would be 6·2·3 + 6·3
        ("bi,ij,jk->bk", [[6, 2], [2, 3]], (None, 6), (None, 3), 6 * 2 + 2 * 3),
        # the two matrices first, 2·50·2, then 2·2 at each of 100 positions
        ("bti,ij,jk->btk", [[2, 50], [50, 2]], (None, 100, 2), (None, 100, 2), 200 + 100 * 4),
        ("bi,ij,jk,kl->bl", [[6, 2], [2, 3], [3, 4]], (None, 6), (None, 4), 12 + 6 + 12),
        ("bti,ij,jk->btk", [[2, 50], [50, 2]], (None, None, 2), (None, None, 2), None),
    ],
)
def test_that_several_operands_are_contracted_two_at_a_time(
    subscripts: str, constants: list[list[int]], before: Shape, after: Shape, expected: int | None
) -> None:
    assert einsum(subscripts, constants, before, after) == expected


def test_that_too_many_operands_have_no_number() -> None:
    constants = [[2, 2]] * 8
    subscripts = "ab," + ",".join("bcdefghij"[n : n + 2] for n in range(8)) + "->aj"
    assert einsum(subscripts, constants, (None, 2), (None, 2)) is None


@given(st.lists(st.text("abcde", min_size=1, max_size=3), min_size=2, max_size=5), st.data())
def test_that_the_order_is_as_cheap_as_numpys(terms: list[str], data: st.DataObject) -> None:
    operands = ["".join(dict.fromkeys(term)) for term in terms]
    letters = "".join(dict.fromkeys("".join(operands)))
    output = "".join(x for x in letters if data.draw(st.booleans()))
    steps = contraction_steps(operands, output, SIZES)
    assert len(steps) == len(operands) - 1
    ours = sum(prod(SIZES[letter] for letter in step) for step in steps)
    arrays = [np.zeros([SIZES[letter] for letter in text]) for text in operands]
    path, _ = np.einsum_path(f"{','.join(operands)}->{output}", *arrays, optimize="optimal")
    assert ours <= cost_of(path[1:], operands, output)


def cost_of(path: list[tuple[int, ...]], operands: list[str], output: str) -> int:
    """Combinations of letters in all contractions of a path; NumPy may contract several at once."""
    remaining, count = list(operands), 0
    for step in path:
        taken = [remaining.pop(place) for place in sorted(step, reverse=True)]
        inside = set("".join(taken))
        count += max(1, len(taken) - 1) * prod(SIZES[letter] for letter in inside)
        remaining.append("".join(inside & (set(output) | set("".join(remaining)))))
    return count

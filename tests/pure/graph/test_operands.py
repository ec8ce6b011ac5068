"""Operands of operations: tensors, constants and numbers in order, and letters of einsum."""

from __future__ import annotations

from typing import Any

import pytest

from resnet_viz.graph.einsum import einsum_letters
from resnet_viz.graph.operands import argument_shape, listed_shapes, operand_shapes

KERNEL = {"class_name": "__constant__", "config": {"shape": [4, 5], "dtype": "float32"}}
ARRAY = {"class_name": "__numpy__", "config": {"value": [[1.0, 2.0]] * 3, "dtype": "float32"}}
X, Y = (None, 8, 4), (None, 4)


@pytest.mark.parametrize(
    ("arguments", "inputs", "expected"),
    [
        ({}, [X, Y], [X, Y]),
        ({"1": KERNEL}, [X], [X, (4, 5)]),
        ({"0": ARRAY}, [X], [(3, 2), X]),
        ({"0": 2.5, "2": [[1, 2], [3, 4]]}, [X], [(), X, (2, 2)]),
        ({"1": None, "axis": 3}, [X, Y], [X, None, Y]),
        ({"0": [{"tensor": 0}, KERNEL]}, [X, Y], [None, Y]),
    ],
)
def test_that_operands_are_in_the_order_of_the_arguments(
    arguments: dict[str, Any], inputs: list[Any], expected: list[Any]
) -> None:
    assert operand_shapes(arguments, inputs) == expected


def test_that_a_list_holds_tensors_and_constants() -> None:
    assert listed_shapes({"0": [KERNEL, {"tensor": 1}, {"tensor": 0}]}, [X, Y]) == [(4, 5), Y, X]
    assert listed_shapes({}, [X, Y]) == [X, Y]
    assert listed_shapes({"0": [{"tensor": 7}]}, [X]) == [None]


@pytest.mark.parametrize(
    "odd",
    [None, "x", [], [[]], ["x"], {}, {"class_name": "__constant__"},
     {"class_name": "__constant__", "config": {"shape": [4, -5]}},
     {"class_name": "__constant__", "config": {"shape": [1] * 65}},
     {"class_name": "__numpy__", "config": {"value": "x"}}],
)  # fmt: skip
def test_that_an_odd_argument_has_no_shape(odd: object) -> None:
    assert argument_shape(odd) is None


def test_that_deep_nesting_has_no_shape() -> None:
    nested: list[Any] = [1]
    for _ in range(100):
        nested = [nested]
    assert argument_shape(nested) is None


@pytest.mark.parametrize(
    ("text", "ranks", "expected"),
    [
        ("ab,bc->ac", [2, 2], (["ab", "bc"], "ac")),
        ("...c, cd -> ...d", [4, 2], (["789c", "cd"], "789d")),
        ("a...,...->a...", [3, 1], (["a89", "9"], "a89")),
        ("ba", [2], (["ba"], "ab")),
        ("...ij,jk", [3, 2], (["9ij", "jk"], "9ik")),
        ("...ij,jk->...ik", [2, 2], (["ij", "jk"], "ik")),
        ("ab,bc->ac", [2, 3], None),
        ("ab,bc->ad", [2, 2], None),
        ("ab->aa", [2], None),
        ("...a...->a", [3], None),
        ("...a->...a", [12], None),
        ("a1->a", [2], None),
        (None, [2], None),
    ],
)
def test_that_each_axis_of_an_equation_has_a_letter(
    text: object, ranks: list[int], expected: object
) -> None:
    assert einsum_letters(text, ranks) == expected

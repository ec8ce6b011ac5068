"""Weights, MACs and other operations of recurrent layers and of their cells."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.analysis.keras_ops.terms import Shapes, Term, Terms
from resnet_viz.graph.keras_classes import is_keras, resolve_class
from resnet_viz.graph.types import LayerCall, Shape

_GATES: Final = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}
_CELL: Final = "Cell"
_CUDNN: Final = "CuDNN"

# For each unit and step, besides the products with weights and besides biases: additions of the
# two products, functions, and the sums and products that make the new state.
_STATE_OPS: Final = {"SimpleRNN": 2, "GRU": 11, "LSTM": 13}


class Cell(msgspec.Struct, frozen=True):
    """One cell: "LSTM" with its configuration, and the width of what enters.

    Attributes:
        has_both: biases for what enters and for the state, as cuDNN has them in every cell.
    """

    kind: str
    config: dict[str, Any]
    before: int | None
    has_both: bool = False

    @property
    def units(self) -> int | None:
        """The width of its output."""
        units = self.config.get("units")
        return units if isinstance(units, int) else None

    @property
    def biases(self) -> int:
        """Biases of a unit."""
        if not self.config.get("use_bias", True):
            return 0
        is_reset_after = self.kind == "GRU" and self.config.get("reset_after", True)
        twice = self.has_both or is_reset_after
        return _GATES[self.kind] * (2 if twice else 1)

    @property
    def _gates(self) -> Term:
        """A factor for several gates, none for one."""
        gates = _GATES[self.kind]
        return (gates,) if gates > 1 else ()

    def weights(self) -> list[Term]:
        """Kernels for what enters and for the state, biases."""
        gates = self._gates
        terms: list[Term] = [(*gates, self.before, self.units), (*gates, self.units, self.units)]
        if not self.biases:
            return terms
        return [*terms, (self.biases, self.units) if self.biases > 1 else (self.units,)]

    def work(self, steps: Term) -> list[Term]:
        """The products with weights."""
        gates = self._gates
        return [
            (*steps, *gates, self.before, self.units),
            (*steps, *gates, self.units, self.units),
        ]

    def other(self, steps: Term) -> list[Term]:
        """Everything else that a step computes."""
        return [(*steps, _STATE_OPS[self.kind] + self.biases, self.units)]


def cells_of(type_: str, config: dict[str, Any], before: int | None) -> list[Cell] | None:
    """The cells of a recurrent layer or cell, the lowest first; None for one without a rule."""
    kind = type_.removesuffix(_CELL).removeprefix(_CUDNN)
    if kind in _GATES:
        return [Cell(kind, config, before, has_both=type_.startswith(_CUDNN))]
    if type_ == "RNN":
        return _nested([config.get("cell")], before)
    if type_ == "StackedRNNCells":
        inner = config.get("cells")
        return _nested(inner, before) if isinstance(inner, list) else None
    return None


def _one_nested(one: Any, before: int | None) -> list[Cell] | None:  # noqa: ANN401 - any JSON value
    if not isinstance(one, dict) or not isinstance(one.get("config"), dict):
        return None
    kind, module = resolve_class(str(one.get("class_name")), one["config"], one)
    return cells_of(kind, one["config"], before) if is_keras(module) else None


def _nested(inner: list[Any], before: int | None) -> list[Cell] | None:
    found: list[Cell] = []
    for one in inner:
        cells = _nested(one, before) if isinstance(one, list) else _one_nested(one, before)
        if not cells:
            return None
        found += cells
        before = cells[-1].units
    return found


def _given(call: LayerCall, inputs: Shapes) -> tuple[list[Cell], Term] | None:
    """Cells and steps of a call; a cell that is called by itself makes one step."""
    shape = inputs[0] if inputs else None
    is_cell = call.type.endswith((_CELL, "Cells"))
    if shape is None or len(shape) != (2 if is_cell else 3):
        return None
    cells = cells_of(call.type, call.config, shape[-1])
    return None if cells is None else (cells, shape[1:-1])


def recurrent_weights(call: LayerCall, inputs: Shapes) -> Terms | None:
    """Of SimpleRNN, GRU, LSTM, RNN over such cells, and the cells themselves."""
    found = _given(call, inputs)
    return None if found is None else ([term for cell in found[0] for term in cell.weights()], [])


def recurrent_work(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """For every step the products with the kernels of input and state."""
    found = _given(call, inputs)
    return None if found is None else [term for cell in found[0] for term in cell.work(found[1])]


def recurrent_other(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """For every step and unit the sums, functions and products of the cell, and its biases."""
    found = _given(call, inputs)
    return None if found is None else [term for cell in found[0] for term in cell.other(found[1])]


class _ConvLstm(msgspec.Struct, frozen=True):
    steps: int | None
    before: int | None
    filters: int | None
    kernel: tuple[int, ...]
    spread: Term


def _conv_lstm(call: LayerCall, inputs: Shapes) -> _ConvLstm | None:
    shape, after = inputs[0] if inputs else None, call.output_shape
    axes = int(call.type[-2])
    if shape is None or after is None or len(shape) != axes + 3:
        return None
    first = call.config.get("data_format") == "channels_first"
    spread: Shape = after[-axes:] if first else after[-axes - 1 : -1]
    return _ConvLstm(
        steps=shape[1],
        before=shape[2] if first else shape[-1],
        filters=call.config.get("filters"),
        kernel=per_axis(call.config.get("kernel_size"), axes),
        spread=spread,
    )


def conv_lstm_weights(call: LayerCall, inputs: Shapes) -> Terms | None:
    """Four gates, each with a kernel for what enters and one for the state."""
    one = _conv_lstm(call, inputs)
    if one is None:
        return None
    terms: list[Term] = [
        (4, *one.kernel, one.before, one.filters),
        (4, *one.kernel, one.filters, one.filters),
    ]
    return [*terms, *([(4, one.filters)] if call.config.get("use_bias", True) else [])], []


def conv_lstm_work(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """For every step and output position both convolutions of the four gates."""
    one = _conv_lstm(call, inputs)
    if one is None:
        return None
    return [
        (one.steps, 4, *one.kernel, before, one.filters, *one.spread)
        for before in (one.before, one.filters)
    ]


def conv_lstm_other(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """As an LSTM's, at every position."""
    one = _conv_lstm(call, inputs)
    if one is None:
        return None
    each = _STATE_OPS["LSTM"] + (4 if call.config.get("use_bias", True) else 0)
    return [(one.steps, each, one.filters, *one.spread)]

"""Weights, MACs and other operations of recurrent layers and of their cells.

Source: the cells of Keras 3 (``SimpleRNNCell``, ``GRUCell``, ``LSTMCell``); a GRU as in Cho et al.
2014, an LSTM as in Hochreiter and Schmidhuber 1997 with forget gates.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.analysis.keras_ops.terms import Shapes, Term, Terms
from resnet_viz.graph.keras_classes import is_keras, parse_wrapped
from resnet_viz.graph.types import LayerCall, Shape

_GATES: Final = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}
_CELL: Final = "Cell"
_CUDNN: Final = "CuDNN"

_STATE_OPS: Final = {"SimpleRNN": 2, "GRU": 11, "LSTM": 13}
"""Operations for each unit and step besides matrix products and biases.

These are additions of the two products, functions, and the arithmetic of the new state.
"""


class RecurrentCell(msgspec.Struct, frozen=True):
    """A recurrent cell: "LSTM" with its configuration, and the width of its input.

    Attributes:
        doubles_biases: separate biases for the input and for the state, as in cuDNN's cells.
    """

    kind: str
    config: dict[str, Any]
    before: int | None
    doubles_biases: bool = False

    @property
    def units(self) -> int | None:
        """The width of the output."""
        units: int | None = self.config.get("units")
        return units

    @property
    def biases(self) -> int:
        """Number of biases of each unit."""
        if not self.config.get("use_bias", True):
            return 0
        is_reset_after = self.kind == "GRU" and self.config.get("reset_after", True)
        return _GATES[self.kind] * (2 if self.doubles_biases or is_reset_after else 1)

    @property
    def _gates(self) -> Term:
        """The number of gates as a factor; none for a single gate."""
        gates = _GATES[self.kind]
        return (gates,) if gates > 1 else ()

    def weights(self) -> list[Term]:
        """Kernels for the input and for the state, and biases."""
        gates = self._gates
        terms: list[Term] = [(*gates, self.before, self.units), (*gates, self.units, self.units)]
        if not self.biases:
            return terms
        return [*terms, (self.biases, self.units) if self.biases > 1 else (self.units,)]

    def macs(self, steps: Term) -> list[Term]:
        """MACs of the products with both kernels."""
        gates = self._gates
        return [
            (*steps, *gates, self.before, self.units),
            (*steps, *gates, self.units, self.units),
        ]

    def other_ops(self, steps: Term) -> list[Term]:
        """All other operations of the steps."""
        return [(*steps, _STATE_OPS[self.kind] + self.biases, self.units)]


def _cells(type_: str, config: dict[str, Any], before: int | None) -> list[RecurrentCell] | None:
    """The cells of a recurrent layer or cell, from input to output; None without a rule."""
    kind = type_.removesuffix(_CELL).removeprefix(_CUDNN)
    if kind in _GATES:
        return [RecurrentCell(kind, config, before, doubles_biases=type_.startswith(_CUDNN))]
    if type_ == "RNN":
        return _nested([config.get("cell")], before)
    if type_ == "StackedRNNCells":
        return _nested(config.get("cells") or [], before)
    return None


def _configured(value: Any, before: int | None) -> list[RecurrentCell] | None:  # noqa: ANN401 - any JSON value
    cell = parse_wrapped(value)
    if cell is None or not is_keras(cell.module):
        return None
    return _cells(cell.type, cell.config, before)


def _nested(values: list[Any], before: int | None) -> list[RecurrentCell] | None:
    cells: list[RecurrentCell] = []
    for value in values:
        inner = _nested(value, before) if isinstance(value, list) else _configured(value, before)
        if not inner:
            return None
        cells += inner
        before = inner[-1].units
    return cells


def _cells_and_steps(call: LayerCall, inputs: Shapes) -> tuple[list[RecurrentCell] | None, Term]:
    """Cells and steps of a call; a cell that is called directly makes one step."""
    shape = inputs[0] if inputs else None
    is_cell = call.type.endswith((_CELL, "Cells"))
    if shape is None or len(shape) != (2 if is_cell else 3):
        return None, ()
    return _cells(call.type, call.config, shape[-1]), shape[1:-1]


def recurrent_weights(call: LayerCall, inputs: Shapes) -> Terms | None:
    """Weights of SimpleRNN, GRU, LSTM, RNN over such cells, and the cells themselves."""
    cells, _steps = _cells_and_steps(call, inputs)
    return None if cells is None else ([term for cell in cells for term in cell.weights()], [])


def recurrent_macs(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """MACs of the products with the kernels of input and state, for every step."""
    cells, steps = _cells_and_steps(call, inputs)
    return None if cells is None else [term for cell in cells for term in cell.macs(steps)]


def recurrent_other_ops(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Other operations of the cells, for every step and unit."""
    cells, steps = _cells_and_steps(call, inputs)
    return None if cells is None else [term for cell in cells for term in cell.other_ops(steps)]


class _ConvLstmSizes(msgspec.Struct, frozen=True):
    steps: int | None
    before: int | None
    filters: int | None
    kernel: tuple[int, ...]
    spread: Term


def _conv_lstm_sizes(call: LayerCall, inputs: Shapes) -> _ConvLstmSizes | None:
    shape, after = inputs[0] if inputs else None, call.output_shape
    axes = int(call.type[-2])
    if shape is None or after is None or len(shape) != axes + 3:
        return None
    first = call.config.get("data_format") == "channels_first"
    spread: Shape = after[-axes:] if first else after[-axes - 1 : -1]
    return _ConvLstmSizes(
        steps=shape[1],
        before=shape[2] if first else shape[-1],
        filters=call.config.get("filters"),
        kernel=per_axis(call.config.get("kernel_size"), axes),
        spread=spread,
    )


def conv_lstm_weights(call: LayerCall, inputs: Shapes) -> Terms | None:
    """Weights of a ConvLSTM's four gates, with kernels for input and state."""
    sizes = _conv_lstm_sizes(call, inputs)
    if sizes is None:
        return None
    terms: list[Term] = [
        (4, *sizes.kernel, sizes.before, sizes.filters),
        (4, *sizes.kernel, sizes.filters, sizes.filters),
    ]
    return [*terms, *([(4, sizes.filters)] if call.config.get("use_bias", True) else [])], []


def conv_lstm_macs(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """MACs of both convolutions of the four gates, for every step and output position."""
    sizes = _conv_lstm_sizes(call, inputs)
    if sizes is None:
        return None
    return [
        (sizes.steps, 4, *sizes.kernel, before, sizes.filters, *sizes.spread)
        for before in (sizes.before, sizes.filters)
    ]


def conv_lstm_other_ops(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Other operations as an LSTM's, for every step and position."""
    sizes = _conv_lstm_sizes(call, inputs)
    if sizes is None:
        return None
    each = _STATE_OPS["LSTM"] + (4 if call.config.get("use_bias", True) else 0)
    return [(sizes.steps, each, sizes.filters, *sizes.spread)]

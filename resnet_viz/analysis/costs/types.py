"""Numbers of calls, groups and the model, as frozen values."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, TypeAlias

import msgspec

from resnet_viz.analysis.keras_ops.terms import Term, formula

WeightSource: TypeAlias = Literal["rule", "file", "keras"]
"""Source of a layer's weights: our rules, shapes in the file, or Keras's own variables."""


class CallNumbers(msgspec.Struct, frozen=True):
    """Numbers of one call. None: unknown (no rule or no size); 0: zero by convention.

    Attributes:
        parameters, trainable_parameters, non_trainable_parameters: the layer's weights (also on
            further calls of a shared layer; totals count them once). The split may be unknown
            for weights recorded in a file.
        macs: multiply-accumulates for one sample.
        other_ops: operations for one sample that are no MACs: of normalisation, pooling,
            activation, bias, element-wise work and resizing (see ``explain.conventions``).
        output_elements: values in all outputs, for one sample.
        parameters_terms, macs_terms, other_terms: the numbers as sums of products, those of
            ``macs`` and ``other_ops`` for one step.
        steps: numbers of steps that the call runs for, in TimeDistributed models; () for one run.
        size_formula: formula of the spatial output size, "⌈56 / 2⌉ = 28"; "" if the size does
            not change or no rule applies.
        receptive_field: pixels of the input per spatial axis; None if unknown, and from the
            first global pooling or flatten of the head on.
        jump: input pixels between neighbouring output positions, per spatial axis.
        field_start: the first input pixel that output position 0 sees, per spatial axis; negative
            where it sees padding (minus the effective padding). None if open sizes decide it.
        is_global: a global path (gate pooling, attention) is left out of the field.
        is_field_unknown: the field is None because no rule applies, not because there is none.
        weights_from: source of the weights.
    """

    parameters: int | None
    trainable_parameters: int | None
    non_trainable_parameters: int | None
    macs: int | None
    other_ops: int | None = None
    output_elements: int | None = None
    parameters_terms: tuple[Term, ...] = ()
    macs_terms: tuple[Term, ...] = ()
    other_terms: tuple[Term, ...] = ()
    size_formula: str = ""
    receptive_field: tuple[int, ...] | None = None
    jump: tuple[float, ...] | None = None
    field_start: tuple[int, ...] | None = None
    is_global: bool = False
    is_field_unknown: bool = False
    steps: Term = ()
    weights_from: WeightSource = "rule"

    @property
    def flops(self) -> int | None:
        """2 × MACs."""
        return None if self.macs is None else 2 * self.macs

    @property
    def parameters_formula(self) -> str:
        """Formula of the weights: "3·3·64·128 = 73,728"; "" if there are none."""
        return formula(self.parameters_terms)

    @property
    def macs_formula(self) -> str:
        """Formula of the MACs: "3·3·64·128·28·28 = 57,802,752"; "" if there are none."""
        return formula(self.macs_terms, self.steps)

    @property
    def other_ops_formula(self) -> str:
        """Formula of the other operations: "2·28·28·128 = 200,704"; "" if there are none."""
        return formula(self.other_terms, self.steps)


class GroupNumbers(msgspec.Struct, frozen=True):
    """Sums over a group's calls, weights of a shared layer counted once.

    A sum with an unknown part is a lower bound, marked by the matching ``*_at_least``;
    ``split_at_least`` marks both trainable and non-trainable parameters.
    The field, its jump and its start are those of the tensor that leaves the group.
    """

    parameters: int
    trainable_parameters: int
    non_trainable_parameters: int
    macs: int
    other_ops: int = 0
    output_elements: int = 0
    parameters_at_least: bool = False
    split_at_least: bool = False
    macs_at_least: bool = False
    other_ops_at_least: bool = False
    output_elements_at_least: bool = False
    receptive_field: tuple[int, ...] | None = None
    jump: tuple[float, ...] | None = None
    field_start: tuple[int, ...] | None = None
    is_global: bool = False

    @property
    def flops(self) -> int:
        """2 × MACs (a lower bound where the MACs are)."""
        return 2 * self.macs


class CallMemory(msgspec.Struct, frozen=True):
    """Memory of one call, in bytes, for the batch and dtype of its ``Memory``. None: unknown.

    Attributes:
        weight_bytes: of the layer's weights.
        input_bytes: of its distinct input tensors.
        output_bytes: of its output tensors.
        kept_bytes: of the outputs that training keeps; 0 if they are views of the input.
        live_bytes: of all live activations while it runs at inference: its inputs and outputs,
            and every tensor that a later call still needs.
        intensity: MACs per byte moved (weights, inputs and outputs); 0 for no MACs.
    """

    weight_bytes: int | None
    input_bytes: int | None
    output_bytes: int | None
    kept_bytes: int | None
    live_bytes: int | None
    intensity: float | None


class GroupMemory(msgspec.Struct, frozen=True):
    """Memory of a group, a shortcut or the model, in bytes.

    Attributes:
        weight_bytes: of the weights, those of a shared layer once.
        output_bytes: of all outputs.
        kept_bytes: of all outputs that training keeps.
        peak_bytes: the largest ``live_bytes`` of its calls.
        peak_call: the first call that reaches the peak; None for no calls.
        intensity: MACs per byte moved by its calls; None if unknown for one of them.
        weights_at_least, activations_at_least: the bytes are lower bounds.
    """

    weight_bytes: int
    output_bytes: int
    kept_bytes: int
    peak_bytes: int
    peak_call: str | None
    intensity: float | None
    weights_at_least: bool = False
    activations_at_least: bool = False


class Memory(msgspec.Struct, frozen=True):
    """Memory of a model for one batch size and one dtype.

    Attributes:
        batch: samples at once.
        dtype: the dtype that floating-point activations and weights count as; None for the
            model's own.
        calls, groups, shortcuts: by id.
        totals: of the model.
    """

    batch: int
    dtype: str | None
    calls: dict[str, CallMemory]
    groups: dict[str, GroupMemory]
    shortcuts: dict[str, GroupMemory]
    totals: GroupMemory


class Totals(msgspec.Struct, frozen=True):
    """Counts and sums of the whole model; ``weighted_layers`` is None if unknown."""

    layers: int
    calls: int
    edges: int
    joins: int
    weighted_layers: int | None
    numbers: GroupNumbers


class Numbers(msgspec.Struct, frozen=True, dict=True):
    """All numbers of a structure.

    Attributes:
        calls: by call id.
        groups: by group id.
        shortcuts: by shortcut id: sums over the calls on its path.
        totals: of the model.
        memory: for a batch of one and the model's own dtypes; see ``memory.memory_of`` for others.
    """

    calls: dict[str, CallNumbers]
    groups: dict[str, GroupNumbers]
    shortcuts: dict[str, GroupNumbers]
    totals: Totals
    memory: Memory

    @cached_property
    def calls_with_field(self) -> frozenset[str]:
        """Ids of the calls whose receptive field and jump are known."""
        return frozenset(
            call
            for call, numbers in self.calls.items()
            if numbers.receptive_field is not None and numbers.jump is not None
        )

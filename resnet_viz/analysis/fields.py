"""Receptive fields and jumps, following the graph along the widest branch."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Final, Literal, TypeAlias

import msgspec

from resnet_viz.analysis.einsum import mixes_positions
from resnet_viz.analysis.flow import Flow, pools_globally
from resnet_viz.analysis.sizes import per_axis
from resnet_viz.analysis.windows import TAPS, window_of
from resnet_viz.graph.ops import MERGING, OpKind
from resnet_viz.graph.shapes import spatial
from resnet_viz.graph.values import LayerCall

State: TypeAlias = Literal["known", "none", "unknown"]


class Field(msgspec.Struct, frozen=True):
    """What one output position sees.

    Attributes:
        state: "none" where there are no positions (vectors), "unknown" where no rule tells it.
        extent: input pixels per spatial axis.
        jump: input pixels between neighbouring positions, below 1 behind up-sampling.
        is_global: some way that sees every position is left out of the extent.
    """

    state: State
    extent: tuple[float, ...] = ()
    jump: tuple[float, ...] = ()
    is_global: bool = False

    @property
    def start(self) -> tuple[int, ...] | None:
        """The first pixel that position 0 sees."""
        return None

    @property
    def pixels(self) -> tuple[int, ...] | None:
        """The extent in whole pixels, for a known field."""
        # The small part takes off what rounding jumps such as 1/3 may have added.
        return tuple(ceil(one - 1e-6) for one in self.extent) if self.state == "known" else None


_NONE: Final = Field("none")
_UNKNOWN: Final = Field("unknown")
_PASSING: Final[frozenset[OpKind]] = frozenset(
    {"norm", "activation", "regularise", "elementwise", "pad"}
)


def fields_of(flow: Flow) -> list[Field]:
    """The field of each call's output (the head's too, though it has none for readers).

    Araujo, Norris, Sim 2019: r += (k - 1) · j, j *= s, with the extent of dilated kernels.
    """
    found: list[Field] = []
    for place in range(len(flow.calls)):
        before = [found[source] for source in flow.preds[place]]
        found.append(_field(flow, place, before))
    return found


def _field(flow: Flow, place: int, before: list[Field]) -> Field:
    kind = flow.kinds[place]
    if kind in {"input", "embedding"} or not before:
        return _fresh(flow, place)
    if pools_globally(flow, place):
        return Field("none", is_global=True)
    if len(before) > 1 or kind == "join":
        return _met(flow, place, before)
    return _onward(flow, place, before[0])


def _fresh(flow: Flow, place: int) -> Field:
    """Every position sees itself: of an input, and of the tokens of an embedding."""
    axes = len(spatial(flow.calls[place].output_shape, first=flow.first))
    return Field("known", (1.0,) * axes, (1.0,) * axes) if axes else _NONE


def _onward(flow: Flow, place: int, before: Field) -> Field:
    """The field behind a call on one tensor."""
    kind = flow.kinds[place]
    if before.state != "known":
        return _marked(_UNKNOWN, before.is_global) if kind == "custom" else before
    if kind in _PASSING:
        return before
    rule = _RULES.get(kind)
    return rule(flow, flow.calls[place], before) if rule else _as_before(flow, place, before)


def _marked(field: Field, is_global: bool) -> Field:
    return msgspec.structs.replace(field, is_global=field.is_global or is_global)


def _met(flow: Flow, place: int, before: list[Field]) -> Field:
    """Where branches meet the widest counts; vectors that join have no field and no say."""
    is_global = any(field.is_global for field in before)
    if flow.kinds[place] == "attention":
        return _marked(before[0], True)
    known = [field for field in before if field.state == "known"]
    if any(field.state == "unknown" for field in before) or flow.calls[place].type == "Dot":
        return _marked(_UNKNOWN, is_global)
    if not known:
        return _marked(_NONE, is_global)
    call = flow.calls[place]
    merges = call.type in MERGING or flow.kinds[place] in {"elementwise", "join"}
    if not merges or len({len(field.extent) for field in known}) > 1:
        return _marked(_UNKNOWN, is_global)
    extent = tuple(max(sizes) for sizes in zip(*(f.extent for f in known), strict=True))
    jump = tuple(max(steps) for steps in zip(*(f.jump for f in known), strict=True))
    return Field("known", extent, jump, is_global)


def _as_before(flow: Flow, place: int, before: Field) -> Field:
    """A reshape or an unknown call: the field stays if a reshape changes no spatial size."""
    call = flow.calls[place]
    if call.type == "Flatten":
        return Field("none", is_global=True)
    if call.type.startswith("Cropping"):
        return before
    old = spatial(flow.graph.input_shapes(call)[0], first=flow.first)
    new = spatial(call.output_shape, first=flow.first)
    reshapes = flow.kinds[place] == "reshape" and call.type not in {"Permute", "Transpose"}
    stays = reshapes and old == new and None not in old
    return before if stays else _marked(_UNKNOWN, before.is_global)


def _moved(_flow: Flow, call: LayerCall, before: Field) -> Field:
    window = window_of(call, len(before.extent))
    if window is None:
        return _marked(_UNKNOWN, before.is_global)
    extent, jump = [], []
    for size, leap, kernel, step in zip(
        before.extent, before.jump, window.kernel, window.step, strict=True
    ):
        if window.grows:  # an output position is reached from ⌈k / s⌉ input positions
            extent.append(size + (-(-kernel // step) - 1) * leap)
            jump.append(leap / step)
        else:
            extent.append(size + (kernel - 1) * leap)
            jump.append(leap * step)
    return Field("known", tuple(extent), tuple(jump), before.is_global)


def _resized(flow: Flow, call: LayerCall, before: Field) -> Field:
    taps = TAPS.get(str(call.config.get("interpolation", "nearest")))
    factors = _factors(flow, call, len(before.extent))
    if taps is None or factors is None:
        return _marked(_UNKNOWN, before.is_global)
    extent = tuple(
        size + (taps - 1) * leap for size, leap in zip(before.extent, before.jump, strict=True)
    )
    jump = tuple(leap / factor for leap, factor in zip(before.jump, factors, strict=True))
    return Field("known", extent, jump, before.is_global)


def _factors(flow: Flow, call: LayerCall, axes: int) -> tuple[float, ...] | None:
    if call.type.startswith("UpSampling"):
        return tuple(float(step) for step in per_axis(call.config.get("size", 2), axes))
    old = spatial(flow.graph.input_shapes(call)[0], first=flow.first)
    new = spatial(call.output_shape, first=flow.first)
    if len(old) != axes or len(new) != axes:
        return None
    factors = [b / a for a, b in zip(old, new, strict=True) if a and b is not None]
    return tuple(factors) if len(factors) == axes else None


def _dense(_flow: Flow, call: LayerCall, before: Field) -> Field:
    if call.type == "EinsumDense" and mixes_positions(call):
        return _marked(_UNKNOWN, before.is_global)
    return before


def _everywhere(flow: Flow, call: LayerCall, before: Field) -> Field:
    """Attention and recurrence see every position: a global way, left out."""
    axes = len(spatial(call.output_shape, first=flow.first))
    if axes != len(before.extent):
        return Field("none", is_global=True)
    return _marked(before, True)


_RULES: Final[dict[OpKind, Callable[[Flow, LayerCall, Field], Field]]] = {
    "conv": _moved,
    "pool": _moved,
    "resize": _resized,
    "dense": _dense,
    "attention": _everywhere,
    "recurrent": _everywhere,
}

"""View of a structure: detail, open groups, arrangement, colours, legend."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from resnet_viz.analysis.costs.memory.basis import MODEL_BASIS, MemoryBasis
from resnet_viz.experiments.layer_numbers import LayerNumbers, Quantity

Detail: TypeAlias = Literal["stage", "block", "unit", "layer"]
Arrangement: TypeAlias = Literal["stages", "column", "row", "wrap"]
Style: TypeAlias = Literal["card", "classic"]
ColorBy: TypeAlias = Literal[
    "stage", "type", "parameters", "macs", "memory", "receptive_field", Quantity
]
Repeats: TypeAlias = Literal["auto", "fold", "all"]

Shown: TypeAlias = Literal["names", "activations", "shapes", "macs", "params", "dtype", "trainable"]
Hidden: TypeAlias = Literal[
    "names", "activations", "shapes", "macs", "params", "dtype", "trainable",
    "batchnorm", "activation", "dropout", "head", "legend",
]  # fmt: skip

DETAILS: tuple[Detail, ...] = ("stage", "block", "unit", "layer")
ASPECT: Final = 1.5
"""Width by height that a folded picture aims at if nothing else is known."""

_OWN: frozenset[Shown] = frozenset({"activations", "shapes", "macs", "params"})
_OF_LAYERS: frozenset[Shown] = frozenset({"names"})


class View(msgspec.Struct, frozen=True):
    """The options of a picture.

    Attributes:
        detail: everything is open down to this level.
        toggled: ids of groups that are open or closed against the detail.
        layout: arrangement of the stages.
        aspect: width by height that layout "wrap" folds the stages for.
        style: cards, or narrow columns of lines after He et al. (2015), Fig. 3.
        color_by: meaning of the colours.
        measured: the numbers, if the colours mean a quantity that an experiment has measured.
        basis: the batch size and the dtype that memory is counted for.
        repeats: whether long runs of equal blocks are folded.
        folds_units: whether runs of equal units fold like those of blocks.
        weighted_edges: whether the width of an edge grows with the size of its tensor.
        legend: whether the legend is drawn.
        title: a line above the picture; "" for none.
        show: what is written into boxes and beside lines, beyond what the detail has of itself.
        hide: what is not: texts, calls of some families (which are bridged), the head.
        caption: a line below the picture; "" for none.
        totals: whether the model's totals are part of the caption.
        letters: least size of letters in pixels, for pictures that are made smaller; 0 as designed.
        margin: pixels around everything.
    """

    detail: Detail = "block"
    toggled: frozenset[str] = frozenset()
    layout: Arrangement = "stages"
    aspect: float = ASPECT
    style: Style = "card"
    color_by: ColorBy = "stage"
    measured: LayerNumbers | None = None
    basis: MemoryBasis = MODEL_BASIS
    repeats: Repeats = "auto"
    folds_units: bool = False
    weighted_edges: bool = False
    legend: bool = True
    title: str = ""
    show: frozenset[Shown] = frozenset()
    hide: frozenset[Hidden] = frozenset()
    caption: str = ""
    totals: bool = False
    letters: float = 0.0
    margin: float = 24.0

    def shows(self, what: Shown) -> bool:
        """True if ``what`` is written into the picture."""
        own = what in _OWN or (what in _OF_LAYERS and self.detail == "layer")
        return (own or what in self.show) and what not in self.hide


def toggled(view: View, group_id: str) -> View:
    """The view with the group opened if it was closed, closed if it was open."""
    return msgspec.structs.replace(view, toggled=view.toggled ^ {group_id})


def with_detail(view: View, detail: Detail) -> View:
    """The view at another detail, with nothing opened or closed against it."""
    return msgspec.structs.replace(view, detail=detail, toggled=frozenset())

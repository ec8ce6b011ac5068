"""Candidates of a search: layers, groups and shortcuts with the facts that terms ask for."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from resnet_viz.analysis.costs.types import CallMemory, CallNumbers, GroupMemory, GroupNumbers
from resnet_viz.analysis.structure.types import Group, Shortcut
from resnet_viz.analysis.wording.terms import op_term
from resnet_viz.document import Document
from resnet_viz.drawing.display_list import Target
from resnet_viz.graph.types import LayerCall, Shape


class Candidate(msgspec.Struct, frozen=True):
    """A layer, group or shortcut that a search may match.

    Attributes:
        target: what is selected for it.
        names: the texts that words are looked for in.
        kinds: kinds of a group or shortcut; none for a layer.
        calls: ids of the calls inside.
        inputs, outputs: shapes that enter and leave it, batch first.
        numbers, memory: as in the document.
    """

    target: Target
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    calls: tuple[str, ...]
    inputs: tuple[Shape | None, ...]
    outputs: tuple[Shape | None, ...]
    numbers: CallNumbers | GroupNumbers
    memory: CallMemory | GroupMemory

    @property
    def params_unknown(self) -> bool:
        """True if the number of parameters is unknown, or a lower bound."""
        numbers = self.numbers
        if isinstance(numbers, GroupNumbers):
            return numbers.parameters_at_least
        return numbers.parameters is None

    @property
    def macs_unknown(self) -> bool:
        """True if the MACs are unknown, or a lower bound."""
        numbers = self.numbers
        return numbers.macs_at_least if isinstance(numbers, GroupNumbers) else numbers.macs is None

    @property
    def memory_unknown(self) -> bool:
        """True if the bytes of the outputs are unknown, or a lower bound."""
        memory = self.memory
        if isinstance(memory, GroupMemory):
            return memory.activations_at_least
        return memory.output_bytes is None

    @property
    def field_unknown(self) -> bool:
        """True if no rule gives the receptive field; layers of the head have none to know."""
        return isinstance(self.numbers, CallNumbers) and self.numbers.is_field_unknown


def layers_of(document: Document) -> Iterator[Candidate]:
    """A candidate for each call, in topological order."""
    for call in document.graph.calls:
        yield _layer(document, call)


def groups_of(document: Document) -> Iterator[Candidate]:
    """A candidate for each group, outer ones first."""
    for group in document.structure.groups:
        yield _group(document, group)


def shortcuts_of(document: Document) -> Iterator[Candidate]:
    """A candidate for each shortcut, in the order of the joins."""
    for shortcut in document.structure.shortcuts:
        yield _shortcut(document, shortcut)


def _layer(document: Document, call: LayerCall) -> Candidate:
    return Candidate(
        target=Target("call", call.id),
        names=(call.id, call.type, op_term(call)),
        kinds=(),
        calls=(call.id,),
        inputs=document.graph.input_shapes(call),
        outputs=tuple(tensor.shape for tensor in call.outputs),
        numbers=document.numbers.calls[call.id],
        memory=document.numbers.memory.calls[call.id],
    )


def _group(document: Document, group: Group) -> Candidate:
    kind = () if group.block_kind is None else (group.block_kind,)
    return Candidate(
        target=Target("group", group.id),
        names=(group.title, group.id),
        kinds=(group.kind, *kind),
        calls=group.calls,
        inputs=(group.input_shape,),
        outputs=(group.output_shape,),
        numbers=document.numbers.groups[group.id],
        memory=document.numbers.memory.groups[group.id],
    )


def _shortcut(document: Document, shortcut: Shortcut) -> Candidate:
    return Candidate(
        target=Target("shortcut", shortcut.id),
        names=(shortcut.block or shortcut.join,),
        kinds=("shortcut", shortcut.kind, *(("long",) if shortcut.long else ())),
        calls=shortcut.calls or (shortcut.join,),
        inputs=(shortcut.input_shape,),
        outputs=(shortcut.output_shape,),
        numbers=document.numbers.shortcuts[shortcut.id],
        memory=document.numbers.memory.shortcuts[shortcut.id],
    )

"""Facts of groups, calls, tensors and shortcuts for the page's inspector, as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from resnet_viz.analysis.explain.explanation import Explanation
from resnet_viz.analysis.explain.explanations import (
    explain_call,
    explain_group,
    explain_shortcut,
    explain_tensor,
)
from resnet_viz.analysis.structure.types import Group, ItemRef, Shortcut
from resnet_viz.analysis.wording.captions import block_captions
from resnet_viz.analysis.wording.terms import class_term, shortcut_term
from resnet_viz.document import Document
from resnet_viz.drawing.content import ContentWriter
from resnet_viz.drawing.display_list import DrawnTensor, Target
from resnet_viz.graph.types import LayerCall

MOST_EXPLAINED: Final = 1_500
"""With more calls the page has names, shapes and the main counts only: it would grow too large."""
_LEFT_OUT: Final = frozenset({"flops", "field_start", "intensity", "output_elements"})
"""Numbers that the report has and the page leaves out, to stay small."""

Fact = dict[str, Any]


def target_key(target: Target | ItemRef) -> str:
    """Key of a target in the page: "g:conv3_1", "c:conv3_1_add"."""
    return _key(target.kind[0], target.id)


def _key(kind: str, id_: str) -> str:
    """A key without characters that turn or hide the text around; no two are the same."""
    if id_.isprintable() and "%" not in id_:
        return f"{kind}:{id_}"
    letters = (c if c.isprintable() and c != "%" else f"%{ord(c):x};" for c in id_)
    return f"{kind}:{''.join(letters)}"


class FactWriter:
    """Writes the facts of a document."""

    def __init__(self, document: Document, tensors: dict[str, DrawnTensor]) -> None:
        self._structure = document.structure
        self._numbers = document.numbers
        self._graph = document.graph
        self._writer = ContentWriter(document)
        self._tensors = tensors
        self._explains = len(document.graph.calls) <= MOST_EXPLAINED
        self.labels: list[str] = []
        self._label_numbers: dict[str, int] = {}

    def facts(self) -> dict[str, Fact]:
        """Facts by ``target_key``."""
        structure = self._structure
        return {
            **{_key("g", group.id): self._group(group) for group in structure.groups},
            **{_key("c", call.id): self._call(call) for call in self._graph.calls},
            **{_key("s", each.id): self._shortcut(each) for each in structure.shortcuts},
            **{_key("e", key): self._tensor(tensor) for key, tensor in self._tensors.items()},
        }

    def children(self) -> dict[str, list[str]]:
        """Keys of what is directly inside each group."""
        return {
            _key("g", group.id): [target_key(child) for child in group.children]
            for group in self._structure.groups
        }

    def _group(self, group: Group) -> Fact:
        kind = group.kind.replace("submodel", "model")
        kind = f"{(group.block_kind or '').replace('_', ' ')} {kind}".strip()
        lines = " · ".join(block_captions(self._structure, group))
        shapes = f"{self._shape(group.input_shape)} → {self._shape(group.output_shape)}"
        rows = self._rows(
            explain_group(self._structure, self._numbers, group.id) if self._explains else ()
        )
        return {
            "title": group.title,
            "kind": group.kind,
            "line": "; ".join(filter(None, (kind, lines, shapes))),
            "tip": self._writer.tips.of_group(group),
            "up": None if group.parent is None else _key("g", group.parent),
            "rows": rows,
        }

    def _call(self, call: LayerCall) -> Fact:
        into = ", ".join(self._shape(shape) for shape in self._graph.input_shapes(call))
        shapes = f"{into} → {self._shape(call.output_shape)}" if into else ""
        parent = self._structure.innermost_group[call.id]
        spec = self._writer.spec(call)
        line = (class_term(call), spec, shapes or self._shape(call.output_shape))
        rows = self._rows(
            explain_call(self._structure, self._numbers, call.id) if self._explains else ()
        )
        activation = call.config.get("activation")
        if isinstance(activation, str) and activation != "linear":
            rows.insert(0, [self._label("Activation"), activation, ""])
        return {
            "title": call.id,
            "kind": "call",
            "line": "; ".join(filter(None, line)),
            "tip": self._writer.tips.of_call(call),
            "up": None if parent is None else _key("g", parent),
            "rows": rows,
        }

    def _shortcut(self, shortcut: Shortcut) -> Fact:
        tip = self._writer.tips.of_shortcut(shortcut)
        rows = [[self._label("From"), shortcut.entry, ""], [self._label("To"), shortcut.join, ""]]
        if self._explains:
            rows += self._rows(explain_shortcut(self._structure, self._numbers, shortcut))
        up = None if shortcut.block is None else _key("g", shortcut.block)
        title = f"{shortcut_term(shortcut)} shortcut"
        return {"title": title, "line": tip, "tip": tip, "up": up, "rows": rows}

    def _tensor(self, drawn: DrawnTensor) -> Fact:
        tensor = self._graph.tensor(drawn.ref)
        shape, consumers = self._shape(tensor.shape), ", ".join(drawn.consumers)
        rows = [
            [self._label("From"), drawn.ref.call, ""],
            [self._label("To"), consumers, ""],
            [self._label("Dtype"), tensor.dtype or "–", ""],
            *self._rows(explain_tensor(self._graph, drawn.ref, self._numbers.memory)),
        ]
        tip = f"{shape}, {drawn.ref.call} → {consumers}"
        return {"title": shape, "line": "tensor", "tip": tip, "up": None, "rows": rows}

    def _rows(self, explanations: Iterable[Explanation]) -> list[list[Any]]:
        return [
            [self._label(each.label), _value(each), each.formula or each.note]
            for each in explanations
            if each.name not in _LEFT_OUT
        ]

    def _label(self, label: str) -> int:
        number = self._label_numbers.setdefault(label, len(self.labels))
        if number == len(self.labels):
            self.labels.append(label)
        return number

    def _shape(self, shape: tuple[int | None, ...] | None) -> str:
        return self._writer.shape(shape)


def _value(explanation: Explanation) -> str:
    """The value, with the unit of bytes."""
    is_bytes = explanation.name.endswith("bytes") and explanation.amount is not None
    return f"{explanation.value} B" if is_bytes else explanation.value

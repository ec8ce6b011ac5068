"""Signatures: equal for groups that are equal but for names and seeds."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import msgspec

from resnet_viz.analysis.structure.indexed_graph import IndexedGraph

_IGNORED: Final = frozenset({"name", "seed", "registered_name", "shared_object_id"})


class Signer:
    """Makes signatures of sets of calls; describes each call once.

    A call's description is its class, configuration, arguments and shapes. In a group each call's
    mark is made of its description and the marks of its inputs, so it stands for all the wiring
    before it; the sorted marks, with the sharing of layers, stand for the group.
    """

    def __init__(self, flow: IndexedGraph) -> None:
        self._flow = flow
        self._plain: dict[bytes, bytes] = {}
        self._described = [self._describe(place) for place in range(len(flow.calls))]

    def signature(self, calls: list[int], entry: int | None = None) -> str:
        """The signature of the group of ``calls`` (ascending)."""
        marks: dict[int, bytes] = {}
        by_layer: dict[str, list[bytes]] = {}
        for place in calls:
            mark = blake2b(self._described[place], digest_size=8)
            for ref in self._flow.calls[place].inputs:
                source = self._flow.index[ref.call]
                if source in marks:
                    mark.update(b"%s.%d" % (marks[source], ref.output))
                else:  # a tensor from outside: its shape is in the description
                    mark.update(b"entry" if source == entry else b"side")
            marks[place] = mark.digest()
            by_layer.setdefault(self._flow.calls[place].layer, []).append(marks[place])
        whole = blake2b(b"".join(sorted(marks.values())), digest_size=8)
        shared = [b"".join(sorted(uses)) for uses in by_layer.values() if len(uses) > 1]
        for uses in sorted(shared):
            whole.update(b"shared" + uses)
        return whole.hexdigest()

    def _describe(self, place: int) -> bytes:
        call = self._flow.calls[place]
        shapes = [self._flow.graph.input_shapes(call), [one.shape for one in call.outputs]]
        parts = msgspec.json.encode([call.type, call.arguments, shapes], order="sorted")
        config = {key: value for key, value in call.config.items() if key not in _IGNORED}
        return parts + self._without_names(msgspec.json.encode(config, order="sorted"))

    def _without_names(self, encoded: bytes) -> bytes:
        """The same JSON without names and seeds inside it; remembered, as layers repeat."""
        if b'"name"' not in encoded and b'"seed"' not in encoded:
            return encoded
        if encoded not in self._plain:
            self._plain[encoded] = msgspec.json.encode(_stripped(msgspec.json.decode(encoded)))
        return self._plain[encoded]


def _stripped(value: object) -> object:
    if isinstance(value, dict):
        return {key: _stripped(inner) for key, inner in value.items() if key not in _IGNORED}
    if isinstance(value, list):
        return [_stripped(inner) for inner in value]
    return value

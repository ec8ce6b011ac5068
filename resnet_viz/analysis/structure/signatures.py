"""Signatures of groups: equal if the groups differ in names and seeds only."""

from __future__ import annotations

from _blake2 import blake2b  # hashlib's own; hashlib loads OpenSSL, which takes 4 ms
from typing import Final

import msgspec

from resnet_viz.analysis.structure.indexing.indexed_graph import IndexedGraph
from resnet_viz.graph.equal_calls import once_for_equal
from resnet_viz.graph.types import LayerCall

_IGNORED: Final = frozenset({"name", "seed", "registered_name", "shared_object_id"})


class Signer:
    """Computes signatures of sets of calls; describes each call once.

    A call's description is its class, configuration, arguments and shapes. In a group each call is
    hashed from its description and the hashes of its inputs, so its hash covers the wiring before
    it; the sorted hashes, with the sharing of layers, make the group's signature.
    """

    def __init__(self, graph: IndexedGraph) -> None:
        self._graph = graph
        self._signatures: dict[tuple[tuple[int, ...], int | None], str] = {}
        self._plain: dict[bytes, bytes] = {}
        describe = once_for_equal(graph.original, self._describe)
        self._described = [describe(call) for call in graph.original.calls]
        self._alone: dict[tuple[bytes, ...], str] = {}

    def signature(self, calls: list[int], entry: int | None = None) -> str:
        """The signature of the group of ``calls`` (ascending); each is computed once."""
        if len(calls) == 1:
            return self._sign_one(calls[0], entry)
        key = (tuple(calls), entry)
        if key not in self._signatures:
            self._signatures[key] = self._sign(calls, entry)
        return self._signatures[key]

    def _sign_one(self, index: int, entry: int | None) -> str:
        """The signature of a single call, which most groups of a chain are."""
        sources = (self._graph.index_of[ref.call] for ref in self._graph.calls[index].inputs)
        key = (self._described[index], *(b"entry" if s == entry else b"side" for s in sources))
        if key not in self._alone:
            self._alone[key] = self._sign([index], entry)
        return self._alone[key]

    def _sign(self, calls: list[int], entry: int | None) -> str:
        hashes: dict[int, bytes] = {}
        by_layer: dict[str, list[bytes]] = {}
        for index in calls:
            state = blake2b(self._described[index], digest_size=8)
            for ref in self._graph.calls[index].inputs:
                source = self._graph.index_of[ref.call]
                if source in hashes:
                    state.update(b"%s.%d" % (hashes[source], ref.output))
                else:  # a tensor from outside: its shape is in the description
                    state.update(b"entry" if source == entry else b"side")
            hashes[index] = state.digest()
            by_layer.setdefault(self._graph.calls[index].layer, []).append(hashes[index])
        whole = blake2b(b"".join(sorted(hashes.values())), digest_size=8)
        shared = [b"".join(sorted(uses)) for uses in by_layer.values() if len(uses) > 1]
        for uses in sorted(shared):
            whole.update(b"shared" + uses)
        return whole.hexdigest()

    def _describe(self, call: LayerCall) -> bytes:
        shapes = [
            self._graph.original.input_shapes(call),
            [tensor.shape for tensor in call.outputs],
        ]
        parts = msgspec.json.encode([call.type, call.arguments, shapes], order="sorted")
        config = {key: value for key, value in call.config.items() if key not in _IGNORED}
        return parts + self._without_names(msgspec.json.encode(config, order="sorted"))

    def _without_names(self, encoded: bytes) -> bytes:
        """The JSON without names and seeds inside it; cached, as layers repeat."""
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

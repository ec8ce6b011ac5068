"""Traits of calls that a comparison looks at: class, settings and wiring, without names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from hashlib import blake2b
from typing import Any, Final

import msgspec

from resnet_viz.document import Document
from resnet_viz.graph.ops import op_kind
from resnet_viz.graph.types import LayerCall, TensorRef

COMMUTATIVE: Final = frozenset({"Add", "Multiply", "Average", "Maximum", "Minimum"})
"""Classes whose inputs may change places without another result."""
_NAMES: Final = frozenset(
    {"name", "seed", "registered_name", "shared_object_id", "module", "build_config"}
)
_TRAINABLE: Final = "trainable"


class CallTraits(msgspec.Struct, frozen=True, dict=True):
    """One call as a comparison sees it.

    Attributes:
        call: the call itself.
        family: its operation family, such as "conv".
        settings: configuration and plain arguments without names, seeds and None; the dtype is a
            string.
        key: class and settings as bytes: equal for calls that do the same.
        output_positions: pairs of output index and position among the model's outputs.
    """

    call: LayerCall
    family: str
    settings: dict[str, Any]
    key: bytes
    output_positions: tuple[tuple[int, int], ...] = ()

    @property
    def kind(self) -> tuple[str, str]:
        """The class, with its package for a user's own."""
        return self.call.type, self.call.registered or ""

    @property
    def is_commutative(self) -> bool:
        """True if the order of the inputs does not matter."""
        return self.call.keras_class in COMMUTATIVE


class ArchitectureTraits(msgspec.Struct, frozen=True, dict=True):
    """A model as a comparison sees it: traits of its calls, in an order without names.

    Attributes:
        document: the analysed model.
        calls: by call id, in canonical order: depth first from the outputs, inputs before users.
    """

    document: Document
    calls: dict[str, CallTraits]

    @cached_property
    def ancestry(self) -> dict[str, bytes]:
        """Hash of each call with everything before it."""
        hashes: dict[str, bytes] = {}
        for call in self.document.graph.calls:
            traits = self.calls[call.id]
            inputs = [b"%s.%d" % (hashes[ref.call], ref.output) for ref in call.inputs]
            hashes[call.id] = _digest(traits.key, inputs, is_ordered=not traits.is_commutative)
        return hashes

    @cached_property
    def descent(self) -> dict[str, bytes]:
        """Hash of each call with everything after it, up to the model's outputs."""
        graph = self.document.graph
        uses: dict[str, list[bytes]] = {
            call: [b"out%d.%d" % pair for pair in traits.output_positions]
            for call, traits in self.calls.items()
        }
        hashes: dict[str, bytes] = {}
        for call in reversed(graph.calls):
            traits = self.calls[call.id]
            hashes[call.id] = own = _digest(traits.key, uses[call.id], is_ordered=False)
            for position, ref in enumerate(call.inputs):
                place = 0 if traits.is_commutative else position
                uses[ref.call].append(b"%s.%d.%d" % (own, place, ref.output))
        return hashes

    @cached_property
    def fingerprint(self) -> bytes:
        """Hash of the whole model; equal for models that differ in names and listing only."""
        both = (self.ancestry[call] + self.descent[call] for call in self.calls)
        return _digest(b"", list(both), is_ordered=False)


def architecture_traits(document: Document, *, with_trainable: bool = False) -> ArchitectureTraits:
    """Traits of all calls of a model.

    Args:
        document: the analysed model.
        with_trainable: let it matter whether a layer is trained.
    """
    graph = document.graph
    positions: dict[str, list[tuple[int, int]]] = {}
    for position, ref in enumerate(graph.outputs):
        positions.setdefault(ref.call, []).append((ref.output, position))
    ignored = _NAMES if with_trainable else _NAMES | {_TRAINABLE}
    cache: dict[bytes, tuple[dict[str, Any], bytes]] = {}
    traits = {
        call: _traits(graph.by_id[call], tuple(positions.get(call, ())), ignored, cache)
        for call in _canonical_order(document)
    }
    return ArchitectureTraits(document, traits)


def _traits(
    call: LayerCall,
    positions: tuple[tuple[int, int], ...],
    ignored: frozenset[str],
    cache: dict[bytes, tuple[dict[str, Any], bytes]],
) -> CallTraits:
    own = {key: value for key, value in call.config.items() if key != "name"}
    encoded = msgspec.json.encode([call.type, call.registered, own, call.arguments], order="sorted")
    if encoded not in cache:
        settings = neutral_settings({**call.arguments, **call.config}, ignored)
        named = [call.type, call.registered, settings]
        cache[encoded] = settings, msgspec.json.encode(named, order="sorted")
    settings, key = cache[encoded]
    return CallTraits(call, op_kind(call), settings, key, positions)


def neutral_settings(settings: dict[str, Any], ignored: frozenset[str] = _NAMES) -> dict[str, Any]:
    """Settings without names, seeds and None at any depth, sorted by name; dtypes as strings."""
    neutral = {
        name: _dtype(value) if name == "dtype" else _neutral(value, ignored)
        for name, value in sorted(settings.items())
        if name not in ignored
    }
    return {name: value for name, value in neutral.items() if value is not None}


def _dtype(value: object) -> object:
    """A dtype or dtype policy by its name, as old files have it."""
    inner = value.get("config") if isinstance(value, dict) else None
    return inner.get("name") if isinstance(inner, dict) else value


def _neutral(value: object, ignored: frozenset[str]) -> object:
    if isinstance(value, dict):
        return neutral_settings(value, ignored)
    if isinstance(value, list | tuple):
        return [_neutral(inner, ignored) for inner in value]
    return value


def _canonical_order(document: Document) -> list[str]:
    """Ids of the calls, depth first from the outputs, then from calls that lead to none.

    At the join of a shortcut the residual branch comes first, whatever the order of its inputs.
    """
    graph = document.graph
    on_shortcut: dict[str, set[str]] = {}
    for shortcut in document.structure.shortcuts:
        on_shortcut.setdefault(shortcut.join, {shortcut.entry}).update(shortcut.calls)

    def inputs_of(call: str) -> Iterator[TensorRef]:
        last = on_shortcut.get(call, ())
        return iter(sorted(graph.by_id[call].inputs, key=lambda ref: ref.call in last))

    order: dict[str, None] = {}
    dead_ends = (TensorRef(call.id) for call in graph.calls if not graph.consumers[call.id])
    for root in (*graph.outputs, *dead_ends):
        path = [] if root.call in order else [(root.call, inputs_of(root.call))]
        entered = {root.call}
        while path:
            call, inputs = path[-1]
            ref = next(inputs, None)
            if ref is None:
                order[call] = None
                path.pop()
            elif ref.call not in order and ref.call not in entered:
                entered.add(ref.call)
                path.append((ref.call, inputs_of(ref.call)))
    return list(order)


def _digest(key: bytes, parts: list[bytes], *, is_ordered: bool) -> bytes:
    state = blake2b(key, digest_size=12)
    for part in parts if is_ordered else sorted(parts):
        state.update(b"|" + part)
    return state.digest()

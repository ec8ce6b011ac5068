"""Nested models in the union of two graphs: those of b, and those that only a has."""

from __future__ import annotations

from typing import Final, TypeAlias

from msgspec.structs import replace

from resnet_viz.graph.types import Graph, LayerCall, Scope, TensorRef

PRIME: Final = "′"
"""Ends names of a's where b has others of that name."""

ScopeOfCall: TypeAlias = dict[str, str]


def union_scopes(
    a: Graph, b: Graph, from_a: dict[str, str], calls: list[LayerCall]
) -> tuple[tuple[Scope, ...], ScopeOfCall]:
    """Scopes of the union, and the scope of each of its calls.

    Calls that only a has go into the scope of b that holds the others of their scope, or into
    their own. Where that is none, or would make a way out of a scope and back into it, the union
    has no scopes at all.

    Args:
        a: the graph before.
        b: the graph after.
        from_a: ids in the union by ids in a.
        calls: the union's calls in topological order; those of a's calls don't matter.
    """
    home = _homes(a, b, from_a)
    if home is None:
        return (), {call.id: "" for call in calls}
    names, own = home
    scope_of = {call.id: call.scope for call in calls}
    scope_of.update({call.id: call.scope for call in b.calls})
    lone = {from_a[call.id]: call for call in a.calls if from_a[call.id] not in b.by_id}
    scope_of.update({name: names[call.scope] for name, call in lone.items()})
    scopes = (*b.scopes, *own)
    around = _ancestors(scopes)
    touched = {
        scope
        for call in calls
        if call.id in lone
        for each in (call.id, *(ref.call for ref in call.inputs))
        for scope in around[scope_of[each]]
    }
    if any(_has_way_back(scope, calls, scope_of, around) for scope in touched):
        return (), dict.fromkeys(scope_of, "")
    return scopes, scope_of


def _homes(a: Graph, b: Graph, from_a: dict[str, str]) -> tuple[dict[str, str], list[Scope]] | None:
    """Scope in the union for each scope of a, and those of a's own; None if some part ways."""
    found: dict[str, set[str]] = {}
    for call in a.calls:
        partner = b.by_id.get(from_a[call.id])
        if partner is not None:
            found.setdefault(call.scope, set()).add(partner.scope)
    names = {"": ""}
    if found.get("", {""}) != {""}:
        return None
    own: list[Scope] = []
    taken = {scope.id for scope in b.scopes} | set(from_a.values()) | set(b.by_id)
    for scope in a.scopes:
        places = found.get(scope.id, set())
        if len(places) > 1:
            return None
        if places:
            names[scope.id] = places.pop()
            continue
        name = scope.id
        while name in taken:
            name += PRIME
        taken.add(name)
        names[scope.id] = name
        own.append(
            replace(
                scope,
                id=name,
                parent=names[scope.parent],
                inputs=_mapped(scope.inputs, from_a),
                outputs=_mapped(scope.outputs, from_a),
            )
        )
    return names, own


def _mapped(refs: tuple[TensorRef, ...], from_a: dict[str, str]) -> tuple[TensorRef, ...]:
    return tuple(TensorRef(from_a[ref.call], ref.output) for ref in refs)


def _ancestors(scopes: tuple[Scope, ...]) -> dict[str, frozenset[str]]:
    """Each scope with those around it, the model itself left out."""
    around: dict[str, frozenset[str]] = {"": frozenset()}
    for scope in scopes:  # outer ones come first
        around[scope.id] = around[scope.parent] | {scope.id}
    return around


def _has_way_back(
    scope: str,
    calls: list[LayerCall],
    scope_of: ScopeOfCall,
    around: dict[str, frozenset[str]],
) -> bool:
    """True if something outside a scope comes from it and leads back into it."""
    inside = {call.id for call in calls if scope in around[scope_of[call.id]]}
    after: set[str] = set()
    for call in calls:
        sources = {ref.call for ref in call.inputs}
        if call.id in inside:
            if sources & after:
                return True
        elif sources & inside or sources & after:
            after.add(call.id)
    return False

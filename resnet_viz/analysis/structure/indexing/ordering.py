"""Topological order of numbered nodes."""

from __future__ import annotations

from heapq import heapify, heappop, heappush


def topological(before: dict[int, set[int]]) -> list[int]:
    """The nodes after all those before them, smaller ones first; without those in cycles."""
    after: dict[int, list[int]] = {node: [] for node in before}
    for node, sources in before.items():
        for source in sources:
            after[source].append(node)
    waiting = {node: len(sources) for node, sources in before.items()}
    ready = [node for node, count in waiting.items() if count == 0]
    heapify(ready)
    order: list[int] = []
    while ready:
        order.append(heappop(ready))
        for node in after[order[-1]]:
            waiting[node] -= 1
            if waiting[node] == 0:
                heappush(ready, node)
    return order

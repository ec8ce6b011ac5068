"""Writes a table of keras.applications: ``python -m tests.tools.table_of_applications``."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.engine.inspection import live_tensors
from resnet_viz.graph.types import Graph
from resnet_viz.reading.read import read_config
from resnet_viz.sources.keras_applications import APPLICATION_NAMES
from resnet_viz.sources.types import Application

HEAD = (
    "| model | calls | blocks | shortcuts | read, ms | structure, ms | shapes as Keras has them |"
)
RUNS = 5


def main(names: Iterable[str]) -> None:
    sys.stdout.write(f"{HEAD}\n|{'---|' * (HEAD.count('|') - 1)}\n")
    for name in names:
        sys.stdout.write(f"{row(name)}\n")
        sys.stdout.flush()


def row(name: str) -> str:
    import keras

    from resnet_viz.zoo.build import build

    keras.utils.clear_session()
    with keras.StatelessScope(initialize_variables=False):
        model = build(Application(name))
        config = model.to_json().encode()
        theirs = live_tensors(model)
    graph = read_config(config, where=name)
    read = best(lambda: read_config(config, where=name))
    structure = structure_of(graph)
    found = best(lambda: structure_of(graph))
    blocks: Counter[str] = Counter(block.block_kind or "" for block in structure.blocks)
    kinds = (("long " if one.long else "") + one.kind for one in structure.shortcuts)
    cells = (
        name,
        str(len(graph.calls)),
        counted(blocks),
        counted(Counter(kinds)),
        f"{read:.0f}",
        f"{found:.0f}",
        agreement(graph, theirs),
    )
    return f"| {' | '.join(cells)} |"


def best(work: object) -> float:
    """The shortest of some runs, in ms."""
    assert callable(work)
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def counted(kinds: Counter[str]) -> str:
    return ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in kinds.items()) or "–"


def agreement(graph: Graph, theirs: Mapping[str, object]) -> str:
    different = [call.id for call in graph.calls if call.outputs != theirs.get(call.id)]
    if set(theirs) != set(graph.by_id):
        return "not the same calls"
    return f"all but {len(different)}" if different else "all"


if __name__ == "__main__":
    main(sys.argv[1:] or APPLICATION_NAMES)

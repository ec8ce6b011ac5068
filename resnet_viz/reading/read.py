"""Read Keras model files and configurations into graphs, without Keras: the public entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import msgspec

from resnet_viz.graph.types import Graph, LayerCall, LayerWeights, Tensor
from resnet_viz.reading.config.models import parse_model
from resnet_viz.reading.container.json_decode import decode_json
from resnet_viz.reading.errors import Unconnected, Unreadable, model_error
from resnet_viz.reading.gc_pause import gc_paused
from resnet_viz.reading.graph_builder.assemble import assemble_graph

__all__ = ["complete_graph", "read_config", "read_file"]


def read_file(
    path: str | Path, *, find_user_layers: Callable[[Graph], Collection[str]] = lambda _graph: ()
) -> Graph:
    """Graph of the model in a ``.keras``, ``.h5`` or ``.json`` file, with shapes of its weights.

    Nothing in the file is imported, evaluated, unpickled or extracted.

    Args:
        path: the file.
        find_user_layers: finds layers whose class is a user's, though called like one of Keras's
            in a file without modules; their shapes are then read anew.

    Raises:
        ModelError: the file can't be read, or holds no functional or Sequential model.
        UntracedError: it holds another kind of model, whose weights name its layers.
    """
    from resnet_viz.reading.config_bytes import read_config_bytes

    content = read_config_bytes(path)
    try:
        return _graph_of_file(path, content, find_user_layers)
    except Unconnected as reason:
        from resnet_viz.reading.weights.layer_tree import unconnected_error

        raise unconnected_error(path, reason) from None
    except Unreadable as reason:
        raise model_error(str(path), reason) from None


def _graph_of_file(
    path: str | Path, content: bytes, find_user_layers: Callable[[Graph], Collection[str]]
) -> Graph:
    from resnet_viz.reading.weights.read_weights import read_weights

    with gc_paused():
        raw = decode_json(content)
        if "class_name" not in raw:
            from resnet_viz.reading.snapshot import is_snapshot, snapshot_graph

            if is_snapshot(raw):
                return snapshot_graph(raw)
        model = parse_model(raw)
        graph = assemble_graph(model)
        weights = read_weights(path, graph)
        graph = msgspec.structs.replace(graph, weights=weights)
        of_user = find_user_layers(graph)
        if of_user:
            graph = msgspec.structs.replace(assemble_graph(model, of_user=of_user), weights=weights)
    return graph


def read_config(data: bytes, *, where: str) -> Graph:
    """Graph of the model whose ``model.to_json()`` is ``data``.

    Args:
        data: JSON, as in a ``.json`` file, a ``.keras`` file's ``config.json`` or an HDF5 file's
            ``model_config``.
        where: name for error messages: the path, or a built-in's name.

    Raises:
        ModelError: it is not the configuration of a functional or Sequential model.
    """
    try:
        return _graph(data)
    except Unreadable as reason:
        raise model_error(where, reason) from None


def _graph(data: bytes) -> Graph:
    with gc_paused():
        return assemble_graph(parse_model(decode_json(data)))


def complete_graph(
    graph: Graph,
    tensors: Mapping[str, tuple[Tensor, ...]],
    weights: Mapping[str, LayerWeights] | None = None,
    same_layers: Mapping[str, str] | None = None,
) -> Graph:
    """``graph`` with tensors and weights from Keras in place of the reader's.

    Calls and edges stay, so that the picture does not jump.

    Args:
        graph: as read.
        tensors: outputs by call id; later outputs of a call are kept as read.
        weights: by ``LayerCall.layer``.
        same_layers: names of layers by further names of theirs, in other nested models.
    """
    calls = tuple(
        msgspec.structs.replace(call, outputs=known + call.outputs[len(known) :])
        if (known := tensors.get(call.id))
        else call
        for call in graph.calls
    )
    if same_layers:
        calls = _with_one_name(calls, same_layers)
    return msgspec.structs.replace(graph, calls=calls, weights=graph.weights | dict(weights or {}))


def _with_one_name(calls: tuple[LayerCall, ...], same: Mapping[str, str]) -> tuple[LayerCall, ...]:
    counts: Counter[str] = Counter()
    named: list[LayerCall] = []
    for call in calls:
        layer = same.get(call.layer, call.layer)
        index = counts[layer]
        counts[layer] += 1
        named.append(msgspec.structs.replace(call, layer=layer, call_index=index))
    return tuple(named)

"""Captions of calls and blocks for cards, outline and inspector: "7×7, 64, /2"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from resnet_viz.analysis.keras_ops.config_values import per_axis
from resnet_viz.analysis.keras_ops.convolution_ops import as_layer
from resnet_viz.analysis.keras_ops.wrappers import effective_call, stacked_cells, wrapped_layer
from resnet_viz.analysis.structure.types import Group, Structure
from resnet_viz.analysis.wording.numbers import side_text
from resnet_viz.analysis.wording.terms import op_term, padding_text, sizes_text
from resnet_viz.graph.equal_calls import shared_result
from resnet_viz.graph.ops import (
    ADAPTIVE_POOLING,
    CONVOLUTION_OPS,
    DEPTHWISE,
    GLOBAL_POOLING,
    SEPARABLE,
    TRANSPOSED,
    OpKind,
    is_weighted,
    op_kind,
)
from resnet_viz.graph.shapes import channels, channels_first_ranks_of, spatial
from resnet_viz.graph.types import Graph, LayerCall

_LONGEST: Final = 48


def caption(call: LayerCall, graph: Graph | None = None) -> str:
    """Caption of a call: "7×7, 64, /2", "3×3, /2", "global → 512", "512 → 1000".

    A dense call's input size needs its graph; without, "→ 1000". "" if the term for the operation
    needs no more.
    """
    return _caption(call, None) if graph is None else shared_result(graph, call, _caption)


def _caption(call: LayerCall, graph: Graph | None) -> str:
    call = call if graph is None else as_layer(graph, call)
    inner = wrapped_layer(call)
    if inner is not None:
        return _inner_caption(inner)
    describe = _CAPTIONS.get(op_kind(call))
    return describe(call, graph) if describe else ""


def _inner_caption(inner: LayerCall) -> str:
    """Caption of a wrapped layer or cell: "Dense, 64", "LSTM, 32", "Conv, 3×3, 64"; cut if long."""
    config, text = inner.config, op_term(inner)
    if inner.type == "StackedRNNCells" and config.get("cells"):
        texts = [_inner_caption(cell) for cell in stacked_cells(inner)]
        text = " + ".join(texts) or text
    elif "units" in config:
        text = f"{text}, {config['units']}"
    elif op_kind(inner) == "submodel":
        text = f"{text} {config.get('name', '')}".strip()
    elif settings := caption(inner):
        text = f"{text}, {settings}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _axes(call: LayerCall) -> int:
    return next((axes for axes in (1, 2, 3) if f"{axes}D" in call.type), 2)


def _stride(call: LayerCall, strides: object) -> str:
    """Stride as "/2", or "/2×1" if the axes differ; of transposed convolutions "×2"."""
    sizes = per_axis(strides, _axes(call))
    if all(size == 1 for size in sizes):
        return ""
    return ("×" if call.type in TRANSPOSED else "/") + side_text(sizes)


def _conv(call: LayerCall, _graph: Graph | None) -> str:
    config = call.config
    if call.keras_class in CONVOLUTION_OPS:
        return ""  # its kernel is unknown
    axes = _axes(call)
    parts = [sizes_text(per_axis(config.get("kernel_size"), axes))]
    if call.type not in DEPTHWISE:
        parts.append(str(config.get("filters", "?")))
    parts.append(_stride(call, config.get("strides", 1)))
    if call.type in DEPTHWISE:
        parts.append("depthwise")
    if call.type in SEPARABLE:
        parts.append("separable")
    if config.get("depth_multiplier", 1) != 1:
        parts.append(f"multiplier {config['depth_multiplier']}")
    if config.get("groups", 1) != 1:
        parts.append(f"{config['groups']} groups")
    dilation = per_axis(config.get("dilation_rate", 1), axes)
    if any(rate != 1 for rate in dilation):
        parts.append(f"dilated {side_text(dilation)}")
    return ", ".join(filter(None, parts))


def _pool(call: LayerCall, _graph: Graph | None) -> str:
    if call.type in GLOBAL_POOLING:
        size = channels(call.output_shape, channels_first_ranks=channels_first_ranks_of(call))
        return "global" if size is None else f"global → {size}"
    if call.type in ADAPTIVE_POOLING:
        return f"adaptive → {sizes_text(call.config.get('output_size'))}"
    window = call.config.get("pool_size", 1)
    window = per_axis(window, _axes(call))
    stride = _stride(call, call.config.get("strides") or window)
    return ", ".join(filter(None, (sizes_text(window), stride)))


def _dense(call: LayerCall, graph: Graph | None) -> str:
    if call.type == "EinsumDense":
        return str(call.config.get("equation", ""))
    before = _last_size(call, graph)
    arrow = f"→ {call.config.get('units', '?')}"
    return arrow if before is None else f"{before} {arrow}"


def _last_size(call: LayerCall, graph: Graph | None) -> int | None:
    if graph is None or not call.inputs:
        return None
    shape = graph.tensor(call.inputs[0]).shape
    return shape[-1] if shape else None


def _attention(call: LayerCall, _graph: Graph | None) -> str:
    heads = call.config.get("num_heads", call.config.get("num_query_heads"))
    width = call.config.get("key_dim", call.config.get("head_dim"))
    if heads is None:
        return ""
    return f"{heads} heads" if width is None else f"{heads} heads × {width}"


def _recurrent(call: LayerCall, _graph: Graph | None) -> str:
    config = call.config
    if "filters" in config:
        return f"{sizes_text(config.get('kernel_size'))}, {config['filters']}"
    return f"{config['units']} units" if "units" in config else ""


def _embedding(call: LayerCall, _graph: Graph | None) -> str:
    return f"{call.config.get('input_dim', '?')} → {call.config.get('output_dim', '?')}"


def _padding(call: LayerCall, _graph: Graph | None) -> str:
    sides = call.config.get("pad_width")
    if not isinstance(sides, list | tuple) or len(sides) < 3:
        return padding_text(call.config.get("padding", sides))
    *before, channels_sides = sides  # batch first
    if all(side == [0, 0] for side in before) and isinstance(channels_sides, list | tuple):
        return f"+{sum(channels_sides)} channels"
    return padding_text(sides[1:-1])


def _resize(call: LayerCall, _graph: Graph | None) -> str:
    if "size" in call.config:
        return "×" + side_text(per_axis(call.config["size"], _axes(call)))
    height, width = call.config.get("height"), call.config.get("width")
    return "" if height is None else f"→ {height}×{width}"


def _reshape(call: LayerCall, _graph: Graph | None) -> str:
    target = call.config.get("target_shape", call.config.get("dims"))
    full_shape = call.config.get("newshape")  # of keras.ops: batch first
    if target is None and isinstance(full_shape, list | tuple):
        target = full_shape[1:] or None
    return "" if target is None else f"→ {sizes_text(target)}"


def _regularise(call: LayerCall, _graph: Graph | None) -> str:
    rate = call.config.get("rate", call.config.get("stddev"))
    return "" if rate is None else f"{rate:g}"


def _norm(call: LayerCall, _graph: Graph | None) -> str:
    groups = call.config.get("groups")
    return f"{groups} groups" if isinstance(groups, int) and groups > 0 else ""


_CAPTIONS: Final[dict[OpKind, Callable[[LayerCall, Graph | None], str]]] = {
    "conv": _conv,
    "pool": _pool,
    "dense": _dense,
    "attention": _attention,
    "recurrent": _recurrent,
    "embedding": _embedding,
    "pad": _padding,
    "resize": _resize,
    "reshape": _reshape,
    "regularise": _regularise,
    "norm": _norm,
}


def block_captions(structure: Structure, group: Group) -> tuple[str, ...]:
    """Captions of the weighted calls of a block's residual branch: "3×3, 128, /2".

    Shortcuts and gates inside a residual block are left out; a gate, a dense connection or a
    parallel block has a caption for every weighted call, the latter after the number of its
    branches, as a cell has; a period of a repeat names what it holds; a unit has one for its main
    call, a stage none.
    """
    graph = structure.graph
    if group.kind == "unit" and group.main is not None:
        return tuple(filter(None, (caption(graph.by_id[group.main], graph),)))
    if group.kind == "cell":
        return (_branches(structure, group), *_counted_captions(structure, group))
    if group.kind == "repeat":
        inside = (structure.by_id[child.id] for child in group.children if child.kind == "group")
        return (" + ".join((each.block_kind or each.title).replace("_", " ") for each in inside),)
    if group.kind != "block":
        return ()
    left_out: set[str] = set()
    for shortcut in structure.shortcuts_by_block.get(group.id, ()):
        if shortcut.join == group.join:
            left_out.update(shortcut.calls)
        elif shortcut.kind == "gate":
            left_out.update(shortcut.skipped)
    calls = [graph.by_id[name] for name in group.calls if name not in left_out]
    texts = [caption(call, graph) or op_term(call) for call in calls if _works(call)]
    if group.block_kind == "parallel":
        texts.insert(0, _branches(structure, group))
    return tuple(texts)


def _branches(structure: Structure, group: Group) -> str:
    """The branches that a parallel block or a cell joins, and their stride: "4 branches, /2"."""
    graph = structure.graph
    count = len(set(graph.by_id[group.join or ""].inputs))
    ranks = graph.channels_first_ranks
    sizes = (
        spatial(shape, channels_first_ranks=ranks)
        for shape in (group.input_shape, group.output_shape)
    )
    strides = [
        round(before / after) if before and after else 1
        for before, after in zip(*sizes, strict=False)
    ]
    stride = f", /{side_text(strides)}" if any(step > 1 for step in strides) else ""
    return f"{count} branches{stride}"


def _counted_captions(structure: Structure, cell: Group) -> tuple[str, ...]:
    """Captions of a cell's weighted calls with their counts, the most frequent first."""
    graph = structure.graph
    calls = [call for call in map(graph.by_id.__getitem__, cell.calls) if _works(call)]
    counts = Counter(caption(call, graph) or op_term(call) for call in calls)
    return tuple(f"{count} × {text}" if count > 1 else text for text, count in counts.most_common())


def _works(call: LayerCall) -> bool:
    return is_weighted(effective_call(call))

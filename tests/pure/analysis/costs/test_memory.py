"""Memory: peaks against a brute-force schedule, views, batches, dtypes, unknown sizes."""

from __future__ import annotations

from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.memory.memory import memory_of
from resnet_viz.analysis.costs.types import Memory
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.graph.types import Graph, Tensor, TensorRef
from tests.support.graphs import architectures as nets
from tests.support.graphs.net import Net
from tests.support.graphs.random_nets import random_net
from tests.support.graphs.shipped import shipped

pytestmark = pytest.mark.long

VIEWS = {"Identity", "Dropout", "Flatten", "Reshape"}


def memory(graph: Graph, *, batch: int = 1, dtype: str | None = None) -> Memory:
    structure = structure_of(graph)
    return memory_of(structure, numbers_of(structure), batch=batch, dtype=dtype)


def brute_force(graph: Graph) -> dict[str, int]:
    """Live bytes at each call, by looking at every tensor at every step."""

    def owner(ref: TensorRef) -> TensorRef:
        call = graph.by_id[ref.call]
        is_view = call.type in VIEWS or (call.type == "InputLayer" and call.inputs)
        return owner(call.inputs[0]) if is_view else ref

    order = [call.id for call in graph.calls]
    touched = [{owner(ref) for ref in (*call.inputs, TensorRef(call.id))} for call in graph.calls]
    kept = {owner(ref) for ref in graph.outputs}
    live = dict.fromkeys(order, 0)
    for tensor in set().union(*touched):
        steps = [step for step, tensors in enumerate(touched) if tensor in tensors]
        end = len(order) if tensor in kept else max(steps) + 1
        for call in order[min(steps) : end]:
            live[call] += 4 * prod(graph.tensor(tensor).shape[1:])  # type: ignore[index, arg-type]
    return live


@given(st.integers(0, 2**32), st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_that_live_bytes_are_those_of_a_brute_force_schedule(seed: int, size: int) -> None:
    graph = random_net(seed, size)
    found = memory(graph)
    expected = brute_force(graph)
    assert {call: memory.live_bytes for call, memory in found.calls.items()} == expected
    assert found.totals.peak_bytes == max(expected.values())
    assert expected[found.totals.peak_call or ""] == found.totals.peak_bytes


def test_that_resnet34_peaks_after_its_first_convolution() -> None:
    # conv1's output and its normalised copy: two tensors of 112·112·64 values of 4 bytes
    found = memory(shipped("resnet34")).totals
    assert found.peak_bytes == 2 * 112 * 112 * 64 * 4
    assert found.peak_call == "conv1_bn"


def test_that_training_keeps_every_output_once() -> None:
    graph = shipped("resnet34")
    found = memory(graph)
    values = sum(prod(call.output_shape[1:]) for call in graph.calls)  # type: ignore[index, arg-type]
    assert found.totals.kept_bytes == found.totals.output_bytes == 4 * values
    # the board: nine outputs of 28·28·128 values
    assert found.groups["conv3_1"].kept_bytes == 9 * 28 * 28 * 128 * 4


def test_that_views_cost_nothing_and_dropout_only_in_training() -> None:
    net = Net()
    x = net.dropout(net.conv(net.input(8, 8, 4), 4))
    y = net.flatten(x)
    found = memory(net.graph(y)).calls
    assert (found[y.call].kept_bytes, found[y.call].live_bytes) == (0, 1024)
    assert (found[x.call].kept_bytes, found[x.call].live_bytes) == (1024, 1024)


def test_that_bytes_follow_batch_and_dtype() -> None:
    graph = nets.resnet(18)
    one, many = memory(graph), memory(graph, batch=8, dtype="bfloat16")
    assert many.totals.peak_bytes == 4 * one.totals.peak_bytes
    assert many.totals.weight_bytes == one.totals.weight_bytes // 2
    assert (many.batch, many.dtype) == (8, "bfloat16")
    name = "conv2d_1"
    assert one.calls[name].intensity is not None
    assert many.calls[name].intensity > one.calls[name].intensity  # type: ignore[operator]


def test_that_integer_tensors_keep_their_dtype() -> None:
    net = Net()
    tokens = net.input(10)
    net.calls[-1] = replace(net.calls[-1], outputs=(Tensor((None, 10), "int32"),))
    x = net.embedding(tokens, 100, 8)
    found = memory(net.graph(x), dtype="float16").calls
    assert found[tokens.call].output_bytes == 40
    assert found[x.call].output_bytes == 10 * 8 * 2
    assert found[x.call].weight_bytes == 100 * 8 * 2


@pytest.mark.parametrize(
    ("policy", "item"),
    [
        ("float16", 2),
        ("mixed_float16", 4),
        ({"class_name": "DTypePolicy", "config": {"name": "bfloat16"}}, 2),
        ({"class_name": "DTypePolicy", "config": {"name": "mixed_bfloat16"}}, 4),
        (None, 4),
    ],
)
def test_that_weights_have_the_dtype_of_the_policy(policy: object, item: int) -> None:
    net = Net()
    x = net.dense(net.input(8), 4, dtype=policy)
    assert memory(net.graph(x)).calls[x.call].weight_bytes == (8 * 4 + 4) * item


def test_that_intensity_is_macs_for_each_byte_moved() -> None:
    net = Net()
    x = net.dense(net.input(100), 10)
    found = memory(net.graph(x), batch=2).calls[x.call]
    moved = (100 * 10 + 10) * 4 + 2 * 100 * 4 + 2 * 10 * 4
    assert found.intensity == pytest.approx(2 * 1000 / moved)
    assert memory(net.graph(x)).calls["inputlayer_0"].intensity == 0


def test_that_unknown_sizes_make_lower_bounds() -> None:
    found = memory(nets.edsr(2))
    assert found.calls["conv2d_1"].output_bytes is None
    assert found.calls["conv2d_1"].live_bytes is None
    assert found.totals.activations_at_least
    assert not found.totals.weights_at_least
    assert found.totals.intensity is None


def test_that_shared_weights_are_held_once() -> None:
    net = Net()
    x = net.conv(net.input(16, 16, 8), 8, layer="shared")
    x = net.conv(x, 8, layer="shared")
    found = memory(net.graph(x))
    assert found.totals.weight_bytes == (9 * 8 * 8 + 8) * 4

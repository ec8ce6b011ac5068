"""Models with their channels first, also where images become a sequence of tokens."""

from __future__ import annotations

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.document import make_document
from resnet_viz.graph.shapes import shape_text, size_text, spatial
from resnet_viz.graph.types import Graph
from resnet_viz.reports.formats import render
from resnet_viz.reports.json_report import report
from resnet_viz.sources.types import ModelFile
from tests.support.graphs.net import Net


def patches() -> Graph:
    """Image of 3×32×48, patches of 16×8×12, then 96 tokens of 16 values."""
    net = Net()
    x = net.input(3, 32, 48)
    x = net.call(
        "Conv2D", x, shape=(None, 16, 8, 12), name="patches", data_format="channels_first",
        filters=16, kernel_size=[4, 4], strides=[4, 4], padding="valid", use_bias=True,
    )  # fmt: skip
    x = net.call("Reshape", x, shape=(None, 16, 96), name="flat", target_shape=[16, 96])
    x = net.call("Permute", x, shape=(None, 96, 16), name="tokens", dims=[2, 1])
    x = net.call("LayerNormalization", x, shape=(None, 96, 16), name="norm", axis=[-1])
    return net.graph(net.call("Dense", x, shape=(None, 96, 5), name="each", units=5))


def test_that_images_have_their_channels_first_and_tokens_last() -> None:
    graph = patches()
    channels_first_ranks = graph.channels_first_ranks
    texts = {
        call.id: shape_text(call.output_shape, channels_first_ranks=channels_first_ranks)
        for call in graph.calls
        if call.id in {"patches", "tokens", "each"}
    }
    assert texts == {"patches": "8×12×16", "tokens": "96×16", "each": "96×5"}
    assert (
        size_text(
            spatial(graph.by_id["tokens"].output_shape, channels_first_ranks=channels_first_ranks)
        )
        == "96"
    )


def test_that_reports_write_images_and_tokens_in_their_own_order() -> None:
    document = make_document(ModelFile("m.keras"), "m", patches())
    found = report(document)
    assert found["data_format"] == "channels_first"
    assert found["ranks_with_channels_first"] == [4]
    text = render(found, "text")
    assert "8×12×16" in text
    assert "96×5" in text
    assert "5×96" not in text


def test_that_macs_and_weights_follow_both_layouts() -> None:
    numbers = numbers_of(structure_of(patches()))
    assert numbers.calls["patches"].macs == 4 * 4 * 3 * 16 * 8 * 12
    assert numbers.calls["each"].macs == 16 * 5 * 96
    assert numbers.calls["norm"].parameters == 2 * 16
    assert numbers.calls["patches"].receptive_field == (4, 4)

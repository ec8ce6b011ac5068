"""Searches in networks whose layers are counted in the papers or by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from resnet_viz.document import Document, make_document
from resnet_viz.drawing.display_list import Target
from resnet_viz.graph.types import Graph
from resnet_viz.search.completion import search_completions
from resnet_viz.search.find import calls_in, find
from resnet_viz.search.query import parse_query
from resnet_viz.sources.types import ModelFile
from tests.support.graphs.net import Net
from tests.support.graphs.shipped import shipped


def document(graph: Graph) -> Document:
    return make_document(ModelFile(f"{graph.name}.keras"), graph.name, graph)


@pytest.fixture(scope="module")
def resnet34() -> Document:
    return document(shipped("resnet34"))


def ids(document: Document, text: str) -> list[str]:
    return [target.id for target in find(document, parse_query(text))]


# ResNet-34 (He et al. 2015, Table 1): conv1 and 3 + 4 + 6 + 3 blocks of two 3×3 convolutions, with
# option B.
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("type:Conv2D", 1 + 32 + 3),
        ("type:conv", 36),
        ("kernel:3 type:Conv2D", 32),
        ("kernel:7x7", 1),
        ("kernel:1", 3),
        ("stride:2 type:Conv2D", 1 + 3 + 3),
        ("kind:projection", 3),
        ("kind:identity", 13),
        ("kind:basic", 16),
        ("kind:basic stage:conv4_x", 6),
        ("kind:shortcut -kind:identity", 3),
        # 512·512·9 five times and 256·512·9 once
        ("params>1e6", 6),
        ("params>=1.2M", 5),
        ("filters:512 kernel:3", 6),
        # four blocks of two convolutions, normalisations and activations and an addition; the
        # projection's convolution and normalisation
        ("shape:28x28x128", 4 * 7 + 2),
        ("shape:28x28x*", 30),
        ("type:Conv2D -stage:conv3_x", 36 - 9),
        ("type:BatchNormalization stage:conv2_x", 6),
        ("unknown:macs", 0),
        ("unknown:params", 0),
        ("activation:softmax", 1),
        ("is:shared", 0),
    ],
)
def test_that_resnet_34_has_as_many_matches_as_the_paper_has_layers(
    resnet34: Document, text: str, count: int
) -> None:
    assert len(ids(resnet34, text)) == count


def test_that_words_match_layers_and_groups_in_topological_order(resnet34: Document) -> None:
    targets = find(resnet34, parse_query("conv3_1"))
    assert targets[0] == Target("group", "conv3_1")
    kinds = Counter(target.kind for target in targets)
    assert kinds["call"] == 9  # two convolutions with what follows, the projection, the addition
    order = {call.id: index for index, call in enumerate(resnet34.graph.calls)}
    positions = [order[target.id] for target in targets if target.kind == "call"]
    assert positions == sorted(positions)


def test_that_all_words_must_occur_and_negated_ones_must_not(resnet34: Document) -> None:
    assert ids(resnet34, "conv3_1 relu") == [
        each for each in ids(resnet34, "conv3_1") if "relu" in each.lower()
    ]
    assert not any("relu" in each for each in ids(resnet34, "conv3_1 -relu"))


def test_that_the_calls_of_a_match_are_those_inside(resnet34: Document) -> None:
    projections = find(resnet34, parse_query("kind:projection"))
    assert len(calls_in(resnet34, projections)) == 6  # a convolution and a normalisation each
    stage = find(resnet34, parse_query("kind:stage name:conv3_x"))
    assert len(calls_in(resnet34, stage)) == 30


def test_that_unknown_shared_frozen_and_custom_layers_are_listed() -> None:
    net = Net()
    x = net.input(8, name="in")
    x = net.call("Halve", x, module="mine", shape=(None, None), name="halve")
    once = net.call("Dense", x, shape=(None, 4), name="twice", units=4)
    net.call("Dense", once, shape=(None, 4), name="frozen", units=4, trainable=False)
    graph = net.graph()
    opened = document(graph)
    assert ids(opened, "unknown:macs") == ["halve", "twice"]
    assert ids(opened, "is:custom") == ["halve"]
    assert ids(opened, "unknown:shape") == ["halve"]
    assert ids(opened, "is:frozen") == ["frozen"]


def test_that_brackets_and_question_marks_are_taken_as_they_are() -> None:
    net = Net()
    x = net.input(None, 8, name="in")
    net.call("Dense", x, shape=(None, None, 4), name="d[0]", units=4)
    opened = document(net.graph())
    assert ids(opened, "name:d[0]") == ["d[0]"]
    assert ids(opened, "shape:?x4") == ["d[0]"]
    assert ids(opened, "shape:8x4") == []


def test_that_fields_are_completed(resnet34: Document) -> None:
    assert search_completions(resnet34, "ty") == ("type:",)
    assert search_completions(resnet34, "conv3 par") == ("conv3 params>",)
    assert search_completions(resnet34, "-st") == ("-stage:", "-stride:")


def test_that_values_are_those_of_the_model_the_most_frequent_first(resnet34: Document) -> None:
    assert search_completions(resnet34, "type:Co") == ("type:Conv2D", "type:Conv")
    assert "kind:projection" in search_completions(resnet34, "kind:")
    assert search_completions(resnet34, "stage:conv3")[0] == "stage:conv3_x"
    assert search_completions(resnet34, "unknown:m") == ("unknown:macs", "unknown:memory")


def test_that_a_value_with_a_space_is_quoted_and_means_what_it_says() -> None:
    net = Net()
    net.call("Two Words", net.input(8), module="mine", shape=(None, 8), name="odd")
    opened = document(net.graph())
    assert search_completions(opened, "type:tw") == ('type:"Two Words"',)
    assert ids(opened, 'type:"Two Words"') == ["odd"]


def test_that_earlier_searches_come_first(resnet34: Document) -> None:
    recent = ("type:Conv2D kernel:3", "kind:identity")
    assert search_completions(resnet34, "t", recent)[0] == "type:Conv2D kernel:3"
    assert search_completions(None, "", recent) == recent

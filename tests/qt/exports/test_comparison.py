"""Pictures of comparisons in all formats: what differs is told apart without a colour."""

from __future__ import annotations

import io
import re
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings

from resnet_viz.comparison.compare import compare
from resnet_viz.comparison.statuses import Statuses
from resnet_viz.comparison.types import Comparison
from resnet_viz.drawing.comparison.looks import LOOKS, badge
from resnet_viz.drawing.comparison.summary import sign_texts
from resnet_viz.drawing.display_list import DisplayList, Item, Path
from resnet_viz.exports.comparison.figure import comparison_figure
from resnet_viz.exports.options import FORMAT_NAMES, ExportOptions, FormatName
from resnet_viz.exports.write import write_figure
from resnet_viz.graph.types import Graph, TensorRef
from resnet_viz.layout.view import View
from tests.pure.comparison.test_properties import document, recipes
from tests.support.graphs.net import Net
from tests.support.graphs.random_nets import random_net
from tests.support.reports import builtin_document

pytestmark = pytest.mark.usefixtures("qapp")

PLAIN, RESIDUAL = builtin_document("plain34", "Plain-34"), builtin_document("resnet34", "ResNet-34")
REMOVED = compare(RESIDUAL, PLAIN)


def arcs(picture: DisplayList) -> list[Item]:
    return [item for item in picture.items if item.kind == "shortcut"]


def line_of(item: Item) -> Path:
    """The item's line as it is seen at 100 %."""
    return [m for m in item.marks if isinstance(m, Path) and m.stroke and m.role == "stroke"][1]


def texts(picture: DisplayList, item_id: str) -> list[str]:
    item = picture.by_id[item_id]
    return [mark.text for mark in item.marks if hasattr(mark, "text")]


def test_that_the_union_draws_16_removed_shortcuts_dotted() -> None:
    picture = comparison_figure(REMOVED, View()).picture
    drawn = arcs(picture)
    assert len(drawn) == 16
    assert {line_of(item).dash for item in drawn} == {LOOKS["removed"].dash}
    assert all(item.title.endswith("(removed)") for item in drawn)
    circles = [item for item in picture.items if item.kind == "join"]
    assert len(circles) == 16
    assert all("(removed)" in item.title for item in circles)
    assert not any("(" in item.title for item in picture.items if item.id.startswith("block:"))


def test_that_side_by_side_marks_the_added_shortcuts_at_the_right() -> None:
    picture = comparison_figure(compare(PLAIN, RESIDUAL), View(), is_split=True).picture
    assert {item.id[:2] for item in arcs(picture)} == {"b:"}
    assert all(line_of(item).width == LOOKS["added"].width for item in arcs(picture))
    heads = [t for item in ("head:A", "head:B") for t in texts(picture, item)]
    assert heads == ["A  Plain-34", "B  ResNet-34"]
    left = max(i.bounds.right for i in picture.items if i.id.startswith("a:"))
    assert left < min(i.bounds.x for i in picture.items if i.id.startswith("b:"))


def test_that_legend_and_list_say_what_differs() -> None:
    picture = comparison_figure(REMOVED, View()).picture
    assert "removed, only in ResNet-34: 22 calls" in texts(picture, "legend")
    assert "16 shortcuts removed" in texts(picture, "legend")
    listed = texts(picture, "differences")
    assert (
        listed[0]
        == "ResNet-34 → Plain-34: 22 removed, 16 calls follow from these; 103 calls are in both."
    )
    assert "parameters: 21,814,696 → 21,639,080 (−175,616)" in listed
    bare = comparison_figure(REMOVED, View(legend=False)).picture
    assert not {"legend", "differences"} & bare.by_id.keys()


def test_that_signs_and_lines_tell_statuses_apart_without_colours() -> None:
    ways = {(look.sign, look.dash, look.width) for look in LOOKS.values()}
    assert len({look.sign for look in LOOKS.values()}) == len(LOOKS) == len(ways)
    drawn = {
        tuple(m.steps for m in badge((0, 0), look) if isinstance(m, Path))
        for look in LOOKS.values()
    }
    assert len(drawn) == len(LOOKS)


def test_that_a_changed_layer_has_two_outlines_and_says_from_what_to_what() -> None:
    def net(units: int) -> Graph:
        made = Net("net")
        return made.graph(made.dense(made.dense(made.input(8), units, name="wide"), 4))

    comparison = compare(document(net(8)), document(net(16)))
    picture = comparison_figure(comparison, View(detail="layer")).picture
    card = next(
        item
        for item in picture.items
        if item.kind == "card" and item.target and item.target.id == "wide"
    )
    assert card.title.endswith("(changed: units 8 → 16)")
    own = [mark for mark in card.marks if getattr(mark, "stroke", "") == LOOKS["changed"].color]
    assert len([mark for mark in own if hasattr(mark, "rect")]) == 3  # two, and one for small zooms


def test_that_runs_of_equal_blocks_unfold_where_some_were_added() -> None:
    a, b = builtin_document("resnet50", "ResNet-50"), builtin_document("resnet101", "ResNet-101")
    picture = comparison_figure(compare(a, b), View()).picture
    blocks = [item for item in picture.items if item.id.startswith("block:")]
    assert len(blocks) == 3 + 4 + 23 + 3
    assert sum(item.title.endswith("(added)") for item in blocks) == 17


def test_that_models_with_nothing_in_common_are_drawn_side_by_side() -> None:
    net = Net("dense")
    x = net.input(784)
    for _ in range(40):
        x = net.call("Dropout", x, shape=(None, 784))
    comparison = compare(RESIDUAL, document(net.graph(x)))
    assert comparison.is_unrelated
    picture = comparison_figure(comparison, View()).picture
    assert {"head:A", "head:B"} <= picture.by_id.keys()


@pytest.mark.parametrize("is_split", [False, True], ids=["union", "side by side"])
@pytest.mark.parametrize("format_", FORMAT_NAMES)
def test_that_every_format_is_written(format_: FormatName, is_split: bool) -> None:
    content = written(REMOVED, format_, is_split=is_split)
    assert content == written(REMOVED, format_, is_split=is_split)
    if format_ == "svg":
        root = fromstring(content)
        description = next(e.text for e in root if e.tag.endswith("desc"))
        assert description is not None
        assert description.startswith("Comparison: ResNet-34 → Plain-34: 22 removed")
    elif format_ == "dot":
        text = content.decode()
        assert "− projection shortcut" in text
        assert "removed, only in ResNet-34" in text
        assert text.count("subgraph cluster_") == (6 + 6 + 2 if is_split else 6)
    elif format_ == "mmd":
        text = content.decode()
        assert len(re.findall("− identity shortcut", text)) == 13
        assert 'key["ResNet-34 → Plain-34' in text


def written(comparison: Comparison, format_: FormatName, *, is_split: bool) -> bytes:
    file = io.BytesIO()
    figure = comparison_figure(comparison, View(), is_split=is_split)
    write_figure(figure, file, format_, ExportOptions(title=figure.title))
    return file.getvalue()


@settings(max_examples=15)
@given(recipes, recipes)
def test_that_any_two_models_are_drawn(one: tuple[int, int], other: tuple[int, int]) -> None:
    comparison = compare(document(random_net(*one)), document(random_net(*other)))
    for detail in ("block", "layer"):
        for is_split in (False, True):
            view = View(detail=detail)
            picture = comparison_figure(comparison, view, is_split=is_split).picture
            assert len({item.id for item in picture.items}) == len(picture.items)
            lone = comparison.counts.added + comparison.counts.removed
            words = " ".join(item.title for item in picture.items)
            assert not lone or "added" in words or "removed" in words or "changed" in words


def test_that_a_line_that_is_removed_between_calls_of_both_models_counts_no_calls() -> None:
    use = (TensorRef("conv1", 0), "max_pool")
    statuses = Statuses({}, {use: "removed"}, {}, {})
    texts = sign_texts(compare(PLAIN, PLAIN), (statuses,))
    assert texts == {"removed": "removed, only in Plain-34"}


@pytest.mark.parametrize("is_split", [False, True])
def test_that_boxes_of_the_classic_style_are_marked_too(is_split: bool) -> None:
    shallow, deep = (builtin_document(name, name) for name in ("resnet50", "resnet101"))
    comparison = compare(shallow, deep)
    view = View(style="classic", repeats="all")
    figure = comparison_figure(comparison, view, is_split=is_split)
    cards = [item for item in figure.picture.items if item.kind == "card"]
    added = [item for item in cards if "(added)" in item.title]
    assert len(added) == 101 - 50
    assert not any("(removed)" in item.title for item in cards)

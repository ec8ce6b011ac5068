"""Folds: runs of equal groups, of which the first is drawn and the rest is one ×N card."""

from __future__ import annotations

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.structure.types import Structure
from resnet_viz.graph.types import TensorRef
from resnet_viz.layout.folds import folds_of
from resnet_viz.layout.open_state import with_open
from resnet_viz.layout.tree import visible_tree
from resnet_viz.layout.types import Node
from resnet_viz.layout.view import View
from tests.support.graphs import architectures as nets
from tests.support.graphs.net import Net


def visible(structure: Structure, view: View) -> list[Node]:
    def below(node: Node) -> list[Node]:
        return [node, *(inner for child in node.children for inner in below(child))]

    return below(visible_tree(structure, view))


def keys(structure: Structure, view: View) -> set[str]:
    return {node.key for node in visible(structure, view)}


def test_that_a_transformer_shows_one_layer_of_each_kind_and_folds_the_rest() -> None:
    structure = structure_of(nets.transformer(6))
    view = View(detail="block")
    assert {
        "frame:encoder layer 1", "fold:encoder layer 2",
        "frame:decoder layer 1", "fold:decoder layer 2",
    } <= keys(structure, view)  # fmt: skip
    folds = [node for node in visible(structure, view) if node.kind == "fold"]
    assert [len(node.folded) for node in folds] == [5, 5]
    drawn = [call for node in visible(structure, view) if not node.children for call in node.calls]
    assert sorted(drawn) == sorted(call.id for call in structure.graph.calls)


def test_that_few_layers_are_all_drawn_unless_folds_are_asked_for() -> None:
    structure = structure_of(nets.transformer(2))
    assert not folds_of(structure, View(detail="block"))
    assert set(folds_of(structure, View(detail="block", repeats="fold"))) >= {"encoder layer 2"}
    assert not folds_of(structure_of(nets.transformer(6)), View(detail="block", repeats="all"))


def test_that_opening_a_block_in_a_folded_layer_unfolds_the_run() -> None:
    structure = structure_of(nets.transformer(6))
    block = next(each for each in structure.blocks if each.parent == "encoder layer 4")
    view = with_open(structure, View(detail="block"), (block.id,))
    shown = keys(structure, view)
    assert f"frame:{block.id}" in shown
    assert "fold:encoder layer 2" not in shown
    assert "fold:decoder layer 2" in shown


def submodels(*, in_a_row: bool) -> Structure:
    net = Net()
    x = net.conv(net.input(32, 32, 3), 8)
    made = []

    def body(inner: TensorRef) -> TensorRef:
        return net.conv(net.relu(net.conv(inner, 8)), 8)

    for number in range(3):
        out = net.nested(f"body_{number}", body, made[-1] if made and in_a_row else x)
        made.append(out)
    return structure_of(net.graph(made[-1] if in_a_row else net.concat(*made)))


def test_that_equal_submodels_in_a_row_fold_and_those_side_by_side_do_not() -> None:
    view = View(detail="block", repeats="fold")
    assert [fold.hidden for fold in folds_of(submodels(in_a_row=True), view).values()] == [
        ("body_1", "body_2")
    ] * 2
    assert not folds_of(submodels(in_a_row=False), view)

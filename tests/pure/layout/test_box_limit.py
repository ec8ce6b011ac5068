"""Limit on the boxes of a picture: what is folded instead, and the note that says so."""

from __future__ import annotations

import pytest

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.document import make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.sizes import walk
from resnet_viz.errors import AppError
from resnet_viz.graph.types import Graph
from resnet_viz.layout import box_limit
from resnet_viz.layout.box_limit import DrawableTree, drawable_tree
from resnet_viz.layout.view import Detail, View
from resnet_viz.sources.types import BuiltIn
from tests.support.graphs import tangled
from tests.support.pictures.drawn import MEASURE


@pytest.fixture(autouse=True)
def _at_most_twenty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box_limit, "MOST_BOXES", 20)


def drawable(graph: Graph, detail: Detail) -> DrawableTree:
    return drawable_tree(structure_of(graph), View(detail=detail))


def kinds(found: DrawableTree) -> list[str]:
    return [node.kind for node in walk(found.tree)]


def test_that_as_many_boxes_as_a_picture_can_show_are_drawn() -> None:
    view = View(detail="layer")
    found = drawable_tree(structure_of(tangled.fan_out(20)), view)
    assert (found.view, found.notes) == (view, ())
    assert kinds(found).count("op") == 21  # with the input


def test_that_one_more_is_folded_with_a_note() -> None:
    found = drawable(tangled.fan_out(21), "layer")
    assert kinds(found) == ["stage"]
    (note,) = found.notes
    assert note == (
        "21 boxes at layer detail are more than the 20 that a picture can show, so it is folded: "
        "equal neighbours are one ×N card, at stage detail."
    )


def test_that_a_long_chain_is_one_layer_and_the_number_of_those_equal_to_it() -> None:
    found = drawable(tangled.chain(100), "layer")
    assert found.view.detail == "layer"
    (fold,) = (node for node in walk(found.tree) if node.kind == "fold")
    assert len(fold.folded) == 99
    assert found.notes[0].endswith("equal neighbours are one ×N card.")


def test_that_blocks_that_are_asked_for_one_by_one_fold_as_well() -> None:
    structure = structure_of(tangled.residual_net(7 * 30))
    found = drawable_tree(structure, View(detail="block", repeats="all"))
    folds = [node for node in walk(found.tree) if node.kind == "fold"]
    assert sum(len(fold.folded) for fold in folds) == 29
    assert found.notes


def test_that_the_picture_has_the_note() -> None:
    def no_dot(text: str) -> str:
        raise AppError("dot is not there", details=text)

    graph = tangled.grid(10, 10)
    document = make_document(BuiltIn(graph.name), graph.name, graph)
    shown = picture(document, View(detail="layer"), MEASURE, no_dot)
    (note,) = shown.notes
    assert note.startswith("100 boxes at layer detail are more than the 20")
    assert note in (item.title for item in shown.items if item.kind == "note")

"""The session: what it keeps, what it tells, what it drops."""

from __future__ import annotations

import msgspec
from pytestqt.qtbot import QtBot

from resnet_viz.document import Document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import DisplayList, Target
from resnet_viz.drawing.themes import DARK
from resnet_viz.gui.session import Session
from resnet_viz.gui.targets import fully_open, open_to_layers, toggle, visible_targets
from resnet_viz.layout.open_state import is_open
from resnet_viz.layout.view import View
from resnet_viz.services.dot_runner import run_dot
from tests.qt.gui.conftest import document_of
from tests.support.pictures.fixed_measurer import FixedMeasurer


def draw(document: Document, view: View) -> DisplayList:
    return picture(document, view, FixedMeasurer(), run_dot)


def session_of(document: Document) -> Session:
    session = Session()
    session.set_document(document, View(), draw(document, View()))
    return session


def test_that_a_document_comes_with_its_picture(qtbot: QtBot, resnet34: Document) -> None:
    session = Session()
    seen: list[bool] = []
    session.document_changed.connect(lambda: seen.append(session.picture is not None))
    with qtbot.waitSignal(session.document_changed):
        session.set_document(resnet34, View(), draw(resnet34, View()))
    assert seen == [True]


def test_that_selecting_the_same_again_tells_nobody(qtbot: QtBot, resnet34: Document) -> None:
    session = session_of(resnet34)
    session.select((Target("group", "conv3_1"),))
    with qtbot.assertNotEmitted(session.selection_changed):
        session.select((Target("group", "conv3_1"),))


def test_that_another_model_clears_the_selection(resnet34: Document) -> None:
    session = session_of(resnet34)
    session.select((Target("group", "conv3_1"),))
    other = document_of("resnet18")
    session.set_document(other, View(), draw(other, View()))
    assert session.selection == ()


def test_that_a_reload_keeps_what_is_still_there(resnet34: Document) -> None:
    session = session_of(resnet34)
    session.select((Target("group", "conv3_1"), Target("call", "conv1")))
    session.set_document(resnet34, View(), draw(resnet34, View()))
    assert session.selection == (Target("group", "conv3_1"), Target("call", "conv1"))


def test_that_an_edge_that_is_drawn_no_more_is_deselected(resnet34: Document) -> None:
    session = session_of(resnet34)
    assert session.picture is not None
    edge = Target("edge", next(iter(session.picture.tensors)))
    session.select((edge, Target("group", "conv3_1")))
    session.set_view(View(detail="stage"))
    bare = draw(resnet34, View(detail="stage"))
    session.set_picture(msgspec.structs.replace(bare, tensors={}))
    assert session.selection == (Target("group", "conv3_1"),)


def test_that_the_same_view_asks_for_no_picture(qtbot: QtBot, resnet34: Document) -> None:
    session = session_of(resnet34)
    with qtbot.assertNotEmitted(session.view_changed):
        session.set_view(View())


def test_that_the_theme_is_told_once(qtbot: QtBot) -> None:
    session = Session()
    with qtbot.waitSignal(session.theme_changed):
        session.set_theme(DARK)
    with qtbot.assertNotEmitted(session.theme_changed):
        session.set_theme(DARK)


def test_that_toggling_opens_a_block_to_its_layers_and_closes_it_whole(resnet34: Document) -> None:
    structure = resnet34.structure
    opened = toggle(structure, View(), "conv3_1")
    assert fully_open(structure, opened, "conv3_1")
    assert toggle(structure, opened, "conv3_1") == View()


def test_that_toggling_what_is_hidden_opens_all_around_it(resnet34: Document) -> None:
    structure = resnet34.structure
    opened = toggle(structure, View(detail="stage"), "conv3_1")
    assert is_open(structure, opened, "conv3_x")
    assert is_open(structure, opened, "conv3_1")
    assert not is_open(structure, opened, "conv4_x")


def test_that_a_stage_opens_to_its_layers(resnet34: Document) -> None:
    structure = resnet34.structure
    opened = open_to_layers(structure, View(), "conv5_x")
    assert fully_open(structure, opened, "conv5_x")
    assert not fully_open(structure, opened, "conv4_x")


def test_that_what_is_closed_in_is_shown_by_what_closes_it_in(resnet34: Document) -> None:
    shown = draw(resnet34, View())
    inside = Target("call", "conv3_2_relu_a")
    lit = visible_targets(resnet34, shown, inside)
    cards = [shown.by_id[item].target for each in lit for item in shown.by_target[each]]
    assert cards == [Target("group", "conv3_2")]
    bare = msgspec.structs.replace(
        shown, items=tuple(item for item in shown.items if item.kind == "panel")
    )
    assert visible_targets(resnet34, bare, inside) == (Target("group", "conv3_x"),)
    assert visible_targets(resnet34, shown, Target("edge", "nowhere")) == ()


def test_that_an_open_unit_is_shown_by_its_layers(resnet34: Document) -> None:
    shown = draw(resnet34, View(detail="layer"))
    group = next(
        each
        for each in resnet34.structure.groups
        if each.kind == "unit" and "conv3_2_conv_a" in each.calls
    )
    assert Target("group", group.id) not in shown.by_target
    lit = visible_targets(resnet34, shown, Target("group", group.id))
    assert lit == tuple(Target("call", call) for call in group.calls)

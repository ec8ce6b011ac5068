"""Notes of a picture in the window's notice bar."""

from __future__ import annotations

import msgspec
from pytestqt.qtbot import QtBot

from resnet_viz.drawing.themes import LIGHT
from resnet_viz.gui.notices.bar import NoticeBar
from resnet_viz.gui.session import Session
from resnet_viz.gui.window.picture_notes import PictureNotes
from resnet_viz.layout.view import View
from tests.support.pictures.drawn import document, drawn


def test_that_a_notice_has_the_notes_of_the_shown_picture_only(qtbot: QtBot) -> None:
    session, notices = Session(), NoticeBar(LIGHT)
    qtbot.addWidget(notices)
    PictureNotes(session, notices, session)
    usual = drawn("resnet18", View())
    noted = msgspec.structs.replace(usual, notes=("Rows by rank.",))
    session.set_document(document("resnet18"), View(), noted)
    assert notices.shown is not None
    assert notices.shown.text == "Rows by rank."
    session.set_picture(usual)
    assert notices.shown is None

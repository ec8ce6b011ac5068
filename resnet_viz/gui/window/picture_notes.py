"""Notice with the notes of the shown picture, where it is not the usual one."""

from __future__ import annotations

from PySide6.QtCore import QObject

from resnet_viz.gui.notices.bar import Notice, NoticeBar
from resnet_viz.gui.session import Session

_KEY = "picture"


class PictureNotes(QObject):
    """Shows the notes of each new picture in the notice bar; a picture without any closes them."""

    def __init__(self, session: Session, notices: NoticeBar, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._notices = notices
        session.document_changed.connect(self._show)
        session.picture_changed.connect(self._show)

    def _show(self) -> None:
        picture = self._session.picture
        notes = () if picture is None else picture.notes
        if notes:
            self._notices.show_notice(Notice(" ".join(notes), key=_KEY))
        else:
            self._notices.close_notice(_KEY)

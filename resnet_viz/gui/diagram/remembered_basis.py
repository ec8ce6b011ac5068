"""Memory basis (batch size and dtype) kept in the preferences from one run to the next."""

from __future__ import annotations

from PySide6.QtCore import QObject

from resnet_viz.analysis.costs.memory.basis import LARGEST_BATCH, MODEL_BASIS, MemoryBasis
from resnet_viz.analysis.keras_ops.dtypes import DTYPES
from resnet_viz.gui.session import Session
from resnet_viz.services.preferences import Preferences

_BATCH, _DTYPE = "memory.batch", "memory.dtype"


def basis_of(batch: str, dtype: str) -> MemoryBasis:
    """Memory basis named by two remembered texts; unusable ones count as the default."""
    number = int(batch) if batch.isdecimal() and len(batch) < 8 else 1
    known = dtype if dtype in DTYPES else None
    return MemoryBasis(number if 1 <= number <= LARGEST_BATCH else MODEL_BASIS.batch, known)


class RememberedBasis(QObject):
    """Sets the session's basis to the remembered one, and remembers each later choice."""

    def __init__(self, session: Session, preferences: Preferences) -> None:
        super().__init__(session)
        self._session = session
        self._preferences = preferences
        session.set_basis(basis_of(preferences.text(_BATCH), preferences.text(_DTYPE)))
        session.view_changed.connect(self._remember)

    def _remember(self) -> None:
        basis = self._session.view.basis
        self._preferences.remember_text(_BATCH, str(basis.batch))
        self._preferences.remember_text(_DTYPE, basis.dtype or "")

"""``typing.override``, which Python 3.11 lacks, without a dependency on typing_extensions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

__all__ = ["override"]

if sys.version_info >= (3, 12):
    from typing import override
elif TYPE_CHECKING:
    from typing_extensions import override
else:
    _Method = TypeVar("_Method")

    def override(method: _Method) -> _Method:
        """Mark a method that overrides one of a base class."""
        return method

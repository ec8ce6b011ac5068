"""The only door to ``resources/``: the wheel's copy if there is one, else the checkout's folder.

Plain package look-ups fail in editable installs, where ``resources`` is not inside the package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def root() -> Path:
    """The folder of resources."""
    packaged = _PACKAGE / "resources"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "resources"


def path(name: str) -> Path:
    """The file ``name`` ("fonts/Pretendard-Regular.otf") below resources.

    Raises:
        ValueError: the name is absolute or leads out of resources.
        FileNotFoundError: there is no such file.
    """
    relative = Path(name)
    if relative.is_absolute() or ".." in relative.parts:
        raise ValueError(f"{name!r} is not a name inside resources")
    found = root() / relative
    if not found.is_file():
        raise FileNotFoundError(f"resource {name!r} is missing")
    return found


def read_bytes(name: str) -> bytes:
    """The content of the resource ``name``."""
    return path(name).read_bytes()

"""Files below ``resources/``: the wheel's copy if there is one, else the checkout's folder.

importlib.resources fails in editable installs, where ``resources`` is not inside the package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def root() -> Path:
    """Folder of resources."""
    packaged = _PACKAGE / "resources"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "resources"


def path(name: str) -> Path:
    """Path of the resource ``name`` ("fonts/Pretendard-Regular.otf").

    Raises:
        ValueError: the name is absolute or leads out of resources.
        FileNotFoundError: there is no such file.
    """
    relative = Path(name)
    if relative.is_absolute() or ".." in relative.parts:
        raise ValueError(f"{name!r} is not a name inside resources")
    file = root() / relative
    if not file.is_file():
        raise FileNotFoundError(f"resource {name!r} is missing")
    return file


def read_bytes(name: str) -> bytes:
    """Content of the resource ``name``."""
    return path(name).read_bytes()

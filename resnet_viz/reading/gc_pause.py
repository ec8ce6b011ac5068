"""Pause of Python's garbage collector while millions of lasting values are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused() -> Iterator[None]:
    """Pause garbage collection, which would walk all values repeatedly and free none.

    Reading 70,000 calls takes 1.8 s with the pause and 4.5 s without.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

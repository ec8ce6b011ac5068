"""Limit of an experiment's memory, checked before it starts.

A step of training keeps the outputs of all calls, and their gradients come beside them; each
weight has its gradient and up to two values of the optimiser. An experiment may take half of the
memory that is free, and at most 2 GiB, so that the machine stays usable.
"""

from __future__ import annotations

import ctypes
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Final

from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.memory.memory import memory_of
from resnet_viz.analysis.wording.numbers import bytes_text
from resnet_viz.errors import ModelError, quoted

if TYPE_CHECKING:
    from resnet_viz.engine.experiments.networks.net import Net

MOST_BYTES: Final = 2 * 2**30
_COPIES_OF_ACTIVATIONS: Final = 2
_COPIES_OF_WEIGHTS: Final = 4


def check_memory(net: Net, *, batch: int, free: int | None = None) -> None:
    """Refuse a batch that takes more memory than an experiment may.

    Args:
        net: the network.
        batch: pictures of a step.
        free: bytes that are free on this machine; measured if None.

    Raises:
        ModelError: it is too large; names the largest that fits.
    """
    numbers = numbers_of(net.structure)
    totals = memory_of(net.structure, numbers, batch=1).totals
    each = _COPIES_OF_ACTIVATIONS * totals.kept_bytes
    fixed = _COPIES_OF_WEIGHTS * totals.weight_bytes
    available = free if free is not None else free_bytes()
    limit = MOST_BYTES if available is None else min(MOST_BYTES, available // 2)
    needed = fixed + batch * each
    if needed <= limit:
        return
    fits = max(0, (limit - fixed) // max(1, each))
    advice = f"a batch of {fits} fits" if fits else "not even one picture fits"
    raise ModelError(
        f"{quoted(net.source)} needs about {bytes_text(needed)} for a batch of {batch}, more than "
        f"the {bytes_text(limit)} that an experiment may take; {advice}"
        f"{', or name' if fits else ': name'} a model with a smaller input."
    )


def free_bytes() -> int | None:
    """Free memory of this machine, in bytes; None if it doesn't say."""
    system = platform.system()
    if system == "Linux":
        return _linux()
    if system == "Windows":
        return _windows()
    try:  # macOS says only how much there is; half of it is usually free
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return None


def _linux() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    sizes = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(sizes[0]) * 1024 if sizes else None


def _windows() -> int | None:
    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            ("total", ctypes.c_ulonglong),
            ("free", ctypes.c_ulonglong),
            ("rest", ctypes.c_ulonglong * 5),
        )

    status = Status(length=ctypes.sizeof(Status))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - exists on Windows only
    return int(status.free) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None

"""Types of problems, as frozen values."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Severity: TypeAlias = Literal["information", "warning"]


class Problem(msgspec.Struct, frozen=True):
    """Something that a reader of the architecture should know.

    Attributes:
        code: kind of problem, "kernel_on_one_pixel".
        severity: how much it matters.
        message: one sentence: what is wrong, and why it matters.
        calls: ids of the calls concerned, in topological order.
    """

    code: str
    severity: Severity
    message: str
    calls: tuple[str, ...]

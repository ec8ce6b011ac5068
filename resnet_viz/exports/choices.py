"""The values that a picture's options can have, for the command line and for scripts."""

from __future__ import annotations

from typing import Final

from resnet_viz.errors import UsageError
from resnet_viz.suggestions import join_with_or, unknown_name

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "detail": ("stage", "block", "unit", "layer"),
    "layout": ("stages", "column"),
    "color_by": ("stage", "type", "parameters", "macs", "memory", "receptive-field"),
    "repeats": ("auto", "fold", "all"),
    "theme": ("light", "dark", "paper"),
    "background": ("theme", "white", "transparent"),
}
LATER: Final[dict[str, tuple[str, ...]]] = {
    "layout": ("row", "snake"),
}
"""Values that are agreed on and not built yet."""


def check_choice(option: str, value: str, *, shown: str = "") -> str:
    """``value`` if the option can have it; ``shown`` is how the user writes the option.

    Raises:
        UsageError: it can't.
    """
    names = CHOICES[option]
    if value in names:
        return value
    shown = shown or option
    if value in LATER.get(option, ()):
        raise UsageError(f"{shown} {value} is not available yet; use {join_with_or(list(names))}.")
    raise UsageError(unknown_name(shown, value, names))

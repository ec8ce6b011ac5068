"""Numbers of paths in words."""

from __future__ import annotations

from typing import Final

_MOST_DIGITS: Final = 15


def number_of_paths(count: int) -> str:
    """A number of paths in full, or its magnitude: "12,870", "about 10^30"."""
    digits = len(str(count))
    return f"{count:,}" if digits <= _MOST_DIGITS else f"about 10^{digits - 1}"


def paths_text(total: int) -> str:
    """The number of all paths, as a power of two where it is one: "65,536 = 2^16"."""
    power = total.bit_length() - 1
    if total < 4 or total != 1 << power:
        return number_of_paths(total)
    return f"{number_of_paths(total)} = 2^{power}" if total < 10**_MOST_DIGITS else f"2^{power}"

"""Configuration values for each axis."""

from __future__ import annotations


def per_axis(value: object, axes: int) -> tuple[int, ...]:
    """Expand a setting (one number, or one for each axis) to all axes; 1 for anything else."""
    if isinstance(value, list | tuple) and len(value) == axes:
        return tuple(map(int, value))
    return (value if isinstance(value, int) else 1,) * axes

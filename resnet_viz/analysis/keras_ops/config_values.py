"""Values of a configuration, made ready for computing."""

from __future__ import annotations


def per_axis(value: object, axes: int) -> tuple[int, ...]:
    """A setting that is one number or one for each axis, for each axis; 1 if it is neither."""
    if isinstance(value, list | tuple) and len(value) == axes:
        return tuple(int(one) for one in value)
    return (value if isinstance(value, int) else 1,) * axes

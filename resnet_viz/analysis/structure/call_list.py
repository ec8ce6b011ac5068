"""Ids of calls, listed each time they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import overload

from resnet_viz.typing_compat import override


class CallList(Sequence[str]):
    """Ids of calls, equal to a tuple of the same.

    Shortcuts past each other, thousands deep, would hold millions of ids that few readers ask for.

    Args:
        make: lists them.
    """

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[], tuple[str, ...]]) -> None:
        self._make = make

    @override
    def __len__(self) -> int:
        return len(self._make())

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._make())

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...

    @override
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        return self._make()[index]

    @override
    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, CallList) else other)

    @override
    def __hash__(self) -> int:
        return hash(self._make())

    @override
    def __repr__(self) -> str:
        return repr(self._make())

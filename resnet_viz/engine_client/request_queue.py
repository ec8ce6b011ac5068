"""Bookkeeping of requests to the engine: which waits, which is worked on, which came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from resnet_viz.protocol.messages import Build, RunFunction

if TYPE_CHECKING:
    from resnet_viz.protocol.messages import Work

_MOST_ATTEMPTS: Final = 2
_MOST_RUNS: Final = 1  # of a user's code: nobody has agreed to a second one


class Pending:
    """A request that has not been answered yet.

    Attributes:
        request: what is asked.
        attempts: how many engines have been given it.
        cancelling: whether it shall be given up.
    """

    def __init__(self, request: Work) -> None:
        self.request = request
        self.attempts = 0
        self.cancelling = False

    @property
    def subject(self) -> str:
        """What the request is about, for messages."""
        request = self.request
        return str(request.source) if isinstance(request, Build | RunFunction) else request.where


class RequestQueue:
    """Requests in order. One is out at a time, so that the engine's death has one suspect.

    Attributes:
        active: the one that the engine works on, or None.
    """

    def __init__(self) -> None:
        self.active: Pending | None = None
        self._waiting: list[Pending] = []

    def add(self, request: Work) -> None:
        """Put ``request`` at the end."""
        self._waiting.append(Pending(request))

    def activate(self) -> Pending | None:
        """Make the first waiting request the active one; None if one is out or none waits."""
        if self.active is not None or not self._waiting:
            return None
        self.active = self._waiting.pop(0)
        self.active.attempts += 1
        return self.active

    def settle(self, request: int) -> Pending | None:
        """Take out the active request if that is its id."""
        if self.active is None or self.active.request.id != request:
            return None
        done, self.active = self.active, None
        return done

    def withdraw(self, request: int) -> Pending | None:
        """Take out a waiting request."""
        for pending in self._waiting:
            if pending.request.id == request:
                self._waiting.remove(pending)
                return pending
        return None

    def put_back(self) -> Pending | None:
        """The engine is gone: the active request is to be sent again, once.

        Returns the request if it must not be sent again: it is being cancelled, two engines have
        died of it, or one has and it runs the user's code.
        """
        lost, self.active = self.active, None
        if lost is None:
            return None
        most = _MOST_RUNS if isinstance(lost.request, RunFunction) else _MOST_ATTEMPTS
        if lost.cancelling or lost.attempts >= most:
            return lost
        self._waiting.insert(0, lost)
        return None

    def clear(self) -> list[Pending]:
        """Take out everything."""
        everything = ([self.active] if self.active else []) + self._waiting
        self.active = None
        self._waiting = []
        return everything

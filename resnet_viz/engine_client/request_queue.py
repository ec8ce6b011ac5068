"""Queue of requests to the engine: waiting, active, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from resnet_viz.protocol.messages import Build, Check, Complete

if TYPE_CHECKING:
    from resnet_viz.protocol.encoding import Work

_MOST_ATTEMPTS: Final = 2
_MOST_RUNS: Final = 1
"""Attempts of what ``runs_once``: the user has not agreed to run a function a second time, and what
an experiment has measured is kept."""


class Pending:
    """A request that has not been answered yet.

    Attributes:
        request: the message.
        attempts: number of engines that it has been sent to.
        cancelling: True once the user has cancelled it.
    """

    def __init__(self, request: Work) -> None:
        self.request = request
        self.attempts = 0
        self.cancelling = False

    @property
    def runs_once(self) -> bool:
        """True if the request is not sent again after the engine has died of it."""
        return not isinstance(self.request, Build | Check | Complete)


class RequestQueue:
    """Requests in order, one sent at a time, so that a crash of the engine has one suspect.

    Attributes:
        active: the request that the engine works on, or None.
    """

    def __init__(self) -> None:
        self.active: Pending | None = None
        self._waiting: list[Pending] = []

    def add(self, request: Work) -> None:
        """Append ``request``."""
        self._waiting.append(Pending(request))

    def activate(self) -> Pending | None:
        """Make the first waiting request active; None if another is active or none waits."""
        if self.active is not None or not self._waiting:
            return None
        self.active = self._waiting.pop(0)
        self.active.attempts += 1
        return self.active

    def settle(self, request: int) -> Pending | None:
        """Remove the active request if it has the id ``request``."""
        if self.active is None or self.active.request.id != request:
            return None
        settled, self.active = self.active, None
        return settled

    def withdraw(self, request: int) -> Pending | None:
        """Remove the waiting request with the id ``request``."""
        for pending in self._waiting:
            if pending.request.id == request:
                self._waiting.remove(pending)
                return pending
        return None

    def put_back(self) -> Pending | None:
        """Queue the active request again after the engine has died; returns it if it may not be.

        That is so if it was cancelled, if two engines have died of it, or if one has and it runs
        the user's code or is an experiment.
        """
        lost, self.active = self.active, None
        if lost is None:
            return None
        most = _MOST_RUNS if lost.runs_once else _MOST_ATTEMPTS
        if lost.cancelling or lost.attempts >= most:
            return lost
        self._waiting.insert(0, lost)
        return None

    def clear(self) -> list[Pending]:
        """Remove all requests, the active one first."""
        removed = ([self.active] if self.active else []) + self._waiting
        self.active = None
        self._waiting = []
        return removed

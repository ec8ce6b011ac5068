"""Listens while the engine works: queues requests, notes cancellations, ends on shutdown."""

from __future__ import annotations

import os
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, NoReturn

from resnet_viz.protocol.framing import FrameDecoder, ProtocolError
from resnet_viz.protocol.messages import (
    CODE_PROTOCOL,
    CODE_UNKNOWN_REQUEST,
    NO_REQUEST,
    Cancel,
    Failed,
    Shutdown,
    UnknownRequestError,
    Work,
    decode_request,
)

if TYPE_CHECKING:
    from resnet_viz.engine.wire import MessageStream

EXIT_BAD_FRAME: Final = 3


class Inbox:
    """A thread that reads requests; work is taken from it one at a time.

    The thread ends the whole process at once on ``Shutdown`` or when the other side has closed
    its end, whatever the main thread is doing: the engine must never outlive its owner.
    """

    def __init__(self, wire: MessageStream) -> None:
        self._wire = wire
        self._work: SimpleQueue[Work] = SimpleQueue()
        self._cancelled: set[int] = set()  # only added to here, only removed from by the worker
        self._thread = threading.Thread(target=self._listen, name="inbox", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def next(self) -> Work:
        """The next request; waits for one."""
        return self._work.get()

    def is_cancelled(self, request: int) -> bool:
        """Whether someone has asked to give up ``request``."""
        return request in self._cancelled

    def forget(self, request: int) -> None:
        """``request`` is answered: its cancellation needs no remembering."""
        self._cancelled.discard(request)

    def _listen(self) -> NoReturn:
        decoder = FrameDecoder()
        for piece in self._wire.pieces():
            try:
                payloads = decoder.feed(piece)
            except ProtocolError as error:
                self._complain(error)
                os._exit(EXIT_BAD_FRAME)
            for payload in payloads:
                self._take(payload)
        os._exit(0)

    def _take(self, payload: bytes) -> None:
        try:
            request = decode_request(payload)
        except ProtocolError as error:
            self._complain(error)
            return
        if isinstance(request, Shutdown):
            os._exit(0)
        if isinstance(request, Cancel):
            self._cancelled.add(request.id)
        else:
            self._work.put(request)

    def _complain(self, error: ProtocolError) -> None:
        known = isinstance(error, UnknownRequestError)
        self._wire.send(
            Failed(
                id=error.id if isinstance(error, UnknownRequestError) else NO_REQUEST,
                code=CODE_UNKNOWN_REQUEST if known else CODE_PROTOCOL,
                message=error.message,
                hint="Window and engine must be of the same version; restart the program.",
                details=error.details,
            )
        )

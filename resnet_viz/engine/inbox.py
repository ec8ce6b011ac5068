"""Inbox of the engine: a thread that queues requests, records cancellations, obeys a shutdown."""

from __future__ import annotations

import os
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, NoReturn

from resnet_viz.protocol.encoding import UnknownRequestError, Work, decode_request
from resnet_viz.protocol.framing import FrameDecoder, ProtocolError
from resnet_viz.protocol.messages import (
    CODE_PROTOCOL,
    CODE_UNKNOWN_REQUEST,
    NO_REQUEST,
    Cancel,
    Failed,
    Pause,
    Resume,
    Shutdown,
)

if TYPE_CHECKING:
    from resnet_viz.engine.message_stream import MessageStream

EXIT_BAD_FRAME: Final = 3


class Inbox:
    """Reads requests in a thread of its own; the main thread takes them one at a time.

    The thread ends the whole process at once on ``Shutdown`` or when the owner has closed the
    stream, whatever the main thread is doing: the engine must never outlive its owner.
    """

    def __init__(self, stream: MessageStream) -> None:
        self._stream = stream
        self._work: SimpleQueue[Work] = SimpleQueue()
        self._cancelled: set[int] = set()  # until the request has been answered
        self._paused: set[int] = set()  # until it is resumed or has been answered
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._listen, name="inbox", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def next(self) -> Work:
        """Wait for the next request."""
        return self._work.get()

    def is_cancelled(self, request: int) -> bool:
        """Return whether ``request`` has been cancelled."""
        return request in self._cancelled

    def is_paused(self, request: int) -> bool:
        """Return whether ``request`` is to wait."""
        return request in self._paused and request not in self._cancelled

    def wait_while_paused(self, request: int) -> None:
        """Wait until ``request`` is resumed or cancelled."""
        with self._changed:
            self._changed.wait_for(lambda: not self.is_paused(request))

    def forget(self, request: int) -> None:
        """Drop the cancellation of ``request``, which has been answered."""
        self._cancelled.discard(request)
        self._paused.discard(request)

    def _listen(self) -> NoReturn:
        decoder = FrameDecoder()
        for data in self._stream.chunks():
            try:
                payloads = decoder.feed(data)
            except ProtocolError as error:
                self._send_error(error)
                os._exit(EXIT_BAD_FRAME)
            for payload in payloads:
                self._take(payload)
        os._exit(0)

    def _take(self, payload: bytes) -> None:
        try:
            request = decode_request(payload)
        except ProtocolError as error:
            self._send_error(error)
            return
        if isinstance(request, Shutdown):
            os._exit(0)
        if isinstance(request, Cancel | Pause | Resume):
            self._steer(request)
        else:
            self._work.put(request)

    def _steer(self, request: Cancel | Pause | Resume) -> None:
        with self._changed:
            if isinstance(request, Cancel):
                self._cancelled.add(request.id)
            elif isinstance(request, Pause):
                self._paused.add(request.id)
            else:
                self._paused.discard(request.id)
            self._changed.notify_all()

    def _send_error(self, error: ProtocolError) -> None:
        if isinstance(error, UnknownRequestError):
            request, code = error.id, CODE_UNKNOWN_REQUEST
        else:
            request, code = NO_REQUEST, CODE_PROTOCOL
        self._stream.send(
            Failed(
                id=request,
                code=code,
                message=error.message,
                hint="Window and engine must have the same version; restart the program.",
                details=error.details,
            )
        )

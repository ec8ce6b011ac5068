"""Main loop of the engine: hello, import of Keras, ready, then one request after the other."""

from __future__ import annotations

import os
import tempfile
import traceback
from typing import TYPE_CHECKING, Final, NoReturn

from resnet_viz._version import __version__
from resnet_viz.engine.backend import import_keras
from resnet_viz.engine.config_safety import RefusedConfigError
from resnet_viz.engine.inbox import Inbox
from resnet_viz.engine.request_handlers import STEP_COUNTS, handle
from resnet_viz.engine.task import Task
from resnet_viz.engine.user_code.user_functions import FunctionError
from resnet_viz.errors import AppError, Cancelled
from resnet_viz.graph.layer_tree import UntracedError, printable_line
from resnet_viz.part_files import ENGINE_PREFIX, locked_folder, remove_leftover_folders
from resnet_viz.protocol.encoding import Answer, Reply, Work, subject_of
from resnet_viz.protocol.experiment_messages import Experiment
from resnet_viz.protocol.framing import ProtocolError
from resnet_viz.protocol.messages import (
    CODE_KERAS,
    CODE_MEMORY,
    CODE_MODEL,
    PROTOCOL_VERSION,
    CancelledReply,
    Failed,
    Hello,
)

if TYPE_CHECKING:
    from resnet_viz.engine.message_stream import MessageStream

EXIT_NO_KERAS: Final = 4
_MAX_LENGTH: Final = 300


def serve(stream: MessageStream, *, with_gpu: bool = False) -> NoReturn:
    """Serve requests until a shutdown, or until the owner is gone."""
    stream.send(Hello(protocol=PROTOCOL_VERSION, app=__version__, pid=os.getpid()))
    inbox = Inbox(stream)
    inbox.start()
    _use_own_temporary_folder()
    state = import_keras(with_gpu=with_gpu)
    stream.send(state)
    if isinstance(state, Failed):
        raise SystemExit(EXIT_NO_KERAS)
    while True:
        request = inbox.next()
        _send(stream, _final_reply(request, stream, inbox), request.id)
        inbox.forget(request.id)


def _use_own_temporary_folder() -> None:
    """Have Keras and the user's code make temporary files where they are removed with the engine.

    An engine is killed as a rule: then its client, or the next engine, removes its folder.
    """
    remove_leftover_folders(ENGINE_PREFIX)
    try:
        folder, _lock = locked_folder(ENGINE_PREFIX)  # locked until this process ends
    except OSError:  # a full disk, say: Keras will tell if it needs one
        return
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)


def _final_reply(request: Work, stream: MessageStream, inbox: Inbox) -> Reply:
    """Final reply to ``request``; never raises: a failing request must not end the engine."""
    task = Task(
        request.id,
        steps=STEP_COUNTS[type(request)],
        send=stream.send,
        steering=inbox,
    )
    try:
        return _answer(request, task)
    except Cancelled:
        return CancelledReply(id=request.id)
    except (RefusedConfigError, FunctionError) as error:
        return _refusal(request, error.code, error)
    except AppError as error:
        return _refusal(request, CODE_MODEL, error)
    except MemoryError:
        return Failed(
            id=request.id,
            code=CODE_MEMORY,
            message=f"There is not enough memory for {subject_of(request)}.",
            hint="Choose a smaller input, or close other programs.",
        )
    except Exception as error:  # noqa: BLE001 - Keras raises anything; it is reported, not hidden
        return Failed(
            id=request.id,
            code=CODE_KERAS,
            message=f"Keras can't {_verb(request)} {subject_of(request)}: {_first_line(error)}",
            details=traceback.format_exc(),
        )


def _answer(request: Work, task: Task) -> Answer:
    if isinstance(request, Experiment):
        from resnet_viz.engine.experiments.conduct import conduct

        return conduct(request, task)
    return handle(request, task)


def _refusal(request: Work, code: str, error: AppError) -> Failed:
    return Failed(
        id=request.id,
        code=code,
        message=error.message,
        details=error.details,
        layers=error.layers if isinstance(error, UntracedError) else (),
        build=error.build if isinstance(error, FunctionError) else None,
    )


def _send(stream: MessageStream, reply: Reply, request: int) -> None:
    try:
        stream.send(reply)
    except ProtocolError as error:  # an answer too large for a frame
        stream.send(Failed(id=request, code=CODE_MODEL, message=error.message))


def _verb(request: Work) -> str:
    return f"run the {request.kind} of" if isinstance(request, Experiment) else "build"


def _first_line(error: Exception) -> str:
    """Class of the error and the first line of its text, which may quote the whole model."""
    lines = str(error).strip().splitlines()
    kind = type(error).__name__
    return f"{kind}: {printable_line(lines[0], longest=_MAX_LENGTH)}" if lines else kind

"""Execution of the user's functions: the only place where foreign code is run."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from resnet_viz.engine.user_code.failed_builds import failed_build, whole_tracebacks
from resnet_viz.errors import ModelError, quoted
from resnet_viz.git_revisions import past_folder
from resnet_viz.protocol.messages import CODE_FUNCTION
from resnet_viz.sources.types import PastFunction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from resnet_viz.graph.failed_build import FailedBuild
    from resnet_viz.sources.types import PythonFunction

_MODULE = "resnet_viz_users_file"
_MAX_LENGTH = 300


class FunctionError(ModelError):
    """The user's code can't be found or has failed; ``details`` is its traceback.

    Attributes:
        code: the protocol's error code.
        build: what it had built when it failed, if that can be told.
    """

    code = CODE_FUNCTION

    def __init__(
        self, message: str, *, details: str = "", build: FailedBuild | None = None
    ) -> None:
        super().__init__(message, details=details)
        self.build = build


@contextmanager
def load_function(source: PythonFunction, *, folder: str) -> Iterator[Callable[[], Any]]:
    """Load the function that ``source`` names, with the user's ``folder`` current and importable.

    One of a git revision is loaded from all files as they were then.

    Raises:
        FunctionError: there is no such module, file or function, or its import fails.
        ModelError: git has no such revision or file.
    """
    if not isinstance(source, PastFunction):
        with _loaded(source, folder) as function:
            yield function
        return
    with (
        past_folder(source, folder=folder) as (past, inside),
        _without_modules_of(Path(folder), than=inside),
        _loaded(past, str(inside)) as function,
    ):
        yield function


@contextmanager
def _without_modules_of(folder: Path, *, than: Path) -> Iterator[None]:
    """Context in which modules of the folder that ``than`` has too are as if never imported.

    Those imported meanwhile are forgotten, so that another revision imports its own.
    """
    present = folder.resolve()
    hidden = {
        name: module
        for name, module, path in _files_of_modules()
        if path.is_relative_to(present) and (than / path.relative_to(present)).exists()
    }
    for name in hidden:
        del sys.modules[name]
    try:
        yield
    finally:
        for name, _, path in _files_of_modules():
            if path.is_relative_to(than):
                del sys.modules[name]
        sys.modules.update(hidden)


def _files_of_modules() -> list[tuple[str, ModuleType, Path]]:
    """Imported modules by name, with the files that they come from."""
    found = []
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and name != _MODULE:
            found.append((name, module, Path(file)))
    return found


@contextmanager
def _loaded(source: PythonFunction, folder: str) -> Iterator[Callable[[], Any]]:
    working_directory, import_path = Path.cwd(), list(sys.path)
    dont_write_bytecode = sys.dont_write_bytecode
    try:
        os.chdir(folder)
    except OSError as error:
        raise FunctionError(f"The folder {quoted(folder)} can't be entered: {error}.") from error
    sys.path.insert(0, folder)
    # Leaves the user's folder unchanged. Also, bytecode identifies its source by second and size
    # only, so that a quick edit of the same length would run the old code.
    sys.dont_write_bytecode = True
    try:
        yield _function(source, Path(folder))
    finally:
        sys.path[:] = import_path
        sys.dont_write_bytecode = dont_write_bytecode
        os.chdir(working_directory)


def call_function(function: Callable[[], Any], source: PythonFunction) -> Any:  # noqa: ANN401 - a keras.Model
    """Call ``function``; returns its model.

    Raises:
        FunctionError: it fails, or returns something else.
    """
    import keras

    if isinstance(function, keras.Model):  # a model may be named in place of a function
        return function
    try:
        with whole_tracebacks():
            model = function()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it may raise anything
        _fail(source, error, build=failed_build(error, __file__))
    if not isinstance(model, keras.Model):
        kind = type(model)
        raise FunctionError(
            f"{source} returned {_article(kind.__name__)}; it must return a keras.Model."
        )
    return model


def _function(source: PythonFunction, folder: Path) -> Callable[[], Any]:
    module = _from_file(source, folder) if source.is_file else _from_module(source)
    function: Callable[[], Any] | None = getattr(module, source.function, None)
    if callable(function):
        return function
    names = [n for n, value in vars(module).items() if callable(value) and not n.startswith("_")]
    own = [n for n in names if getattr(vars(module)[n], "__module__", "") == module.__name__]
    hint = f"; it has {', '.join(own[:8])}" if own else ""
    raise FunctionError(f"{source.location} has no function {quoted(source.function)}{hint}.")


def _from_module(source: PythonFunction) -> Any:  # noqa: ANN401 - a module
    try:
        importlib.invalidate_caches()
        return importlib.import_module(source.location)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{source.location}.".startswith(f"{error.name}."):
            raise FunctionError(
                f"There is no module {quoted(error.name)} in the working folder or installed; "
                f"{source} names it.",
                details=traceback.format_exc(),
            ) from error
        _fail(source, error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's code may raise anything
        _fail(source, error)


def _from_file(source: PythonFunction, folder: Path) -> Any:  # noqa: ANN401 - a module
    path = (folder / source.location).resolve()
    if not path.is_file():
        raise FunctionError(f"There is no file {quoted(source.location)}; {source} names it.")
    sys.path.insert(0, str(path.parent))  # as Python does for a script
    spec = importlib.util.spec_from_file_location(_MODULE, path)
    assert spec is not None  # the name ends in .py
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[_MODULE] = module  # classes that are saved look for themselves there
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's code may raise anything
        _fail(source, error)
    return module


def _fail(
    source: PythonFunction, error: BaseException, *, build: FailedBuild | None = None
) -> NoReturn:
    """Raise an error with the traceback's last line; its details are the user's part of it."""
    last_line = " ".join(traceback.format_exception_only(error)[-1].split())[:_MAX_LENGTH]
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == __file__]
    foreign = frames[len(own) :]
    users = [frame for frame in foreign if not _is_machinery(frame.filename)] or list(foreign)
    lines = traceback.format_list(users) + traceback.format_exception_only(error)
    where = f" ({Path(users[-1].filename).name}, line {users[-1].lineno})" if users else ""
    raise FunctionError(
        f"{source} failed: {last_line}{where}", details="".join(lines), build=build
    ) from error


def _is_machinery(file: str) -> bool:
    """True for files of the import system and of Keras."""
    return "importlib" in file or "/keras/src/" in Path(file).as_posix()


def _article(name: str) -> str:
    return (
        "nothing" if name == "NoneType" else f"{'an' if name[:1] in 'aeiouAEIOU' else 'a'} {name}"
    )

"""Sources: names of models as the command line and the window accept them."""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

GIT: Final = "git:"
"""Written before the revision of a source of the past."""


class BuiltIn(msgspec.Struct, frozen=True, tag="builtin"):
    """A built-in architecture with the parameters that differ from its defaults.

    ``parameters`` is sorted by name; values are in canonical form ("64x64x3").
    """

    name: str
    parameters: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """As the user writes it: ``resnet34?classes=10&input=64x64x3``."""
        return _with_query(self.name, self.parameters)


class Application(msgspec.Struct, frozen=True, tag="application"):
    """A model of keras.applications, without weights; parameters as in ``BuiltIn``."""

    name: str
    parameters: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """As the user writes it: ``keras:ResNet50?input=160x160x3``."""
        return _with_query(f"keras:{self.name}", self.parameters)


class ModelFile(msgspec.Struct, frozen=True, tag="file"):
    """A model file: .keras, .h5 or .json."""

    path: str

    def __str__(self) -> str:
        """The path as given."""
        return self.path


class PythonFunction(msgspec.Struct, frozen=True, tag="function"):
    """A Python function that returns a model; calling it runs the user's code.

    Attributes:
        location: a module ("package.module") or a file ("path/to/file.py").
        function: the function's name in it.
    """

    location: str
    function: str

    @property
    def is_file(self) -> bool:
        """True if ``location`` is a file and not a module."""
        return self.location.endswith(".py")

    def __str__(self) -> str:
        """As the user writes it: ``package.module:function``."""
        return f"{self.location}:{self.function}"


class PastFunction(PythonFunction, frozen=True, tag="past_function"):
    """A Python function as it was in a git revision; calling it runs the user's code of then.

    Attributes:
        revision: any name of a commit that git knows: "HEAD~1", "v1.2", "3f2a91c".
    """

    revision: str

    @property
    def now(self) -> PythonFunction:
        """The function as it is now."""
        return PythonFunction(self.location, self.function)

    def __str__(self) -> str:
        """As the user writes it: ``git:HEAD~1:model.py:build``."""
        return f"{GIT}{self.revision}:{self.now}"


class PastFile(msgspec.Struct, frozen=True, tag="past_file"):
    """A model file as it was in a git revision."""

    path: str
    revision: str

    @property
    def now(self) -> ModelFile:
        """The file as it is now."""
        return ModelFile(self.path)

    def __str__(self) -> str:
        """As the user writes it: ``git:HEAD~1:model.keras``."""
        return f"{GIT}{self.revision}:{self.path}"


Base: TypeAlias = BuiltIn | Application | ModelFile | PythonFunction | PastFunction | PastFile
"""A source that is not made from another one."""
Buildable: TypeAlias = BuiltIn | Application
"""Built by the engine from a name alone, so that its configuration can be cached."""

SHORTCUTS: Final = "shortcuts"
"""The term of a counterpart that stands for all shortcuts; every other one is a block's id."""
MINUS: Final = " - "
"""Written before each term of a counterpart."""


class Counterpart(msgspec.Struct, frozen=True, tag="counterpart"):
    """Another source's model without its shortcuts, or without some of its blocks.

    Attributes:
        base: the source of the whole model.
        terms: "shortcuts", or ids of blocks; at least one, each once.
    """

    base: Base
    terms: tuple[str, ...]

    def __str__(self) -> str:
        """As the user writes it: ``resnet34 - conv3_2 - conv4_2``."""
        return MINUS.join((str(self.base), *self.terms))


Source: TypeAlias = Base | Counterpart


def base_of(source: Source) -> Base:
    """The source of the whole model: of what a counterpart was made from."""
    return source.base if isinstance(source, Counterpart) else source


def terms_of(source: Source) -> tuple[str, ...]:
    """The terms of a counterpart; none for other sources."""
    return source.terms if isinstance(source, Counterpart) else ()


def minus(source: Source, term: str) -> Counterpart:
    """``source`` without one more term; the same if it is without that already."""
    return Counterpart(base_of(source), tuple(dict.fromkeys((*terms_of(source), term))))


def file_of(source: Source) -> str:
    """Path of the file that a source is read from; "" if there is none, or none that changes."""
    base = base_of(source)
    if isinstance(base, ModelFile):
        return base.path
    if isinstance(base, PythonFunction) and base.is_file and not isinstance(base, PastFunction):
        return base.location
    return ""


def _with_query(name: str, parameters: tuple[tuple[str, str], ...]) -> str:
    query = "&".join(f"{key}={value}" for key, value in parameters)
    return f"{name}?{query}" if query else name

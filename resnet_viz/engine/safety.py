"""Decides, before Keras sees it, whether a config from a file may be rebuilt at all.

Rebuilding is done in Keras's safe mode, but its guards have had holes (functions of Keras itself
that read files or fetch addresses could be named in a config), so nothing gets through here but
layers, operations and the parts that layers are configured with.
"""

from __future__ import annotations

from typing import Any, Final

from resnet_viz.errors import ModelError, quoted
from resnet_viz.protocol.messages import CODE_CUSTOM, CODE_UNSAFE

_ROOMS: Final = frozenset(
    {"activations", "constraints", "dtype_policies", "initializers", "layers", "models", "ops",
     "quantizers", "random", "regularizers"}
)  # fmt: skip
_RUNS_CODE: Final = frozenset(
    {"Lambda", "__lambda__", "__typespec__", "TFSMLayer", "JaxLayer", "FlaxLayer",
     "TorchModuleWrapper"}
)  # fmt: skip
# Layers that Keras keeps beside its pretrained models; nothing else of that room may be named.
_OF_APPLICATIONS: Final = frozenset({"CustomScaleLayer", "LayerScale"})
_READS_FILES: Final = frozenset({"StringLookup", "IntegerLookup", "TextVectorization"})


class RefusedConfigError(ModelError):
    """The config asks for something that the engine doesn't do for a file.

    Attributes:
        code: the protocol's code for it.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


UNCHECKED: Final = "its shapes stay unchecked"
UNKNOWN: Final = "the shapes that it leaves open stay unknown"


def vetted(config: object, *, where: str, loss: str = UNCHECKED) -> object:
    """A copy of the parsed ``config`` that may be given to Keras, without training settings.

    Args:
        config: as JSON has it.
        where: what to call it in an error.
        loss: what can't be had if it is refused, ``UNCHECKED`` or ``UNKNOWN``.

    Raises:
        RefusedConfigError: it holds code, a class that is not Keras's, or a layer that reads files.
    """
    # HDF5 files and Keras 2 name no modules: Keras looks such classes up among its own only.
    is_old = isinstance(config, dict) and "module" not in config
    return _vetted(config, where, loss, is_old=is_old)


def _vetted(config: object, where: str, loss: str, *, is_old: bool) -> object:
    if isinstance(config, dict):
        if isinstance(config.get("class_name"), str):
            _vet(config, where, loss, is_old=is_old)
        return {
            key: _vetted(value, where, loss, is_old=is_old)
            for key, value in config.items()
            if key != "compile_config"  # optimisers and losses change no shape
        }
    if isinstance(config, list):
        return [_vetted(value, where, loss, is_old=is_old) for value in config]
    return config


def _vet(entry: dict[str, Any], where: str, loss: str, *, is_old: bool) -> None:
    name = entry["class_name"]
    inner = entry.get("config")
    if name in _RUNS_CODE:
        raise RefusedConfigError(
            f"{where} has a {name} layer; its code is not run, so {loss}.",
            code=CODE_UNSAFE,
        )
    if (
        name in _READS_FILES
        and isinstance(inner, dict)
        and isinstance(inner.get("vocabulary"), str)
    ):
        raise RefusedConfigError(
            f"{where} has a {name} layer that reads a file; it is not read, so {loss}.",
            code=CODE_UNSAFE,
        )
    if "module" not in entry and is_old:
        known = name.isidentifier() and name[:1].isupper()  # functions are no classes
    else:
        known = _is_keras(entry.get("module"), name)
    if str(entry.get("module")).partition(".")[0] == "tf_keras":
        raise RefusedConfigError(
            f"{where} was saved by Keras 2 (tf_keras), and the engine has Keras 3; {loss}.",
            code=CODE_CUSTOM,
        )
    if not name.startswith("__") and not known:
        raise RefusedConfigError(
            f"{where} uses the class {quoted(name)}, which is not one of Keras's own; {loss}.",
            code=CODE_CUSTOM,
        )


def _is_keras(module: object, name: str) -> bool:
    """Whether ``module`` is a part of Keras that holds layers and what they are made of."""
    if module == "builtins":  # how Keras writes its own activation functions
        return True
    parts = module.split(".") if isinstance(module, str) else []
    if parts[:1] != ["keras"]:
        return False
    inner = parts[2:] if parts[1:2] == ["src"] else parts[1:]
    if inner[:1] == ["applications"]:
        return name in _OF_APPLICATIONS
    return not inner or inner[0] in _ROOMS

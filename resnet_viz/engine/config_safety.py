"""Check of a config from a file before Keras rebuilds it: no code, no files, only Keras's classes.

Rebuilding is done in Keras's safe mode, but that has had holes (functions of Keras itself that read
files or fetch URLs could be named in a config). So only layers, operations and the objects that
layers are configured with may pass.
"""

from __future__ import annotations

from typing import Any, Final

from resnet_viz.errors import ModelError, quoted
from resnet_viz.protocol.messages import CODE_CUSTOM, CODE_UNSAFE

_SAFE_MODULES: Final = frozenset(
    {"activations", "constraints", "dtype_policies", "initializers", "layers", "models", "ops",
     "quantizers", "random", "regularizers"}
)  # fmt: skip
_RUNS_CODE: Final = frozenset(
    {"Lambda", "__lambda__", "__typespec__", "TFSMLayer", "JaxLayer", "FlaxLayer",
     "TorchModuleWrapper"}
)  # fmt: skip
# Layers in the modules of pretrained models; nothing else in those may be named.
_APPLICATION_LAYERS: Final = frozenset({"CustomScaleLayer", "LayerScale"})
_READS_FILES: Final = frozenset({"StringLookup", "IntegerLookup", "TextVectorization"})


class RefusedConfigError(ModelError):
    """The config needs something that the engine does not do for a file.

    Attributes:
        code: the protocol's error code.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


SHAPES_UNCHECKED: Final = "its shapes stay unchecked"
SHAPES_UNKNOWN: Final = "its unknown shapes stay unknown"


def vet_config(config: object, *, where: str, loss: str = SHAPES_UNCHECKED) -> object:
    """Copy the parsed ``config`` without training settings, after checking that it is safe.

    Args:
        config: parsed JSON.
        where: name of the model in an error.
        loss: consequence of a refusal, ``SHAPES_UNCHECKED`` or ``SHAPES_UNKNOWN``.

    Raises:
        RefusedConfigError: it holds code, a class that is not Keras's, or a layer that reads files.
    """
    # HDF5 files and Keras 2 name no modules: Keras looks such classes up among its own only.
    is_old = isinstance(config, dict) and "module" not in config
    return _safe_copy(config, where, loss, is_old=is_old)


def _safe_copy(config: object, where: str, loss: str, *, is_old: bool) -> object:
    if isinstance(config, dict):
        if isinstance(config.get("class_name"), str):
            _vet(config, where, loss, is_old=is_old)
        return {
            key: _safe_copy(value, where, loss, is_old=is_old)
            for key, value in config.items()
            if key != "compile_config"  # optimisers and losses change no shape
        }
    if isinstance(config, list):
        return [_safe_copy(value, where, loss, is_old=is_old) for value in config]
    return config


def _vet(entry: dict[str, Any], where: str, loss: str, *, is_old: bool) -> None:
    name = entry["class_name"]
    config = entry.get("config")
    if name in _RUNS_CODE:
        raise RefusedConfigError(
            f"{where} has a {name} layer; its code is not run, so {loss}.",
            code=CODE_UNSAFE,
        )
    if (
        name in _READS_FILES
        and isinstance(config, dict)
        and isinstance(config.get("vocabulary"), str)
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
            f"{where} uses the class {quoted(name)}, which does not belong to Keras; {loss}.",
            code=CODE_CUSTOM,
        )


def _is_keras(module: object, name: str) -> bool:
    """True if ``module`` belongs to Keras and holds layers or objects that configure them."""
    if module == "builtins":  # as in Keras's configs of its own activation functions
        return True
    parts = module.split(".") if isinstance(module, str) else []
    if parts[:1] != ["keras"]:
        return False
    inner = parts[2:] if parts[1:2] == ["src"] else parts[1:]
    if inner[:1] == ["applications"]:
        return name in _APPLICATION_LAYERS
    return not inner or inner[0] in _SAFE_MODULES

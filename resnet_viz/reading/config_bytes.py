"""Configuration bytes of a .keras, .h5 or .json file, read without extracting anything."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Final

from resnet_viz.reading.container.hdf5_blocks import SIGNATURE
from resnet_viz.reading.container.zip_archive import check_config_size, read_zip_config
from resnet_viz.reading.errors import Unconnected, Unreadable, model_error
from resnet_viz.reading.limits import MAX_CONFIG_BYTES

_ZIP: Final = b"PK"
_BOM: Final = b"\xef\xbb\xbf"
_HDF5_SUFFIXES: Final = frozenset({".h5", ".hdf5", ".hdf"})


def read_config_bytes(path: str | Path) -> bytes:
    """JSON configuration in the model file ``path``, unchecked.

    Raises:
        ModelError: no such file, no permission, not a regular file, empty, too large, not a zip
            (``.keras``), a damaged zip, one without ``config.json``, a damaged HDF5 file, or one
            with weights only.
        UntracedError: the file has only weights, which name its layers.
    """
    try:
        return _read(Path(path))
    except Unconnected as reason:
        from resnet_viz.reading.weights.layer_tree import unconnected_error

        raise unconnected_error(path, reason) from None
    except Unreadable as reason:
        raise model_error(str(path), reason) from None


def _read(path: Path) -> bytes:
    try:
        # Opening a pipe or a device could block.
        if not path.is_file():
            raise Unreadable(_not_a_file(path))
        with path.open("rb") as file:
            head = file.read(len(SIGNATURE))
            file.seek(0)
            return _read_by_kind(path.suffix.lower(), head, file)
    except OSError as error:
        raise Unreadable(_os_reason(error)) from None
    except ValueError:  # a path with a NUL character
        raise Unreadable("its path is not valid on this system") from None


def _not_a_file(path: Path) -> str:
    if (path / "saved_model.pb").exists():
        return (
            "it is a SavedModel, which holds no Keras layers; save the model with "
            'model.save("m.keras") and open that'
        )
    if path.is_dir():
        return "it is a folder; name a .keras, .h5 or .json file"
    if path.exists():
        return "it is not a regular file"
    if path.is_symlink():
        return "it is a link to a file that doesn't exist"
    return "there is no such file"


def _os_reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "you have no permission to read it"
    reason = error.strerror or type(error).__name__
    return f"the operating system reports: {reason[:1].lower()}{reason[1:]}"


def _read_by_kind(suffix: str, head: bytes, file: IO[bytes]) -> bytes:
    if not head:
        raise Unreadable("it is empty")
    if head == SIGNATURE:
        return _read_hdf5(file)
    if suffix in _HDF5_SUFFIXES:
        raise Unreadable("it is not an HDF5 file, despite its name")
    if suffix == ".keras" or (suffix != ".json" and head.startswith(_ZIP)):
        return read_zip_config(file)
    if suffix == ".json" and head.startswith(_ZIP):
        raise Unreadable("it is a zip, not JSON; rename it to .keras if Keras saved it")
    content = file.read(MAX_CONFIG_BYTES + 1)
    check_config_size(len(content))
    if suffix != ".json" and not content.removeprefix(_BOM).lstrip().startswith(b"{"):
        raise Unreadable("it is not a Keras model; a model file is .keras, .h5 or .json")
    return content


def _read_hdf5(file: IO[bytes]) -> bytes:
    from resnet_viz.reading.container.hdf5_tree import Hdf5Tree

    tree = Hdf5Tree(file)
    content = tree.text(tree.root, "model_config", is_config=True)
    if content is not None:
        return content
    raise Unconnected(
        "it is an HDF5 file without a model_config, with weights only or from another program; "
        "save the whole model with model.save(), or open its .json or .keras file",
        is_model=False,
    )

"""Maker of hostile model files: small, and made to take memory or time, to lie or to lead away."""

from __future__ import annotations

import json
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from resnet_viz.graph.types import Graph
from tests.support.graphs.tangled import chain, complete
from tests.support.model_files.configs import JSON, model, node, residual, source, tensor
from tests.support.model_files.functional_config import functional_config
from tests.support.model_files.samples import hdf5, zipped

Make: TypeAlias = Callable[[Path], Path]
MIB: Final = 1024 * 1024
SOUND: Final = json.dumps(residual()).encode()


def _text(content: bytes) -> Make:
    def make(folder: Path) -> Path:
        path = folder / "m.json"
        path.write_bytes(content)
        return path

    return make


def _packed(content: Callable[[], bytes], method: int = zipfile.ZIP_DEFLATED) -> Make:
    def make(folder: Path) -> Path:
        path = folder / "m.keras"
        with zipfile.ZipFile(path, "w", method) as file:
            file.writestr("config.json", content())
        return path

    return make


def _repeated(item: bytes, size: int) -> Callable[[], bytes]:
    """A model whose list of layers is ``item`` again and again, ``size`` bytes in all."""
    head = b'{"class_name":"Functional","config":{"input_layers":0,"output_layers":0,"layers":['
    return lambda: head + item * (size // max(1, len(item))) + b"0]}}"


def _varied(item: bytes, size: int) -> Callable[[], bytes]:
    """As ``_repeated``, with enough variety that packing makes it a hundredth, not a thousandth."""

    def made() -> bytes:
        chance = random.Random(1)
        row = len(item) * 100
        rows = (
            item * 100 + b'"' + chance.randbytes(4).hex().encode() + b'",'
            for _ in range(size // row)
        )
        return _repeated(b"", 0)().removesuffix(b"0]}}") + b"".join(rows) + b"0]}}"

    return made


def _large(change: Callable[[JSON], object], calls: int = 70_000) -> Make:
    """A chain as large as a file may be, with something wrong that is found late."""

    def make(folder: Path) -> Path:
        model = json.loads(functional_config(chain(calls)))
        change(model["config"])
        return _text(json.dumps(model).encode())(folder)

    return make


def _wrong_setting(config: JSON) -> None:
    config["layers"][-1]["config"]["filters"] = "four"


def _no_such_layer(config: JSON) -> None:
    config["output_layers"] = [["elsewhere", 0, 0]]


def _multiplied(inner: Graph, times: int, name: str = "inner") -> Make:
    """A nested model that is called again and again."""
    nested = json.loads(functional_config(inner))
    nested |= {"name": name, "inbound_nodes": []}
    shape = [None, 8, 8, 4]
    for call in range(times):
        before = tensor(name, shape, call - 1) if call else tensor("x", shape)
        nested["inbound_nodes"].append(node(before))
    whole = model([source(), nested], outputs=[[name, times - 1, 0]])
    return _text(json.dumps(whole).encode())


def _in_long_names(depth: int) -> Make:
    """Models in models, all with long names, around thousands of calls."""
    inner = json.loads(functional_config(chain(5_000)))
    for level in range(depth):
        name = f"{level}_".ljust(900, "a")
        call = node(tensor("x", [None, 8, 8, 4]))
        nested = inner | {"name": name, "inbound_nodes": [call]}
        inner = model([source(), nested], outputs=[[name, 0, 0]])
    return _text(json.dumps(inner).encode())


def _lying_size(folder: Path) -> Path:
    """500 MB that the directory calls 10 bytes."""
    path = _packed(lambda: b" " * (500 * MIB))(folder)
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(content)
    return path


def _many_members(folder: Path) -> Path:
    path = zipped(folder / "m.keras", residual())
    with zipfile.ZipFile(path, "a") as file:
        for number in range(60_000):
            file.writestr(f"{'a' * 60}{number}", b"")
    return path


def _named(*names: str, is_link: bool = False) -> Make:
    """A sound model beside members with names that lead out of a folder."""

    def make(folder: Path) -> Path:
        path = folder / "m.keras"
        with zipfile.ZipFile(path, "w") as file:
            for name in names:
                info = zipfile.ZipInfo(name)
                if is_link:
                    info.external_attr = 0o120777 << 16
                file.writestr(info, b"/etc/passwd" if is_link else SOUND)
        return path

    return make


def _encrypted(folder: Path) -> Path:
    path = zipped(folder / "m.keras", residual())
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := content.find(mark, start)) >= 0:
            content[start + offset] |= 1
            start += 4
    path.write_bytes(content)
    return path


def _overlapping(folder: Path) -> Path:
    """Two members of the directory at one place in the file."""
    path = zipped(folder / "m.keras", residual())
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    content[at + 42 : at + 46] = bytes(4)
    path.write_bytes(content)
    return path


def _linked(kind: str) -> Make:
    """Weights whose groups are links: to themselves, or to another file."""

    def make(folder: Path) -> Path:
        import h5py

        path = hdf5(folder / "m.h5", residual())
        with h5py.File(path, "a") as file:
            group = file["model_weights"]
            if kind == "hard":
                group["a"] = group
            elif kind == "soft":
                group["a"] = h5py.SoftLink("/model_weights/a")
            elif kind == "external":
                group["a"] = h5py.ExternalLink("/etc/passwd", "/")
            else:
                layout = h5py.VirtualLayout((3,), "float32")
                layout[:] = h5py.VirtualSource("/etc/passwd", "a", (3,))
                group.create_virtual_dataset("a", layout)
        return path

    return make


def _lying_chunks(folder: Path) -> Path:
    """Weights in chunks that are larger than all memory, by their own word."""
    import h5py

    path = hdf5(folder / "m.h5", residual())
    with h5py.File(path, "a") as file:
        file["model_weights"].create_dataset("a", (4_000,), "uint8", chunks=(1_021,))
    content, sizes = path.read_bytes(), struct.pack("<I", 1_021)
    assert sizes in content
    path.write_bytes(content.replace(sizes, b"\xff" * 4))
    return path


def _dense_attribute(folder: Path) -> Path:
    """A configuration of 20 MB in an attribute, of spaces."""
    import h5py

    path = folder / "m.h5"
    with h5py.File(path, "w", libver="latest") as file:
        file.attrs["model_config"] = b" " * (20 * MIB)
    return path


HOSTILE: Final[dict[str, Make]] = {
    "JSON: lists in lists": _text(b"[" * 100_000),
    "JSON: objects in objects": _text(b'{"a":' * 100_000),
    "JSON: number of 5,000 digits": _text(b'{"a": ' + b"1" * 5_000 + b"}"),
    "JSON: 1e999": _text(b'{"a": 1e999}'),
    "JSON: text of 20 MB": _text(b'{"class_name": "' + b"a" * (20 * MIB) + b'", "config": 0}'),
    "JSON: key twice": _text(SOUND[:-1] + b', "config": 3}'),
    "JSON: NaN and Infinity": _text(SOUND.replace(b'"trainable": true', b'"a": [NaN, -Infinity]')),
    "JSON: lone surrogate": _text(SOUND.replace(b'"add"', b'"\\ud800"')),
    "JSON: no UTF-8": _text(SOUND.replace(b'"add"', b'"\xff\xfe"')),
    "JSON: 70,000 layers, the last one wrong": _large(_wrong_setting),
    "JSON: 70,000 layers, no such output": _large(_no_such_layer),
    "JSON: 90,000 layers": _large(lambda _config: None, calls=90_000),
    "JSON: texts of 47 MiB with emoji": _text(
        b'{"class_name": "'
        + b"a" * (15 * MIB)
        + b'\xf0\x9f\x98\x80", "b": "'
        + b"a" * (15 * MIB)
        + b'\\ud83d\\ude00", "c": "'
        + b"a" * (15 * MIB)
        + b'"}'
    ),
    "JSON: 50 MiB of spaces": _text(b" " * (50 * MIB) + SOUND),
    "JSON: a model of 300 calls, 300 times": _multiplied(chain(300), 300),
    "JSON: a complete graph of 300, 200 times": _multiplied(complete(300), 200),
    "JSON: long names in long names": _in_long_names(20),
    "zip: short texts": _packed(_repeated(b'"a",', 45 * MIB)),
    "zip: empty objects": _packed(_repeated(b"{},", 46 * MIB)),
    "zip: short texts, packed less": _packed(_varied(b'"abcde",', 45 * MIB)),
    "zip: bzip2": _packed(lambda: b" " * (130 * MIB), zipfile.ZIP_BZIP2),  # packed in no time
    "zip: lzma": _packed(_repeated(b'"a",', 45 * MIB), zipfile.ZIP_LZMA),
    "zip: size that is a lie": _lying_size,
    "zip: 60,000 members": _many_members,
    "zip: encrypted": _encrypted,
    "zip: members that overlap": _overlapping,
    "zip: only ../config.json": _named("../config.json"),
    "zip: only /config.json": _named("/config.json"),
    "zip: config.json is a link": _named("config.json", is_link=True),
    "HDF5: group in itself": _linked("hard"),
    "HDF5: link to itself": _linked("soft"),
    "HDF5: link to another file": _linked("external"),
    "HDF5: virtual dataset": _linked("virtual"),
    "HDF5: chunks larger than memory": _lying_chunks,
    "HDF5: attribute of 20 MB": _dense_attribute,
}
READ: Final = frozenset(
    {"JSON: NaN and Infinity", "HDF5: group in itself", "HDF5: link to itself",
     "HDF5: link to another file", "HDF5: virtual dataset", "HDF5: chunks larger than memory"}
)  # fmt: skip
"""Files whose model is sound; nothing that a link names is opened."""

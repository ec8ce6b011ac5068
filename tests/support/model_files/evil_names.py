"""A model whose names are to fool terminals, spreadsheets, readers and markup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

NAMES: Final = (
    "\x1b[31mred", "two\nlines", "a\u202eb", "=1+1", "+x", "-y", "@z", "nul\0x", "del\x7f\x9bc1",
    "\u2028separator", "tab\tt", "<b>&\"'",
)  # fmt: skip
MODEL_NAME: Final = "m\x1b[1m\u202e\n=<i>evil"


def write_evil_model(path: Path) -> Path:
    """A chain of Dense layers with these names, in Keras's format."""
    layers: list[dict[str, Any]] = [
        {"class_name": "InputLayer", "module": "keras.layers", "name": "in", "inbound_nodes": [],
         "config": {"batch_shape": [None, 8], "dtype": "float32", "name": "in"}}
    ]  # fmt: skip
    for before, name in zip(("in", *NAMES), NAMES, strict=False):
        tensor = {"shape": [None, 8], "dtype": "float32", "keras_history": [before, 0, 0]}
        node = {"args": [{"class_name": "__keras_tensor__", "config": tensor}], "kwargs": {}}
        layers.append(
            {"class_name": "Dense", "module": "keras.layers", "name": name,
             "config": {"name": name, "units": 8}, "inbound_nodes": [node]}
        )  # fmt: skip
    config = {"name": MODEL_NAME, "layers": layers, "input_layers": [["in", 0, 0]],
              "output_layers": [[NAMES[-1], 0, 0]]}  # fmt: skip
    path.write_text(json.dumps({"class_name": "Functional", "module": "keras", "config": config}))
    return path


def unshowable(text: str) -> set[str]:
    """Characters of ``text`` that are neither printable nor the end of a line."""
    return {letter for letter in text if not letter.isprintable() and letter != "\n"}

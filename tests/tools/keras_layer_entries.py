"""Writes Keras's own entries of its layers: ``python -m tests.tools.keras_layer_entries``.

For tests of files without Keras: each is a layer's entry in ``model.to_json()``, called once.
"""

from __future__ import annotations

import json
from typing import Any

from tests.support.keras.layer_samples import DTYPES, SAMPLES
from tests.support.model_files.layer_entries import ENTRIES


def main() -> None:
    entries = {name: entry(name) for name in sorted(SAMPLES)}
    lines = (f"{json.dumps(name)}:{json.dumps(made, separators=(',', ':'))}" for name, made in
             entries.items())  # fmt: skip
    ENTRIES.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def entry(name: str) -> dict[str, Any]:
    import keras

    make, shapes = SAMPLES[name]
    inputs = [
        keras.Input(shape, dtype=DTYPES.get(name), name=f"x{number}")
        for number, shape in enumerate(shapes)
    ]
    layer = make(keras.layers)
    if name.endswith("Cell"):
        outputs = layer(inputs[0], inputs[1:] if len(inputs) > 2 else inputs[1])
    elif name in {"MultiHeadAttention", "GroupedQueryAttention"}:
        outputs = layer(*inputs)
    else:
        outputs = layer(inputs if len(inputs) > 1 else inputs[0])
    model = json.loads(keras.Model(inputs, outputs).to_json())
    made: dict[str, Any] = model["config"]["layers"][-1]
    return made


if __name__ == "__main__":
    main()

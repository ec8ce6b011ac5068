"""Results of experiments kept from one run of the program to the next, by the model's content.

They belong to the bytes of a model file, or to what a name or function builds: a model that has
changed since has no results, one that was moved has them still.
"""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import Final

import msgspec

from resnet_viz.document import Document
from resnet_viz.experiments.choices import KINDS, ExperimentKind
from resnet_viz.experiments.result_files import MOST_BYTES, decoded_result
from resnet_viz.experiments.results import SCHEMA, Result, encode_result
from resnet_viz.services.cache import EntryCache
from resnet_viz.sources.types import ModelFile, base_of, terms_of

_LARGEST: Final = 2 * 2**20
"""Bytes of an entry; ten times the training of a 110-layer net."""


class ResultStore:
    """The last result of each experiment on each model.

    Args:
        directory: folder of the entries; None stores nothing.
    """

    def __init__(self, directory: Path | None) -> None:
        self._entries = EntryCache(directory, version=f"{SCHEMA}", suffix=".result")

    def load(self, key: str) -> dict[ExperimentKind, Result]:
        """The results of the model with a ``content_key``; damaged ones are left out."""
        found = {kind: self._load(f"{kind} {key}") for kind in KINDS}
        return {kind: result for kind, result in found.items() if result is not None}

    def store(self, key: str, kind: ExperimentKind, result: Result) -> bool:
        """Store the result of an experiment on the model with a ``content_key``.

        Returns whether that worked.
        """
        content = zlib.compress(encode_result(result))
        if len(content) > _LARGEST:
            return False
        return self._entries.store(f"{kind} {key}", content)

    def _load(self, name: str) -> Result | None:
        content = self._entries.load(name)
        if content is None:
            return None
        try:
            data = zlib.decompressobj().decompress(content, MOST_BYTES)
        except zlib.error:
            return None
        return decoded_result(data)


def content_key(document: Document) -> str:
    """Key of the model's content: of the bytes of its file, or of its name and graph.

    Raises:
        OSError: its file can't be read.
    """
    source = base_of(document.source)
    if isinstance(source, ModelFile):
        with Path(source.path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    else:
        digest = hashlib.sha256(str(source).encode() + b"\n" + msgspec.json.encode(document.graph))
    return "-".join((digest.hexdigest(), *terms_of(document.source)))

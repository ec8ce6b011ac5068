"""Limits on model files: far above real models, far below what would freeze the window."""

from __future__ import annotations

from typing import Final

from resnet_viz.graph.keras_classes import MAX_NAME_LENGTH
from resnet_viz.graph.types import MAX_RANK as MAX_RANK  # noqa: PLC0414 - one of the limits
from resnet_viz.graph.types import MAX_SIZE as MAX_SIZE  # noqa: PLC0414

MAX_CONFIG_BYTES: Final = 256 * 1024 * 1024
# JSON of real models compresses 20- to 60-fold; deflate's limit is about 1,030.
MAX_RATIO: Final = 150
RATIO_MATTERS_ABOVE: Final = 4 * 1024 * 1024
MAX_DIRECTORY_BYTES: Final = 4 * 1024 * 1024  # of a zip: about 50,000 members
MAX_DEPTH: Final = 200
MAX_CALLS: Final = 250_000
MAX_OUTPUTS: Final = 1_024
# A consumed output implies all before it: a few bytes could ask for many outputs.
FREE_OUTPUTS: Final = 50_000
OUTPUTS_PER_CALL: Final = 2
MAX_PARTS: Final = 64  # of a split whose shapes are inferred
MAX_NAME: Final = MAX_NAME_LENGTH
MAX_TEXT: Final = 16 * 1024 * 1024
MAX_INTEGER: Final = 2**63 - 1  # what msgspec and readers of our JSON can hold
MAX_BLOCKS: Final = 200_000  # read from an HDF5 file
MAX_ENTRIES: Final = 1_000_000  # messages and links in these
MAX_METADATA_BYTES: Final = 64 * 1024 * 1024  # of these in total
MAX_COMPARISONS: Final = 4_000_000  # of a nested model's weights with its layers
MAX_NESTING: Final = 60  # models in models
# Estimated memory of decoded JSON, by its objects, lists and values. Real models need 7 bytes for
# each byte of the file, and have 3 values to an object; MEMORY_FREE is always allowed.
OBJECT_BYTES: Final = 210
LIST_BYTES: Final = 100
VALUE_BYTES: Final = 58  # a short text in a list
MEMORY_FACTOR: Final = 8
VALUES_PER_OBJECT: Final = 12
MEMORY_FREE: Final = 150 * 1024 * 1024

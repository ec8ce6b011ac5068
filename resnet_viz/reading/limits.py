"""Limits on model files: far above real models, far below what would freeze the window."""

from __future__ import annotations

from typing import Final

from resnet_viz.graph.keras_classes import MAX_NAME_LENGTH
from resnet_viz.graph.types import MAX_RANK as MAX_RANK  # noqa: PLC0414 - one of the limits
from resnet_viz.graph.types import MAX_SIZE as MAX_SIZE  # noqa: PLC0414

MAX_CONFIG_BYTES: Final = 48 * 1024 * 1024  # EfficientNetV2L has 0.9 MiB
# JSON of real models compresses 20- to 60-fold; deflate's limit is about 1,030.
MAX_RATIO: Final = 150
RATIO_MATTERS_ABOVE: Final = 4 * 1024 * 1024
MAX_DIRECTORY_BYTES: Final = 4 * 1024 * 1024  # of a zip: about 50,000 members
MAX_DEPTH: Final = 200
MAX_CALLS: Final = 80_000  # whose report takes less than 1.5 GiB; NASNetLarge has 1,041
# Nested models called often multiply what a small file has: tensors taken by calls, and the
# letters of ids, which begin with the names around.
MAX_INPUTS: Final = 500_000
MAX_LETTERS: Final = 10_000_000
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
# Estimated memory of decoded JSON, by its objects, lists, values and letters, before it is decoded:
# a file that is refused later must not have taken more than 300 MB. EfficientNetV2L's is 5 MiB.
OBJECT_BYTES: Final = 210
LIST_BYTES: Final = 100
VALUE_BYTES: Final = 58  # a short text in a list
WIDE_BYTES: Final = 3  # more for each letter of a text with an emoji
MAX_DECODED_BYTES: Final = 240 * 1024 * 1024
# Real models have 3 values to an object; beyond 12 they count as values of long lists.
VALUES_PER_OBJECT: Final = 12
MAX_BARE_BYTES: Final = 150 * 1024 * 1024

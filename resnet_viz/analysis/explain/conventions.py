"""Definitions of all numbers: what is counted, what is left out, and the source."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.costs.types import WeightSource


class Convention(msgspec.Struct, frozen=True):
    """Definition of one number.

    Attributes:
        name: in reports: "macs".
        label: as shown: "MACs".
        text: what is counted and what is left out, in a sentence or two.
        source: of the definition.
    """

    name: str
    label: str
    text: str
    source: str


_KERAS: Final = "Keras 3: the weights that the layer's class builds (count_params)"
_OURS: Final = "definition of this program"

CONVENTIONS: Final[dict[str, Convention]] = {
    convention.name: convention
    for convention in (
        Convention(
            "parameters",
            "Parameters",
            "All weights, trainable or not. The weights of a layer that is called several times "
            "count once. The moving mean and variance of batch normalisation are not trainable.",
            _KERAS,
        ),
        Convention(
            "trainable_parameters",
            "Trainable parameters",
            "Weights that training changes: all except those of frozen layers (trainable = False) "
            "and statistics that a layer keeps, such as the moving mean and variance of batch "
            "normalisation.",
            _KERAS,
        ),
        Convention(
            "non_trainable_parameters",
            "Non-trainable parameters",
            "Weights that training leaves unchanged: those of frozen layers and statistics that a "
            "layer keeps, such as the moving mean and variance of batch normalisation.",
            _KERAS,
        ),
        Convention(
            "parameters_in_file",
            "Parameters in the file",
            "All weights that the file holds for the layer, whose class no rule covers. The "
            "weights of a layer that is called several times count once. A file does not say "
            "which weights are trainable.",
            "shapes of the weights in the file",
        ),
        Convention(
            "parameters_in_keras",
            "Parameters in Keras",
            "All weights that the layer has in Keras, trainable or not. The weights of a layer "
            "that is called several times count once.",
            "the weights of the live layer in Keras",
        ),
        Convention(
            "macs",
            "MACs",
            "Multiply–accumulates of convolutions, dense, recurrent and attention layers and of "
            "matrix products for one sample. Biases, normalisation, pooling, activations, "
            "element-wise operations, reductions, sorting, Fourier transforms, resizing and "
            "padding count as 0, and so does an embedding, which is a lookup. A transposed "
            "convolution counts every input position times the whole kernel. A LoRA adapter counts "
            "as Keras multiplies it: its two kernels with each other on every call.",
            "He et al. 2015, Deep Residual Learning, Table 1 (there called FLOPs)",
        ),
        Convention(
            "flops",
            "FLOPs",
            "2 × MACs: one multiplication and one addition each. Much of the literature, including "
            "He et al. 2015, writes FLOPs but means MACs.",
            "2 × MACs",
        ),
        Convention(
            "macs_share",
            "Share of MACs",
            "Share of the model's MACs that is computed here; not given where a MAC count is "
            "unknown.",
            _OURS,
        ),
        Convention(
            "other_ops",
            "Other operations",
            "Operations other than MACs, for one sample at inference: 1 for an addition (including "
            "biases), a multiplication, a comparison or the value of any function; 5 per value "
            "for softmax; 2 for batch normalisation (folded into scale and shift); 5 for layer "
            "and group normalisation, plus 1 each for scale and centre; 4 for RMS and 3 for unit "
            "normalisation; n − 1 for a maximum of n values and n for an average; 4·n for a "
            "variance; n·⌈log₂ n⌉ to sort n values; 5·(n / 2)·⌈log₂ n⌉ for the Fourier transform "
            "of n real values; 2·n − 1 for a value that resizing blends from n. "
            "Copying, padding and dropout count as 0.",
            _OURS,
        ),
        Convention(
            "output_size",
            "Output size",
            "Positions along each axis, without channels. From n positions, a window of size k "
            "and stride s makes ⌈n / s⌉ with same padding and ⌊(n − k) / s⌋ + 1 with valid "
            "padding. A transposed convolution makes n·s, or (n − 1)·s + k with valid padding and "
            "a kernel larger than its stride.",
            "Keras 3: padding and strides of its convolutions and poolings",
        ),
        Convention(
            "output_elements",
            "Output values",
            "Number of values in all outputs, for one sample.",
            "product of the output shape without the batch",
        ),
        Convention(
            "output_bytes",
            "Output memory",
            "Bytes of all outputs for the whole batch.",
            "values × batch × bytes per value",
        ),
        Convention(
            "tensor_elements",
            "Values",
            "Number of values in this tensor, for one sample.",
            "product of the shape without the batch",
        ),
        Convention(
            "tensor_bytes",
            "Memory",
            "Bytes of this tensor for the whole batch, however many calls read it.",
            "values × batch × bytes per value",
        ),
        Convention(
            "live_bytes",
            "Activations alive",
            "Bytes of all tensors alive while the call runs at inference: calls run one at a time "
            "in the graph's order, each writes new tensors, and a tensor is freed after its last "
            "use. Views (reshape, flatten, identity) and dropout share their input's memory. "
            "Kernel workspace is left out.",
            _OURS,
        ),
        Convention(
            "peak_bytes",
            "Activation peak, inference",
            "The most memory alive at any time: calls run one at a time in the graph's order, each "
            "writes new tensors, and a tensor is freed after its last use. Views and dropout "
            "share their input's memory; kernel workspace and weights are left out.",
            _OURS,
        ),
        Convention(
            "kept_bytes",
            "Activations kept for training",
            "Every output that is not a view is kept once for the backward pass. Gradients, "
            "optimiser state and kernel workspace are left out.",
            _OURS,
        ),
        Convention(
            "weight_bytes",
            "Weight memory",
            "All weights, those of a shared layer once, in the dtype in which the layer stores "
            "them.",
            "parameters × bytes per value",
        ),
        Convention(
            "intensity",
            "Arithmetic intensity",
            "MACs per byte moved, if every call reads its weights and inputs and writes its "
            "outputs exactly once and nothing is fused.",
            "Williams et al. 2009, Roofline (with MACs in place of FLOPs)",
        ),
        Convention(
            "receptive_field",
            "Receptive field",
            "Input pixels that one output position can see, along the widest branch (or across "
            "all branches together, where they do not overlap). Global paths (pooling in gates, "
            "attention, recurrence) are left out and marked; from the first global pooling or "
            "flatten on there is none. Pixels outside the image count too.",
            "Araujo, Norris, Sim 2019, Computing Receptive Fields of Convolutional Neural Networks",
        ),
        Convention(
            "jump",
            "Jump",
            "Input pixels from one output position to the next; a fraction after up-sampling.",
            "Araujo, Norris, Sim 2019",
        ),
        Convention(
            "field_start",
            "Start of the field",
            "The first input pixel that output position 0 sees; negative where it sees padding "
            "(minus the effective padding). Where padding is uneven, Keras adds more at the end.",
            "Araujo, Norris, Sim 2019",
        ),
    )
}
"""Conventions by name, in the order in which numbers are shown."""

WEIGHTS: Final[dict[WeightSource, str]] = {
    "rule": "",
    "file": "parameters_in_file",
    "keras": "parameters_in_keras",
}
"""Name of the convention for parameters by their source; "" for the common one."""

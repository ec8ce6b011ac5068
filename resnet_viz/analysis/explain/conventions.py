"""What each number means: what is counted, what is left out, and where the definition is from."""

from __future__ import annotations

from typing import Final

import msgspec

from resnet_viz.analysis.costs.types import WeightSource


class Convention(msgspec.Struct, frozen=True):
    """One number's definition.

    Attributes:
        name: the number's name in reports: "macs".
        label: the same for people: "MACs".
        text: what is counted and what is left out, in a sentence or two.
        source: where the definition is from.
    """

    name: str
    label: str
    text: str
    source: str


_KERAS: Final = "Keras 3: the weights that the layer's class builds (count_params)"
_OURS: Final = "definition of this program"

CONVENTIONS: Final[dict[str, Convention]] = {
    one.name: one
    for one in (
        Convention(
            "parameters",
            "Parameters",
            "All weights, trainable and not; a layer that is called several times has its weights "
            "counted once. Moving mean and variance of batch normalisation are not trainable.",
            _KERAS,
        ),
        Convention(
            "trainable_parameters",
            "Trainable parameters",
            "Weights that training changes: all but those of frozen layers (trainable = False) "
            "and statistics that a layer keeps, such as moving mean and variance of batch "
            "normalisation.",
            _KERAS,
        ),
        Convention(
            "non_trainable_parameters",
            "Non-trainable parameters",
            "Weights that training leaves alone: those of frozen layers and statistics that a "
            "layer keeps, such as moving mean and variance of batch normalisation.",
            _KERAS,
        ),
        Convention(
            "parameters_in_file",
            "Parameters in the file",
            "All weights that the file has for the layer, whose class no rule knows; a layer that "
            "is called several times has its weights counted once. A file doesn't say which "
            "weights are trainable.",
            "shapes of the weights in the file",
        ),
        Convention(
            "parameters_in_keras",
            "Parameters in Keras",
            "All weights that the layer has in Keras, trainable and not; a layer that is called "
            "several times has its weights counted once.",
            "the weights of the live layer in Keras",
        ),
        Convention(
            "macs",
            "MACs",
            "Multiply–accumulates of convolutions, dense, recurrent and attention layers for one "
            "sample. Biases, normalisation, pooling, activations, element-wise operations, "
            "resizing and padding count 0; an embedding looks up and counts 0; a transposed "
            "convolution counts every input position times the whole kernel.",
            "He et al. 2015, Deep Residual Learning, Table 1 (there called FLOPs)",
        ),
        Convention(
            "flops",
            "FLOPs",
            "2 × MACs: a multiplication and an addition each. Much of the literature, He et al. "
            "2015 with it, writes FLOPs and means MACs.",
            "2 × MACs",
        ),
        Convention(
            "macs_share",
            "Share of MACs",
            "The part of the model's MACs that is done here; not said where a MAC count is "
            "unknown.",
            _OURS,
        ),
        Convention(
            "other_ops",
            "Other operations",
            "What is no MAC, for one sample at inference: 1 for an addition (biases too), a "
            "multiplication, a comparison or the value of any function; 5 a value for softmax; 2 "
            "for batch normalisation (folded to scale and shift), 5 for layer and group "
            "normalisation and 1 each for scale and centre, 4 for RMS and 3 for unit "
            "normalisation; n − 1 for a maximum of n and n for an average; 2·n − 1 for a value "
            "that resizing mixes of n. Copying, padding and dropout count 0.",
            _OURS,
        ),
        Convention(
            "output_size",
            "Output size",
            "Positions along each axis, channels left out. Of n positions a window of k that moves "
            "by s leaves ⌈n / s⌉ with same padding and ⌊(n − k) / s⌋ + 1 with valid; a transposed "
            "convolution makes n·s, with valid padding and a kernel above its stride "
            "(n − 1)·s + k.",
            "Keras 3: padding and strides of its convolutions and poolings",
        ),
        Convention(
            "output_elements",
            "Output values",
            "Values in all outputs, for one sample.",
            "product of the output shape without the batch",
        ),
        Convention(
            "output_bytes",
            "Output memory",
            "Bytes of all outputs for the batch.",
            "values × batch × bytes of a value",
        ),
        Convention(
            "tensor_elements",
            "Values",
            "Values in this tensor, for one sample.",
            "product of the shape without the batch",
        ),
        Convention(
            "tensor_bytes",
            "Memory",
            "Bytes of this tensor for the batch, however many calls take it.",
            "values × batch × bytes of a value",
        ),
        Convention(
            "live_bytes",
            "Activations alive",
            "Bytes of all tensors alive while the call runs at inference: calls run one by one in "
            "the graph's order, each writes new tensors, and a tensor is freed after its last "
            "use. Views (reshape, flatten, identity) and dropout share their input's memory. "
            "Work space of kernels is left out.",
            _OURS,
        ),
        Convention(
            "peak_bytes",
            "Activation peak, inference",
            "The most that is alive at once: calls run one by one in the graph's order, each "
            "writes new tensors, and a tensor is freed after its last use. Views and dropout "
            "share their input's memory; work space of kernels and weights are left out.",
            _OURS,
        ),
        Convention(
            "kept_bytes",
            "Activations kept for training",
            "Every output that is not a view is kept for the backward pass, once. Gradients, "
            "optimiser state and work space of kernels are left out.",
            _OURS,
        ),
        Convention(
            "weight_bytes",
            "Weight memory",
            "All weights, a shared layer's once, in the dtype that their layer keeps them in.",
            "parameters × bytes of a value",
        ),
        Convention(
            "intensity",
            "Arithmetic intensity",
            "MACs for each byte moved, where every call reads its weights and inputs and writes "
            "its outputs once and nothing is fused.",
            "Williams et al. 2009, Roofline (with MACs in place of FLOPs)",
        ),
        Convention(
            "receptive_field",
            "Receptive field",
            "Pixels of the input that one output position can see, along the widest branch (all "
            "that branches see together, where they lie apart). "
            "Global ways (pooling in gates, attention, recurrence) are left out and marked; from "
            "the head on there is none. Pixels outside the image count too.",
            "Araujo, Norris, Sim 2019, Computing Receptive Fields of Convolutional Neural Networks",
        ),
        Convention(
            "jump",
            "Jump",
            "Input pixels from one output position to the next; a fraction behind up-sampling.",
            "Araujo, Norris, Sim 2019",
        ),
        Convention(
            "field_start",
            "Start of the field",
            "The first input pixel that output position 0 sees; negative where it sees padding "
            "(minus the effective padding). Keras pads unevenly where it must: more behind.",
            "Araujo, Norris, Sim 2019",
        ),
    )
}
"""By name, in the order in which numbers are told."""

WEIGHTS: Final[dict[WeightSource, str]] = {
    "rule": "",
    "file": "parameters_in_file",
    "keras": "parameters_in_keras",
}
"""By where a call's parameters are from, which convention says so; "" for the common one."""

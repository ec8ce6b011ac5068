"""Texts of the guided tours, all in one place; words in braces are numbers that are measured.

Each number is shown as "…" until its experiment has it (``tours.numbers`` makes them). Nothing
here is a result: what a text says of the networks follows from the numbers or from their design.
"""

from __future__ import annotations

from typing import Final

from resnet_viz.experiments.tours.plan import TourName

SHORT: Final[dict[TourName, str]] = {
    "shortcuts": "With 20 layers",
    "tutorial": "With 12 steps",
}
"""The short tour, on its button."""
BACK: Final = "Back"
NEXT: Final = "Next"
END: Final = "End tour"
GO_ON: Final = "Go on"
POSITION: Final = "{number} of {count}"
LEFT: Final = "The experiments of this tour take about {time} more"
DONE: Final = "The experiments of this tour are done"
STOPPED: Final = "An experiment has ended early; what it has measured is kept"
MINUTES: Final = "{count} min"
SECONDS: Final = "{count} s"
WAITING: Final = "…"

VERDICTS: Final = {
    "behind": "The plain net could do all that the residual one does: it has the same layers. It "
    "is not too weak. What differs is whether training finds the way there in so many steps.",
    "level": "At this depth the plain net keeps up. So it does in the paper: its plain nets get "
    "worse only as they get deeper. With 56 layers this tour shows a plain net that does not "
    "follow, and the pages that come tell what grows with the depth.",
    "waiting": "The plain net could do all that the residual one does: it has the same layers. "
    "Whether training finds the way there is being measured.",
}
"""Sentence on the losses, by how the plain net's compares."""

PAGES: Final[dict[str, tuple[str, str]]] = {
    "shortcuts_networks": (
        "Two networks, one difference",
        "On the canvas is {model}, the residual network for small pictures of He et al. 2015. "
        "{counterpart} has the same layers in the same order, without the shortcuts.\n\n"
        "A shortcut adds what enters a block to what its layers make of it: y = F(x) + x. The "
        "selected ⊕ is the first such addition; the arrow around the block is its shortcut.\n\n"
        "Both networks start with the same kernels (He's initialisation, seed {seed}). Both see "
        "the same pictures in the same order: batches of {batch} of {train} handwritten digits, "
        "scaled to 32×32. While you read, they are computed on this machine ({device}); the "
        "numbers in these pages appear as they are measured. Nothing is recorded beforehand.",
    ),
    "shortcuts_start": (
        "Before training: gradients",
        "Training changes a layer by its gradient. The chart shows it for each layer, the input at "
        "the left, for one batch and before any training, relative to the layer's weights: "
        "|∂L/∂w| / |w|.\n\n"
        "In the residual net the first layer's is {start_model_first}, {start_model_times} that of "
        "the last before the classifier ({start_model_last}). In the plain net it is "
        "{start_plain_first}, {start_plain_times} that of the last ({start_plain_last}).\n\n"
        "So does the gradient vanish on its long way back? Here it has {start_plain_way}. Without "
        "normalisation, from Glorot's initialisation, plain networks do vanish; batch "
        "normalisation, which both have, keeps that from happening, and the paper itself says that "
        "vanishing is unlikely to be the cause. But a factor for every layer, multiplied over all "
        "of them, remains.",
    ),
    "shortcuts_loss": (
        "Training: who learns?",
        "Both now take the same steps: SGD with momentum 0.9, rate {training_rate}. The dotted "
        "line is chance: a network that gives every digit the same probability has a loss of "
        "ln 10 = 2.30.\n\n"
        "After {training_done} of {training_steps} steps the residual net's loss is "
        "{training_model_loss}, the plain net's {training_plain_loss}. Of the digits that neither "
        "has seen, the residual net has {training_model_right} right, the plain one "
        "{training_plain_right}; one in ten is a guess.\n\n{training_verdict}",
    ),
    "shortcuts_starving": (
        "First and last layers",
        "Each row of these maps is a layer, the input at the top; each column is a step. Light is "
        "a large relative gradient, dark a small one; both maps have one scale. The canvas has "
        "the last column's colours.\n\n"
        "At the first step the plain net's first layer was to change by {training_plain_change} "
        "times its own length, the residual net's by {training_model_change}. Normalisation "
        "ignores how long a layer's weights are, so a layer that was thrown far away hardly "
        "turns any more: its gradient shrinks as its weights grow.\n\n"
        "At the last column the plain net's first layer has {training_plain_first}, "
        "{training_plain_times} that of its last; the residual net's has {training_model_first}, "
        "{training_model_times} that of its last. Whether a gradient is large or small does not "
        "matter by itself. What matters is whether one rate gives steps that the first and the "
        "last layers can both use.",
    ),
    "shortcuts_deletion": (
        "Take a block away",
        "Now each block is removed from the trained networks in turn (Veit et al. 2016). In the "
        "residual net its shortcut stays; in the plain net the same layers are passed by.\n\n"
        "Whole, the residual net has {deletion_model_before} right. Without one block it has "
        "{deletion_model_median} in the median, {deletion_model_worst} at worst. The plain net has "
        "{deletion_plain_before} whole, {deletion_plain_median} in the median and "
        "{deletion_plain_worst} at worst.\n\n"
        "In a chain every layer waits for the one before. With shortcuts there are many ways "
        "through the network, most of them short; a block that is missing takes only some of "
        "them away. The canvas shows which blocks are missed most: the larger the loss without "
        "a block, the darker it is.",
    ),
    "shortcuts_end": (
        "What was measured, and what not",
        "The table holds both networks' numbers. They are of one seed, {training_steps} steps and "
        "one small set of pictures. In the Run tab another seed, more steps, another optimiser or "
        "your own pictures are one click away, and every result can be saved with all its "
        "settings.\n\n"
        "Two things to try next. Without normalisation (Normalisation: without, Weights: Glorot "
        "uniform) look at the gradients again: there plain networks do vanish. And look at the "
        "landscape: how the loss lies around the trained weights, with shortcuts and without.\n\n"
        "Further reading: He et al. 2015 (arXiv 1512.03385), Veit et al. 2016 (1605.06431), Li et "
        "al. 2018 (1712.09913).",
    ),
    "tutorial_networks": (
        "Two nets called ResNet-34",
        "On the canvas is the tutorial's ResNet-34 as it is written there, for pictures of 32×32. "
        "{counterpart} is the paper's, beside it.\n\n"
        "Both have 34 weighted layers and 16 residual units. In the paper's, most shortcuts pass "
        "their input on as it is, and only the first unit of a stage halves the picture. In the "
        "tutorial's, every unit does: each of its shortcuts pools and convolves, and no input is "
        "passed on untouched. The selected ⊕ is the first of its additions. It has no "
        "normalisation either.\n\n"
        "Both start with He's initialisation (seed {seed}) and see the same digits in the same "
        "order, on this machine ({device}). The numbers in these pages appear as they are "
        "measured.",
    ),
    "tutorial_pixels": (
        "One pixel, half-way",
        "Every unit halves the picture, so it soon has nothing left to halve: {ones} of the "
        "{units} units of this net give 1×1 pixel. (At 224×224, the size it was written for, they "
        "are {large_ones} of {units}.)\n\n"
        "A 3×3 convolution on one pixel sees that pixel and eight zeros of padding around it. Of "
        "its nine weights for each pair of channels, eight are multiplied by zero: they never "
        "change the output, and get no gradient. What is left is a 1×1 convolution that pays for "
        "nine.\n\n"
        "The receptive field tells the same story: it goes on growing in the Field tab, but over "
        "padding. The unit that is selected now is the last one.",
    ),
    "tutorial_responses": (
        "How strongly layers respond",
        "Before training: the standard deviation of each 3×3 layer's response, the input at the "
        "left, before the activation (He et al. 2015, Fig. 7).\n\n"
        "In the tutorial's net it is {start_model_std} in the median, from {start_model_least} to "
        "{start_model_most}; in the paper's {start_plain_std}, from {start_plain_least} to "
        "{start_plain_most}.\n\n"
        "The paper's net is normalised after each convolution, which holds the responses near 1. "
        "In the tutorial's nothing holds them: whether they grow or shrink from unit to unit is "
        "left to the initialisation and to the zeros around a pixel, which He's rule, counting "
        "nine inputs where one is left, does not know of.",
    ),
    "tutorial_change": (
        "How much a unit changes",
        "‖F(x)‖ / ‖x‖ compares the two arms of each addition: what the unit's layers add, and "
        "what passes by.\n\n"
        "In the tutorial's net it is {start_model_change} in the median, in the paper's "
        "{start_plain_change}. Far below 1 a unit leaves its input almost as it is; far above 1 "
        "the shortcut hardly matters.\n\n"
        "Keep in mind what x is here: in the paper's identity shortcuts the input itself, in the "
        "tutorial's the input pooled and convolved, with weights that have to be learned as well. "
        "The canvas is coloured by this number.",
    ),
    "tutorial_loss": (
        "Training",
        "Both now take the same steps: Adam with a rate of {training_rate}, gentler than the "
        "paper's SGD with 0.1: nothing normalises the tutorial's net. Chance is ln 10 = 2.30.\n\n"
        "After {training_done} of {training_steps} steps the tutorial's loss is "
        "{training_model_loss}, the paper's {training_plain_loss}. Of the digits that neither has "
        "seen, the tutorial's net has {training_model_right} right, the paper's "
        "{training_plain_right}.\n\n"
        "A step of the tutorial's takes {training_model_seconds} s here, one of the paper's "
        "{training_plain_seconds} s: on one pixel there is little to compute, but most of the "
        "weights are there.",
    ),
    "tutorial_gradients": (
        "Where it learns",
        "Each row is a layer, the input at the top; each column is a step; both maps have one "
        "scale. On the canvas each layer has the colour of its last column.\n\n"
        "At the last column the tutorial's first layer has a relative gradient of "
        "{training_model_first}, {training_model_times} that of the last before the classifier; "
        "the paper's has {training_plain_first}, {training_plain_times} that of its last.\n\n"
        "The tutorial's network is a residual network: its additions are there, and it can be "
        "trained. But it is not the paper's: it gives up the picture half-way, and its shortcuts "
        "are no identities. To see what that is worth, run deletion on both, or compare them with "
        "resnet-viz diff tutorial_resnet34 resnet34.",
    ),
}
"""Title and text of each step."""

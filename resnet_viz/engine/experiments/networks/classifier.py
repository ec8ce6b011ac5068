"""Classifier under experiment: a net that gives logits, and its loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

from resnet_viz.engine.experiments.networks.wiring import PassInputs
from resnet_viz.errors import ModelError, quoted

if TYPE_CHECKING:
    from resnet_viz.engine.experiments.networks.net import Net

_INSTEAD = "run activations, which shows its tensors for a picture"


def make_logits(net: Net, *, classes: int) -> None:
    """Let the output of ``net`` be logits: the loss of a softmax can't be read off near 0 or 1.

    ``net.activation`` keeps the softmax, for when the model is saved.

    Raises:
        ModelError: the output isn't probabilities of at least so many ``classes``.
    """
    if len(net.graph.outputs) != 1:
        raise _refusal(net, f"it has {len(net.graph.outputs)} outputs")
    shape = net.graph.tensor(net.output).shape
    if shape is None or len(shape) != 2 or shape[1] is None:
        raise _refusal(net, "its output isn't one number for each class")
    if shape[1] < classes:
        raise ModelError(
            f"{quoted(net.source)} can't be trained on this data: it tells {shape[1]} "
            f"{'class' if shape[1] == 1 else 'classes'} apart and the data has {classes}; "
            f"name data with fewer classes, or a model with more."
        )
    call = net.graph.by_id[net.output.call]
    layer = net.operations[call.id]
    activation = getattr(layer, "activation", None)
    if call.keras_class == "Softmax" or (
        call.keras_class == "Activation" and activation is keras.activations.softmax
    ):
        net.changes = {**net.changes, call.id: PassInputs((0,))}
    elif activation is keras.activations.softmax:
        net.activation = (layer, activation)
        layer.activation = keras.activations.linear
    elif activation is not keras.activations.linear:
        raise _refusal(net, "its last layer isn't a softmax over classes")


def _refusal(net: Net, reason: str) -> ModelError:
    return ModelError(
        f"{quoted(net.source)} can't be trained as it is: {reason}; add a softmax layer over "
        f"classes, or {_INSTEAD}."
    )


def loss_and_accuracy(logits: Any, labels: Any) -> tuple[Any, Any]:  # noqa: ANN401 - tensors
    """Mean cross-entropy, and share of right answers, of a batch."""
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    right = tf.equal(tf.argmax(logits, axis=-1, output_type=tf.int32), labels)
    return tf.reduce_mean(losses), tf.reduce_mean(tf.cast(right, tf.float32))


def relative_norms(net: Net, gradients: dict[int, Any]) -> Any:  # noqa: ANN401 - a tensor
    """|∂L/∂w| / |w| of every weighted call of ``net``.

    Args:
        net: the network.
        gradients: of its variables by ``id``.
    """

    def norm(tensors: list[Any]) -> Any:  # noqa: ANN401
        return tf.sqrt(tf.add_n([tf.reduce_sum(tf.square(tensor)) for tensor in tensors]))

    ratios = []
    for weights in net.kernels.values():
        found = [gradients.get(id(weight)) for weight in weights]
        parts = [tf.convert_to_tensor(part) for part in found if part is not None]
        length = norm([weight.value for weight in weights])
        ratios.append(norm(parts) / length if parts else tf.zeros(()))
    return tf.stack(ratios) if ratios else tf.zeros((0,))

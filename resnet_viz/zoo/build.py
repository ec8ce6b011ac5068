"""Build models by name with Keras, and serialize their configuration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import keras

from resnet_viz.sources.buildable import parameters_of
from resnet_viz.sources.types import Application, Buildable
from resnet_viz.zoo import resnet, tutorial

_OF_THE_PAPER: Final = {
    "resnet": resnet.resnet,
    "plain": resnet.plain,
    "cifar_resnet": resnet.cifar_resnet,
    "cifar_plain": resnet.cifar_plain,
}


def build(source: Buildable) -> keras.Model:
    """Build the Keras model that ``source`` names.

    The model is called as in the catalogue; the user's Keras settings (data format, float type,
    dtype policy) have no effect on it. Wrap the call in a ``keras.StatelessScope`` if weights
    aren't wanted.

    Raises:
        UsageError: an unknown name, parameter or value.
    """
    parameters, name = parameters_of(source), source.name
    with _default_keras_settings():
        if isinstance(source, Application):
            return getattr(keras.applications, name)(
                weights=None,
                include_top=True,
                input_shape=parameters.input,
                classes=parameters.classes,
            )
        family = name.rstrip("0123456789")
        if family in _OF_THE_PAPER:
            depth = int(name.removeprefix(family))
            return _OF_THE_PAPER[family](depth, parameters, name=name)
        if name == "tutorial_resnet34":
            model = tutorial.resnet_34(parameters.input, parameters.classes)
        else:
            model = tutorial.first_unit(parameters.input)
        return keras.Model(model.inputs, model.outputs, name=name)


def config_json(model: keras.Model) -> bytes:
    """A model's configuration (``model.to_json()``) as compact UTF-8 JSON."""
    text: str = model.to_json(separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def build_config(source: Buildable) -> bytes:
    """Configuration of the model that ``source`` names, built without allocating weights.

    Raises:
        UsageError: an unknown name, parameter or value.
    """
    with keras.StatelessScope(initialize_variables=False):
        return config_json(build(source))


@contextmanager
def _default_keras_settings() -> Iterator[None]:
    data_format = keras.config.image_data_format()
    floatx = keras.config.floatx()
    policy = keras.config.dtype_policy()
    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_image_data_format(data_format)
        keras.config.set_floatx(floatx)
        keras.config.set_dtype_policy(policy)

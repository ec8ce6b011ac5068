"""Builds every entry of the catalogue with Keras, and writes a model's configuration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras

from resnet_viz.sources import catalog
from resnet_viz.sources.keras_applications import application_parameters
from resnet_viz.sources.types import Application, Buildable
from resnet_viz.zoo import resnet, tutorial


def build(source: Buildable) -> keras.Model:
    """The Keras model that ``source`` names; its name is the catalogue's, or Keras's own.

    The user's Keras settings (data format, float type, dtype policy) have no say in it: a built-in
    is the same everywhere. Wrap the call in ``keras.StatelessScope()`` if weights aren't wanted.

    Raises:
        UsageError: an unknown name, parameter or value.
    """
    if isinstance(source, Application):
        return _application(source)
    settings = catalog.builtin_parameters(source)
    name = source.name
    with _plain_keras():
        if name.startswith("resnet"):
            return resnet.resnet(int(name.removeprefix("resnet")), settings, name=name)
        if name.startswith("plain"):
            return resnet.plain(int(name.removeprefix("plain")), settings, name=name)
        if name == "tutorial_resnet34":
            model = tutorial.resnet_34(settings.input, settings.classes)
        else:
            model = tutorial.first_unit(settings.input)
        return keras.Model(model.inputs, model.outputs, name=name)


def _application(source: Application) -> keras.Model:
    shape, classes = application_parameters(source)
    make = getattr(keras.applications, source.name)
    with _plain_keras():
        return make(weights=None, include_top=True, input_shape=shape, classes=classes)


def config_json(model: keras.Model) -> bytes:
    """The model's configuration as compact JSON, as ``model.to_json()`` has it."""
    text: str = model.to_json(separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def build_config(source: Buildable) -> bytes:
    """The configuration of the model that ``source`` names, built without allocating weights.

    Raises:
        UsageError: an unknown name, parameter or value.
    """
    with keras.StatelessScope():
        return config_json(build(source))


@contextmanager
def _plain_keras() -> Iterator[None]:
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

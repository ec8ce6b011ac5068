"""Import of Keras: TensorFlow as the backend, on the CPU or a GPU, with Keras's own defaults."""

from __future__ import annotations

import gc
import os
import traceback
from typing import Final

from resnet_viz.protocol.messages import CODE_MISSING, NO_REQUEST, Failed, Ready
from resnet_viz.reading.gc_pause import gc_paused

_ENVIRONMENT: Final = {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}


def import_keras(*, with_gpu: bool = False) -> Ready | Failed:
    """Import Keras, which takes seconds; returns its versions, or the reason that it failed.

    Unless a GPU is asked for, none is seen: TensorFlow takes all of its memory.
    """
    os.environ.update(_ENVIRONMENT)
    if not with_gpu:
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    try:
        with gc_paused():  # which would take a fifth of the time
            import keras
            import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
        for gpu in gpus:
            tf.config.experimental.set_memory_growth(gpu, True)
        # The user's ~/.keras/keras.json must not change the architectures.
        keras.config.set_image_data_format("channels_last")
        keras.config.set_floatx("float32")
        # Every request begins with a garbage collection (in Keras's clear_session), which need not
        # visit the many objects that TensorFlow keeps for good.
        gc.freeze()
        return Ready(
            keras=keras.__version__, tensorflow=tf.__version__, device="GPU" if gpus else "CPU"
        )
    except Exception as error:  # noqa: BLE001 - broken installations fail in any way
        return Failed(
            id=NO_REQUEST,
            code=CODE_MISSING,
            message="TensorFlow is not available. You can still view saved diagrams.",
            hint="Install it into the same environment: pip install tensorflow",
            details=f"{type(error).__name__}: {error}\n\n{traceback.format_exc()}",
        )

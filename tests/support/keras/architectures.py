"""Architectures beyond keras.applications, written as people write them with Keras layers."""

from __future__ import annotations

from typing import Any


def vit(depth: int = 3) -> Any:
    """A vision transformer as in keras.io's example: augmentation, patches, pre-norm encoder."""
    from keras import Input, Model, Sequential, layers

    class Positions(layers.Layer):  # type: ignore[misc]
        """Adds a learned vector for each position."""

        def build(self, shape: tuple[int | None, ...]) -> None:
            self.table = self.add_weight(shape=shape[1:], name="table")

        def call(self, x: Any) -> Any:
            return x + self.table

        def compute_output_shape(self, shape: Any) -> Any:
            return shape

    image = Input((72, 72, 3))
    augmented = Sequential(
        [layers.Resizing(72, 72), layers.RandomFlip(), layers.RandomRotation(0.02)], name="augment"
    )(image)
    x = layers.Conv2D(64, 6, 6, name="patches")(augmented)
    x = Positions()(layers.Reshape((144, 64))(x))
    for _ in range(depth):
        y = layers.LayerNormalization()(x)
        y = layers.MultiHeadAttention(4, 16, dropout=0.1)(y, y)
        x = layers.Add()([y, x])
        y = layers.LayerNormalization()(x)
        for units in (128, 64):
            y = layers.Dropout(0.1)(layers.Dense(units, activation="gelu")(y))
        x = layers.Add()([y, x])
    x = layers.LayerNormalization()(x)
    x = layers.Dropout(0.5)(layers.GlobalAveragePooling1D()(x))
    return Model(image, layers.Dense(100, activation="softmax")(x))


def translator(depth: int = 2) -> Any:
    """The encoder–decoder transformer, normalised after each part as in the paper."""
    from keras import Input, Model, layers

    def part(x: Any, y: Any) -> Any:
        return layers.LayerNormalization()(layers.Add()([x, layers.Dropout(0.1)(y)]))

    def feed(x: Any) -> Any:
        return part(x, layers.Dense(64)(layers.Dense(256, activation="relu")(x)))

    source, target = Input((20,), name="source"), Input((64,), name="target")
    encoded = layers.Embedding(1000, 64)(source)
    for _ in range(depth):
        encoded = feed(part(encoded, layers.MultiHeadAttention(4, 16)(encoded, encoded)))
    x = layers.Embedding(1000, 64)(target)
    for _ in range(depth):
        x = part(x, layers.MultiHeadAttention(4, 16)(x, x, use_causal_mask=True))
        x = part(x, layers.MultiHeadAttention(4, 16)(x, encoded))
        x = feed(x)
    return Model([source, target], layers.Dense(1000, activation="softmax")(x))


def unet(levels: int = 4) -> Any:
    """A U-Net with normalisation, of any image size."""
    from keras import Input, Model, layers

    def double(x: Any, filters: int) -> Any:
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
            x = layers.ReLU()(layers.BatchNormalization()(x))
        return x

    image = Input((None, None, 3))
    x, kept = image, []
    for level in range(levels):
        kept.append(double(x, 16 * 2**level))
        x = layers.MaxPooling2D()(kept[-1])
    x = double(x, 16 * 2**levels)
    for level in reversed(range(levels)):
        x = layers.Conv2DTranspose(16 * 2**level, 2, 2)(x)
        x = double(layers.Concatenate()([x, kept[level]]), 16 * 2**level)
    return Model(image, layers.Conv2D(2, 1, activation="softmax")(x))


def edsr(blocks: int = 4) -> Any:
    """EDSR ×2: blocks without normalisation, scaled; a global skip; pixels shuffled."""
    from keras import Input, Model, layers, ops

    image = Input((None, None, 3))
    x = start = layers.Conv2D(64, 3, padding="same")(layers.Rescaling(1 / 255)(image))
    for _ in range(blocks):
        y = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
        y = layers.Rescaling(0.1)(layers.Conv2D(64, 3, padding="same")(y))
        x = layers.Add()([x, y])
    x = layers.Add()([start, layers.Conv2D(64, 3, padding="same")(x)])
    x = layers.Conv2D(256, 3, padding="same")(x)
    x = layers.UpSampling2D(2)(x)
    x = ops.clip(layers.Conv2D(3, 3, padding="same")(x) * 255.0, 0.0, 255.0)
    return Model(image, x)


def diffusion() -> Any:
    """A denoising U-Net: residual blocks that take a time embedding, attention at the bottom."""
    from keras import Input, Model, layers

    def residual(x: Any, time: Any, width: int) -> Any:
        shortcut = x if x.shape[-1] == width else layers.Conv2D(width, 1)(x)
        y = layers.Activation("swish")(layers.GroupNormalization(8)(x))
        y = layers.Conv2D(width, 3, padding="same")(y)
        shift = layers.Dense(width)(layers.Activation("swish")(time))
        y = layers.Add()([y, layers.Reshape((1, 1, width))(shift)])
        y = layers.Activation("swish")(layers.GroupNormalization(8)(y))
        y = layers.Conv2D(width, 3, padding="same")(layers.Dropout(0.1)(y))
        return layers.Add()([shortcut, y])

    def attend(x: Any) -> Any:
        y = layers.GroupNormalization(8)(x)
        y = layers.Reshape((64, 64))(y)
        y = layers.MultiHeadAttention(4, 16)(y, y)
        return layers.Add()([x, layers.Reshape((8, 8, 64))(y)])

    image, step = Input((16, 16, 3), name="image"), Input((), name="step", dtype="int32")
    time = layers.Embedding(1000, 32)(step)
    time = layers.Dense(64)(layers.Dense(64, activation="swish")(time))
    x = layers.Conv2D(32, 3, padding="same")(image)
    kept = x = residual(x, time, 32)
    x = layers.Conv2D(64, 3, 2, padding="same")(x)
    x = residual(attend(residual(x, time, 64)), time, 64)
    x = layers.Conv2D(32, 3, padding="same")(layers.UpSampling2D()(x))
    x = residual(layers.Concatenate()([x, kept]), time, 32)
    x = layers.Activation("swish")(layers.GroupNormalization(8)(x))
    return Model([image, step], layers.Conv2D(3, 3, padding="same")(x))


def siamese() -> Any:
    """Two images through one encoder; their distance decides."""
    from keras import Input, Model, layers, ops

    image = Input((105, 105, 1))
    x = image
    for filters in (32, 64):
        x = layers.MaxPooling2D()(layers.Conv2D(filters, 3, activation="relu")(x))
    vector = layers.Dense(48)(layers.GlobalAveragePooling2D()(x))
    encoder = Model(image, vector, name="encoder")
    left, right = Input((105, 105, 1), name="left"), Input((105, 105, 1), name="right")
    distance = ops.abs(layers.Subtract()([encoder(left), encoder(right)]))
    return Model([left, right], layers.Dense(1, activation="sigmoid")(distance))


def transfer() -> Any:
    """A flower classifier around keras.applications' ResNet50."""
    import keras
    from keras import Input, Model, Sequential, layers

    base = keras.applications.ResNet50(weights=None, include_top=False, input_shape=(224, 224, 3))
    base.trainable = False
    image = Input((224, 224, 3))
    x = Sequential([layers.RandomFlip(), layers.RandomZoom(0.1)], name="augment")(image)
    x = base(layers.Rescaling(1 / 127.5, offset=-1)(x), training=False)
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    return Model(image, layers.Dense(5)(x))

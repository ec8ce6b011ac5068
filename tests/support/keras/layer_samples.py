"""A call of every layer class that Keras has, for tests of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Make = Callable[[Any], Any]
"""From keras.layers a layer, or something that is called with the inputs."""

IMAGE = ((8, 9, 4),)
ROW = ((12, 4),)
VOLUME = ((6, 7, 8, 4),)
VECTOR = ((6,),)
TWO = ((8, 9, 4), (8, 9, 4))
FILM = ((5, 8, 9, 4),)
SAMPLES: dict[str, tuple[Make, tuple[tuple[int, ...], ...]]] = {
    "Activation": (lambda k: k.Activation("gelu"), VECTOR),
    "ActivityRegularization": (lambda k: k.ActivityRegularization(), VECTOR),
    "AdaptiveAveragePooling1D": (lambda k: k.AdaptiveAveragePooling1D(5), ROW),
    "AdaptiveAveragePooling2D": (lambda k: k.AdaptiveAveragePooling2D((3, 4)), IMAGE),
    "AdaptiveAveragePooling3D": (lambda k: k.AdaptiveAveragePooling3D(2), VOLUME),
    "AdaptiveMaxPooling1D": (lambda k: k.AdaptiveMaxPooling1D(5), ROW),
    "AdaptiveMaxPooling2D": (lambda k: k.AdaptiveMaxPooling2D((3, 4)), IMAGE),
    "AdaptiveMaxPooling3D": (lambda k: k.AdaptiveMaxPooling3D(2), VOLUME),
    "Add": (lambda k: k.Add(), TWO),
    "AdditiveAttention": (lambda k: k.AdditiveAttention(), ((12, 4), (10, 4))),
    "AlphaDropout": (lambda k: k.AlphaDropout(0.1), VECTOR),
    "Attention": (lambda k: k.Attention(use_scale=True, score_mode="concat"), ROW * 2),
    "Average": (lambda k: k.Average(), TWO),
    "AveragePooling1D": (lambda k: k.AveragePooling1D(2), ROW),
    "AveragePooling2D": (lambda k: k.AveragePooling2D(2), IMAGE),
    "AveragePooling3D": (lambda k: k.AveragePooling3D(2), VOLUME),
    "BatchNormalization": (lambda k: k.BatchNormalization(renorm=True), IMAGE),
    "Bidirectional": (
        lambda k: k.Bidirectional(k.GRU(5), backward_layer=k.LSTM(5, go_backwards=True)), ROW,
    ),
    "CategoryEncoding": (lambda k: k.CategoryEncoding(10, output_mode="multi_hot"), VECTOR),
    "CenterCrop": (lambda k: k.CenterCrop(4, 4), IMAGE),
    "Concatenate": (lambda k: k.Concatenate(), TWO),
    "Conv1D": (lambda k: k.Conv1D(6, 3, groups=2), ROW),
    "Conv1DTranspose": (lambda k: k.Conv1DTranspose(6, 3, strides=2), ROW),
    "Conv2D": (lambda k: k.Conv2D(6, (3, 2), dilation_rate=2, use_bias=False), IMAGE),
    "Conv2DTranspose": (lambda k: k.Conv2DTranspose(6, 3, strides=2), IMAGE),
    "Conv3D": (lambda k: k.Conv3D(6, 3), VOLUME),
    "Conv3DTranspose": (lambda k: k.Conv3DTranspose(6, 3), VOLUME),
    "ConvLSTM1D": (lambda k: k.ConvLSTM1D(3, 3, padding="same"), ((5, 12, 4),)),
    "ConvLSTM2D": (lambda k: k.ConvLSTM2D(3, 3, return_sequences=True), FILM),
    "ConvLSTM3D": (lambda k: k.ConvLSTM3D(3, 3), ((5, 6, 6, 6, 2),)),
    "Cropping1D": (lambda k: k.Cropping1D(1), ROW),
    "Cropping2D": (lambda k: k.Cropping2D(1), IMAGE),
    "Cropping3D": (lambda k: k.Cropping3D(1), VOLUME),
    "Dense": (lambda k: k.Dense(5, activation="relu"), IMAGE),
    "DepthwiseConv1D": (lambda k: k.DepthwiseConv1D(3, depth_multiplier=2), ROW),
    "DepthwiseConv2D": (lambda k: k.DepthwiseConv2D(3, depth_multiplier=2), IMAGE),
    "Discretization": (lambda k: k.Discretization([0.1, 0.5]), VECTOR),
    "Dot": (lambda k: k.Dot(axes=2), ROW * 2),
    "Dropout": (lambda k: k.Dropout(0.1), VECTOR),
    "ELU": (lambda k: k.ELU(), VECTOR),
    "EinsumDense": (
        lambda k: k.EinsumDense("abc,cde->abde", output_shape=(12, 3, 5), bias_axes="de"), ROW,
    ),
    "Embedding": (lambda k: k.Embedding(50, 7), VECTOR),
    "Flatten": (lambda k: k.Flatten(), IMAGE),
    "GRU": (lambda k: k.GRU(5), ROW),
    "GRUCell": (lambda k: k.GRUCell(5), ((6,), (5,))),
    "GaussianDropout": (lambda k: k.GaussianDropout(0.1), VECTOR),
    "GaussianNoise": (lambda k: k.GaussianNoise(0.1), VECTOR),
    "GlobalAveragePooling1D": (lambda k: k.GlobalAveragePooling1D(), ROW),
    "GlobalAveragePooling2D": (lambda k: k.GlobalAveragePooling2D(), IMAGE),
    "GlobalAveragePooling3D": (lambda k: k.GlobalAveragePooling3D(), VOLUME),
    "GlobalMaxPooling1D": (lambda k: k.GlobalMaxPooling1D(), ROW),
    "GlobalMaxPooling2D": (lambda k: k.GlobalMaxPooling2D(), IMAGE),
    "GlobalMaxPooling3D": (lambda k: k.GlobalMaxPooling3D(), VOLUME),
    "GroupNormalization": (lambda k: k.GroupNormalization(2), IMAGE),
    "GroupedQueryAttention": (
        lambda k: k.GroupQueryAttention(3, 8, 2, use_gate=True), ((12, 4), (10, 4)),
    ),
    "HashedCrossing": (lambda k: k.HashedCrossing(10), ((1,), (1,))),
    "Hashing": (lambda k: k.Hashing(10), VECTOR),
    "Identity": (lambda k: k.Identity(), VECTOR),
    "IntegerLookup": (lambda k: k.IntegerLookup(vocabulary=[1, 2, 3]), VECTOR),
    "LSTM": (lambda k: k.LSTM(5, use_bias=False), ROW),
    "LSTMCell": (lambda k: k.LSTMCell(5), ((6,), (5,), (5,))),
    "LayerNormalization": (lambda k: k.LayerNormalization(axis=[-2, -1]), IMAGE),
    "LeakyReLU": (lambda k: k.LeakyReLU(), VECTOR),
    "Masking": (lambda k: k.Masking(), ROW),
    "MaxPooling1D": (lambda k: k.MaxPooling1D(2), ROW),
    "MaxPooling2D": (lambda k: k.MaxPooling2D(2), IMAGE),
    "MaxPooling3D": (lambda k: k.MaxPooling3D(2), VOLUME),
    "Maximum": (lambda k: k.Maximum(), TWO),
    "Minimum": (lambda k: k.Minimum(), TWO),
    "MultiHeadAttention": (
        lambda k: k.MultiHeadAttention(2, 5, value_dim=3, output_shape=6, use_gate=True),
        ((12, 4), (10, 6), (10, 8)),
    ),
    "Multiply": (lambda k: k.Multiply(), TWO),
    "Normalization": (lambda k: k.Normalization(), IMAGE),
    "PReLU": (lambda k: k.PReLU(shared_axes=[1]), IMAGE),
    "Permute": (lambda k: k.Permute((2, 1)), ROW),
    "RMSNormalization": (lambda k: k.RMSNormalization(), IMAGE),
    "RNN": (lambda k: k.RNN([k.LSTMCell(5), k.GRUCell(3, reset_after=False)]), ROW),
    "ReLU": (lambda k: k.ReLU(6), VECTOR),
    "RepeatVector": (lambda k: k.RepeatVector(3), VECTOR),
    "Rescaling": (lambda k: k.Rescaling(0.5), IMAGE),
    "Reshape": (lambda k: k.Reshape((3, 2)), VECTOR),
    "Resizing": (lambda k: k.Resizing(4, 4), IMAGE),
    "ReversibleEmbedding": (lambda k: k.ReversibleEmbedding(50, 7, tie_weights=False), VECTOR),
    "MelSpectrogram": (lambda k: k.MelSpectrogram(fft_length=32, num_mel_bins=5), ((100,),)),
    "STFTSpectrogram": (lambda k: k.STFTSpectrogram(frame_length=16, window=None), ((100, 2),)),
    "SeparableConv1D": (lambda k: k.SeparableConv1D(6, 3), ROW),
    "SeparableConv2D": (lambda k: k.SeparableConv2D(6, 3), IMAGE),
    "SimpleRNN": (lambda k: k.SimpleRNN(5), ROW),
    "SimpleRNNCell": (lambda k: k.SimpleRNNCell(5), ((6,), (5,))),
    "Softmax": (lambda k: k.Softmax(), VECTOR),
    "SpatialDropout1D": (lambda k: k.SpatialDropout1D(0.1), ROW),
    "SpatialDropout2D": (lambda k: k.SpatialDropout2D(0.1), IMAGE),
    "SpatialDropout3D": (lambda k: k.SpatialDropout3D(0.1), VOLUME),
    "SpectralNormalization": (
        lambda k: k.SpectralNormalization(k.DepthwiseConv2D(3, depth_multiplier=2)), IMAGE,
    ),
    "StringLookup": (lambda k: k.StringLookup(vocabulary=["a", "b"]), VECTOR),
    "Subtract": (lambda k: k.Subtract(), TWO),
    "TimeDistributed": (lambda k: k.TimeDistributed(k.Conv2D(3, 3, strides=2)), FILM),
    "UnitNormalization": (lambda k: k.UnitNormalization(), IMAGE),
    "UpSampling1D": (lambda k: k.UpSampling1D(2), ROW),
    "UpSampling2D": (lambda k: k.UpSampling2D(2, interpolation="bilinear"), IMAGE),
    "UpSampling3D": (lambda k: k.UpSampling3D(2), VOLUME),
    "ZeroPadding1D": (lambda k: k.ZeroPadding1D(1), ROW),
    "ZeroPadding2D": (lambda k: k.ZeroPadding2D(1), IMAGE),
    "ZeroPadding3D": (lambda k: k.ZeroPadding3D(1), VOLUME),
}  # fmt: skip
DTYPES = {
    "CategoryEncoding": "int32", "Embedding": "int32", "HashedCrossing": "int32",
    "Hashing": "int32", "IntegerLookup": "int32", "ReversibleEmbedding": "int32",
    "StringLookup": "string",
}  # fmt: skip
ABSTRACT = {
    "Input", "InputLayer", "InputSpec", "Layer", "Wrapper", "Pipeline", "StackedRNNCells", "Lambda",
    "FlaxLayer", "JaxLayer", "TorchModuleWrapper", "TFSMLayer", "MaxNumBoundingBoxes",
    "TextVectorization",
}  # fmt: skip
"""No layers to call like others: bases, other frameworks' code, texts; their MACs are unknown."""
AUGMENTING = {
    "AugMix", "AutoContrast", "CutMix", "MixUp", "RandAugment", "Solarization", "Equalization",
    "ContrastLimitedAdaptiveHistogramEqualization",
}  # fmt: skip

"""MACs and other operations of spectrogram layers and of the Fourier transforms in them."""

from __future__ import annotations

from typing import Final

from resnet_viz.analysis.costs.parameters import stft_kernel, stft_parts
from resnet_viz.analysis.keras_ops.terms import Shapes, Term
from resnet_viz.graph.types import LayerCall

_AFTER_PRODUCTS: Final = {
    "real": 0, "imag": 0, "stft": 0, "angle": 1,
    "psd": 4,  # two squares and their sum, and the sum with the mirrored half
    "magnitude": 5,  # and a maximum and a root
    "log": 7,
}  # fmt: skip
_MAGNITUDE: Final = 5  # two squares, sum, root, power
_DECIBELS: Final = 6  # maximum, logarithm, factor, reference; the loudest, and a maximum


def fourier_terms(length: int, frames: Term) -> list[Term]:
    """The window, and a transform of real values: 5·(n / 2)·⌈log₂ n⌉ operations for n values.

    Source: Cooley and Tukey 1965; half of the 5·n·log₂ n that FFTW counts for complex values.
    """
    return [(length, *frames), (5, length // 2, (length - 1).bit_length(), *frames)]


def stft_op_ops(call: LayerCall, _inputs: Shapes) -> list[Term] | None:
    """Other operations of ``keras.ops.stft``."""
    after, length = call.output_shape, _length(call)
    return None if after is None or length is None else fourier_terms(length, after[1:-1])


def stft_macs(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """A convolution of each channel with the kernels of sines and cosines."""
    kernel, spread = stft_kernel(call), _stft_spread(call, inputs)
    return None if kernel is None or spread is None else [(stft_parts(call), *kernel, *spread)]


def stft_other_ops(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Operations after the products, by mode."""
    kernel, spread = stft_kernel(call), _stft_spread(call, inputs)
    each = _AFTER_PRODUCTS.get(str(call.config.get("mode", "log")))
    if kernel is None or spread is None or each is None:
        return None
    return [(each, kernel[1], *spread)] if each else []


def _stft_spread(call: LayerCall, inputs: Shapes) -> Term | None:
    """Channels and frames of an STFTSpectrogram."""
    shape, kernel = inputs[0] if inputs else None, stft_kernel(call)
    if shape is None or len(shape) != 3 or kernel is None:
        return None
    is_channels_first = call.config.get("data_format") == "channels_first"
    steps, channels = (shape[2], shape[1]) if is_channels_first else (shape[1], shape[2])
    step = call.config.get("frame_step") or kernel[0] // 2 if kernel[0] else None
    if steps is None or not step or kernel[0] is None:
        return None
    is_same = call.config.get("padding") == "same"
    return channels, -(-steps // step) if is_same else (steps - kernel[0]) // step + 1


def mel_macs(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """The product with the mel filters; the Fourier transforms count as other operations."""
    frames, length = _mel_frames(call, inputs), _length(call)
    if frames is None or length is None:
        return None
    return [(length // 2 + 1, call.config.get("num_mel_bins"), frames)]


def mel_other_ops(call: LayerCall, inputs: Shapes) -> list[Term] | None:
    """Transforms, magnitudes, and decibels if wanted."""
    frames, length = _mel_frames(call, inputs), _length(call)
    if frames is None or length is None:
        return None
    terms = [*fourier_terms(length, (frames,)), (_MAGNITUDE, length // 2 + 1, frames)]
    if call.config.get("power_to_db", True):
        terms.append((_DECIBELS, call.config.get("num_mel_bins"), frames))
    return terms


def _mel_frames(call: LayerCall, inputs: Shapes) -> int | None:
    """Frames of a MelSpectrogram, centred on every ``sequence_stride``-th step."""
    shape, length = inputs[0] if inputs else None, _length(call)
    stride = call.config.get("sequence_stride")
    if shape is None or len(shape) != 2 or length is None or type(stride) is not int or stride < 1:
        return None
    steps = shape[1]
    return None if steps is None else 1 + (steps - length % 2) // stride


def _length(call: LayerCall) -> int | None:
    length = call.config.get("fft_length")
    return length if type(length) is int and length > 1 else None

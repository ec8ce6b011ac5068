"""Families of Keras classes that numbers, but not structure, distinguish."""

from __future__ import annotations

from typing import Final

from resnet_viz.graph.ops import SOURCE_OPS
from resnet_viz.graph.types import LayerCall

PREPARING: Final = frozenset(
    {"Discretization", "Hashing", "HashedCrossing", "StringLookup", "IntegerLookup",
     "TextVectorization", "CategoryEncoding", "CenterCrop"}
)  # fmt: skip
"""Preprocessing that looks up, crops and copies: neither weights nor arithmetic."""

AUGMENTING: Final = frozenset(
    {"AugMix", "AutoContrast", "CutMix", "MixUp", "RandAugment", "Solarization", "Equalization",
     "MaxNumBoundingBoxes", "ContrastLimitedAdaptiveHistogramEqualization"}
)  # fmt: skip
"""Augmentation layers whose names don't begin with "Random"; they have no weights."""

MERGING_LAYERS: Final = frozenset(
    {"Add", "Subtract", "Average", "Concatenate", "Multiply", "Maximum", "Minimum", "Dot"}
)

COPYING_OPS: Final = frozenset(
    {"Concatenate", "GetItem", "Cast", "Stack", "Unstack", "Split", "ArraySplit", "Tile", "Repeat",
     "BroadcastTo", "Roll", "Flip", "Swapaxes", "Moveaxis", "Ravel", "ZerosLike", "OnesLike",
     "StopGradient", "Transpose", "Reshape", "ExpandDims", "Squeeze", "Pad", "Take",
     "TakeAlongAxis", "Copy", "Shape", "Slice", "SliceUpdate", "Tril", "Triu", "Diag", "Diagonal",
     "FullLike", "Hstack", "Vstack", "Append", "OneHot", "MultiHot", "SaturateCast", "EmptyLike",
     "Hsplit", "Vsplit", "Dsplit", "Dstack", "Fliplr", "Flipud", "Rot90", "Diagflat", "Meshgrid",
     "ExtractPatches", "ExtractSequences", "Unfold", "DepthToSpace", "SpaceToDepth", "View",
     "ViewAsComplex", "ViewAsReal", "Array", "ConvertToTensor", "CropImages", "PadImages"}
    | SOURCE_OPS
)  # fmt: skip
"""keras.ops that only copy or create values, and tensors that stand for weights and constants."""

ELEMENT_OPS: Final = frozenset(
    {"Add", "Subtract", "Multiply", "Divide", "TrueDivide", "DivideNoNan", "FloorDivide", "Mod",
     "Power", "Square", "Sqrt", "Rsqrt", "Exp", "Expm1", "Log", "Log1p", "Log2", "Log10",
     "Absolute", "Abs", "Negative", "Reciprocal", "Maximum", "Minimum", "Clip", "Where", "Sin",
     "Cos", "Tan", "Arcsin", "Arccos", "Arctan", "Arctan2", "Sinh", "Cosh", "Tanh", "Sigmoid",
     "Erf", "Sign", "Round", "Floor", "Ceil", "Equal", "NotEqual", "Greater", "GreaterEqual",
     "Less", "LessEqual", "LogicalAnd", "LogicalOr", "LogicalNot", "LogicalXor", "Isnan",
     "Isfinite", "Isinf", "Isneginf", "Isposinf", "Isreal", "Isclose", "Fabs", "Angle",
     "Arccosh", "Arcsinh", "Arctanh", "Heaviside", "BitwiseAnd", "BitwiseInvert", "BitwiseNot",
     "BitwiseOr", "BitwiseXor", "BitwiseLeftShift", "LeftShift", "BitwiseRightShift",
     "RightShift", "Cbrt", "Conjugate", "Conj", "Deg2rad", "Rad2deg", "Exp2", "Gcd", "Hypot",
     "Imag", "I0", "Lcm", "Ldexp", "Logaddexp", "Logaddexp2", "Fmax", "Fmin", "Fmod", "NanToNum",
     "Real", "Signbit", "Sinc", "Trunc", "Nextafter", "Erfc", "Erfinv", "Outer"}
)  # fmt: skip
"""keras.ops with one operation for each value of their output."""

REDUCING_OPS: Final = frozenset(
    {"Mean", "Sum", "Max", "Min", "Amax", "Amin", "Prod", "Any", "All", "Argmax", "Argmin",
     "Cumsum", "Cumprod", "CountNonzero"}
)  # fmt: skip
"""keras.ops with one operation for each value of their input."""

ACTIVATION_OPS: Final = frozenset(
    {"SparseSigmoid", "SoftShrink", "SparsePlus", "Squareplus", "LogSigmoid", "TanhShrink",
     "HardTanh", "HardShrink", "Threshold", "Softcap"}
)  # fmt: skip
"""Activations that structure does not know, with one operation for each value."""

STATISTICS: Final[dict[str, tuple[int, int]]] = {
    "Average": (1, 0),
    "Var": (4, 0),  # two means, a difference and a square
    "Std": (4, 1),
    "Moments": (4, 0),
    "Logsumexp": (4, 2),  # maximum, difference, exponential, sum; logarithm, sum
    "Norm": (2, 1),  # square or absolute value, and their sum or maximum; root
    "Ptp": (2, 1),
}
"""Reducing keras.ops with operations for each value of their input and of their output."""

SORTING_OPS: Final = frozenset({"Sort", "Argsort", "TopK"})
"""keras.ops that compare values of an axis to order them."""

FOURIER_OPS: Final = frozenset({"STFT"})
"""Fast Fourier transforms, which have no multiply–accumulates of their own by convention."""

NORMALISING_OPS: Final = frozenset({"BatchNorm", "LayerNorm", "RMSNorm", "Normalize"})

LOSSES: Final = frozenset(
    {"BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy", "CTCLoss",
     "CTCDecode", "PSNR"}
)  # fmt: skip
"""keras.ops of losses and errors: logarithms and sums."""

_OF_NUMBERS: Final = frozenset(
    {"Nanargmax", "Nanargmin", "Nancumsum", "Nancumprod", "Nanmax", "Nanmean", "Nanmedian",
     "Nanmin", "Nanpercentile", "Nanprod", "Nanquantile", "Nanstd", "Nansum", "Nanvar", "Trace",
     "Trapezoid", "AllClose", "Histogram", "Bincount", "Unique", "Nonzero", "SegmentReduction"}
)  # fmt: skip
"""Reducing and counting keras.ops whose other operations are not known."""

_CREATING: Final = frozenset(
    {"Arange", "Linspace", "Logspace", "Geomspace", "Full", "Ndim", "Size", "UnravelIndex",
     "Vander", "Polar", "Cross", "Kron"}
)  # fmt: skip

FREE_OPS: Final = (
    COPYING_OPS | ELEMENT_OPS | REDUCING_OPS | ACTIVATION_OPS | STATISTICS.keys() | SORTING_OPS
    | FOURIER_OPS | NORMALISING_OPS | LOSSES | _OF_NUMBERS | _CREATING
    | {"AdaptiveMaxPool", "AdaptiveAveragePool", "Median", "Quantile", "Percentile", "Sparsemax",
       "Argpartition", "SearchSorted", "Digitize", "ScaleAndTranslate", "RGBToGrayscale",
       "RGBToHSV", "HSVToRGB", "AffineTransform", "PerspectiveTransform", "MapCoordinates",
       "ElasticTransform",
       "Select", "IsIn", "InTopK", "Diff", "Fold", "Scatter", "ScatterUpdate", "SegmentSum",
       "SegmentMax", "SegmentMin", "SegmentProd", "FFT", "FFT2", "IFFT2", "RFFT", "IRFFT", "ISTFT"}
)  # fmt: skip
"""keras.ops without MACs by convention."""

RECURRENT_LAYERS: Final = frozenset(
    {"SimpleRNN", "GRU", "LSTM", "CuDNNGRU", "CuDNNLSTM", "RNN", "SimpleRNNCell", "GRUCell",
     "LSTMCell", "StackedRNNCells"}
)  # fmt: skip
CONV_LSTM: Final = frozenset({"ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"})
PROJECTED: Final = frozenset({"MultiHeadAttention", "GroupedQueryAttention", "GroupQueryAttention"})
PLAIN_ATTENTION: Final = frozenset({"Attention", "AdditiveAttention"})


def is_keras(call: LayerCall) -> bool:
    """Return whether the class is Keras's own and not a user's of the same name."""
    return bool(call.keras_class)


def is_operation(call: LayerCall) -> bool:
    """Return whether the call is a keras.ops operation, which owns no weights."""
    return (call.module or "").startswith(("keras.src.ops", "keras.ops"))


def is_function(call: LayerCall) -> bool:
    """Return whether the call is a TensorFlow function in a Keras 2 model, without weights."""
    return call.module == "tensorflow"


def is_augmentation(call: LayerCall) -> bool:
    """Return whether the call is data augmentation, which changes images in training only."""
    return call.keras_class in AUGMENTING or call.keras_class.startswith("Random")

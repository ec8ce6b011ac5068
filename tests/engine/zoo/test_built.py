"""Built-in architectures as Keras builds them, against the facts."""

from __future__ import annotations

import inspect
import math
from pathlib import Path
from typing import Any

import msgspec
import pytest

from resnet_viz import assets
from resnet_viz.engine.inspection import live_tensors
from resnet_viz.errors import UsageError
from resnet_viz.reading.read import read_config
from resnet_viz.sources.catalog import BUILTIN_NAMES, parse_builtin
from resnet_viz.sources.types import BuiltIn
from tests.support.keras.reader_comparison import check
from tests.support.model_files.inference import inferred_outputs

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]


def build(text: str) -> Any:
    import keras

    from resnet_viz.zoo.build import build as build_model

    with keras.StatelessScope(initialize_variables=False):
        return build_model(parse_builtin(text))


def count(weights: list[Any]) -> int:
    return sum(math.prod(weight.shape) for weight in weights)


@pytest.mark.parametrize(
    ("text", "trainable", "moving"),
    [
        ("resnet18", 11_689_512, 9_600),
        ("resnet34", 21_797_672, 17_024),
        ("resnet34?shortcut=A", 21_623_848, None),
        ("resnet34?shortcut=C", 22_716_840, None),
        ("resnet50", 25_557_032, None),
        ("resnet101", 44_549_160, None),
        ("resnet152", 60_192_808, None),
        # Moving the stride changes where the image halves and no weight.
        ("resnet50?stride_on=1x1", 25_557_032, None),
        ("plain34", 21_623_848, None),
        ("tutorial_resnet34", 22_705_448, 0),
        # Parameters don't depend on the input's size.
        ("resnet34?input=64x64x3", 21_797_672, 17_024),
        # 990 classes fewer: 990 · (512 + 1) weights of fc.
        ("resnet34?classes=10", 21_797_672 - 990 * 513, 17_024),
        # He et al. 2015, Table 6: 0.27, 0.46, 0.66, 0.85 and 1.7 M; to the digit those of
        # github.com/akamaster/pytorch_resnet_cifar10. Shortcuts of option A have no weights.
        ("cifar_resnet20", 269_722, None),
        ("cifar_resnet32", 464_154, None),
        ("cifar_resnet44", 658_586, None),
        ("cifar_resnet56", 853_018, None),
        ("cifar_resnet110", 1_727_962, None),
        ("cifar_plain20", 269_722, None),
        ("cifar_plain32", 464_154, None),
        ("cifar_plain44", 658_586, None),
        ("cifar_plain56", 853_018, None),
        # Two projections, 16 · 32 and 32 · 64, with gamma and beta
        ("cifar_resnet20?shortcut=B", 269_722 + 512 + 64 + 2_048 + 128, None),
        # One channel instead of three: 2 · 7 · 7 · 64 weights of conv1.
        ("resnet34?input=224x224x1", 21_797_672 - 2 * 49 * 64, 17_024),
    ],
)
def test_that_parameters_are_those_of_the_facts(
    text: str, trainable: int, moving: int | None
) -> None:
    model = build(text)
    assert model.name == text.partition("?")[0]
    assert count(model.trainable_weights) == trainable
    if moving is not None:
        assert count(model.non_trainable_weights) == moving
        assert model.count_params() == trainable + moving


@pytest.mark.parametrize(
    "text",
    [
        *BUILTIN_NAMES,
        "resnet34?shortcut=A",
        "resnet34?shortcut=C&input=97x65x1",
        "resnet50?shortcut=A",
        "resnet50?stride_on=1x1",
        "tutorial_resnet34?input=1x1x1",
        "cifar_resnet20?shortcut=B",
        "cifar_resnet32?shortcut=C&input=5x4x1",
    ],
)
def test_that_every_tensor_is_read_and_inferred_as_keras_has_it(text: str) -> None:
    model = build(text)
    graph, in_keras = check(model), live_tensors(model)
    assert {call.id: call.outputs for call in graph.calls} == in_keras
    assert inferred_outputs(graph) == in_keras


@pytest.mark.parametrize(
    ("text", "layers", "types"),
    [
        ("resnet34", 125, {"Add": 16, "Conv2D": 36}),
        ("plain34", 103, {"Add": 0, "Conv2D": 33}),
        ("tutorial_resnet34", 85, {"Add": 16, "MaxPooling2D": 17}),
        # 125 − 3 · (projection and its normalisation) + 3 · (pool and pad)
        ("resnet34?shortcut=A", 125, {"Pad": 3, "MaxPooling2D": 4, "Conv2D": 33}),
        # 13 more projections, each a convolution and its normalisation
        ("resnet34?shortcut=C", 151, {"Conv2D": 49, "BatchNormalization": 49}),
        # conv2_1 widens without halving: padded, but not pooled
        ("resnet50?shortcut=A", 174, {"Pad": 4, "MaxPooling2D": 4, "Conv2D": 49}),
    ],
)
def test_that_layers_are_those_of_the_facts(text: str, layers: int, types: dict[str, int]) -> None:
    operations = [type(operation).__name__ for operation in build(text).operations]
    assert len(operations) == layers
    assert {name: operations.count(name) for name in types} == types


def test_that_option_a_subsamples_with_a_pool_of_one_and_pads_under_stable_names() -> None:
    for _ in range(2):  # the second model of a session must have the same names
        model = build("resnet34?shortcut=A")
        names = [operation.name for operation in model.operations]
        for stage in (3, 4, 5):
            pool = model.get_layer(f"conv{stage}_1_shortcut_pool")
            assert (pool.pool_size, pool.strides) == ((1, 1), (2, 2))
            assert f"conv{stage}_1_shortcut_pad" in names


@pytest.mark.parametrize(
    ("text", "size_a", "size_b"),
    [("resnet50", 56, 28), ("resnet50?stride_on=1x1", 28, 28)],
)
def test_that_the_stride_is_on_the_convolution_that_is_asked(
    text: str, size_a: int, size_b: int
) -> None:
    model = build(text)
    assert model.get_layer("conv3_1_conv_a").output.shape == (None, size_a, size_a, 128)
    assert model.get_layer("conv3_1_conv_b").output.shape == (None, size_b, size_b, 128)


def test_that_the_tutorials_functions_keep_their_names_and_signatures() -> None:
    from resnet_viz.zoo import tutorial

    def signature(function: Any) -> dict[str, Any]:
        return {n: p.default for n, p in inspect.signature(function).parameters.items()}

    empty = inspect.Parameter.empty
    assert signature(tutorial.resnet_34) == {"input_shape": (224, 224, 3), "class_num": 1000}
    block = dict.fromkeys(("x", "filters", "num_blocks", "name"), empty)
    assert signature(tutorial.residual_block) == block
    assert signature(tutorial.residual_unit) == dict.fromkeys(("x", "filters", "name"), empty)


def test_that_the_tutorials_net_is_the_walkthrough_grown_sixteenfold() -> None:
    from resnet_viz.zoo.tutorial import resnet_34

    model = resnet_34((32, 32, 3), 7)
    assert len(model.layers) == 85
    assert model.output_shape == (None, 7)
    assert all(
        layer.activation.__name__ == "relu" for layer in model.layers if "conv" in layer.name
    )
    pools = [layer for layer in model.layers if "pool" in layer.name]
    assert all((p.pool_size, p.strides, p.padding) == ((3, 3), (2, 2), "same") for p in pools)


def test_that_the_users_keras_settings_have_no_effect_and_are_restored() -> None:
    import keras

    expected = read_config(assets.read_bytes("models/plain18.json"), where="plain18")
    keras.config.set_image_data_format("channels_first")
    keras.config.set_dtype_policy("mixed_float16")
    try:
        graph = read_config(_config("plain18"), where="built")
        assert keras.config.image_data_format() == "channels_first"
        assert keras.config.dtype_policy().name == "mixed_float16"
    finally:
        keras.config.set_image_data_format("channels_last")
        keras.config.set_dtype_policy("float32")
    assert graph == expected


def _config(name: str) -> bytes:
    from resnet_viz.zoo.build import build_config

    return build_config(BuiltIn(name))


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_that_the_shipped_config_is_what_the_code_builds(name: str) -> None:
    import keras

    shipped, built = assets.read_bytes(f"models/{name}.json"), _config(name)
    if keras.__version__ == assets.read_bytes("models/keras-version.txt").decode().strip():
        assert built == shipped, "run python -m resnet_viz.zoo.ship"
    # Another Keras may write more or fewer details, but the same net with the same settings.
    ours, theirs = (read_config(content, where=name) for content in (shipped, built))
    assert [_shared(c, d) for c, d in zip(ours.calls, theirs.calls, strict=True)] == list(
        ours.calls
    )
    assert (ours.name, ours.inputs, ours.outputs) == (theirs.name, theirs.inputs, theirs.outputs)


def _shared(ours: Any, theirs: Any) -> Any:
    """``theirs`` with settings of ``ours`` where only one of the two has them."""
    both = ours.config.keys() & theirs.config.keys()
    config = {
        key: theirs.config[key] if key in both else value for key, value in ours.config.items()
    }
    return msgspec.structs.replace(theirs, config=config)


def test_that_shipping_writes_every_architecture_and_nothing_else(tmp_path: Path) -> None:
    from resnet_viz.zoo.ship import KERAS_VERSION_FILE, write_all

    write_all(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {f"{n}.json" for n in BUILTIN_NAMES} | {
        KERAS_VERSION_FILE
    }


def test_that_building_refuses_what_the_catalogue_refuses() -> None:
    from resnet_viz.zoo.build import build as build_model

    for source in (BuiltIn("vgg16"), BuiltIn("resnet34", (("classes", "0"),))):
        with pytest.raises(UsageError):
            build_model(source)

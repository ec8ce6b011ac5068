"""Catalogue of built-ins: names, titles, parameters and errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.errors import UsageError
from resnet_viz.sources.buildable import is_default, normalize, parameters_of, title_of
from resnet_viz.sources.catalog import BUILTIN_NAMES, find_architecture, parse_builtin
from resnet_viz.sources.types import BuiltIn

CIFAR_RESIDUAL = tuple(f"cifar_resnet{depth}" for depth in (20, 32, 44, 56, 110))
CIFAR_PLAIN = tuple(f"cifar_plain{depth}" for depth in (20, 32, 44, 56))
RESIDUAL = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152", *CIFAR_RESIDUAL)
BOTTLENECKS = ("resnet50", "resnet101", "resnet152")


def test_that_the_catalogue_lists_the_issues_architectures() -> None:
    others = ("plain18", "plain34", *CIFAR_PLAIN, "tutorial_resnet34", "tutorial_first_unit")
    assert set(BUILTIN_NAMES) == {*RESIDUAL, *others}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("resnet34", "ResNet-34"),
        ("resnet152", "ResNet-152"),
        ("plain34", "Plain-34"),
        ("cifar_resnet56", "CIFAR ResNet-56"),
        ("cifar_plain20", "CIFAR Plain-20"),
        ("tutorial_resnet34", "Tutorial ResNet-34"),
    ],
)
def test_that_titles_are_for_people(name: str, expected: str) -> None:
    assert find_architecture(name).title == expected
    assert title_of(BuiltIn(name)) == expected


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_that_every_entry_has_one_line_and_a_default_source(name: str) -> None:
    entry = find_architecture(name)
    assert entry.line
    assert "\n" not in entry.line
    assert parse_builtin(name) == BuiltIn(name)
    assert is_default(parse_builtin(name))


def test_that_each_kind_of_net_has_the_parameters_that_make_sense_for_it() -> None:
    taken = {name: {p.name for p in find_architecture(name).parameters} for name in BUILTIN_NAMES}
    for name in BUILTIN_NAMES:
        assert "input" in taken[name]
        assert ("classes" in taken[name]) == (name != "tutorial_first_unit")
        assert ("shortcut" in taken[name]) == (name in RESIDUAL)
        assert ("stride_on" in taken[name]) == (name in BOTTLENECKS)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("resnet18?input=64x64x3&classes=9", "resnet18?classes=9&input=64x64x3"),
        ("resnet34?shortcut=B&input=224x224x3&classes=1000", "resnet34"),
        ("resnet34?input=64,64,3", "resnet34?input=64x64x3"),
        ("resnet34?input=64×64×1", "resnet34?input=64x64x1"),
        ("resnet34?input=064 X 64 X 3", "resnet34?input=64x64x3"),
        ("resnet34?shortcut=a", "resnet34?shortcut=A"),
        ("resnet50?stride_on=1×1", "resnet50?stride_on=1x1"),
        ("resnet50?stride_on=3x3", "resnet50"),
        ("plain18?", "plain18"),
        (" tutorial_resnet34?input=1x1x1 ", "tutorial_resnet34?input=1x1x1"),
        ("resnet34?input=32x32x3", "resnet34?input=32x32x3"),
        ("plain34?classes=1000000", "plain34?classes=1000000"),
        ("cifar_resnet20?shortcut=A&input=32x32x3&classes=10", "cifar_resnet20"),
        ("cifar_resnet20?classes=1000&shortcut=b", "cifar_resnet20?classes=1000&shortcut=B"),
        ("cifar_plain56?input=4x4x1", "cifar_plain56?input=4x4x1"),
    ],
)
def test_that_parameters_have_one_canonical_form(text: str, canonical: str) -> None:
    source = parse_builtin(text)
    assert str(source) == canonical
    assert parse_builtin(str(source)) == source
    assert normalize(source) == source


def test_that_settings_are_typed_and_filled_with_defaults() -> None:
    parameters = parameters_of(parse_builtin("resnet50?input=64x48x1&stride_on=1x1"))
    assert parameters.input == (64, 48, 1)
    assert (parameters.classes, parameters.shortcut, parameters.stride_on) == (1000, "B", "1x1")


def test_that_the_nets_for_cifar_have_its_size_its_classes_and_option_a() -> None:
    parameters = parameters_of(parse_builtin("cifar_resnet56"))
    assert parameters.input == (32, 32, 3)
    assert (parameters.classes, parameters.shortcut) == (10, "A")


def test_that_a_title_names_what_differs_from_the_default() -> None:
    source = parse_builtin("resnet50?stride_on=1x1&classes=1&shortcut=C&input=64x64x3")
    assert title_of(source) == "ResNet-50 (64×64×3, 1 class, shortcut C, stride on 1×1)"
    assert not is_default(source)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("resnet43", "resnet34"),
        ("ResNet34", "resnet34"),
        ("tutorial", "tutorial_resnet34"),
        ("mobilenet_v9", '"resnet-viz models" lists them all'),
        ("vgg", '"resnet-viz models" lists them all'),
        ("resnet34?clases=3", "did you mean classes?"),
        ("resnet34?classes", "no value"),
        ("resnet34?classes=3&classes=4", "given twice"),
        ("resnet34?classes=0", "from 1 to 1,000,000"),
        ("resnet34?classes=1000001", "from 1 to 1,000,000"),
        ("resnet34?classes=-5", "whole numbers"),
        ("resnet34?classes=1_0", "whole numbers"),
        ("resnet34?classes=٣", "whole numbers"),
        ("resnet34?classes=1e3", "whole numbers"),
        ("resnet34?classes=" + "9" * 5000, "whole numbers"),
        ("resnet34?shortcut=D", "A or B or C"),
        ("plain34?shortcut=A", "there are input, classes"),
        ("resnet34?stride_on=1x1", "parameter of resnet34"),
        ("tutorial_first_unit?classes=3", "parameter of tutorial_first_unit"),
        ("resnet50?stride_on=2x2", "3x3 or 1x1"),
        ("resnet34?input=64x64", "height, width and channels"),
        ("resnet34?input=64x64x3x1", "height, width and channels"),
        ("resnet34?input=0x64x3", "from 1 to 65,536"),
        ("resnet34?input=64x64x65537", "from 1 to 65,536"),
        ("resnet34?input=31x224x3", "at least 32×32"),
        ("plain18?input=224x31x3", "too small for Plain-18"),
        ("", "built-in"),
        ("?", "built-in"),
    ],
)
def test_that_a_wrong_request_is_one_clear_sentence(text: str, part: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_builtin(text)
    message = caught.value.message
    assert part in message
    assert "\n" not in message
    assert len(message) < 400
    assert caught.value.exit_code == 2


def test_that_a_source_from_elsewhere_is_checked_too() -> None:
    with pytest.raises(UsageError):
        normalize(BuiltIn("resnet34", (("classes", "0"),)))
    with pytest.raises(UsageError):
        parameters_of(BuiltIn("no such net"))
    assert normalize(BuiltIn("resnet34", (("shortcut", "B"),))) == BuiltIn("resnet34")


@given(st.text(max_size=40), st.text(max_size=40))
def test_that_no_text_gives_anything_but_a_source_or_a_usage_error(head: str, tail: str) -> None:
    for text in (head, f"resnet50?{head}={tail}", f"resnet50?input={tail}", f"{head}?{tail}"):
        refusal = ""
        try:
            source = parse_builtin(text)
        except UsageError as error:
            refusal = error.message
        else:
            assert parse_builtin(str(source)) == source
        assert refusal.isprintable()

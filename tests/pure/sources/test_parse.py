"""Parser of source texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.errors import UsageError
from resnet_viz.sources.parse import parse_source
from resnet_viz.sources.types import (
    Application,
    BuiltIn,
    Counterpart,
    ModelFile,
    PastFile,
    PastFunction,
    PythonFunction,
    Source,
    base_of,
    file_of,
    minus,
)


@pytest.mark.parametrize(
    "text",
    ["m.keras", "m.json", "M.KERAS", "folder/m.keras", "./resnet34", "folder/model", "/tmp/model",
     "ü — 1.json", "C:\\models\\m.keras", "m.h5", "folder/m.HDF5"],
)  # fmt: skip
def test_that_a_suffix_or_a_separator_names_a_file(text: str) -> None:
    assert parse_source(text) == ModelFile(text)


def test_that_an_existing_file_needs_no_suffix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mymodel").touch()
    assert parse_source("mymodel") == ModelFile("mymodel")


def test_that_a_built_in_wins_over_a_file_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "resnet34").mkdir()
    assert parse_source("resnet34") == BuiltIn("resnet34")


def test_that_built_ins_come_with_canonical_parameters() -> None:
    expected = BuiltIn("resnet34", (("classes", "10"), ("input", "64x64x3")))
    assert parse_source("resnet34?input=64,64,3&classes=10&shortcut=B") == expected


@pytest.mark.parametrize(
    ("text", "location", "function", "is_file"),
    [
        ("package.module:function", "package.module", "function", False),
        ("module:build", "module", "build", False),
        ("path/to/file.py:build", "path/to/file.py", "build", True),
        ("/abs/päth/my file.py:build", "/abs/päth/my file.py", "build", True),
        ("C:\\nets\\file.py:build", "C:\\nets\\file.py", "build", True),
    ],
)
def test_that_a_colon_names_a_function(
    text: str, location: str, function: str, is_file: bool
) -> None:
    source = parse_source(text)
    assert source == PythonFunction(location, function)
    assert source.is_file == is_file
    assert str(source) == text


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("git:HEAD~1:nets/model.py:build", PastFunction("nets/model.py", "build", "HEAD~1")),
        ("git:v1.2:nets.model:build", PastFunction("nets.model", "build", "v1.2")),
        ("git:main@{1 day ago}:a b.keras", PastFile("a b.keras", "main@{1 day ago}")),
        ("git:HEAD:C:\\nets\\f.py:build", PastFunction("C:\\nets\\f.py", "build", "HEAD")),
        ("git:build", PythonFunction("git", "build")),  # of the module git
    ],
)
def test_that_git_names_a_source_of_the_past(text: str, source: Source) -> None:
    assert parse_source(text) == source
    assert str(source) == text
    assert file_of(source) == ""  # it does not change
    past = Counterpart(base_of(source), ("shortcuts",))
    assert parse_source(f"{text} - shortcuts") == past


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "No model given"),
        ("  ", "No model given"),
        ("keras:EfficientNetX", "keras:EfficientNet"),
        ("path/to/file.py", "name the function"),
        ("model.onnx", "ends in .keras, .h5 or .json"),
        ("resnet43", "did you mean"),
        ("resnet34?classes=no", "whole numbers"),
        ("git::model.keras", "needs a revision"),
        ("git:HEAD:", "needs a source"),
        ("git:--output=x:model.keras", "is no git revision"),
        ("git:HEAD:resnet34", "is no file and no function"),
        ("git:HEAD:git:HEAD:model.keras", "is no file and no function"),
        ("git:HEAD:model.py", "name the function"),
        ("resnet34?input=64/64/3", "height, width and channels"),
    ],
)
def test_that_what_names_nothing_is_wrong_usage_in_one_sentence(text: str, part: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_source(text)
    assert part in caught.value.message
    assert caught.value.message.isprintable()
    assert caught.value.exit_code == 2


@given(st.text(max_size=80))
def test_that_any_text_is_a_source_or_wrong_usage(text: str) -> None:
    refusal = ""
    try:
        source = parse_source(text)
    except UsageError as error:
        refusal = error.message
    else:
        assert parse_source(str(source)) == source
    assert refusal.isprintable()


@pytest.mark.parametrize(
    ("text", "base", "terms"),
    [
        ("resnet34 - shortcuts", BuiltIn("resnet34"), ("shortcuts",)),
        ("resnet34 -  conv3_2 - conv4_2 ", BuiltIn("resnet34"), ("conv3_2", "conv4_2")),
        ("resnet34 - a - shortcuts - a", BuiltIn("resnet34"), ("a", "shortcuts")),
        ("m.keras - block 1", ModelFile("m.keras"), ("block 1",)),
        ("a - b.keras - shortcuts", ModelFile("a - b.keras"), ("shortcuts",)),
        ("keras:ResNet50 - shortcuts", Application("ResNet50"), ("shortcuts",)),
        ("my - nets/f.py:build - x", PythonFunction("my - nets/f.py", "build"), ("x",)),
        ("nets.all:build - x", PythonFunction("nets.all", "build"), ("x",)),
    ],
)
def test_that_minus_names_what_to_take_away(
    text: str, base: object, terms: tuple[str, ...]
) -> None:
    source = parse_source(text)
    assert isinstance(source, Counterpart)
    assert (source.base, source.terms) == (base, terms)
    assert parse_source(str(source)) == source
    assert base_of(source) == base


def test_that_a_file_of_that_very_name_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("resnet34 - shortcuts", "mine - first"):
        (tmp_path / name).touch()
    assert parse_source("resnet34 - shortcuts") == ModelFile("resnet34 - shortcuts")
    expected = Counterpart(ModelFile("mine - first"), ("shortcuts",))
    assert parse_source("mine - first - shortcuts") == expected
    assert file_of(expected) == "mine - first"
    assert parse_source("net-with-hyphens.keras") == ModelFile("net-with-hyphens.keras")


def test_that_one_more_term_is_added_once() -> None:
    once = minus(BuiltIn("resnet34"), "conv3_2")
    assert str(minus(once, "shortcuts")) == "resnet34 - conv3_2 - shortcuts"
    assert minus(once, "conv3_2") == once


@pytest.mark.parametrize("text", ["resnet34 -", "resnet34 -  - conv3_2", " - shortcuts", "a - "])
def test_that_a_minus_with_nothing_beside_it_is_one_sentence(text: str) -> None:
    with pytest.raises(UsageError, match=r'nothing (after|before) a minus; .* - shortcuts"\.$'):
        parse_source(text)

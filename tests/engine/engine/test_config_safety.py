"""Only Keras's layers and the objects that configure them pass from a file to Keras."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz import assets
from resnet_viz.engine.config_safety import (
    SHAPES_UNCHECKED,
    SHAPES_UNKNOWN,
    RefusedConfigError,
    vet_config,
)
from resnet_viz.sources.catalog import BUILTIN_NAMES

plain = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
anything = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["class_name", "module", "config", "vocabulary", "compile_config"]),
            inner | st.sampled_from(["Lambda", "Dense", "keras.layers", "os", "StringLookup"]),
            max_size=4,
        )
    ),
    max_leaves=20,
)


def classes(value: Any) -> list[dict[str, Any]]:
    """Every entry that Keras would take for an object."""
    if isinstance(value, list):
        return [entry for part in value for entry in classes(part)]
    if not isinstance(value, dict):
        return []
    own = [value] if isinstance(value.get("class_name"), str) else []
    return own + [entry for part in value.values() for entry in classes(part)]


def outcome(config: Any) -> tuple[Any, RefusedConfigError | None]:
    try:
        return vet_config(config, where="mine.json"), None
    except RefusedConfigError as error:
        return None, error


@given(anything)
def test_that_any_json_is_vetted_or_refused_in_one_sentence(config: Any) -> None:
    passed, refusal = outcome(config)
    if refusal is not None:
        assert refusal.message.startswith("mine.json ")
        assert refusal.code in {"unsafe", "custom_class"}
    assert not any(entry["class_name"] == "Lambda" for entry in classes(passed))
    assert all(
        entry["class_name"].startswith("__")
        or ("module" not in entry and "module" not in config and entry["class_name"][0].isupper())
        or entry["module"] == "builtins"
        or entry["module"].startswith("keras")
        for entry in classes(passed)
    )


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_that_our_own_configs_pass_unchanged_but_for_training_settings(name: str) -> None:
    config = json.loads(assets.read_bytes(f"models/{name}.json"))
    passed = vet_config(config, where=name)
    config.pop("compile_config", None)
    assert passed == config


def test_that_a_name_from_a_file_is_shown_on_one_line() -> None:
    config = {"class_name": "Evil\n\x1b[31m" + "x" * 500, "module": "evil", "config": {}}
    with pytest.raises(RefusedConfigError) as caught:
        vet_config(config, where="x")
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("module", "passes"),
    [
        ("keras", True),
        ("keras.layers", True),
        ("keras.src.ops.numpy", True),
        ("keras.src.layers.convolutional.conv2d", True),
        ("builtins", True),
        ("keras.utils", False),
        ("keras.src.utils.file_utils", False),
        ("keras.saving", False),
        ("keras.src.saving.saving_api", False),
        ("keras.applications", False),
        ("keras.src.applications.resnet", False),
        ("keras_evil.layers", False),
        ("kerasx", False),
        ("os", False),
        ("", False),
        (None, False),
        (3, False),
    ],
)
def test_that_only_modules_of_layers_may_be_named(module: object, *, passes: bool) -> None:
    config = {"class_name": "Thing", "module": module, "config": {}}
    if passes:
        assert vet_config(config, where="x") == config
    else:
        with pytest.raises(RefusedConfigError, match="Thing"):
            vet_config(config, where="x")


@pytest.mark.parametrize(
    "config",
    [
        {"class_name": "Lambda", "module": "keras.layers", "config": {}},
        {"class_name": "Mine", "module": "mine", "config": {}},
        {"class_name": "StringLookup", "module": "keras.layers", "config": {"vocabulary": "f.txt"}},
    ],
)
def test_that_a_refusal_names_its_consequence(config: Any) -> None:
    with pytest.raises(RefusedConfigError, match=r"its shapes stay unchecked\.$"):
        vet_config(config, where="x", loss=SHAPES_UNCHECKED)
    with pytest.raises(RefusedConfigError, match=r"its unknown shapes stay unknown\.$"):
        vet_config(config, where="x", loss=SHAPES_UNKNOWN)


def test_that_a_file_of_keras_2_is_refused_as_one() -> None:
    config = {"module": "tf_keras.src.engine.functional", "class_name": "Functional", "config": {}}
    with pytest.raises(RefusedConfigError) as caught:
        vet_config(config, where="old.keras", loss=SHAPES_UNKNOWN)
    assert caught.value.message == (
        "old.keras was saved by Keras 2 (tf_keras), and the engine has Keras 3; "
        "its unknown shapes stay unknown."
    )

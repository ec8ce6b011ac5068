"""Weights recorded in real model files are those that Keras counts."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import resnet_viz
from resnet_viz.analysis.costs.compute import numbers_of
from resnet_viz.analysis.costs.types import Numbers
from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.analysis.wording.terms import class_term, package_of
from resnet_viz.graph.types import Graph
from resnet_viz.reading.read import read_file
from tests.support.keras.saved_models import MODELS, custom_layers

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("fresh_keras")]

SUFFIXES = (".keras", ".h5")
# Uncertain in a .keras file: a variable stored twice, LoRA that Keras has merged.
UNSURE = {("custom", ".keras"): {"around"}, ("frozen", ".keras"): {"around"},
          ("lora", ".keras"): {"dense"}, ("wrapped", ".keras"): {"spectral"}}  # fmt: skip


def saved(model: Any, path: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras calls HDF5 legacy
        model.save(path)
    return path


def layers_of(model: Any, around: str = "") -> Iterator[tuple[str, Any]]:
    """The layers of a model and of the models in it, by their names with those around them."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from layers_of(layer, f"{around}{layer.name}/")
        else:
            yield f"{around}{layer.name}", layer


def fixed(layer: Any) -> int:
    return sum(math.prod(weight.shape) for weight in layer.non_trainable_weights)


def numbers(graph: Graph) -> Numbers:
    return numbers_of(structure_of(graph))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", MODELS)
def test_that_headers_give_kerass_own_count_or_none(name: str, suffix: str, tmp_path: Path) -> None:
    model = MODELS[name]()
    found = read_file(saved(model, tmp_path / f"m{suffix}")).weights
    unsure = UNSURE.get((name, suffix), set())
    layers = dict(layers_of(model))
    assert set(layers) - set(found) == unsure
    for layer, weights in found.items():
        count = layers[layer].count_params() if layer in layers else 0  # a Sequential's input
        assert sum(map(math.prod, weights.shapes)) == count, layer


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", MODELS)
def test_that_every_layers_parameters_are_kerass_own_or_unknown(
    name: str, suffix: str, tmp_path: Path
) -> None:
    model = MODELS[name]()
    graph = read_file(saved(model, tmp_path / f"m{suffix}"))
    of_calls, sums = numbers(graph).calls, numbers(graph).totals.numbers
    layers = dict(layers_of(model))
    unknown: set[str] = set()
    for call in graph.calls:
        cost, layer = of_calls[call.id], layers.get(call.layer)
        if layer is None:  # an operation
            continue
        if cost.parameters is None:
            unknown.add(call.layer)
            continue
        assert cost.parameters == layer.count_params(), call.id
        assert cost.non_trainable_parameters in (None, fixed(layer)), call.id
    assert unknown == UNSURE.get((name, suffix), set()) - {"spectral"}  # Keras's own has a rule
    assert sums.parameters_at_least == bool(unknown)
    if not unknown:
        assert sums.parameters == model.count_params()


@pytest.mark.parametrize("name", MODELS)
def test_that_a_live_models_layers_have_their_weights_and_which_are_trainable(name: str) -> None:
    model = MODELS[name]()
    graph = resnet_viz.trace(model)
    of_calls, sums = numbers(graph).calls, numbers(graph).totals.numbers
    layers = dict(layers_of(model))
    for call in graph.calls:
        cost, layer = of_calls[call.id], layers.get(call.layer)
        if layer is not None:
            assert cost.parameters == layer.count_params(), call.id
            assert cost.non_trainable_parameters == fixed(layer), call.id
    assert not sums.parameters_at_least
    assert not sums.split_at_least
    trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    assert (sums.parameters, sums.trainable_parameters) == (model.count_params(), trainable)
    closed = [call.id for call in graph.calls if call.type in custom_layers()]
    assert {of_calls[call].weights_from for call in closed} <= {"keras"}
    assert closed or name not in {"custom", "frozen", "trained"}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_that_a_registered_class_keeps_its_package(suffix: str, tmp_path: Path) -> None:
    graph = read_file(saved(MODELS["shared"](), tmp_path / f"m{suffix}"))
    call = graph.by_id["mixer"]
    assert (class_term(call), package_of(call)) == ("Mixer", "mine")

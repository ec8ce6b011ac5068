"""Copies of live layers and operations under names that are unique in one model."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import keras

from resnet_viz.engine.counterpart.error_details import error_details
from resnet_viz.errors import ModelError, quoted
from resnet_viz.graph.keras_classes import is_keras


class LayerCopies:
    """The copies made for one model: one for each operation, whatever the number of its calls.

    Weights are copied by ``copy_weights``, once the calls of the copies have built them.
    """

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - a keras.Model
        self._classes = {
            type(layer).__name__: type(layer)
            for layer in model._flatten_layers()  # noqa: SLF001
            if not is_keras(type(layer).__module__)
        }
        self._copies: dict[int, tuple[Any, Any]] = {}
        self._names: set[str] = set()

    def copy_of(self, operation: Any, name: str) -> Any:  # noqa: ANN401 - a layer or operation
        """The copy of ``operation``, called ``name`` if that is still free.

        Raises:
            ModelError: its class can't be made again from its configuration.
        """
        if id(operation) not in self._copies:
            copy = self._copy(operation, self._unique(name))
            self._copies[id(operation)] = operation, copy
        return self._copies[id(operation)][1]

    def adopt(self, operation: Any, name: str) -> Any:  # noqa: ANN401
        """Take ``operation``, which is a part of a copy, as it is but for its name."""
        if id(operation) not in self._copies:
            operation.name = self._unique(name)
            self._copies[id(operation)] = operation, operation
        return operation

    def copy_weights(self, used: Collection[int]) -> None:
        """Give the copies the weights of their originals, and what of them is trained.

        Args:
            used: ``id`` of each copy that the model still calls.
        """
        for original, copy in self._copies.values():
            is_layer = isinstance(original, keras.layers.Layer)
            if copy is original or not is_layer or id(copy) not in used:
                continue
            layers = original._flatten_layers(), copy._flatten_layers()  # noqa: SLF001
            for one, other in zip(*layers, strict=False):
                other.trainable = one.trainable
            for weight, copied in zip(original.weights, copy.weights, strict=True):
                copied.assign(weight)

    def _copy(self, operation: Any, name: str) -> Any:  # noqa: ANN401
        try:
            copy = self._from_config(operation, name)
        except Exception as error:  # a user's class raises anything
            if not getattr(operation, "weights", ()):
                return operation  # without weights, two models may share it
            raise ModelError(
                f"The layer {quoted(operation.name)} can't be copied; give its class "
                f"{type(operation).__name__} a get_config that from_config understands.",
                details=error_details(error),
            ) from error
        if copy.name != name:  # operations of keras.ops take no name
            copy.name = name
        return copy

    def _from_config(self, operation: Any, name: str) -> Any:  # noqa: ANN401
        """``operation`` made again as its class says, else with the arguments that it was made of.

        Some libraries' ``get_config`` returns what the constructor doesn't take. Keras records
        simple arguments of every constructor.
        """
        with keras.saving.custom_object_scope(self._classes):
            try:
                return type(operation).from_config({**operation.get_config(), "name": name})
            except Exception:
                recorded = getattr(operation, "_auto_config", None)
                if recorded is None:
                    raise
                return type(operation)(**{**recorded.config, "name": name})

    def _unique(self, name: str) -> str:
        base = candidate = re.sub(r"/+", "_", name)
        count = 0
        while candidate in self._names:
            count += 1
            candidate = f"{base}_{count}"
        self._names.add(candidate)
        return candidate

"""Network under experiment: a live Keras model run call by call, with taps and changed wiring."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypedDict

import keras

from resnet_viz.analysis.structure.detect import structure_of
from resnet_viz.engine.experiments.networks.wiring import PassInputs, PassTensor
from resnet_viz.engine.keras_nodes import function_of, has_graph, names_of, nodes_of
from resnet_viz.graph.types import TensorRef

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from resnet_viz.analysis.structure.types import Structure
    from resnet_viz.engine.experiments.networks.wiring import Change, Changes
    from resnet_viz.graph.types import Graph

Tensors = dict[TensorRef, Any]


class NetFields(TypedDict):
    """Fields of every ``NetRun``."""

    source: str
    calls: tuple[str, ...]
    steps: int
    weights: str


class _NodeStep:
    """One node of a function: its call id and what running it needs."""

    def __init__(self, node: Any, call: str) -> None:  # noqa: ANN401 - a Keras node
        self.node = node
        self.call = call
        self.operation = node.operation
        self.inner = None if node.is_input else function_of(node.operation)
        signature = () if node.is_input else _parameters(node.operation)
        self.takes_training = "training" in signature


class Net:
    """A functional Keras model whose calls are run one by one.

    Attributes:
        source: name in results.
        model: the live model; its weights are those of the net.
        graph, structure: of the model, its wiring unchanged.
        changes: changes of the wiring that hold in every run.
        weights_from: initialiser of the weights, or "keep".
        trained: number of steps trained.
        activation: the last layer and its own activation, if another one takes its place.
    """

    def __init__(self, source: str, model: Any, graph: Graph, changes: Changes) -> None:  # noqa: ANN401
        self.source = source
        self.model = model
        self.graph = graph
        self.changes: Mapping[str, Change] = dict(changes)
        self.weights_from = ""
        self.activation: tuple[Any, Any] | None = None
        self.trained = 0
        self._steps: dict[tuple[int, str], list[_NodeStep]] = {}

    @cached_property
    def structure(self) -> Structure:
        """Structure of the graph."""
        return structure_of(self.graph)

    @property
    def output(self) -> TensorRef:
        """The model's first output."""
        return self.graph.outputs[0]

    @cached_property
    def live(self) -> frozenset[str]:
        """Ids of the calls that the output depends on with the wiring as changed."""
        seen: set[str] = set()
        waiting = [self.output.call]
        while waiting:
            call = waiting.pop()
            if call in seen:
                continue
            seen.add(call)
            waiting += [ref.call for ref in self._inputs(call)]
        return frozenset(seen)

    def _inputs(self, call: str) -> tuple[TensorRef, ...]:
        inputs = self.graph.by_id[call].inputs
        change = self.changes.get(call)
        if isinstance(change, PassTensor):
            return (change.source,)
        return tuple(inputs[n] for n in change.positions) if change is not None else inputs

    @cached_property
    def operations(self) -> dict[str, Any]:
        """Keras layer or operation of every live call, in topological order."""
        found: dict[str, Any] = {}
        self._collect(function_of(self.model), "", found)
        order = [call.id for call in self.graph.calls if call.id in self.live]
        return {call: found[call] for call in order if call in found}

    def _collect(self, function: Any, prefix: str, found: dict[str, Any]) -> None:  # noqa: ANN401
        for step in self.steps_of(function, prefix):
            if step.inner is not None:
                self._collect(step.inner, f"{step.call}/", found)
            else:
                found[step.call] = step.operation

    @cached_property
    def kernels(self) -> dict[str, tuple[Any, ...]]:
        """Trainable weights of two dimensions or more, by weighted call in topological order."""
        found = {
            call: tuple(w for w in getattr(layer, "trainable_weights", ()) if len(w.shape) > 1)
            for call, layer in self.operations.items()
            if call not in self.changes
        }
        return {call: weights for call, weights in found.items() if weights}

    @cached_property
    def variables(self) -> tuple[Any, ...]:
        """All trainable weights of live calls, each once."""
        found: dict[int, Any] = {}
        for call, layer in self.operations.items():
            if call not in self.changes:
                for weight in getattr(layer, "trainable_weights", ()):
                    found.setdefault(id(weight), weight)
        return tuple(found.values())

    @property
    def calls(self) -> tuple[str, ...]:
        """Ids of the weighted calls in topological order."""
        return tuple(self.kernels)

    @property
    def fields(self) -> NetFields:
        """Fields of every measurement of the network."""
        return NetFields(
            source=self.source, calls=self.calls, steps=self.trained, weights=self.weights_from
        )

    def run(
        self,
        pictures: Any,  # noqa: ANN401 - a tensor
        *,
        training: bool,
        taps: Collection[TensorRef] = (),
        changes: Mapping[str, Change] | None = None,
    ) -> tuple[Any, Tensors]:
        """Run the network; returns its output, and the tensors of ``taps`` that were made.

        Args:
            pictures: a batch, as the model's input takes it.
            training: normalise by the batch's own statistics, and update the moving ones.
            taps: tensors to return as well.
            changes: changes of the wiring for this run, beside the net's own.
        """
        run = _NetPass({**self.changes, **(changes or {})}, {*taps, self.output}, self, training)
        run.through(function_of(self.model), [pictures], "")
        return run.kept[self.output], run.kept

    def steps_of(self, function: Any, prefix: str) -> list[_NodeStep]:  # noqa: ANN401
        """Nodes of ``function`` in topological order; ``prefix`` goes before the call ids."""
        key = id(function), prefix
        if key not in self._steps:
            names = names_of(function)
            self._steps[key] = [
                _NodeStep(node, prefix + names[id(node.operation)] + (f":{index}" if index else ""))
                for node, index in nodes_of(function)
            ]
        return self._steps[key]


class _NetPass:
    """One run through a network and the models nested in it."""

    def __init__(
        self, changes: Mapping[str, Change], wanted: set[TensorRef], net: Net, training: bool
    ) -> None:
        self._changes = changes
        self._wanted = wanted | {
            change.source for change in changes.values() if isinstance(change, PassTensor)
        }
        self._net = net
        self._training = training
        self.kept: Tensors = {}

    def through(self, function: Any, inputs: list[Any], prefix: str) -> list[Any]:  # noqa: ANN401
        """Run ``function`` on ``inputs``; returns its outputs."""
        live = self._net.live
        values = {id(t): v for t, v in zip(function.inputs, inputs, strict=True)}
        for step in self._net.steps_of(function, prefix):
            if step.node.is_input:
                outputs = [values[id(tensor)] for tensor in step.node.output_tensors]
            elif not _is_live(step, live):
                continue
            else:
                outputs = self._outputs(step, values)
            for index, (tensor, value) in enumerate(
                zip(step.node.output_tensors, outputs, strict=True)
            ):
                values[id(tensor)] = value
                ref = TensorRef(step.call, index)
                if ref in self._wanted:
                    self.kept[ref] = value
        return [values.get(id(tensor)) for tensor in function.outputs]

    def _outputs(self, step: _NodeStep, values: dict[int, Any]) -> list[Any]:
        node = step.node
        change = self._changes.get(step.call)
        if isinstance(change, PassTensor):
            return [self.kept[change.source]]
        if isinstance(change, PassInputs):
            tensors = [values[id(node.input_tensors[n])] for n in change.positions]
            return [sum(tensors[1:], start=tensors[0])]
        args, kwargs = node.arguments.fill_in(values)
        if step.inner is not None:
            passed = keras.tree.flatten(args or kwargs.get("inputs"))
            return self.through(step.inner, passed, f"{step.call}/")
        if step.takes_training:
            kwargs = {**kwargs, "training": self._training}
        return list(keras.tree.flatten(step.operation(*args, **kwargs)))


def _is_live(step: _NodeStep, live: frozenset[str]) -> bool:
    if step.inner is None:
        return step.call in live
    inside = f"{step.call}/"
    return any(call.startswith(inside) for call in live)


def _parameters(operation: Any) -> Collection[str]:  # noqa: ANN401 - a Keras layer or operation
    if has_graph(operation):
        return ()
    try:
        return inspect.signature(operation.call).parameters
    except (TypeError, ValueError):
        return ()

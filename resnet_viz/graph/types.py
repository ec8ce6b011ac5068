"""The graph of a Keras model as frozen values: calls of layers and the tensors between them.

Shapes are Keras's: batch first, ``None`` for a size that is not known, in the order the model has
them (channels last or first). A shape that is not known at all is ``None`` itself.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from resnet_viz.graph.notebook_picture import NotebookPicture

MAX_RANK: Final = 64
MAX_SIZE: Final = 2**40
"""Limits of shapes and settings: far above real models."""

Width: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_SIZE)]
Shape: TypeAlias = Annotated[tuple[Width | None, ...], Meta(max_length=MAX_RANK)]
Ranks: TypeAlias = frozenset[int]
_KERAS: Final = frozenset({"keras", "tf_keras", "tensorflow"})

DataFormat: TypeAlias = Literal["channels_last", "channels_first"]


class TensorRef(msgspec.Struct, frozen=True, order=True):
    """Reference to a tensor: the call that made it and the index among its outputs."""

    call: str
    output: Width = 0


class Tensor(msgspec.Struct, frozen=True):
    """One output of a call.

    Attributes:
        shape: batch first, or None where nothing tells it.
        dtype: Keras's name ("float32"), or None where nothing tells it.
    """

    shape: Shape | None
    dtype: str | None


class LayerCall(msgspec.Struct, frozen=True):
    """One use of a layer (or keras.ops operation): the smallest box of the diagram.

    Attributes:
        id: unique in the graph: the layer's name, ``name:1`` for its second call and so on.
        layer: the layer's name; calls with the same layer share its weights.
        call_index: 0 for the first call.
        type: the class name, "Conv2D"; operations have one too ("Pad").
        module: module of the class ("keras.layers", "keras.src.ops.numpy"); None if unknown.
        config: the layer's configuration as in the file (plain JSON values).
        arguments: the call's other, plain-JSON arguments (kwargs that are not tensors).
        inputs: input tensors in the order of the call's arguments; the same tensor may repeat.
        outputs: output tensors; never empty.
        scope: id of the innermost submodel around the call; "" for the model itself.
        registered: the name with its package, "mine>Halve", under which a class of the user's own
            is registered with Keras; None if it is not, and for Keras's own.
        is_guessed: True if the file names no module, so that the class is Keras's by its name only.
    """

    id: str
    layer: str
    call_index: int
    type: str
    module: str | None
    config: dict[str, Any]
    arguments: dict[str, Any]
    inputs: tuple[TensorRef, ...]
    outputs: tuple[Tensor, ...]
    scope: str = ""
    registered: str | None = None
    is_guessed: bool = False

    @property
    def keras_class(self) -> str:
        """The ``type`` if the class is Keras's own; "" for a user's, whatever its name."""
        return self.type if is_keras_module(self.module) else ""

    @property
    def output_shape(self) -> Shape | None:
        """Shape of the first output."""
        return self.outputs[0].shape


class Scope(msgspec.Struct, frozen=True):
    """One call of a nested model; the calls inside it are calls of the graph like all others.

    The calls inside have ids ``outer/inner`` (``outer:1/inner`` for the second call of a shared
    submodel; their ``layer`` is ``outer/inner`` both times, so that weights count once). Tensors
    pass through: an inner InputLayer takes the outer tensor as its input, and consumers of the
    submodel's output refer to the inner call that makes it.

    Attributes:
        id: "resnet50", "resnet50:1", "outer/inner".
        layer: the nested model's layer name (with the names around it).
        call_index: 0 for the first call.
        type: "Functional" or "Sequential".
        parent: id of the scope around it; "" for the model itself.
        inputs: tensors that enter, in the order of the nested model's inputs.
        outputs: tensors that leave, in the order of the nested model's outputs.
        is_layer: True if it is no model but a layer that holds layers; ``type`` is its class then.
        is_per_step: True if the models inside run once for each step of the layer's input (its
            second axis), as in TimeDistributed.
    """

    id: str
    layer: str
    call_index: int
    type: str
    parent: str
    inputs: tuple[TensorRef, ...]
    outputs: tuple[TensorRef, ...]
    is_layer: bool = False
    is_per_step: bool = False


class LayerWeights(msgspec.Struct, frozen=True):
    """Actual weights of one layer, from its file's headers or from Keras.

    Attributes:
        shapes: of each weight; () for a single number. No shapes: the layer has no weights.
        trainable: for each weight whether training changes it; None if unknown, as in files.
    """

    shapes: tuple[tuple[Width, ...], ...]
    trainable: tuple[bool, ...] | None = None


class Edge(msgspec.Struct, frozen=True):
    """One distinct (tensor, consumer) pair.

    Attributes:
        source: the tensor that flows.
        target: id of the call that consumes it.
        positions: indices among the consumer's inputs (more than one if the tensor repeats).
    """

    source: TensorRef
    target: str
    positions: tuple[int, ...]


class Graph(NotebookPicture, frozen=True, dict=True):
    """A whole model: its calls in topological order, its inputs and its outputs.

    Attributes:
        scopes: the calls of nested models, outer ones first.
        weights: by ``LayerCall.layer``; layers whose weights are not known for certain are missing.
        closed: for layers that hold layers but can't be opened the reason, by ``LayerCall.layer``:
            a clause, "its call() …".
    """

    name: str
    calls: tuple[LayerCall, ...]
    inputs: tuple[TensorRef, ...]
    outputs: tuple[TensorRef, ...]
    scopes: tuple[Scope, ...] = ()
    weights: dict[str, LayerWeights] = msgspec.field(default_factory=dict)
    closed: dict[str, str] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Graph {self.name}: {len(self.calls)} calls, {len(self.edges)} edges>"

    @cached_property
    def by_id(self) -> dict[str, LayerCall]:
        """Calls by id."""
        return {call.id: call for call in self.calls}

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """One edge for each distinct (tensor, consumer), by consumer in topological order."""
        edges: list[Edge] = []
        for call in self.calls:
            positions: dict[TensorRef, list[int]] = {}
            for position, ref in enumerate(call.inputs):
                positions.setdefault(ref, []).append(position)
            edges.extend(Edge(ref, call.id, tuple(at)) for ref, at in positions.items())
        return tuple(edges)

    @cached_property
    def consumers(self) -> dict[str, tuple[str, ...]]:
        """For each call the distinct calls that consume its outputs, in topological order."""
        consumers: dict[str, list[str]] = {call.id: [] for call in self.calls}
        for edge in self.edges:
            targets = consumers[edge.source.call]
            if not targets or targets[-1] != edge.target:  # edges come consumer by consumer
                targets.append(edge.target)
        return {call: tuple(targets) for call, targets in consumers.items()}

    @cached_property
    def channels_first_ranks(self) -> Ranks:
        """Ranks (with the batch) of tensors that have their channels first.

        Convolutions and poolings of each rank vote with their ``data_format``: a model of images
        that are channels-first may end in a sequence that is channels-last.
        """
        votes: dict[int, int] = {}
        for call in self.calls:
            data_format = call.config.get("data_format")
            if data_format in ("channels_first", "channels_last"):
                shapes = (*self.input_shapes(call), call.output_shape)
                rank = next((len(shape) for shape in shapes if shape and len(shape) > 2), 0)
                votes[rank] = votes.get(rank, 0) + (1 if data_format == "channels_first" else -1)
        return frozenset(rank for rank, vote in votes.items() if rank and vote > 0)

    @cached_property
    def steps(self) -> dict[str, Shape]:
        """By scope the numbers of steps of the layers around that run it once for each step."""
        steps: dict[str, Shape] = {"": ()}
        per_step: dict[str, Shape] = {}  # scopes of such layers
        for scope in self.scopes:
            steps[scope.id] = steps[scope.parent] + per_step.get(scope.parent, ())
            if scope.is_per_step:
                shape = self.tensor(scope.inputs[0]).shape
                per_step[scope.id] = (None,) if shape is None else shape[1:2]
        return steps

    @cached_property
    def equality_numbers(self) -> dict[str, int]:
        """A number for each call; calls that differ only in names and neighbours have the same."""
        encode = msgspec.json.Encoder().encode
        numbers: dict[bytes, int] = {}
        return {
            call.id: numbers.setdefault(encode(self._described(call)), len(numbers))
            for call in self.calls
        }

    @cached_property
    def shared_results(self) -> dict[object, dict[int, Any]]:
        """Results of ``equal_calls.shared_result``, by function and equality number."""
        return {}

    def _described(self, call: LayerCall) -> tuple[object, ...]:
        """All of a call but its names and neighbours."""
        first = {ref: place for place, ref in reversed(tuple(enumerate(call.inputs)))}
        return (
            call.type,
            call.module,
            call.registered,
            call.is_guessed,
            {**call.config, "name": ""},
            call.arguments,
            call.outputs,
            [(first[ref], self.tensor(ref)) for ref in call.inputs],  # the same tensor may repeat
            self.weights.get(call.layer),
            self.steps_of(call),
        )

    def steps_of(self, call: LayerCall) -> Shape:
        """Numbers of steps that the call runs for; () for one run."""
        return self.steps.get(call.scope, ())

    def tensor(self, ref: TensorRef) -> Tensor:
        """The tensor that ``ref`` names."""
        return self.by_id[ref.call].outputs[ref.output]

    def input_shapes(self, call: LayerCall) -> tuple[Shape | None, ...]:
        """Shapes of the call's input tensors, in argument order."""
        return tuple(self.tensor(ref).shape for ref in call.inputs)


def is_join(call: LayerCall) -> bool:
    """True if the call has two or more distinct input tensors."""
    return len(call.inputs) > 1 and len(set(call.inputs)) > 1


@lru_cache(maxsize=1024)  # asked 40 times for each call of a model
def is_keras_module(module: str | None) -> bool:
    """True if classes of the module are Keras's own, or TensorFlow's: no user's."""
    return module is not None and module.partition(".")[0] in _KERAS

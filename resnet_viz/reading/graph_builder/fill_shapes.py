"""Output tensors of sorted drafts: recorded by consumers in the file, or inferred."""

from __future__ import annotations

from collections.abc import Iterable

from resnet_viz.errors import quoted
from resnet_viz.graph.keras_classes import OPERATIONS_MODULE
from resnet_viz.graph.ops import ATTENTION, EMBEDDING, RECURRENT
from resnet_viz.graph.shapes import shape_text
from resnet_viz.graph.types import LayerCall, Shape, Tensor, TensorRef
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.graph_builder.flatten_submodels import DraftCall
from resnet_viz.reading.limits import FREE_OUTPUTS, OUTPUTS_PER_CALL
from resnet_viz.reading.shape_inference.infer import FLOATS, infer_outputs

_UNKNOWN = Tensor(None, None)


class RecordedTensors:
    """Tensors as their consumers have recorded them in the file.

    Inside a nested model they are those of the time when it was made, perhaps for images of any
    size. The model around it records what leaves it in this very call: the outermost record counts.
    """

    def __init__(self) -> None:
        self._tensors: dict[TensorRef, tuple[Tensor, int]] = {}
        self._output_counts: dict[str, int] = {}
        self._room = FREE_OUTPUTS

    def add(self, ref: TensorRef, tensor: Tensor | None, depth: int, source: DraftCall) -> None:
        """Add ``ref``, an output of ``source``, as a consumer in ``depth`` models has recorded it.

        Raises:
            Unreadable: another consumer in the same model has recorded another tensor.
        """
        if ref.output:
            self.count(ref)
        if tensor is None:
            return
        known, known_depth = self._tensors.setdefault(ref, (tensor, depth))
        if known_depth == depth and known != tensor:
            raise Unreadable(_contradiction(source.layer, known, tensor))
        if depth < known_depth:
            self._tensors[ref] = (tensor, depth)

    def count(self, *refs: TensorRef) -> None:
        """Count these tensors as outputs of their calls."""
        for ref in refs:
            if ref.output >= self._output_counts.get(ref.call, 1):
                self._output_counts[ref.call] = ref.output + 1

    def check_count(self, calls: int) -> None:
        """Check the total number of outputs.

        Raises:
            Unreadable: there are far more than ``calls`` calls of a real model have.
        """
        total = sum(self._output_counts.values())
        if total > FREE_OUTPUTS + OUTPUTS_PER_CALL * calls:
            raise Unreadable(f"its {calls:,} calls have {total:,} outputs, far more than needed")

    def output_count(self, call: str) -> int:
        """Number of outputs of ``call`` up to the last consumed one, at least one."""
        return self._output_counts.get(call, 1)

    def has_room_for(self, unconsumed: int) -> bool:
        """Return whether so many more outputs are few enough for a real model; counts them."""
        self._room -= unconsumed
        return self._room >= 0

    def get(self, ref: TensorRef) -> tuple[Tensor | None, int]:
        """The recorded tensor, and the number of models around the consumer that recorded it."""
        return self._tensors.get(ref, (None, 0))


def fill_shapes(order: Iterable[DraftCall], recorded: RecordedTensors) -> tuple[LayerCall, ...]:
    """The calls with all known shapes.

    Raises:
        Unreadable: an input of the model differs from what its consumers have recorded, or has
            more than one output.
    """
    tensors: dict[TensorRef, Tensor] = {}
    calls: list[LayerCall] = []
    for draft in order:
        record = draft.record
        outputs = _outputs(draft, tensors, recorded)
        for index, tensor in enumerate(outputs):
            tensors[TensorRef(draft.id, index)] = tensor
        calls.append(
            LayerCall(
                id=draft.id,
                layer=draft.layer,
                call_index=draft.call_index,
                type=record.class_name,
                module=record.module,
                config=record.config,
                arguments=draft.call.arguments,
                inputs=draft.inputs,
                outputs=outputs,
                scope=draft.model.scope,
                registered=record.registered,
                is_guessed=record.is_guessed,
            )
        )
    return tuple(calls)


def _outputs(
    draft: DraftCall, tensors: dict[TensorRef, Tensor], recorded: RecordedTensors
) -> tuple[Tensor, ...]:
    is_input, depth = draft.record.is_input, draft.model.depth
    count = recorded.output_count(draft.id)
    if is_input and count > 1:
        raise Unreadable(f"the input {quoted(draft.layer)} has one output, not {count}")
    if is_input and draft.inputs:
        return (_input_tensor(tensors[draft.inputs[0]], _inferred(draft, tensors)[0]),)
    records = [recorded.get(TensorRef(draft.id, index)) for index in range(count)]
    is_stale = _is_stale(draft, tensors)
    known = tuple(tensor for tensor, _ in records if tensor is not None)
    is_complete = not is_input and len(known) == count
    if is_complete and (not is_stale or all(record_depth < depth for _, record_depth in records)):
        return known + _unconsumed(draft, tensors, recorded)
    inferred = _inferred(draft, tensors)
    outputs: list[Tensor] = []
    for index, (tensor, record_depth) in enumerate(records):
        guess = inferred[index] if index < len(inferred) else _UNKNOWN
        if tensor is None:
            outputs.append(guess)
        elif is_input and guess.shape not in {None, tensor.shape}:
            raise Unreadable(_contradiction(draft.layer, guess, tensor))
        elif is_stale and record_depth >= depth:
            dtype = tensor.dtype or guess.dtype
            outputs.append(Tensor(_fill_open_sizes(guess.shape, tensor.shape), dtype))
        else:
            outputs.append(tensor)
    return tuple(outputs) + _unconsumed(draft, tensors, recorded)


def _unconsumed(
    draft: DraftCall, tensors: dict[TensorRef, Tensor], recorded: RecordedTensors
) -> tuple[Tensor, ...]:
    """Outputs behind the last consumed one: a recurrent layer's states, parts of a tensor."""
    record = draft.record
    is_operation = (record.module or "").startswith(("keras.src.ops", OPERATIONS_MODULE))
    if not is_operation and record.class_name not in RECURRENT | ATTENTION:
        return ()
    outputs = _inferred(draft, tensors)[recorded.output_count(draft.id) :]
    return outputs if recorded.has_room_for(len(outputs)) else ()


def _inferred(draft: DraftCall, tensors: dict[TensorRef, Tensor]) -> tuple[Tensor, ...]:
    record = draft.record
    inputs = [tensors.get(ref, _UNKNOWN) for ref in draft.inputs]
    outputs = infer_outputs(
        record.class_name, record.module, record.config, draft.call.arguments, inputs
    )
    has_integers = any(tensor.dtype not in FLOATS for tensor in inputs)
    if draft.call.is_keras2 and record.class_name not in EMBEDDING and has_integers:
        # Keras 2 keeps integers where Keras 3 has rules of its own.
        return tuple(Tensor(tensor.shape, None) for tensor in outputs)
    return outputs


def _is_stale(draft: DraftCall, tensors: dict[TensorRef, Tensor]) -> bool:
    """True for a call in a nested model whose inputs differ from those when the model was made."""
    if draft.model.outer is None:
        return False
    return any(
        recorded is not None and tensors[ref] != recorded
        for ref, recorded in zip(draft.inputs, draft.call.recorded, strict=True)
    )


def _input_tensor(outer: Tensor, declared: Tensor) -> Tensor:
    """The tensor at an input of a nested model: the outer tensor in the declared dtype."""
    return Tensor(_fill_open_sizes(outer.shape, declared.shape), declared.dtype or outer.dtype)


def _fill_open_sizes(shape: Shape | None, other: Shape | None) -> Shape | None:
    """``shape`` with sizes of ``other`` where its own are open."""
    if shape is None or other is None:
        return other if shape is None else shape
    if len(shape) != len(other):
        return shape
    return tuple(b if a is None else a for a, b in zip(shape, other, strict=True))


def _contradiction(layer: str, *tensors: Tensor) -> str:
    texts = [f"{shape_text(tensor.shape)} {quoted(str(tensor.dtype))}" for tensor in tensors]
    if texts[0] == texts[1]:  # they differ in the batch
        texts = [str(list(tensor.shape or ())) for tensor in tensors]
    texts = [text if len(text) <= 120 else f"{text[:119]}…" for text in texts]
    return f"the output of {quoted(layer)} is recorded as {texts[0]} and as {texts[1]}"

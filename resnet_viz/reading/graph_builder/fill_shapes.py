"""Drafts in topological order to calls: each output's shape, from the file or by rule."""

from __future__ import annotations

from collections.abc import Iterable

from resnet_viz.errors import quoted
from resnet_viz.graph.ops import EMBEDDING
from resnet_viz.graph.shapes import shape_text
from resnet_viz.graph.types import LayerCall, Shape, Tensor, TensorRef
from resnet_viz.reading.errors import Unreadable
from resnet_viz.reading.graph_builder.flatten_submodels import Draft
from resnet_viz.reading.limits import FREE_OUTPUTS, OUTPUTS_PER_CALL
from resnet_viz.reading.shape_inference.infer import FLOATS, infer_outputs

_NOTHING = Tensor(None, None)


class Statements:
    """What consumers say in the file of the tensors that they take.

    A nested model's own file says what its tensors were when it was made, perhaps for images of
    any size. What the model around it says of what leaves it holds for this very call: the
    outermost statement counts.
    """

    def __init__(self) -> None:
        self._said: dict[TensorRef, tuple[Tensor, int]] = {}
        self._outputs: dict[str, int] = {}

    def add(self, ref: TensorRef, said: Tensor | None, depth: int, source: Draft) -> None:
        """A consumer that lies in ``depth`` models takes ``ref``, which ``source`` makes.

        Raises:
            Unreadable: another consumer in the same model says otherwise.
        """
        if ref.output and ref.output >= self._outputs.get(ref.call, 1):
            self._outputs[ref.call] = ref.output + 1
        if said is None:
            return
        known, level = self._said.setdefault(ref, (said, depth))
        if level == depth and known != said:
            raise Unreadable(_contradiction(source.layer, known, said))
        if depth < level:
            self._said[ref] = (said, depth)

    def count(self, *refs: TensorRef) -> None:
        """These tensors exist, whatever anybody says of them."""
        for ref in refs:
            if ref.output >= self._outputs.get(ref.call, 1):
                self._outputs[ref.call] = ref.output + 1

    def check_count(self, calls: int) -> None:
        """Refuse far more outputs than ``calls`` calls of a real model have.

        Raises:
            Unreadable: there are.
        """
        total = sum(self._outputs.values())
        if total > FREE_OUTPUTS + OUTPUTS_PER_CALL * calls:
            raise Unreadable(f"its {calls:,} calls have {total:,} outputs, far more than they need")

    def outputs_of(self, call: str) -> int:
        """How many outputs of ``call`` anybody takes, at least one."""
        return self._outputs.get(call, 1)

    def of(self, ref: TensorRef) -> tuple[Tensor | None, int]:
        """What is said of ``ref``, and by a consumer in how many models."""
        return self._said.get(ref, (None, 0))


def finished(order: Iterable[Draft], statements: Statements) -> tuple[LayerCall, ...]:
    """The calls, with the shapes that are known.

    Raises:
        Unreadable: an input of the model isn't what its consumers say.
    """
    tensors: dict[TensorRef, Tensor] = {}
    calls: list[LayerCall] = []
    for draft in order:
        record = draft.record
        outputs = _outputs(draft, tensors, statements)
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
                scope=draft.inside.scope,
                registered=record.registered,
            )
        )
    return tuple(calls)


def _outputs(
    draft: Draft, tensors: dict[TensorRef, Tensor], statements: Statements
) -> tuple[Tensor, ...]:
    count = statements.outputs_of(draft.id)
    said = [statements.of(TensorRef(draft.id, index)) for index in range(count)]
    is_input = draft.record.is_input
    if is_input and draft.inputs:
        return (_entered(tensors[draft.inputs[0]], _inferred(draft, tensors)[0]),)
    if not is_input and all(tensor is not None for tensor, _ in said):
        depth = draft.inside.depth
        if not _is_stale(draft, tensors) or all(level < depth for _, level in said):
            return tuple(tensor for tensor, _ in said if tensor is not None)
    inferred = _inferred(draft, tensors)
    stale = _is_stale(draft, tensors)
    found: list[Tensor] = []
    for index, (tensor, level) in enumerate(said):
        guess = inferred[index] if index < len(inferred) else _NOTHING
        if tensor is None:
            found.append(guess)
        elif is_input and guess.shape not in {None, tensor.shape}:
            raise Unreadable(_contradiction(draft.layer, guess, tensor))
        elif stale and level >= draft.inside.depth:
            found.append(Tensor(_merged(guess.shape, tensor.shape), tensor.dtype or guess.dtype))
        else:
            found.append(tensor)
    return tuple(found)


def _inferred(draft: Draft, tensors: dict[TensorRef, Tensor]) -> tuple[Tensor, ...]:
    record = draft.record
    inputs = [tensors.get(ref, _NOTHING) for ref in draft.inputs]
    kind, arguments = record.class_name, draft.call.arguments
    found = infer_outputs(kind, record.module, record.config, arguments, inputs)
    if draft.call.is_old and kind not in EMBEDDING and any(t.dtype not in FLOATS for t in inputs):
        # Keras 2 hands whole numbers on as they are where Keras 3 has a rule of its own.
        return tuple(Tensor(tensor.shape, None) for tensor in found)
    return found


def _is_stale(draft: Draft, tensors: dict[TensorRef, Tensor]) -> bool:
    """Whether a call in a nested model takes other tensors here than when the model was made."""
    if draft.inside.outer is None:
        return False
    return any(
        said is not None and tensors[ref] != said
        for ref, said in zip(draft.inputs, draft.call.said, strict=True)
    )


def _entered(outer: Tensor, declared: Tensor) -> Tensor:
    """The tensor inside a nested model's entrance: the outer one, in the declared type."""
    return Tensor(_merged(outer.shape, declared.shape), declared.dtype or outer.dtype)


def _merged(better: Shape | None, other: Shape | None) -> Shape | None:
    """The first shape, with the second's sizes where it leaves them open."""
    if better is None or other is None:
        return other if better is None else better
    if len(better) != len(other):
        return better
    return tuple(b if a is None else a for a, b in zip(better, other, strict=True))


def _contradiction(layer: str, one: Tensor, other: Tensor) -> str:
    texts = [f"{shape_text(tensor.shape)} {quoted(str(tensor.dtype))}" for tensor in (one, other)]
    if texts[0] == texts[1]:  # they differ in the batch
        texts = [str(list(tensor.shape or ())) for tensor in (one, other)]
    texts = [text if len(text) <= 120 else f"{text[:119]}…" for text in texts]
    return f"the output of {quoted(layer)} is said to be {texts[0]} and also {texts[1]}"

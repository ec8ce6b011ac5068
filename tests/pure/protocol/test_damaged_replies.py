"""The engine's answers with wrong values: a sound graph, or an error in a sentence."""

from __future__ import annotations

import json
import random
from typing import Any, Final

import pytest

from resnet_viz.graph.layer_tree import LayerNode, tree_text
from resnet_viz.graph.types import LayerWeights
from resnet_viz.protocol.encoding import Reply, decode_reply, decode_request, encode
from resnet_viz.protocol.framing import HEADER_SIZE, ProtocolError
from resnet_viz.protocol.messages import Completed, Failed, Traced
from resnet_viz.reading.read import complete_graph, read_config
from tests.support.model_files.configs import data, residual
from tests.support.model_files.mutants import mutate
from tests.support.model_files.samples import old_siamese
from tests.support.model_files.whole_way import VIEWS, analyse_and_draw

pytestmark = pytest.mark.long

GRAPH: Final = read_config(data(residual()), where="m")
SIAMESE: Final = read_config(data(old_siamese()), where="m")
REPLIES: Final = (
    Traced(1, 1, GRAPH),
    Traced(1, 1, SIAMESE),
    Completed(
        1, 1, {call.id: call.outputs for call in GRAPH.calls}, {"a": LayerWeights(((3, 4), (4,)))}
    ),
    Failed(1, "model", "No.", layers=(LayerNode("a", "Dense", ((3, 4),), 12),)),
)


def payload_of(reply: Reply) -> bytes:
    return encode(reply)[HEADER_SIZE:]


def use(reply: Reply, number: int) -> None:
    if isinstance(reply, Traced):
        analyse_and_draw(reply.graph, view=VIEWS[number % len(VIEWS)])
    elif isinstance(reply, Completed):
        analyse_and_draw(complete_graph(GRAPH, reply.tensors, reply.weights))
    elif isinstance(reply, Failed):
        assert tree_text(reply.layers)


@pytest.mark.parametrize("first", range(0, 600, 200))
def test_that_damaged_answers_are_refused_or_used(first: int) -> None:
    refusals: list[str] = []
    for number in range(first, first + 200):
        chance = random.Random(number)
        value: Any = json.loads(payload_of(chance.choice(REPLIES)))
        mutate(value, chance)
        try:
            reply = decode_reply(json.dumps(value).encode())
        except ProtocolError as error:
            refusals.append(error.message)
            continue
        use(reply, number)
    assert 0 < len(refusals) < 200
    assert all(refusal.startswith("The engine sent ") for refusal in refusals)


@pytest.mark.parametrize(
    "payload",
    [
        b"[" * 100_000,
        b'{"type":' * 100_000,
        b'{"type":"failed","id":0,"code":"\xff","message":""}',
        b'{"type":"traced","id":1,"revision":1,"graph":' + b'{"a":' * 100_000,
        b'{"type":"completed","id":1,"revision":1,"tensors":{"a":[{"shape":[-1],"dtype":null}]},'
        b'"weights":{}}',
        b'{"type":"progress","id":1e999}',
    ],
    ids=["deep list", "deep object", "no text", "deep graph", "negative size", "endless number"],
)
def test_that_what_is_no_message_is_an_error_in_a_sentence(payload: bytes) -> None:
    for decode in (decode_reply, decode_request):
        with pytest.raises(ProtocolError) as caught:
            decode(payload)
        assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('"call":"a"', '"call":"gone"', "not made before it"),
        ('"id":"b"', '"id":"a"', "is there twice"),
        ('"inputs":[{"call":"x"', '"inputs":[{"call":"add"', "not made before it"),
        ('"inputs":[{"call":"x","output":0}]', '"inputs":[]', "no input"),
        ('"config":{"name":"a"', '"config":{"rate":"abc","name":"a"', "as its rate"),
    ],
)
def test_that_the_fault_of_a_graph_is_named(old: str, new: str, part: str) -> None:
    text = payload_of(REPLIES[0]).decode()
    assert old in text
    with pytest.raises(ProtocolError, match="can't be drawn") as caught:
        decode_reply(text.replace(old, new, 1).encode())
    assert part in caught.value.message

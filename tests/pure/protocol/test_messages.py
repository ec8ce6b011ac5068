"""Every message is decoded as it was encoded; anything else is an error."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.experiments.choices import KINDS, checked_choices
from resnet_viz.graph.types import Tensor
from resnet_viz.protocol.encoding import (
    Reply,
    Request,
    UnknownRequestError,
    decode_reply,
    decode_request,
    encode,
)
from resnet_viz.protocol.experiment_messages import Concluded, Experiment, Measurement
from resnet_viz.protocol.framing import FrameDecoder, ProtocolError
from resnet_viz.protocol.messages import (
    Build,
    Built,
    Cancel,
    CancelledReply,
    Check,
    Checked,
    Failed,
    Hello,
    Mismatch,
    Pause,
    Progress,
    Ready,
    Resume,
    Shutdown,
)
from resnet_viz.sources.types import BuiltIn
from tests.support.experiment_results import all_results

numbers = st.integers(0, 2**31)
texts = st.text(max_size=40)
sources = st.builds(
    BuiltIn, name=texts, parameters=st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
)
tensors = st.builds(
    Tensor,
    shape=st.none() | st.lists(st.none() | numbers, max_size=4).map(tuple),
    dtype=st.none() | texts,
)
wrongs = st.builds(
    Mismatch, call=texts, output=numbers, ours=st.none() | tensors, keras=st.none() | tensors
)
some_wrongs = st.lists(wrongs, max_size=3).map(tuple)
requests = st.one_of(
    st.builds(Build, id=numbers, revision=numbers, source=sources),
    st.builds(Check, id=numbers, revision=numbers, config=texts, where=texts),
    st.builds(
        Experiment,
        id=numbers,
        revision=numbers,
        kind=st.sampled_from(KINDS),
        source=sources,
        choices=st.builds(checked_choices, st.just("training"), steps=st.integers(1, 1000)),
        against=st.none() | sources,
        alone=st.booleans(),
        folder=texts,
        save=texts,
    ),
    st.builds(Cancel, id=numbers),
    st.builds(Pause, id=numbers),
    st.builds(Resume, id=numbers),
    st.just(Shutdown()),
)
replies = st.one_of(
    st.builds(Hello, protocol=numbers, app=texts, pid=numbers),
    st.builds(Ready, keras=texts, tensorflow=texts, device=texts),
    st.builds(
        Progress,
        id=numbers,
        stage=texts,
        done=numbers,
        total=numbers,
        elapsed=st.floats(0, 1e6),
    ),
    st.builds(Built, id=numbers, revision=numbers, config=texts, mismatches=some_wrongs),
    st.builds(Checked, id=numbers, revision=numbers, mismatches=some_wrongs),
    st.builds(
        Measurement,
        id=numbers,
        result=st.sampled_from(all_results()),
        done=numbers,
        total=numbers,
        elapsed=st.floats(0, 1e6),
        remaining=st.none() | st.floats(0, 1e6),
        paused=st.booleans(),
    ),
    st.builds(Concluded, id=numbers, revision=numbers, result=st.sampled_from(all_results())),
    st.builds(Failed, id=numbers, code=texts, message=texts, hint=texts, details=texts),
    st.builds(CancelledReply, id=numbers),
)


def payload_of(message: Request | Reply) -> bytes:
    (payload,) = FrameDecoder().feed(encode(message))
    return payload


@given(requests)
def test_that_requests_come_back_as_sent(request_sent: Request) -> None:
    assert decode_request(payload_of(request_sent)) == request_sent


@given(replies)
def test_that_replies_come_back_as_sent(reply: Reply) -> None:
    assert decode_reply(payload_of(reply)) == reply


def test_that_a_message_is_plain_json_that_names_its_type() -> None:
    build = Build(id=7, revision=3, source=BuiltIn("resnet34", (("classes", "10"),)))
    assert json.loads(payload_of(build)) == {
        "type": "build",
        "id": 7,
        "revision": 3,
        "source": {"type": "builtin", "name": "resnet34", "parameters": [["classes", "10"]]},
    }


def test_that_an_unknown_request_keeps_its_id() -> None:
    with pytest.raises(UnknownRequestError, match="'train'") as caught:
        decode_request(b'{"type": "train", "id": 12}')
    assert caught.value.id == 12


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"\xff\xfe", b"42", b'{"id": 1}'])
def test_that_what_is_no_message_is_a_protocol_error(payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_request(payload)
    with pytest.raises(ProtocolError) as caught:
        decode_reply(payload)
    assert "Received:" in caught.value.details


def test_that_a_request_with_a_missing_field_is_not_taken() -> None:
    with pytest.raises(UnknownRequestError, match="source"):
        decode_request(b'{"type": "build", "id": 3, "revision": 0}')


def test_that_a_mismatch_reads_as_one_line() -> None:
    mismatch = Mismatch("conv1", 0, Tensor((None, 9, 9), "float32"), Tensor((None, 8, None), None))
    assert str(mismatch) == "conv1, output 0: 9×9 float32 read, 8×? of unknown type in Keras"
    assert "no such tensor in Keras" in str(Mismatch("add", 1, Tensor(None, None), None))


@pytest.mark.parametrize(
    ("remaining", "words"), [(None, "1,200 of 4,000"), (39.6, "1,200 of 4,000, about 40 s left")]
)
def test_that_a_measurement_says_how_far_it_is(remaining: float | None, words: str) -> None:
    measurement = Measurement(
        id=1, result=all_results()[0], done=1_200, total=4_000, elapsed=9.0, remaining=remaining
    )
    assert measurement.progress == words

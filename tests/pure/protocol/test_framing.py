"""Frames survive being cut anywhere, and no other bytes pass for one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.protocol.framing import MAX_PAYLOAD, FrameDecoder, ProtocolError, frame

payloads = st.lists(st.binary(min_size=1, max_size=300), max_size=8)


@given(payloads, st.lists(st.integers(0, 2500), max_size=12))
def test_that_frames_come_out_whole_wherever_the_stream_is_cut(
    sent: list[bytes], cuts: list[int]
) -> None:
    stream = b"".join(frame(payload) for payload in sent)
    borders = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    decoder = FrameDecoder()
    received: list[bytes] = []
    for start, end in pairwise(borders):
        received += decoder.feed(stream[start:end])
    assert received == sent
    assert decoder.waiting == 0


@given(payloads, st.binary(min_size=1, max_size=40))
def test_that_byte_by_byte_equals_all_at_once(sent: list[bytes], payload: bytes) -> None:
    stream = b"".join(frame(piece) for piece in [*sent, payload])
    slow = FrameDecoder()
    one_by_one = [out for byte in stream for out in slow.feed(bytes([byte]))]
    assert one_by_one == FrameDecoder().feed(stream) == [*sent, payload]


@given(st.binary(max_size=2000))
def test_that_garbage_gives_payloads_or_a_protocol_error_and_nothing_else(data: bytes) -> None:
    decoder = FrameDecoder()
    try:
        received = decoder.feed(data)
    except ProtocolError:
        with pytest.raises(ProtocolError):
            decoder.feed(b"")
    else:
        assert sum(len(payload) + 4 for payload in received) + decoder.waiting == len(data)


def test_that_an_incomplete_frame_waits() -> None:
    decoder = FrameDecoder()
    assert decoder.feed(frame(b"abc")[:-1]) == []
    assert decoder.waiting == 6
    assert decoder.feed(b"c") == [b"abc"]


@pytest.mark.parametrize("length", [0, MAX_PAYLOAD + 1, 2**32 - 1], ids=["0", "over", "most"])
def test_that_an_impossible_length_is_refused_before_its_bytes_come(length: int) -> None:
    with pytest.raises(ProtocolError, match=f"{length:,} bytes"):
        FrameDecoder().feed(length.to_bytes(4, "big"))


def test_that_the_largest_length_allowed_is_waited_for() -> None:
    assert FrameDecoder().feed(MAX_PAYLOAD.to_bytes(4, "big")) == []


def test_that_a_payload_too_large_is_refused_by_the_sender() -> None:
    with pytest.raises(ProtocolError, match="67,108,865 bytes"):
        frame(bytes(64 * 1024 * 1024 + 1))


def test_that_an_empty_payload_is_refused_by_the_sender() -> None:
    with pytest.raises(ProtocolError):
        frame(b"")


def test_that_text_printed_into_the_stream_is_noticed() -> None:
    with pytest.raises(ProtocolError, match="out of step") as caught:
        FrameDecoder().feed(b"Hello, I am a print\n" + frame(b"{}"))
    assert "I am a print" in caught.value.details

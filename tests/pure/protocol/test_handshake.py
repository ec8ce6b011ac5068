"""The handshake ends established for one order of events only, and rejected for every other."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz import __version__
from resnet_viz.protocol.encoding import Reply
from resnet_viz.protocol.handshake import (
    AwaitingHello,
    AwaitingReady,
    Established,
    HandshakeState,
    Rejected,
    advance,
    timed_out,
)
from resnet_viz.protocol.messages import (
    CODE_MISSING,
    PROTOCOL_VERSION,
    Built,
    CancelledReply,
    Failed,
    Hello,
    Progress,
    Ready,
)

HELLO = Hello(PROTOCOL_VERSION, "1.0", 4711)
NEWER = Hello(PROTOCOL_VERSION + 1, "9.9", 4711)
READY = Ready("3.15.0", "2.21.0", "CPU")
MISSING = Failed(0, CODE_MISSING, "TensorFlow is not available.", "Install it.", "No module")
EVENTS: dict[str, Reply | None] = {
    "h": HELLO,
    "v": NEWER,
    "r": READY,
    "m": MISSING,
    "f": Failed(3, "keras", "Keras can't."),
    "p": Progress(3, "building", 0, 1, 0.0),
    "b": Built(3, 0, "{}", ()),
    "c": CancelledReply(3),
    "t": None,  # the time limit passes
}


def state_after(events: str) -> HandshakeState:
    state: HandshakeState = AwaitingHello()
    for letter in events:
        reply = EVENTS[letter]
        state = timed_out(state) if reply is None else advance(state, reply)
    return state


@given(st.text(st.sampled_from(sorted(EVENTS)), max_size=7) | st.from_regex(r"\Ahr[fpbct]*\Z"))
def test_that_only_hello_and_ready_in_order_establish_it(events: str) -> None:
    state = state_after(events)
    assert isinstance(state, Established) == bool(re.fullmatch("hr[fpbct]*", events))
    assert isinstance(state, AwaitingHello) == (events == "")
    assert isinstance(state, AwaitingReady) == (events == "h")


@given(st.text(st.sampled_from(sorted(EVENTS)), min_size=1, max_size=7), st.data())
def test_that_a_rejection_is_final(events: str, data: st.DataObject) -> None:
    state = state_after(events)
    if isinstance(state, Rejected):
        assert "\n" not in state.message
        assert state.message.endswith(".")
        assert state_after(events + data.draw(st.sampled_from(sorted(EVENTS)))) == state


def test_that_the_engines_versions_are_kept() -> None:
    assert state_after("hr") == Established(READY)


@pytest.mark.parametrize(
    ("events", "words", "retry"),
    [
        ("t", "did not answer within 10 s", False),
        ("ht", "TensorFlow was not ready after 120 s", False),
        ("v", f"The engine has version 9.9, this program {__version__}; reinstall", False),
        ("r", "out of order", True),
        ("hh", "out of order", True),
        ("hrh", "out of order", True),
        ("hf", "out of order", True),
        ("m", "TensorFlow is not available. Install it.", True),
        ("hm", "TensorFlow is not available. Install it.", True),
    ],
)
def test_that_a_rejection_says_why_and_whether_to_retry(
    events: str, words: str, *, retry: bool
) -> None:
    state = state_after(events)
    assert isinstance(state, Rejected)
    assert words in state.message
    assert state.retry is retry
    assert state.failed == (MISSING if events.endswith("m") else None)


def test_that_the_time_limits_are_10_and_120_seconds() -> None:
    assert (AwaitingHello().limit_s, AwaitingReady().limit_s) == (10.0, 120.0)


def test_that_messages_out_of_order_are_named_in_the_details() -> None:
    state = state_after("hp")
    assert isinstance(state, Rejected)
    assert state.details == "Progress in the state AwaitingReady"

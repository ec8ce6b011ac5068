"""Search texts as queries: words, phrases, terms, and what is wrong with them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.errors import UsageError
from resnet_viz.search.query import FIELDS, Query, SearchTerm, Word, parse_query


def test_that_words_phrases_and_terms_combine() -> None:
    query = parse_query('Conv3 "max pool" type:Conv2D -stage:conv2_x params>=1.5M')
    assert query.words == (Word("conv3"), Word("max pool"))
    assert query.terms == (
        SearchTerm("type", ":", "conv2d"),
        SearchTerm("stage", ":", "conv2_x", negated=True),
        SearchTerm("params", ">=", "1.5m", 1_500_000),
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [("1e6", 1e6), ("1,000,000", 1e6), ("0.5K", 500), ("2g", 2e9), (".5", 0.5), ("3", 3)],
)
def test_that_numbers_are_read_as_people_write_them(text: str, number: float) -> None:
    (term,) = parse_query(f"macs<{text}").terms
    assert term.number == number


@pytest.mark.parametrize("text", ["28x28x128", "28×28×128", "(28,28,128)", "28,28,128"])
def test_that_shapes_are_read_in_any_spelling(text: str) -> None:
    (term,) = parse_query(f"shape:{text}").terms
    assert term.value == "28x28x128"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("params>many", "params>1e6"),
        ("unknown:name", "unknown:macs"),
        ("is:big", "is:shared"),
        ("type>Conv2D", "type:conv2d"),
    ],
)
def test_that_a_wrong_term_is_told_with_a_right_one(text: str, says: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_query(text)
    assert says in raised.value.message


@pytest.mark.parametrize("text", ["", "   ", "type:", "params>", '""', "-type:"])
def test_that_a_half_typed_term_searches_for_nothing_yet(text: str) -> None:
    assert parse_query(text).is_blank


def test_that_names_with_colons_and_dashes_are_words() -> None:
    assert parse_query("dense:1 conv-a -").words == (Word("dense:1"), Word("conv-a"), Word("-"))


@given(st.text(max_size=80) | st.sampled_from([f"{field}:" for field in FIELDS]))
def test_that_any_text_is_a_query_or_a_sentence(text: str) -> None:
    with suppress(UsageError):
        assert isinstance(parse_query(text), Query)

"""Hostile files of every kind are refused in a sentence, or read without what they ask for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from resnet_viz.errors import ModelError
from resnet_viz.reading.read import read_file
from tests.support.model_files.checks import check_graph, measure_reading
from tests.support.model_files.hostile import HOSTILE, READ

pytestmark = pytest.mark.long

COSTLY = ("zip: short texts", "zip: short texts, packed less", "zip: size that is a lie")


@pytest.mark.parametrize("case", sorted(HOSTILE.keys() - READ))
def test_that_a_hostile_file_is_refused_in_a_sentence(case: str, tmp_path: Path) -> None:
    path = HOSTILE[case](tmp_path)
    with pytest.raises(ModelError) as caught:
        read_file(path)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 700


@pytest.mark.parametrize("case", sorted(READ))
def test_that_a_sound_model_is_read_without_what_lies_beside_it(case: str, tmp_path: Path) -> None:
    check_graph(read_file(HOSTILE[case](tmp_path)))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
@pytest.mark.parametrize("case", COSTLY)
def test_that_a_refused_file_takes_little_memory(case: str, tmp_path: Path) -> None:
    measured, idle = measure_reading(HOSTILE[case](tmp_path)), measure_reading(None)
    assert measured.refusal
    assert measured.peak_mib - idle.peak_mib < 300

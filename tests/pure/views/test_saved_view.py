"""Saved views: what is written is read again, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_viz.analysis.costs.memory.basis import MemoryBasis
from resnet_viz.drawing.display_list import Target
from resnet_viz.errors import ModelError
from resnet_viz.layout.view import View
from resnet_viz.sources.parse import parse_source
from resnet_viz.sources.types import ModelFile
from resnet_viz.views.saved_view import decode_view, encode_view, read_view, saved_view

VIEW = View(
    detail="unit",
    toggled=frozenset({"conv3_1", "conv2_x"}),
    layout="wrap",
    color_by="memory",
    basis=MemoryBasis(32, "float16"),
    legend=False,
    hide=frozenset({"batchnorm", "head"}),
)


@given(
    st.sampled_from(["resnet34?classes=10", "keras:VGG16", "resnet34 - shortcuts"]),
    st.frozensets(st.text(max_size=8), max_size=4),
    st.sampled_from(["stage", "block", "unit", "layer"]),
)
def test_that_a_saved_view_is_read_as_it_was(
    source: str, toggled: frozenset[str], detail: str
) -> None:
    view = msgspec.structs.replace(VIEW, toggled=toggled, detail=detail)
    selection = (Target("group", "conv3_1"), Target("call", "fc"))
    saved = saved_view(parse_source(source), view, selection)
    data = encode_view(saved)
    assert decode_view(data, where="x") == saved
    assert encode_view(decode_view(data, where="x")) == data


def test_that_files_are_saved_with_their_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    saved = saved_view(ModelFile("net.keras"), View())
    assert saved.source == str(tmp_path / "net.keras")


def test_that_only_what_differs_from_the_usual_is_written() -> None:
    text = encode_view(saved_view(parse_source("resnet34"), View(detail="layer"))).decode()
    assert '"detail": "layer"' in text
    assert "color_by" not in text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"format": "resnet-viz view"}',
        b'{"format": "other", "source": "resnet34"}',
        b'{"source": "resnet34", "version": 2}',
        b'{"source": "resnet34", "view": {"detail": "atom"}}',
        b'{"source": "resnet34", "view": {"basis": {"batch": 0}}}',
        b'{"source": "resnet34", "selection": [{"kind": "universe", "id": "x"}]}',
        b"[" * 100_000,
    ],
    ids=lambda data: data[:40].decode(errors="replace"),
)
def test_that_anything_else_is_refused_with_one_sentence(data: bytes) -> None:
    with pytest.raises(ModelError) as raised:
        decode_view(data, where="my.view.json")
    assert "my.view.json" in raised.value.message
    assert "Save View" in raised.value.message


def test_that_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.view.json"
    large.write_bytes(b" " * (5 * 2**20))
    for path in (tmp_path / "none.view.json", tmp_path, large):
        with pytest.raises(ModelError):
            read_view(path)

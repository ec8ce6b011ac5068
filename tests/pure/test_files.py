"""Atomic write: files are written whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from resnet_viz.errors import AppError
from resnet_viz.files import WriteError, atomic_write, check_target
from resnet_viz.part_files import open_part, remove_leftovers

needs_no_root = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere"
)


def write(path: Path, data: bytes = b"new") -> None:
    with atomic_write(path) as file:
        file.write(data)


def test_that_the_file_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write(tmp_path / "a.svg")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.svg", b"new")]


def test_that_a_failure_keeps_the_old_file_and_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "a.svg"
    target.write_bytes(b"old")

    def fail() -> None:
        with atomic_write(target) as file:
            file.write(b"half of the ne")
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        fail()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.svg", b"old")]


def test_that_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.svg").write_bytes(b"old")
    (tmp_path / "link.svg").symlink_to("real.svg")
    write(tmp_path / "link.svg")
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").read_bytes() == b"new"


def test_that_the_files_mode_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "a.svg"
    target.write_bytes(b"old")
    target.chmod(0o640)
    write(target)
    assert target.stat().st_mode & 0o777 == 0o640


def test_that_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    write(tmp_path / "mine.svg")
    (tmp_path / "other.svg").write_bytes(b"")
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_that_a_device_is_written_directly() -> None:
    write(Path(os.devnull))
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nothing/a.svg", "folder does not exist"),
        ("file/a.svg", "part of its path is a file"),
        ("folder.svg", "it is a folder"),
        ("a\0.svg", "file's name"),
    ],
    ids=["missing folder", "file as folder", "folder", "zero byte"],
)
def test_that_an_impossible_target_is_refused_in_one_sentence(
    tmp_path: Path, name: str, reason: str
) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder.svg").mkdir()
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(WriteError, match=reason) as caught:
        check_target(tmp_path / name)
    assert "\n" not in caught.value.message
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_that_a_name_too_long_is_refused_when_it_is_written(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="too long"):
        write(tmp_path / ("n" * 300 + ".svg"))


@needs_no_root
def test_that_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(WriteError, match="permission"):
            check_target(tmp_path / "a.svg")
    finally:
        tmp_path.chmod(0o700)


def test_that_a_full_disk_is_one_sentence() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(AppError, match="disk is full"):
        write(full)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file is its own lock there")
def test_that_what_a_killed_writer_left_is_removed_by_the_next_write(tmp_path: Path) -> None:
    import fcntl

    (tmp_path / ".b.png.12345.part").write_bytes(b"half")
    (tmp_path / ".c.png.part").write_bytes(b"the user's")
    (tmp_path / ".d.png.7.part").symlink_to("a.svg")
    with (tmp_path / ".e.png.67.part").open("wb") as written:
        fcntl.flock(written, fcntl.LOCK_EX)  # as a running writer does
        write(tmp_path / "a.svg")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"a.svg", ".c.png.part", ".d.png.7.part", ".e.png.67.part"}


def test_that_two_writers_in_a_folder_do_not_disturb_each_other(tmp_path: Path) -> None:
    with atomic_write(tmp_path / "a.svg") as one:
        one.write(b"1")
        write(tmp_path / "b.svg")
    assert {path.name for path in tmp_path.iterdir()} == {"a.svg", "b.svg"}


@pytest.mark.skipif(sys.platform == "win32", reason="an open file is its own lock there")
def test_that_a_part_is_no_leftover_until_it_is_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def replace_late(part: Path, target: Path) -> Path:
        remove_leftovers(tmp_path)  # as another writer to the folder may just then
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", replace_late)
    write(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="an open file is its own lock there")
def test_that_a_part_made_in_place_of_a_leftover_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = tmp_path / ".a.svg.12345.part"
    part.write_bytes(b"half")
    open_, made = os.open, []

    def open_slowly(path: Path, flags: int) -> int:
        descriptor = open_(path, flags)
        monkeypatch.undo()
        part.unlink()
        made.append(open_part(part))
        return descriptor

    monkeypatch.setattr(os, "open", open_slowly)
    remove_leftovers(tmp_path)
    assert part.exists()
    made[0].close()

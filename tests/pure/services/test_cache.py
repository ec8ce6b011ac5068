"""The cache returns a config as stored or none, whatever happens to its files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet_viz.services import cache as cache_module
from resnet_viz.services.cache import EntryCache, default_directory

KEY = "resnet34?classes=10"
CONFIG = b'{"class_name": "Functional", "config": {"name": "resnet34"}}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "cache"


@pytest.fixture
def cache(folder: Path) -> EntryCache:
    return EntryCache(folder, version="1", suffix=".config")


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_that_a_stored_config_comes_back(cache: EntryCache) -> None:
    assert cache.load(KEY) is None
    assert cache.store(KEY, CONFIG)
    assert cache.load(KEY) == CONFIG


def test_that_a_config_with_newlines_comes_back(cache: EntryCache) -> None:
    cache.store(KEY, b"\n{\n}\n")
    assert cache.load(KEY) == b"\n{\n}\n"


def test_that_storing_again_replaces(cache: EntryCache, folder: Path) -> None:
    cache.store(KEY, b"{}")
    cache.store(KEY, CONFIG)
    assert cache.load(KEY) == CONFIG
    assert len(list(folder.iterdir())) == 1


def test_that_keys_do_not_collide(cache: EntryCache) -> None:
    keys = ["a?b", "a/b", "a-b", "../../a", "a" * 300, "a" * 301, "모델"]
    for key in keys:
        assert cache.store(key, key.encode())
    assert [cache.load(key) for key in keys] == [key.encode() for key in keys]


def test_that_an_entry_of_another_version_is_removed(cache: EntryCache, folder: Path) -> None:
    cache.store(KEY, CONFIG)
    assert EntryCache(folder, version="2", suffix=".config").load(KEY) is None
    assert list(folder.iterdir()) == []


def test_that_a_copied_entry_does_not_answer_for_another_key(
    cache: EntryCache, folder: Path
) -> None:
    cache.store(KEY, CONFIG)
    entry = only_file(folder)
    cache.store("other", b"{}")
    (second_entry,) = set(folder.iterdir()) - {entry}
    second_entry.write_bytes(entry.read_bytes())
    assert cache.load("other") is None
    assert cache.load(KEY) == CONFIG


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_that_a_damaged_entry_is_ignored_and_removed(
    cache: EntryCache, folder: Path, data: st.DataObject
) -> None:
    cache.store(KEY, CONFIG)
    entry = only_file(folder)
    whole = entry.read_bytes()
    where = data.draw(st.integers(0, len(whole) - 1))
    damage = data.draw(st.sampled_from(["cut", "flip", "insert"]))
    if damage == "cut":
        entry.write_bytes(whole[:where])
    elif damage == "flip":
        entry.write_bytes(whole[:where] + bytes([whole[where] ^ 0x20]) + whole[where + 1 :])
    else:
        entry.write_bytes(whole[:where] + b"\n\x00" + whole[where:])
    assert cache.load(KEY) is None
    assert not entry.exists()
    assert cache.store(KEY, CONFIG)
    assert cache.load(KEY) == CONFIG


def test_that_a_folder_in_place_of_an_entry_is_no_error(cache: EntryCache, folder: Path) -> None:
    cache.store(KEY, CONFIG)
    entry = only_file(folder)
    entry.unlink()
    entry.mkdir()
    assert cache.load(KEY) is None
    assert not cache.store(KEY, CONFIG)
    assert [path.name for path in folder.iterdir()] == [entry.name]  # no part left behind


def test_that_a_directory_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = EntryCache(tmp_path / "file" / "cache", version="1", suffix=".config")
    assert not cache.store(KEY, CONFIG)
    assert cache.load(KEY) is None
    cache.discard(KEY)


def test_that_a_user_without_a_home_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert default_directory() is None
    cache = EntryCache(None, version="1", suffix=".config")
    assert not cache.store(KEY, CONFIG)
    assert cache.load(KEY) is None


def test_that_a_failing_write_leaves_nothing_behind(
    cache: EntryCache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert not cache.store(KEY, CONFIG)
    assert list(folder.iterdir()) == []


def test_that_only_the_newest_entries_are_kept(
    cache: EntryCache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "_MAX_ENTRIES", 3)
    for age, key in enumerate("abcd"):
        cache.store(key, key.encode())
        for path in folder.iterdir():
            if path.name.startswith(key):
                os.utime(path, (1_000_000 + age, 1_000_000 + age))
    cache.store("e", b"e")
    assert [key for key in "abcde" if cache.load(key)] == ["c", "d", "e"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has another folder")
def test_that_the_cache_is_where_the_platform_keeps_caches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert default_directory() == tmp_path / "xdg" / "resnet-viz"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_directory() == tmp_path / ".cache" / "resnet-viz"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_directory() == tmp_path / ".cache" / "resnet-viz"
    monkeypatch.setattr("sys.platform", "darwin")
    assert default_directory() == tmp_path / "Library" / "Caches" / "resnet-viz"


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")
@pytest.mark.parametrize("kind", ["pipe", "device", "link to itself"])
def test_that_an_entry_that_is_no_file_counts_as_missing_and_is_replaced(
    tmp_path: Path, kind: str
) -> None:
    cache = EntryCache(tmp_path, version="1", suffix=".config")
    cache.store("key", b"{}")
    (entry,) = tmp_path.iterdir()
    entry.unlink()
    if kind == "pipe":
        os.mkfifo(entry)
    else:
        entry.symlink_to("/dev/zero" if kind == "device" else entry.name)
    assert cache.load("key") is None
    if not os.path.lexists(entry) and kind == "pipe":
        os.mkfifo(entry)
    assert cache.store("key", b"{}")
    assert cache.load("key") == b"{}"


def test_that_kinds_share_a_folder_but_no_entries(folder: Path, cache: EntryCache) -> None:
    other = EntryCache(folder, version="1", suffix=".document")
    cache.store(KEY, CONFIG)
    other.store(KEY, b"analysed")
    assert cache.load(KEY) == CONFIG
    assert other.load(KEY) == b"analysed"

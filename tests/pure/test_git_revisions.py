"""Files of git revisions: as they were, nothing of the repository run, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from resnet_viz import git_revisions
from resnet_viz.errors import ModelError
from resnet_viz.git_revisions import FOLDER_PREFIX, past_file, past_folder
from resnet_viz.part_files import remove_leftover_folders
from resnet_viz.sources.types import PastFile, PastFunction
from tests.support.repositories import commit, git, make_repository


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    make_repository(folder)
    commit(folder, {"nets/model.py": "old", "nets/blocks.py": "old blocks", "model.json": "{old}"})
    commit(folder, {"nets/model.py": "new", "nets/blocks.py": "new blocks", "model.json": "{new}"})
    return folder


def test_that_a_file_is_read_as_it_was(repository: Path, temporary: Path) -> None:
    with past_file(PastFile("../model.json", "HEAD~1"), folder=str(repository / "nets")) as path:
        assert (path.name, path.read_text()) == ("model.json", "{old}")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("folder", ["", "nets"])
def test_that_a_function_has_all_files_as_they_were(
    repository: Path, temporary: Path, folder: str
) -> None:
    location = str(Path("nets/model.py").relative_to(folder)) if folder else "nets/model.py"
    source = PastFunction(location, "build", "main~1")
    with past_folder(source, folder=str(repository / folder)) as (past, inside):
        assert past.location == location
        assert (inside / past.location).read_text() == "old"
        assert (inside / past.location).with_name("blocks.py").read_text() == "old blocks"
    assert list(temporary.iterdir()) == []


def test_that_a_function_is_found_by_its_absolute_path(repository: Path, tmp_path: Path) -> None:
    source = PastFunction(str(repository / "nets" / "model.py"), "build", "HEAD^")
    with past_folder(source, folder=str(tmp_path)) as (past, inside):
        assert (inside / past.location).read_text() == "old"


def test_that_a_working_folder_younger_than_the_revision_is_there(repository: Path) -> None:
    (repository / "young").mkdir()
    source = PastFunction("../nets/model.py", "build", "HEAD~1")
    with past_folder(source, folder=str(repository / "young")) as (past, inside):
        assert (inside / past.location).read_text() == "old"


def test_that_nothing_of_the_repository_is_run(repository: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    evil = repository / "evil.sh"
    evil.write_text(f"#!/bin/sh\ntouch {ran}\ncat\n")
    evil.chmod(0o755)
    commit(repository, {".gitattributes": "*.py filter=evil\n*.json filter=evil export-subst\n"})
    git(repository, "config", "filter.evil.smudge", str(evil))
    git(repository, "config", "filter.evil.process", str(evil))
    git(repository, "config", "core.fsmonitor", str(evil))
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        (repository / ".git" / "hooks" / hook).symlink_to(evil)
    folder = str(repository)
    with past_folder(PastFunction("nets/model.py", "build", "HEAD"), folder=folder) as (_, inside):
        assert (inside / "nets" / "model.py").read_text() == "new"
    with past_file(PastFile("model.json", "HEAD"), folder=folder):
        pass
    assert not ran.exists()


def test_that_links_stay_inside(repository: Path) -> None:
    (repository / "near").symlink_to("nets")
    (repository / "far").symlink_to("../..")
    (repository / "absolute").symlink_to("/etc")
    commit(repository, {})
    source = PastFunction("nets/model.py", "build", "HEAD")
    with past_folder(source, folder=str(repository)) as (_, inside):
        assert (inside / "near" / "model.py").read_text() == "new"
        assert not (inside / "far").is_symlink()
        assert not (inside / "absolute").is_symlink()


@pytest.mark.parametrize(
    ("source", "part"),
    [
        (PastFile("model.json", "HEAD~7"), 'knows no revision "HEAD~7"'),
        (PastFile("model.json", "--help"), 'knows no revision "--help"'),
        (PastFile("model.json", "--output=stolen"), "knows no revision"),
        (PastFile("other.json", "HEAD"), 'is not in the revision "HEAD"'),
        (PastFile("nets", "HEAD"), "is not in the revision"),
    ],
)
def test_that_what_git_does_not_have_is_one_sentence(
    repository: Path, source: PastFile, part: str
) -> None:
    with pytest.raises(ModelError) as caught, past_file(source, folder=str(repository)):
        pass
    assert part in caught.value.message
    assert caught.value.message.count(". ") == 0
    assert not (repository / "stolen").exists()


def test_that_a_folder_without_a_repository_is_refused(tmp_path: Path) -> None:
    source = PastFunction("model.py", "build", "HEAD")
    with pytest.raises(ModelError, match="in no git repository"):
        past_folder(source, folder=str(tmp_path)).__enter__()


def test_that_a_revision_too_large_to_unpack_is_refused(
    repository: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_revisions, "_MOST_BYTES", 17)
    source = PastFunction("nets/model.py", "build", "HEAD")
    with pytest.raises(ModelError, match="3 files of 0 MB together"):
        past_folder(source, folder=str(repository)).__enter__()
    assert list(temporary.iterdir()) == []


def test_that_a_missing_git_is_one_sentence(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ModelError, match="git is not installed"):
        past_file(PastFile("model.json", "HEAD"), folder=str(repository)).__enter__()


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no locks there")
def test_that_the_folder_of_a_killed_process_goes_with_the_next_one(
    repository: Path, temporary: Path
) -> None:
    program = """
import sys, tempfile
from resnet_viz.git_revisions import past_folder
from resnet_viz.sources.types import PastFunction
tempfile.tempdir = sys.argv[1]
with past_folder(PastFunction("nets/model.py", "build", "HEAD"), folder=sys.argv[2]):
    print("there", flush=True)
    sys.stdin.read()
"""
    command = [sys.executable, "-c", program, str(temporary), str(repository)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"there\n"
        remove_leftover_folders(FOLDER_PREFIX)
        assert len(list(temporary.iterdir())) == 1  # its process lives
        process.send_signal(signal.SIGKILL)
    remove_leftover_folders(FOLDER_PREFIX)
    assert list(temporary.iterdir()) == []

"""``resnet-viz diff`` and ``snapshot``, and their Python counterparts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import resnet_viz
from resnet_viz.cli.main import main
from resnet_viz.testing import UPDATE, assert_same_architecture
from tests.cli.conftest import Run
from tests.support.repositories import commit, make_repository

pytest_plugins = ["pytester"]
QUIET = ("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist")


def test_that_equal_architectures_end_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "resnet18", "resnet18"]) == 0
    assert "same architecture" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("residual", "plain"), [("resnet34", "plain34"), ("cifar_resnet56", "cifar_plain56")]
)
def test_that_a_resnet_without_shortcuts_is_its_plain_net(
    residual: str, plain: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(("diff", f"{residual} - shortcuts", plain)) == 0
    assert "are the same architecture" in capsys.readouterr().out


def test_that_different_architectures_end_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "resnet34", "plain34", "--format", "json"]) == 3
    assert json.loads(capsys.readouterr().out)["counts"]["removed"] == 22


@pytest.mark.parametrize(("conditions", "code"), [("parameters>1%", 0), ("shortcuts,macs>5%", 3)])
def test_that_only_the_conditions_count(
    conditions: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", "resnet34", "plain34", "--fail-on", conditions]) == code
    assert "16" in capsys.readouterr().out


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    "more",
    [
        [],
        ["--side-by-side", "--detail", "stage", "--no-legend"],
        ["--side-by-side", "--style", "classic", "--no-legend"],
    ],
)
def test_that_a_suffix_of_a_picture_draws_both_models(
    run_here: Run, tmp_path: Path, more: list[str]
) -> None:
    done = run_here("diff", "resnet34", "plain34", "-o", "a.svg", *more)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "")
    text = (tmp_path / "a.svg").read_text()
    assert "Comparison: ResNet-34 → Plain-34" in text
    assert (">Legend<" in text) is not bool(more)


def test_that_the_suffix_of_a_text_chooses_its_format(run_here: Run, tmp_path: Path) -> None:
    for name in ("a.json", "a.md", "a.txt"):
        assert run_here("diff", "resnet34", "plain34", "-o", name).returncode == 3
    assert json.loads((tmp_path / "a.json").read_text())["counts"]["removed"] == 22
    assert (tmp_path / "a.md").read_text().startswith("**ResNet-34 → Plain-34")
    done = run_here("diff", "resnet34", "plain34", "-o", "a.html", "--format", "html")
    assert done.returncode == 3
    assert "<svg" not in (tmp_path / "a.html").read_text()


@pytest.mark.usefixtures("qapp")
def test_that_a_file_is_compared_with_an_older_revision(run_here: Run, tmp_path: Path) -> None:
    make_repository(tmp_path)
    for name in ("resnet18", "plain18"):
        resnet_viz.snapshot(name, tmp_path / "arch.json")
        commit(tmp_path, {})
    done = run_here("diff", "git:HEAD~1:arch.json", "arch.json", "--format", "json")
    assert (done.returncode, done.stderr) == (3, "")
    shortcuts = json.loads(done.stdout)["shortcuts"]
    assert {name: len(those) for name, those in shortcuts.items()} == {
        "added": 0, "removed": 8, "changed": 0,
    }  # fmt: skip
    assert run_here("export", "git:HEAD~1:arch.json", "-o", "a.svg").returncode == 0
    missing = run_here("diff", "git:HEAD~2:arch.json", "arch.json")
    assert missing.returncode == 1
    assert missing.stderr.startswith('resnet-viz: git knows no revision "HEAD~2"')


@pytest.mark.parametrize(
    "words",
    [
        ["diff", "resnet34"],
        ["diff", "a", "b", "c"],
        ["diff", "resnet34", "plain34", "--fail-on", "x"],
        ["diff", "resnet34", "plain34", "--format", "csv"],
        ["diff", "resnet35", "plain34"],
        ["diff", "resnet34", "plain34", "-o", "a.svg", "--detail", "x"],
        ["diff", "resnet34", "plain34", "-o", "a.svg", "--dpi", "300"],
    ],
)
def test_that_wrong_usage_is_one_sentence(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_that_a_snapshot_equals_its_model_and_shows_what_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot = str(tmp_path / "arch.json")
    assert main(["snapshot", "resnet18", "-o", snapshot]) == 0
    assert main(["diff", snapshot, "resnet18"]) == 0
    assert main(["diff", snapshot, "plain18"]) == 3
    capsys.readouterr()
    assert main(["report", snapshot, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["totals"]["trainable_parameters"] == 11_689_512


def test_that_a_snapshot_is_never_written_over_its_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot = tmp_path / "arch.json"
    assert main(["snapshot", "resnet18", "-o", str(snapshot)]) == 0
    before = snapshot.read_bytes()
    assert main(["snapshot", str(snapshot), "-o", str(snapshot)]) == 1
    assert snapshot.read_bytes() == before
    assert "name another file" in capsys.readouterr().err


def test_that_python_gives_the_same_differences() -> None:
    difference = resnet_viz.diff("resnet34", "plain34")
    assert not difference.equal
    assert difference.counts.removed == 22
    assert difference.to_dict()["counts"]["removed"] == 22
    assert "13 identity shortcuts" in difference.summary()


def test_that_trainable_matters_only_when_asked_for(tmp_path: Path) -> None:
    trained, frozen = tmp_path / "trained.json", tmp_path / "frozen.json"
    resnet_viz.snapshot("resnet18", trained)
    text = trained.read_text(encoding="utf-8")
    frozen.write_text(text.replace('"trainable": true', '"trainable": false'), encoding="utf-8")
    words = ["diff", str(trained), str(frozen)]
    assert main(words) == 0
    assert main([*words, "--with-trainable"]) == 3
    assert_same_architecture(frozen, trained)
    with pytest.raises(AssertionError, match="trainable true → false"):
        assert_same_architecture(frozen, trained, with_trainable=True)


def test_that_the_assertion_reports_the_differences(tmp_path: Path) -> None:
    path = tmp_path / "arch.json"
    resnet_viz.snapshot("resnet18", path)
    assert_same_architecture("resnet18", path)
    with pytest.raises(AssertionError, match="identity shortcuts"):
        assert_same_architecture("plain18", path)


def test_that_a_missing_snapshot_says_how_to_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "arch.json"
    with pytest.raises(resnet_viz.AppError, match="resnet-viz snapshot"):
        assert_same_architecture("resnet18", path)
    monkeypatch.setenv(UPDATE, "1")
    assert_same_architecture("resnet18", path)
    assert path.exists()


def test_that_the_fixture_keeps_snapshots_beside_the_tests(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeconftest('pytest_plugins = ["resnet_viz.pytest_plugin"]')
    pytester.makepyfile(
        "def test_it(same_architecture):\n    same_architecture('resnet18', 'model')\n"
    )
    pytester.runpytest_subprocess(*QUIET).assert_outcomes(failed=1)
    monkeypatch.setenv(UPDATE, "1")
    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=1)
    monkeypatch.delenv(UPDATE)
    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=1)
    assert (pytester.path / "snapshots" / "model.json").exists()


def test_that_the_fixture_names_a_snapshot_after_a_test_with_any_parameter(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeconftest('pytest_plugins = ["resnet_viz.pytest_plugin"]')
    pytester.makepyfile(
        "import pytest\n"
        "@pytest.mark.parametrize('source', ['resnet18?input=64x64x3', 'nets/../resnet18'])\n"
        "def test_it(same_architecture, source):\n"
        "    same_architecture(source.removeprefix('nets/../'))\n"
    )
    monkeypatch.setenv(UPDATE, "1")
    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=2)
    names = {path.name for path in (pytester.path / "snapshots").iterdir()}
    assert names == {"test_it[resnet18_input=64x64x3].json", "test_it[nets_.._resnet18].json"}

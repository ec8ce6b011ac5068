"""Models without shortcuts or blocks in the window: commands, recents, reload, consent."""

from __future__ import annotations

from pathlib import Path

from resnet_viz import assets
from resnet_viz.drawing.display_list import Target
from resnet_viz.gui.opening.source_completion import completions
from resnet_viz.sources.parse import parse_source
from tests.support.window.app_driver import AppDriver


def opened(driver: AppDriver) -> str:
    document = driver.session.document
    assert document is not None
    return str(document.source)


def enabled(driver: AppDriver, command: str) -> bool:
    return driver.window.actions_by_id[command].isEnabled()


def select(driver: AppDriver, kind: str, name: str) -> None:
    target = Target("group" if kind == "group" else "call", name)
    driver.session.select((target,))


def do_and_wait(driver: AppDriver, command: str, text: str) -> None:
    driver.do(command)
    driver.qtbot.waitUntil(lambda: opened(driver) == text)


def test_that_a_function_is_run_only_after_consent(driver: AppDriver) -> None:
    driver.prompter.agrees = False
    driver.program.opener.open_text("net.py:build - shortcuts")
    assert driver.prompter.questions[0].startswith("Run build() from net.py?")
    assert opened(driver) == "resnet34"


def test_that_a_changed_file_is_read_again(driver: AppDriver, tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    path.write_bytes(assets.read_bytes("models/cifar_resnet20.json"))
    driver.open(f"{path} - shortcuts")
    path.write_bytes(assets.read_bytes("models/cifar_resnet32.json"))
    driver.do("file.reload")

    def calls() -> int:
        document = driver.session.document
        return 0 if document is None else len(document.graph.calls)

    plain32 = 3 + 31 * 3  # input, pooling and fc; convolutions with normalisation and ReLU
    driver.qtbot.waitUntil(lambda: calls() == plain32)


def test_that_shortcuts_are_taken_away_and_given_back(driver: AppDriver) -> None:
    driver.open("resnet34")
    action = driver.window.actions_by_id["model.without_shortcuts"]
    assert action.isEnabled()
    assert not action.isChecked()
    do_and_wait(driver, "model.without_shortcuts", "resnet34 - shortcuts")
    document = driver.session.document
    assert document is not None
    assert document.title == "ResNet-34 without shortcuts"
    assert document.structure.shortcuts == ()
    assert action.isChecked()
    do_and_wait(driver, "model.without_shortcuts", "resnet34")
    assert not action.isChecked()


def test_that_the_selected_block_is_taken_away(driver: AppDriver) -> None:
    driver.open("resnet34")
    assert not enabled(driver, "model.without_block")
    select(driver, "call", "conv3_2_conv_a")
    do_and_wait(driver, "model.without_block", "resnet34 - conv3_2")
    assert enabled(driver, "model.whole")
    # The picture counts its blocks anew, so the next one is named by its addition.
    select(driver, "group", "conv3_2")
    do_and_wait(driver, "model.without_block", "resnet34 - conv3_2 - conv3_3_add")
    do_and_wait(driver, "model.whole", "resnet34")
    assert not enabled(driver, "model.whole")


def test_that_only_blocks_with_a_shortcut_can_be_taken_away(driver: AppDriver) -> None:
    driver.open("resnet34")
    select(driver, "group", "conv3_x")
    assert not enabled(driver, "model.without_block")
    select(driver, "call", "conv1")
    assert not enabled(driver, "model.without_block")
    driver.open("plain34")
    assert not enabled(driver, "model.without_shortcuts")


def test_that_a_wrong_term_leaves_the_picture_and_says_why(driver: AppDriver) -> None:
    driver.open("resnet34")
    driver.program.opener.open_text("resnet34 - conv9_9")
    driver.qtbot.waitUntil(lambda: 'no block in resnet34 named "conv9_9"' in driver.notice)
    assert opened(driver) == "resnet34"


def test_that_counterparts_of_files_are_recent_by_their_whole_path(
    driver: AppDriver, tmp_path: Path
) -> None:
    path = tmp_path / "mine - first.json"
    path.write_bytes(assets.read_bytes("models/cifar_resnet20.json"))
    driver.open(f"{path} - shortcuts")
    assert driver.program.opener.recent.texts[0] == f"{path} - shortcuts"
    assert str(parse_source(driver.program.opener.recent.texts[0])) == f"{path} - shortcuts"


def test_that_a_default_built_ins_counterpart_is_recent(driver: AppDriver) -> None:
    driver.open("cifar_resnet20 - shortcuts")
    assert driver.program.opener.recent.texts == ("cifar_resnet20 - shortcuts",)


def test_that_the_term_for_shortcuts_is_completed() -> None:
    assert completions("resnet34 - ") == ("resnet34 - shortcuts",)
    assert completions("resnet34?classes=10 - sh") == ("resnet34?classes=10 - shortcuts",)
    assert completions("resnet34 - conv") == ()

"""HTML pages: self-contained, safe with any names, and alive in a real browser."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resnet_viz import analyze
from resnet_viz.document import Document
from resnet_viz.drawing.themes import DARK, LIGHT, PAPER, rgb
from resnet_viz.exports.figure import Figure
from resnet_viz.exports.options import ExportOptions
from resnet_viz.exports.write import write_figure
from resnet_viz.layout.view import View
from tests.support.browser import BROWSER, Page, browser
from tests.support.graphs.net import Net
from tests.support.graphs.shipped import shipped
from tests.support.model_files.evil_names import unshowable, write_evil_model

pytestmark = pytest.mark.usefixtures("qapp")


def in_browser(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that needs Chromium."""
    skip = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")
    return pytest.mark.long(skip(test))


HOSTILE = "</script><img src=x onerror=alert(1)>'\"&<!--"


def page_of(document: Document, options: ExportOptions | None = None, **view: str) -> str:
    file = io.BytesIO()
    figure = Figure(document, View(**view))  # type: ignore[arg-type]
    write_figure(figure, file, "html", options or ExportOptions(title=document.title))
    return file.getvalue().decode()


def hostile_document() -> Document:
    net = Net(HOSTILE)
    x = net.call("Dense", net.input(4), shape=(None, 8), units=8, name=HOSTILE)
    y = net.call("Dense", x, shape=(None, 8), units=8, name="plain")
    return analyze(net.graph(net.call("Add", x, y, shape=(None, 8))))


def test_that_a_page_of_resnet_34_is_below_1_mb_and_asks_for_nothing() -> None:
    page = page_of(analyze(shipped("resnet34")))
    assert len(page.encode()) < 1_000_000
    assert set(re.findall(r"https?://[^\s\"'<)]*", page)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\s(src|href|on\w+)=", page.partition("<script>")[0])


def test_that_the_same_input_makes_the_same_bytes() -> None:
    document = analyze(shipped("plain18"))
    assert page_of(document) == page_of(document)


def test_that_a_page_has_all_details_and_starts_with_the_one_asked_for() -> None:
    page = page_of(analyze(shipped("plain18")), detail="unit")
    hidden = re.findall(r'data-detail="(\w+)" data-b="[^"]*"( display="none")?', page)
    assert hidden == [
        ("stage", ' display="none"'), ("block", ' display="none"'), ("unit", ""),
        ("layer", ' display="none"'),
    ]  # fmt: skip


def test_that_names_that_turn_or_hide_text_keep_their_facts(tmp_path: Path) -> None:
    page = page_of(analyze(write_evil_model(tmp_path / "evil.json")), detail="layer")
    assert unshowable(page) == set()
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert data
    known = json.loads(data[1])["facts"].keys()
    picture = page.partition("<script")[0]
    drawn = {html.unescape(key) for key in re.findall(r'data-t="([^"]*)"', picture)}
    assert {"c:a%202e;b", "c:nul%0;x", "c:two%a;lines"} <= drawn <= known


def test_that_a_large_model_ends_at_the_detail_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resnet_viz.exports.html.page.MOST_CALLS", 10)
    page = page_of(analyze(shipped("plain18")))
    assert re.findall(r'data-detail="(\w+)"', page) == ["stage", "block"]
    assert "more than 10 layers, so the page ends at block detail" in page


@pytest.mark.parametrize(
    ("theme", "start"), [(LIGHT, LIGHT), (PAPER, PAPER), (DARK, LIGHT)], ids=lambda t: t.name
)
def test_that_both_themes_are_in_the_page(theme: object, start: object) -> None:
    page = page_of(hostile_document(), ExportOptions(theme=theme))  # type: ignore[arg-type]
    for each in (start, DARK):
        assert f"--canvas:{each['canvas']};" in page  # type: ignore[index]
    assert ('data-theme="dark"' in page.partition("<head>")[0]) == (theme is DARK)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("browser")) as page:
        yield page


@pytest.fixture
def resnet(tmp_path: Path, chromium: Page) -> Page:
    path = tmp_path / "resnet34.html"
    path.write_text(page_of(analyze(shipped("resnet34"))), encoding="utf-8")
    chromium.requests.clear()
    chromium.errors.clear()
    chromium.open(path)
    return chromium


def card(page: Page, target: str) -> tuple[float, float]:
    """The middle of what stands for a target in the detail that is shown."""
    x, y = page.run(
        "(() => { const all = [...document.querySelectorAll(`[data-t="
        f"'{target}'" + "]`)].filter(e => e.getBoundingClientRect().width);"
        "const r = all.at(-1).getBoundingClientRect();"
        "return [r.x + r.width / 2, r.y + r.height / 2]; })()"
    )
    return x, y


def facts(page: Page) -> str:
    text: str = page.run("document.getElementById('facts').innerText")
    return text


@in_browser
def test_that_nothing_fails_and_nothing_is_asked_of_the_network(resnet: Page) -> None:
    assert resnet.run("document.documentElement.dataset.ready") == "true"
    assert resnet.errors == []
    assert [url for url in resnet.requests if not url.startswith("file:")] == []


@in_browser
def test_that_a_click_tells_the_facts(resnet: Page) -> None:
    assert facts(resnet) == ""
    resnet.click(*card(resnet, "g:conv3_1"))
    text = facts(resnet)
    assert text.startswith("conv3_1")
    assert "basic block; 3×3, 128, /2 · 3×3, 128; 56×56×64 → 28×28×128" in text
    for fact in ("230,912", "179,830,784", "83×83"):
        assert fact in text
    resnet.press("Escape")
    assert resnet.run("document.getElementById('facts').hidden")


@in_browser
def test_that_a_group_opens_in_place_and_closes(resnet: Page) -> None:
    resnet.click(*card(resnet, "g:conv3_1"), count=2)
    opened = "[...document.querySelectorAll('.opened')].map(e => e.dataset.g)"
    assert resnet.run(opened) == ["g:conv3_1"]
    inside = "document.querySelectorAll('.opened [data-t^=\"c:conv3_1\"]').length"
    assert resnet.run(inside) == 9  # 3 convolutions, 3 norms, 2 ReLUs and the join
    resnet.click(*card(resnet, "c:conv3_1_bn_a"))
    assert facts(resnet).startswith("conv3_1_bn_a")
    resnet.press("Escape")
    assert resnet.run(opened) == []
    assert resnet.errors == []


@in_browser
def test_that_stages_open_and_blocks_inside_them(resnet: Page) -> None:
    resnet.press("1")
    resnet.click(*card(resnet, "g:conv4_x"), count=2)
    resnet.click(*card(resnet, "g:conv4_2"), count=2)
    opened = "[...document.querySelectorAll('.opened')].map(e => e.dataset.g)"
    assert resnet.run(opened) == ["g:conv4_x", "g:conv4_2"]
    last = "[...document.querySelectorAll('.opened')].map(e => e.lastElementChild.classList[0])"
    assert resnet.run(last) == ["close", "close"]  # nothing covers them, no selection either
    resnet.press("4")
    assert resnet.run(opened) == []


@in_browser
def test_that_tensors_lead_into_and_out_of_an_opened_stage_up_to_its_border(resnet: Page) -> None:
    resnet.press("1")
    resnet.click(*card(resnet, "g:conv4_x"), count=2)
    targets = "[...document.querySelectorAll('.opened [clip-path] > g')].map(e => e.dataset.t)"
    producers = [target.split(":")[1] for target in resnet.run(targets)]
    assert producers == ["conv3_4_relu", "conv4_6_relu"]
    boxes = (
        "['clipPath rect', '.ground'].map(name => document.querySelector(`.opened ${name}`))"
        ".map(e => ['x', 'y', 'width', 'height'].map(name => Number(e.getAttribute(name))))"
    )
    (x, y, width, height), (x0, y0, around, high) = resnet.run(boxes)
    assert x0 < x < x + width < x0 + around
    assert y0 < y < y + height < y0 + high


@in_browser
def test_that_the_wheel_zooms_and_dragging_pans(resnet: Page) -> None:
    x, y = before = card(resnet, "g:conv3_2")
    resnet.mouse("mouseWheel", x, y, deltaX=0, deltaY=-240)
    wide = "document.querySelector('[data-detail=block] > [data-t=\"g:conv3_2\"]')"
    assert resnet.run(f"{wide}.getBoundingClientRect().width") > 150
    resnet.mouse("mousePressed", 20, 700, button="left", buttons=1, clickCount=1)
    resnet.mouse("mouseMoved", 60, 700, button="left", buttons=1)
    resnet.mouse("mouseMoved", 120, 650, button="left", buttons=1)
    resnet.mouse("mouseReleased", 120, 650, button="left", clickCount=1)
    after = card(resnet, "g:conv3_2")
    assert after == pytest.approx((before[0] + 100, before[1] - 50), abs=2)
    resnet.press("f")
    assert card(resnet, "g:conv3_2") == pytest.approx(before, abs=1)


@in_browser
def test_that_search_goes_to_the_detail_that_draws_what_is_found(resnet: Page) -> None:
    resnet.run(
        "(() => { const s = document.getElementById('search'); s.focus();"
        "s.value = 'conv5_2_bn_b'; s.dispatchEvent(new Event('input')); })()"
    )
    assert "conv5_2_bn_b" in resnet.run("document.getElementById('found').innerText")
    resnet.press("Enter")
    assert facts(resnet).startswith("conv5_2_bn_b")
    assert resnet.run("document.querySelector('#details [aria-pressed=true]').value") == "layer"


@in_browser
def test_that_the_theme_follows_the_system_and_the_button(resnet: Page, tmp_path: Path) -> None:
    color = "getComputedStyle(document.getElementById('canvas')).backgroundColor"
    assert resnet.run(color) == f"rgb{rgb(LIGHT['canvas'])}"
    resnet.open(tmp_path / "resnet34.html", dark=True)
    assert resnet.run(color) == f"rgb{rgb(DARK['canvas'])}"
    resnet.run("document.getElementById('theme').click()")
    assert resnet.run(color) == f"rgb{rgb(LIGHT['canvas'])}"


@in_browser
def test_that_hostile_names_are_text(chromium: Page, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(page_of(hostile_document(), detail="layer"), encoding="utf-8")
    chromium.errors.clear()
    chromium.open(path)
    chromium.run(
        "document.querySelector('[data-t^=\"c:</script>\"]').dispatchEvent("
        "new MouseEvent('click', {bubbles: true}))"
    )
    assert facts(chromium).startswith(HOSTILE)
    assert chromium.run("document.images.length") == 0
    assert chromium.run("document.querySelector('h1').innerText") == HOSTILE
    assert chromium.errors == []

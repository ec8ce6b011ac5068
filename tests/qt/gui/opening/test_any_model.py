"""Outline, inspector and status bar say something true of every model, not of ResNets only."""

from __future__ import annotations

from typing import Literal

import pytest

from resnet_viz.document import Document, make_document
from resnet_viz.drawing.compose import picture
from resnet_viz.drawing.display_list import Target
from resnet_viz.graph.types import Graph
from resnet_viz.gui.inspector.sheets.select import sheet_of
from resnet_viz.gui.outline.rows import OutlineRows, Row
from resnet_viz.gui.targets import visible_targets
from resnet_viz.gui.window import status_text as texts
from resnet_viz.layout.view import View
from resnet_viz.services.dot_runner import run_dot
from resnet_viz.sources.types import ModelFile
from tests.support.graphs import architectures, submodels
from tests.support.graphs.net import Net
from tests.support.pictures.canvas_probe import graphics
from tests.support.pictures.fixed_measurer import FixedMeasurer
from tests.support.window.app_driver import AppDriver

MODELS = {
    "resnet-d": architectures.resnet_d,
    "v2": architectures.resnet_v2,
    "densenet": architectures.densenet121,
    "mobilenet": architectures.mobilenet_v2,
    "u-net": architectures.unet,
    "edsr": architectures.edsr,
    "squeeze-excite": architectures.squeeze_excite,
    "inception": architectures.inception,
    "transformer": architectures.transformer,
    "convnext": architectures.convnext,
    "vgg": architectures.vgg16,
    "siamese": submodels.siamese,
    "transfer": submodels.transfer,
}


@pytest.fixture(scope="module", params=sorted(MODELS))
def document(request: pytest.FixtureRequest) -> Document:
    graph: Graph = MODELS[request.param]()
    return make_document(ModelFile(f"{request.param}.keras"), request.param, graph)


def all_targets(document: Document) -> list[Target]:
    structure = document.structure
    return [
        *(Target("group", group.id) for group in structure.groups),
        *(Target("call", call.id) for call in document.graph.calls),
        *(Target("shortcut", shortcut.id) for shortcut in structure.shortcuts),
    ]


def test_that_everything_has_a_sheet(document: Document) -> None:
    for target in all_targets(document):
        sheet = sheet_of(document, None, (target,))
        assert sheet is not None
        text = sheet.text()
        assert "None" not in text, target
        assert "nan" not in text.lower().split(), target


def test_that_every_drawn_tensor_has_a_sheet(document: Document) -> None:
    shown = picture(document, View(), FixedMeasurer(), run_dot)
    for name in shown.tensors:
        sheet = sheet_of(document, shown, (Target("edge", name),))
        assert sheet is not None
        assert sheet.facts[0].text == sheet.title


def test_that_the_outline_holds_every_call_once(document: Document) -> None:
    rows = OutlineRows(document)
    seen: list[Target] = []

    def walk(row: Row) -> None:
        below = rows.children(row)
        assert bool(below) != row.leaf
        for child in below:
            assert child.target is not None
            if child.leaf or child.target.kind == "group":
                seen.append(child.target)
            walk(child)

    walk(rows.root())
    assert len(seen) == len(set(seen))
    leaves = {target.id for target in seen if target.kind == "call"}
    units = [document.structure.by_id[t.id] for t in seen if t.kind == "group"]
    alone = {unit.calls[0] for unit in units if unit.kind == "unit" and len(unit.calls) == 1}
    assert leaves | alone == {call.id for call in document.graph.calls}
    assert not leaves & alone


def test_that_a_path_leads_to_the_row_of_every_target(document: Document) -> None:
    rows = OutlineRows(document)
    for target in all_targets(document):
        row = rows.root()
        for step in rows.path(target):
            row = next(each for each in rows.children(row) if each.target == step)
        if target.kind != "shortcut":
            assert row.target is not None


def test_that_something_lights_up_for_everything_at_every_detail(document: Document) -> None:
    for view in (View(detail="stage"), View(), View(detail="unit"), View(detail="layer")):
        shown = picture(document, view, FixedMeasurer(), run_dot)
        for target in all_targets(document):
            lit = visible_targets(document, shown, target)
            assert lit, (view.detail, target)
            assert all(each in shown.by_target for each in lit)


@pytest.mark.parametrize(
    ("name", "blocks"),
    [
        ("u-net", "0 blocks; 4 long shortcuts"),
        ("edsr", "4 blocks: 4 identity; 1 long shortcut"),
        ("transformer", "10 blocks: 10 identity"),
        ("vgg", "0 blocks"),
        ("densenet", "58 blocks: 58 dense"),
        ("mobilenet", "17 blocks: 10 identity"),
    ],
)
def test_that_blocks_are_counted_as_in_the_census(name: str, blocks: str) -> None:
    document = make_document(ModelFile("x.keras"), "x", MODELS[name]())
    assert texts.blocks_text(document).startswith(blocks)


def test_that_several_inputs_go_by_their_names() -> None:
    document = make_document(ModelFile("x.keras"), "x", architectures.transformer())
    rows = OutlineRows(document)
    stage = rows.children(rows.root())[0]
    assert {"source", "target"} <= {row.title for row in rows.children(stage)}


def test_that_the_totals_are_said(document: Document) -> None:
    layers, blocks, parameters, macs = texts.totals(document)
    assert layers.split()[0].isdigit()
    assert "block" in blocks
    assert "trainable" in parameters
    assert macs.endswith("MACs")


def sheet_text(document: Document, kind: Literal["group", "call"], target: str) -> str:
    sheet = sheet_of(document, None, (Target(kind, target),))
    assert sheet is not None
    return sheet.text()


def test_that_a_shared_submodel_says_so() -> None:
    document = make_document(ModelFile("x.keras"), "x", submodels.siamese())
    rows = OutlineRows(document)
    path = rows.path(Target("group", "encoder#2"))
    row = rows.root()
    for step in path:
        row = next(each for each in rows.children(row) if each.target == step)
    assert (row.title, row.right, row.glyph) == ("encoder", "shared ×2", "submodel")
    assert all(each.swatch for each in rows.children(row))  # its own stages
    assert "Functional model, shared ×2" in sheet_text(document, "group", "encoder#2")


def test_that_a_stage_inside_counts_among_its_own() -> None:
    document = make_document(ModelFile("x.keras"), "x", submodels.transfer())
    structure = document.structure
    outer = next(group for group in structure.groups if group.title == "resnet18")
    inner = [structure.by_id[each.id] for each in outer.children if each.kind == "group"]
    text = sheet_text(document, "group", inner[1].id)
    assert f"stage 2 of {len(inner)}" in text
    assert "resnet18" in text.splitlines()[1]  # the crumbs lead through the model around it
    assert "Sequential model" in sheet_text(document, "group", "top")


def test_that_a_submodel_whose_stages_are_the_columns_lights_them_all(driver: AppDriver) -> None:
    document = make_document(ModelFile("x.keras"), "x", submodels.transfer())
    shown = picture(document, View(), FixedMeasurer(), run_dot)
    driver.session.set_document(document, View(), shown)
    driver.window.outline.tree.setCurrentIndex(driver.row_of(Target("group", "resnet18")))
    assert driver.session.selection == (Target("group", "resnet18"),)
    stages = ("conv1", "conv2_x", "conv3_x", "conv4_x", "conv5_x")
    assert driver.canvas.selected == tuple(Target("group", each) for each in stages)
    lit = {item_id for item_id, item in graphics(driver.canvas).items() if item.state.selected}
    panels = {item.title for item in shown.items if item.kind == "panel" and item.id in lit}
    assert len(panels) == 5
    assert "resnet18" in driver.sheet
    driver.session.select((Target("group", "conv3_x"),))
    assert driver.canvas.selected == (Target("group", "conv3_x"),)


def test_that_code_that_was_not_run_and_classes_of_ones_own_are_said() -> None:
    net = Net()
    x = net.call("Lambda", net.input(8, 8, 3), shape=None)
    x = net.call("Mystery", x, shape=None, module="my.layers", width=3)
    document = make_document(ModelFile("x.keras"), "x", net.graph(x))
    texts_of = [sheet_text(document, "call", call.id) for call in document.graph.calls]
    assert "code  not run" in texts_of[1]
    assert "Mystery" in texts_of[2]
    assert "width" in texts_of[2]
    assert "– → –" in texts_of[2]
    layers, blocks, parameters, _ = texts.totals(document)
    assert layers.startswith("– weighted layers")
    assert blocks == "0 blocks"
    assert parameters.startswith("≥ ")

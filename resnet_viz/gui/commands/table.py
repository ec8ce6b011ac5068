"""Every action of the window as data: menus, shortcuts and the help page come from this table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from resnet_viz.experiments.layer_numbers import QUANTITIES, TERMS
from resnet_viz.layout.view import ColorBy, Repeats

if TYPE_CHECKING:
    from resnet_viz.experiments.tours.plan import TourName

Menu: TypeAlias = Literal["File", "View", "Selection", "Model", "Help"]
MENUS: Final[tuple[Menu, ...]] = ("File", "View", "Selection", "Model", "Help")


class Command(msgspec.Struct, frozen=True):
    """One action.

    Attributes:
        id: the key that handlers are bound to.
        text: the text in the menu.
        menu: the menu that holds it.
        section: number of the menu's section; a rule separates sections.
        shortcut: keys, the first is shown; () for none.
        icon: Lucide's name; "" for none.
        checkable: True if it can be on or off.
        exclusive: name of the set of commands of which exactly one is on; "" for none.
        submenu: the sub-menu that holds it; "" for the menu itself.
        needs_document: True if it is disabled while nothing is open.
    """

    id: str
    text: str
    menu: Menu
    section: int
    shortcut: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False
    exclusive: str = ""
    submenu: str = ""
    needs_document: bool = False


def _choice(field: str, submenu: str, key: str, text: str, *shortcut: str) -> Command:
    """One of the exclusive values of a field of the view."""
    return Command(
        f"view.{field}.{key}", text, "View", 0, shortcut,
        checkable=True, exclusive=field, submenu=submenu, needs_document=True,
    )  # fmt: skip


def _of_selection(key: str, text: str, section: int, *shortcut: str) -> Command:
    """One of the commands about what is selected; some stand in the context menu only."""
    return Command(f"selection.{key}", text, "Selection", section, shortcut, needs_document=True)


REPEATS: Final[tuple[tuple[Repeats, str], ...]] = (
    ("auto", "Fold Long Runs"),
    ("fold", "Fold All"),
    ("all", "Show All"),
)
"""Choices for runs of equal blocks, as worded in the menu."""

COLORS: Final[tuple[tuple[ColorBy, str], ...]] = (
    ("stage", "Stage"),
    ("type", "Type"),
    ("parameters", "Parameters"),
    ("macs", "MACs"),
    ("memory", "Memory"),
    ("receptive_field", "Receptive Field"),
)
"""Choices for the meaning of colours, as worded in menu and tool bar."""

MEASURED_COLORS: Final[tuple[tuple[ColorBy, str], ...]] = tuple(
    (quantity, TERMS[quantity]) for quantity in QUANTITIES
)
"""Choices that experiments add, each once it has been measured."""

TOURS: Final[tuple[tuple[TourName, str], ...]] = (
    ("shortcuts", "Why Shortcuts"),
    ("tutorial", "What the Tutorial's Net Learns"),
)
"""Guided tours, as worded in the menu."""

COMMANDS: Final[tuple[Command, ...]] = (
    Command("file.open", "Open…", "File", 0, ("Ctrl+O",), icon="folder-open"),
    Command("file.open_source", "Open Source…", "File", 0, ("Ctrl+Shift+O",)),
    Command("file.reload", "Reload", "File", 0, ("Ctrl+R", "F5"), icon="refresh-cw"),
    Command("file.save_view", "Save View…", "File", 1, ("Ctrl+S",), needs_document=True),
    Command("file.export", "Export…", "File", 1, ("Ctrl+E",), icon="download",
            needs_document=True),
    Command("file.compare", "Compare With…", "File", 1, ("Ctrl+D",), icon="columns-3",
            needs_document=True),
    Command("file.quit", "Quit", "File", 2, ("Ctrl+Q",)),
    Command("view.back", "Back", "View", -1, ("Alt+Left", "Ctrl+Z"), icon="arrow-left"),
    Command("view.forward", "Forward", "View", -1, ("Alt+Right", "Ctrl+Shift+Z", "Ctrl+Y"),
            icon="arrow-right"),
    _choice("detail", "Detail", "stage", "Stage", "1"),
    _choice("detail", "Detail", "block", "Block", "2"),
    _choice("detail", "Detail", "unit", "Unit", "3"),
    _choice("detail", "Detail", "layer", "Layer", "4"),
    _choice("layout", "Layout", "stages", "Stages"),
    _choice("layout", "Layout", "column", "Column"),
    _choice("layout", "Layout", "row", "Row"),
    _choice("layout", "Layout", "wrap", "Wrap"),
    *(_choice("color", "Colour By", key, text) for key, text in (*COLORS, *MEASURED_COLORS)),
    *(_choice("repeats", "Repeats", key, text) for key, text in REPEATS),
    Command("view.fit", "Fit", "View", 1, ("F",), icon="maximize", needs_document=True),
    Command("view.fit_selection", "Fit Selection", "View", 1, ("Shift+F",), icon="scan",
            needs_document=True),
    Command("view.zoom_in", "Zoom In", "View", 1, ("+", "="), icon="plus", needs_document=True),
    Command("view.zoom_out", "Zoom Out", "View", 1, ("-",), icon="minus", needs_document=True),
    Command("view.actual", "100 %", "View", 1, ("0",), needs_document=True),
    Command("view.search", "Search Layers", "View", 2, ("Ctrl+F",), icon="search",
            needs_document=True),
    Command("view.next_match", "Next Match", "View", 2, ("F3",), needs_document=True),
    Command("view.previous_match", "Previous Match", "View", 2, ("Shift+F3",),
            needs_document=True),
    Command("view.select_matches", "Select All Matches", "View", 2, ("Ctrl+Shift+F",),
            needs_document=True),
    Command("view.shortcut_path", "Dim All But the Shortcut Path", "View", 2, ("Shift+P",),
            needs_document=True),
    Command("view.dim_nothing", "Dim Nothing", "View", 2, needs_document=True),
    Command("view.outline", "Outline", "View", 2, ("Ctrl+B",), icon="panel-left", checkable=True),
    Command("view.inspector", "Inspector", "View", 2, ("Ctrl+I",), icon="panel-right",
            checkable=True),
    Command("view.dock", "Bottom Dock", "View", 2, ("Ctrl+J",), icon="panel-bottom",
            checkable=True),
    Command("view.log", "Engine Log", "View", 2),
    Command("view.run", "Experiments", "View", 2),
    Command("view.next_pane", "Next Pane", "View", 2, ("F6",)),
    Command("view.weighted_edges", "Edge Width Follows Tensor Size", "View", 3, checkable=True,
            needs_document=True),
    Command("view.legend", "Legend", "View", 3, checkable=True, needs_document=True),
    Command("view.animate", "Animate Changes", "View", 3, checkable=True),
    Command("view.dark", "Dark Theme", "View", 3, ("Ctrl+Shift+L",), icon="moon", checkable=True),
    _of_selection("toggle", "Open or Close", 0),
    _of_selection("open_layers", "Open to Layers", 0),
    _of_selection("show_in_table", "Show in Table", 0),
    _of_selection("ancestors", "Dim All But Ancestors", 1),
    _of_selection("descendants", "Dim All But Descendants", 1),
    _of_selection("through", "Dim All But Paths Through", 1, "P"),
    _of_selection("copy_name", "Copy Name", 2),
    _of_selection("copy_shape", "Copy Shapes", 2),
    _of_selection("copy_numbers", "Copy Numbers", 2),
    Command("model.variant", "Variant…", "Model", 1, ("Ctrl+Shift+V",),
            icon="sliders-horizontal"),
    Command("model.without_shortcuts", "Without Shortcuts", "Model", 2, checkable=True,
            needs_document=True),
    Command("model.without_block", "Without This Block", "Model", 2, needs_document=True),
    Command("model.whole", "Whole Model", "Model", 2, needs_document=True),
    Command("model.restart", "Restart Engine", "Model", 3, icon="rotate-ccw"),
    *(
        Command(f"help.tour.{name}", title, "Help", 0, submenu="Guided Tours")
        for name, title in TOURS
    ),
    Command("help.palette", "Command Palette…", "Help", 0, ("Ctrl+K", "Ctrl+Shift+P")),
    Command("help.keys", "Keys", "Help", 0, ("F1",), icon="keyboard"),
    Command("help.about", "About resnet-viz", "Help", 0, icon="info"),
)  # fmt: skip
"""The whole table. The Model menu's first section lists the built-in architectures."""

GESTURES: Final[tuple[tuple[str, str], ...]] = (
    ("Double-click, Enter", "Open or close a group in place"),
    ("Click, Ctrl+click", "Select, select more"),
    ("Wheel, pinch", "Zoom at the pointer"),
    ("Drag, Space+drag", "Pan"),
    ("Arrows", "Walk along the edges"),
    ("Esc", "Clear the selection"),
)
"""Gestures of the canvas; shown on the help page."""


def by_id(command_id: str) -> Command:
    """The command with an id."""
    return next(command for command in COMMANDS if command.id == command_id)

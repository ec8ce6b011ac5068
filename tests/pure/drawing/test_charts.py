"""Charts and pictures of experiments."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations

import msgspec
import pytest

from resnet_viz.drawing.charts.color_map import ColorScale, Rows, cells
from resnet_viz.drawing.charts.contours import contours
from resnet_viz.drawing.charts.experiment_picture import experiment_picture
from resnet_viz.drawing.charts.plot import axes, card, curve, plot
from resnet_viz.drawing.charts.surface import surface
from resnet_viz.drawing.display_list import Line, Move, Path, Rect, Text
from resnet_viz.drawing.themes import DARK, LIGHT, MAP_LEVELS, PAPER, luminance
from resnet_viz.experiments.results import Result, TrainingRun
from tests.support.experiment_results import all_results, training_result

AREA = Rect(0, 0, 100, 100)


@pytest.mark.parametrize("result", all_results(), ids=lambda result: result.experiment)
@pytest.mark.parametrize(("width", "height"), [(1_200, 0), (1_600, 260), (700, 300)])
def test_that_every_mark_of_an_experiment_lies_inside_its_picture(
    result: Result, width: float, height: float
) -> None:
    picture = experiment_picture(result, width, height)
    for item in picture.items:
        for mark in item.marks:
            if isinstance(mark, Text):
                assert picture.bounds.contains((mark.x, mark.y)), mark.text
            elif isinstance(mark, Path):
                for step in mark.steps:
                    if isinstance(step, Move | Line):
                        assert picture.bounds.grown(1).contains((step.x, step.y))


@pytest.mark.parametrize("result", all_results(), ids=lambda result: result.experiment)
def test_that_panels_of_an_experiment_never_overlap(result: Result) -> None:
    panels = [each.bounds for each in experiment_picture(result).items if each.kind == "panel"]
    for one, other in combinations(panels, 2):
        apart = (
            one.right <= other.x or other.right <= one.x
            or one.bottom <= other.y or other.bottom <= one.y
        )  # fmt: skip
        assert apart


@pytest.mark.parametrize("theme", [LIGHT, DARK, PAPER], ids=lambda theme: theme.name)
def test_that_a_theme_has_every_colour_of_the_pictures(theme: object) -> None:
    assert isinstance(theme, type(LIGHT))
    for result in all_results():
        for item in experiment_picture(result).items:
            for mark in item.marks:
                for name in ("color", "fill", "stroke"):
                    token = getattr(mark, name, "")
                    assert token == "" or theme[token].startswith("#")


def test_that_the_colour_map_grows_lighter_with_the_number() -> None:
    levels = [luminance(LIGHT[f"map{number + 1}"]) for number in range(MAP_LEVELS)]
    assert levels == sorted(levels)


def test_that_a_scale_gives_its_ends_the_ends_of_the_map() -> None:
    scale = ColorScale(1e-6, 10.0, logarithmic=True)
    assert scale.token(1e-6) == "map1"
    assert scale.token(10.0) == f"map{MAP_LEVELS}"
    assert scale.token(None) == "line"
    middle = int(scale.token(10 ** ((-6 + 1) / 2)).removeprefix("map"))
    assert middle in {MAP_LEVELS // 2, MAP_LEVELS // 2 + 1}


def test_that_cells_fill_their_area_once() -> None:
    grid = [[1.0, 2.0, None], [3.0, 3.0, 1.0]]
    total = 0.0
    for path in cells(AREA, grid, ColorScale(1.0, 3.0)):
        assert isinstance(path, Path)
        corners = [(step.x, step.y) for step in path.steps if isinstance(step, Move | Line)]
        for start in range(0, len(corners), 4):
            (left, top), _, (right, bottom), _ = corners[start : start + 4]
            total += (right - left) * (bottom - top)
    assert total == AREA.width * AREA.height


def test_that_a_contour_of_distance_is_a_circle() -> None:
    size = 41
    grid = [[math.hypot(column - 20, row - 20) for column in range(size)] for row in range(size)]
    (path,) = contours(Rect(0, 0, size, size), grid, [12.0], "text")
    assert isinstance(path, Path)
    for step in path.steps:
        assert isinstance(step, Move | Line)
        assert math.hypot(step.x - 20.5, step.y - 20.5) == pytest.approx(12.0, abs=0.02)


def test_that_a_curve_is_broken_where_a_value_is_not_finite() -> None:
    of = plot(AREA, (1, 5), [1.0, 2.0])
    marks = curve(of, [1, 2, 3, 4, 5], [1.0, 2.0, None, 2.0, 1.0], "text")
    assert len(marks) == 2


def test_that_a_logarithmic_axis_leaves_out_what_is_not_positive() -> None:
    of = plot(AREA, (1, 3), [0.0, 1e-5, 1.0], logarithmic=True)
    assert of.y.view.low < -5
    assert of.y.view.low > -6
    texts = [mark.text for mark in axes(of, "x") if isinstance(mark, Text)]
    assert "1e-5" in texts


def test_that_a_title_leaves_room_for_the_note_beside_it() -> None:
    _, title, note = card(Rect(0, 0, 150, 100), "branch · conv2_1_bn_b", "32×32×16")
    assert isinstance(title, Text)
    assert isinstance(note, Text)
    assert title.x + 6.3 * len(title.text) <= note.x - 6.3 * len(note.text)


def test_that_panels_in_a_low_picture_stay_high_enough_to_be_read() -> None:
    for result in all_results():
        picture = experiment_picture(result, 800, 200)
        heights = [each.bounds.height for each in picture.items if each.id.startswith("panel")]
        assert min(heights) >= 150
        assert picture.bounds.height >= 200


def test_that_a_training_before_its_first_step_is_drawn_with_dashes_for_numbers() -> None:
    runs = tuple(
        TrainingRun(source=run.source, calls=run.calls, loss=(), accuracy=())
        for run in training_result().runs
    )
    picture = experiment_picture(msgspec.structs.replace(training_result(), runs=runs))
    marks = [mark for item in picture.items for mark in item.marks if isinstance(mark, Text)]
    # one for each network in each of the nine rows of the table
    assert [mark.text for mark in marks].count("–") == 2 * 9


def faces(rows: Rows, scale: ColorScale) -> list[Path]:
    marks = surface(Rect(0, 0, 300, 200), rows, (-1.0, 0.0, 1.0), scale)
    return [mark for mark in marks if isinstance(mark, Path) and mark.fill]


def top_of(path: Path) -> float:
    return min(step.y for step in path.steps if isinstance(step, Move | Line))


def test_that_a_surface_has_a_face_for_each_square_and_none_where_a_corner_is_missing() -> None:
    rows = [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, None]]
    assert len(faces(rows, ColorScale(0.0, 2.0))) == 3


def test_that_surfaces_of_one_scale_compare_by_height_and_colour() -> None:
    scale = ColorScale(0.0, 2.0)
    (low, *_), (high, *_) = (faces([[value] * 3] * 3, scale) for value in (0.0, 2.0))
    assert top_of(low) > top_of(high)  # pixels grow downwards
    assert low.fill.partition(".")[0] == "map1"
    assert high.fill.partition(".")[0] == f"map{MAP_LEVELS}"


def test_that_a_surface_is_painted_from_back_to_front() -> None:
    tops = [top_of(face) for face in faces([[1.0] * 3] * 3, ColorScale(0.0, 2.0))]
    assert tops == sorted(tops)


def test_that_a_slope_away_from_the_light_is_darker() -> None:
    rising = [[0.0, 1.0, 2.0]] * 3  # towards the right, so it faces the light at the left
    falling = [[2.0, 1.0, 0.0]] * 3

    def shade(rows: Rows) -> int:
        return int(faces(rows, ColorScale(0.0, 2.0))[0].fill.partition(".shade")[2] or 0)

    assert shade(rising) < shade(falling)


@pytest.mark.parametrize("width", [800, 1100, 1600])
def test_that_four_panels_leave_no_line_half_empty(width: float) -> None:
    items = [
        item for item in experiment_picture(training_result(), width, 300).items
        if item.kind == "panel" and item.id.startswith("panel")
    ]  # fmt: skip
    lines = Counter(item.bounds.y for item in items)
    assert len(set(lines.values())) == 1

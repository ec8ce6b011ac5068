"""Canvas: the widget that shows one picture to move, zoom, select in and walk through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from resnet_viz.drawing.display_list import FAR, DisplayList, Item, Point, Target
from resnet_viz.drawing.themes import LIGHT, Theme
from resnet_viz.scene.backdrop import Backdrop
from resnet_viz.scene.background_compile import BackgroundCompiler
from resnet_viz.scene.camera import Camera, next_step, previous_step
from resnet_viz.scene.highlight import Highlight
from resnet_viz.scene.input.interaction import Interaction
from resnet_viz.scene.input.keyboard import Keyboard
from resnet_viz.scene.item import to_qt
from resnet_viz.scene.mirror import Change, Mirror
from resnet_viz.scene.overlays.corners import Overlays
from resnet_viz.scene.transitions.anchoring import held_points, representative
from resnet_viz.scene.transitions.glide import Glide, reduced_motion
from resnet_viz.scene.view import PictureView
from resnet_viz.typing_compat import override

_LARGEST_FIT: Final = 1.0  # a small picture is not blown up
_LARGEST_FIT_OF_SELECTION: Final = 2.0


class Canvas(PictureView):
    """Widget that mirrors one display list.

    Signals:
        picked: the reader selected something: a tuple of Targets, empty for nothing.
        toggle_requested: the reader wants to open or close the group with this id.
        hovered: the pointer came to a Target, or to None.
        zoom_changed: 1.0 is 100 %.
        fit_asked(): the reader wants to see the whole picture.
        fitted_resized(): the view has another size, and shows the whole picture in it.
        view_moved: another part of the picture is seen, or at another zoom.
        files_dropped: a tuple of the paths that were dropped here (of the base class).
    """

    picked = Signal(object)
    toggle_requested = Signal(str)
    hovered = Signal(object)
    zoom_changed = Signal(float)
    fit_asked = Signal()
    fitted_resized = Signal()
    view_moved = Signal()

    def __init__(self, theme: Theme = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._animated = True
        self._dimmed = False
        self._keeps_fitting = True  # until the reader moves or zooms
        self._reported_zoom = 1.0
        self._theme = theme
        self._mirror = Mirror(theme, self)
        self._compiler = BackgroundCompiler(self)
        self._backdrop = Backdrop(theme)
        self._camera = Camera(self)
        self._highlight = Highlight(self._mirror)
        self._glide = Glide(self._mirror, self)
        interaction = Interaction(self.viewport(), self._mirror, self._camera, self._highlight)
        self._overlays = Overlays(self, theme, self._camera)
        self._overlays.show_picture(None)
        self._set_up(self._mirror.scene, interaction, Keyboard(self, interaction))
        self._connect(interaction, self._overlays)

    def _connect(self, interaction: Interaction, overlays: Overlays) -> None:
        self._camera.moved.connect(self._camera_moved)
        interaction.picked.connect(self._picked)
        interaction.toggled.connect(self.toggle_requested)
        interaction.hovered.connect(self.hovered)
        interaction.moved.connect(self._moved_by_reader)
        interaction.focused.connect(self._describe)
        overlays.minimap.point_chosen.connect(self._center_on)
        overlays.control.zoom_out.connect(self.zoom_out)
        overlays.control.actual_size.connect(self.actual_size)
        overlays.control.zoom_in.connect(self.zoom_in)
        overlays.control.fit.connect(self.fit)

    # -- the picture ----------------------------------------------------------------------

    @property
    def display_list(self) -> DisplayList | None:
        """The picture that is shown."""
        return self._mirror.display_list

    @property
    def selected(self) -> tuple[Target, ...]:
        """The selected targets that the picture shows."""
        return self._highlight.selected

    def prepare(self, display_list: DisplayList, then: Callable[[], None]) -> None:
        """Compile a large picture for ``show_picture``, in small steps; then call ``then``.

        A small one is ready at once. A newer call cancels one that is not done.
        """
        self._compiler.start(display_list, self._theme, FAR, then)

    def show_picture(
        self,
        display_list: DisplayList | None,
        *,
        anchor: Target | None = None,
        animate: bool = True,
        stays_fitted: bool = False,
    ) -> None:
        """Replace the picture.

        The zoom stays, and what is selected and still there stays selected. A picture that has
        nothing in common with the last one is fitted to the view.

        Args:
            display_list: the new picture; None for an empty canvas.
            anchor: keeps its position on the screen, say the group that was just opened; without
                it, or if it is out of sight, the item next to the view's middle does.
            animate: whether items glide to their new positions (unless animations are off).
            stays_fitted: whether a picture that nobody has moved since it was fitted is fitted
                again; else nothing but the anchor decides where the reader looks.
        """
        old = self._mirror.display_list
        self._glide.finish()
        self._camera.stop()
        self._interaction.hover(None)
        held = None
        if old is not None and display_list is not None:
            held = self._held(old, display_list, anchor)
        at = self._camera.to_view(QPointF(*held[0])) if held else QPointF()
        prepared = self._compiler.take(display_list, self._theme)
        change = self._mirror.show(display_list, prepared)
        self._highlight.picture_changed()
        before = self._camera.bounds
        if display_list is not None:
            self._camera.set_bounds(to_qt(display_list.bounds))
        if held is None:
            self._fit(animate=False)
        else:
            self._camera.place(QPointF(*held[1]), at)
            stays_fitted = stays_fitted or self._camera.bounds == before
            self._keeps_fitting = self._keeps_fitting and stays_fitted
            self._go_over(change, held, animate=animate and self._moves)
        self._overlays.show_picture(display_list)
        self._overlays.show_selection(self.selected)

    def _go_over(self, change: Change, held: tuple[Point, Point], *, animate: bool) -> None:
        """Glide from the old picture to the new one, and fit it if it stays fitted."""
        if animate:
            (x0, y0), (x1, y1) = held
            area = self._camera.visible()
            area = self._camera.core | area if self._keeps_fitting else area
            self._glide.start(change, (x1 - x0, y1 - y0), area)
        if self._keeps_fitting:
            self._fit(animate=animate)

    def set_theme(self, theme: Theme) -> None:
        """Repaint everything in other colours."""
        self._glide.finish()
        self._theme = theme
        self._mirror.set_theme(theme)
        self._backdrop.set_theme(theme)
        self._overlays.set_theme(theme)
        self.viewport().update()

    def set_animated(self, animated: bool) -> None:
        """Turn animations on or off; there are none if the system asks for reduced motion."""
        self._animated = animated
        if not animated:
            self._glide.finish()

    def set_dimmed(self, dimmed: bool) -> None:
        """Dim the picture while the next one loads."""
        if dimmed != self._dimmed:
            self._dimmed = dimmed
            self.viewport().update()

    # -- selection and scrolling -------------------------------------------------------------

    def select(self, targets: tuple[Target, ...]) -> None:
        """Select those of the targets that the picture shows. Emits nothing."""
        self._highlight.select(tuple(target for target in targets if self._mirror.shows(target)))
        self._overlays.show_selection(self.selected)

    def mark(self, targets: tuple[Target, ...]) -> None:
        """Mark targets as matches of a search. Emits nothing."""
        self._highlight.mark(targets)

    def dim(self, items: frozenset[str]) -> None:
        """Dim the items with these ids, and no others."""
        self._highlight.dim(items)

    def reveal(self, target: Target) -> None:
        """Scroll a target into view if it isn't, without zooming."""
        self._interaction.reveal(target)

    def fit(self) -> None:
        """Show the whole picture, at most at 100 %; it stays fitted until the reader moves it."""
        self._fit(animate=self._moves)
        self.fit_asked.emit()

    @property
    def fitting_zoom(self) -> float:
        """The zoom at which the whole picture is visible."""
        return self._camera.fitting_zoom(self._camera.core, largest=_LARGEST_FIT)

    @property
    def aspect(self) -> float:
        """Width of the view by its height."""
        size = self.viewport().size()
        return max(size.width(), 1) / max(size.height(), 1)

    def fit_selection(self) -> None:
        """Show all that is selected, at most at 200 %; does nothing without a selection."""
        area = self._interaction.area_of(self.selected)
        if area is not None:
            self._keeps_fitting = False
            self._camera.fit(area, largest=_LARGEST_FIT_OF_SELECTION, animate=self._moves)

    # -- zoom ------------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """1.0 is 100 %."""
        return self._camera.zoom

    def zoom_to(self, factor: float) -> None:
        """Zoom to a factor (0.05 to 8, else the nearest), around the view's middle."""
        self._keeps_fitting = False
        self._camera.zoom_to(factor)

    def zoom_in(self) -> None:
        """Zoom to the next larger step."""
        self.zoom_to(next_step(self.zoom))

    def zoom_out(self) -> None:
        """Zoom to the next smaller step."""
        self.zoom_to(previous_step(self.zoom))

    def actual_size(self) -> None:
        """Zoom to 100 %."""
        self.zoom_to(1.0)

    # -- beside another canvas ---------------------------------------------------------------

    @property
    def is_fitted(self) -> bool:
        """True while the whole picture is shown, until the reader moves or zooms."""
        return self._keeps_fitting

    @property
    def center(self) -> QPointF:
        """The point of the picture in the middle of the view."""
        return self._camera.to_scene(self._camera.middle())

    def look_at(self, center: QPointF, zoom: float) -> None:
        """Bring a point of the picture to the middle, at a zoom."""
        self._keeps_fitting = False
        self._camera.look_at(center, zoom, animate=False)

    def area_in_view(self, target: Target) -> QRectF | None:
        """Extent of a target's own item in pixels of the viewport; None if it isn't shown."""
        shown = self._mirror.display_list
        if shown is None or target not in shown.by_target:
            return None
        area = to_qt(representative(shown, target).bounds)
        corners = (self._camera.to_view(area.topLeft()), self._camera.to_view(area.bottomRight()))
        return QRectF(*corners)

    # -- internals ---------------------------------------------------------------------------

    @property
    def _moves(self) -> bool:
        return self._animated and self.isVisible() and not reduced_motion()

    def _held(
        self, old: DisplayList, new: DisplayList, anchor: Target | None
    ) -> tuple[Point, Point] | None:
        visible = self._camera.visible()
        if anchor is not None and anchor in old.by_target:
            area = to_qt(representative(old, anchor).bounds)
            anchor = anchor if visible.intersects(area) else None
        middle = visible.center()
        return held_points(old, new, anchor, (middle.x(), middle.y()))

    def _fit(self, *, animate: bool) -> None:
        self._keeps_fitting = True
        self._camera.fit(self._camera.core, largest=_LARGEST_FIT, animate=animate)

    def _center_on(self, point: QPointF) -> None:
        self._moved_by_reader()
        self._camera.stop()
        self._camera.place(point, self._camera.middle())

    def _camera_moved(self) -> None:
        self._overlays.camera_moved()
        self.view_moved.emit()
        if self.zoom != self._reported_zoom:
            self._reported_zoom = self.zoom
            self.zoom_changed.emit(self.zoom)

    def _moved_by_reader(self) -> None:
        self._keeps_fitting = False

    def _picked(self, targets: tuple[Target, ...]) -> None:
        self._overlays.show_selection(targets)
        self.picked.emit(targets)

    def _describe(self, item: Item) -> None:
        self.setAccessibleDescription(item.title)

    # -- events ------------------------------------------------------------------------------

    @override
    def _resized(self, old: QSize) -> None:
        self._overlays.place(self.size())
        self._camera.update_reach()
        if self._keeps_fitting:
            self._fit(animate=False)
            self.fitted_resized.emit()
        else:  # keep the middle in the middle
            middle = QPointF((old.width() - 1) / 2, (old.height() - 1) / 2)
            self._camera.place(self._camera.to_scene(middle), self._camera.middle())

    @override
    def _show_focus(self, *, shown: bool) -> None:
        self._highlight.focus(shown=shown)

    @override
    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        self._backdrop.paint(painter, QRectF(rect))

    @override
    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self._dimmed:  # the picture is about to be replaced
            self._backdrop.veil(painter, QRectF(rect))

"""Draws the sample picture of the Field tab: things of many sizes, from birds to mountains.

python -m tests.tools.sample_picture FILE.png
"""

from __future__ import annotations

import argparse
import os
import random
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

SIDE = 448


def draw() -> QImage:
    """The picture: 448 × 448, a lake with mountains, trees, a house, a boat and birds."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    chance = random.Random(34)
    _sky(painter)
    _mountains(painter)
    _water(painter, chance)
    _shore(painter, chance)
    _house(painter)
    _boat(painter)
    _birds(painter)
    painter.end()
    return image


def _fill(painter: QPainter, *points: tuple[float, float], color: str) -> None:
    painter.setBrush(QColor(color))
    painter.drawPolygon(QPolygonF([QPointF(*point) for point in points]))


def _ramp(top: float, bottom: float, *colors: str) -> QLinearGradient:
    made = QLinearGradient(0, top, 0, bottom)
    for place, color in enumerate(colors):
        made.setColorAt(place / (len(colors) - 1), QColor(color))
    return made


def _sky(painter: QPainter) -> None:
    painter.fillRect(0, 0, SIDE, 270, _ramp(0, 260, "#5C9BD1", "#A9CFE8", "#F6E3C4"))
    painter.setBrush(QColor("#FFF1B8"))
    painter.drawEllipse(QPointF(338, 92), 30, 30)
    painter.setBrush(QColor(255, 255, 255, 215))
    for x, y, size in ((96, 70, 20), (124, 62, 27), (154, 72, 19), (250, 120, 12), (268, 117, 15)):
        painter.drawEllipse(QPointF(x, y), size * 1.5, size * 0.8)


def _mountains(painter: QPainter) -> None:
    _fill(painter, (0, 262), (0, 205), (62, 150), (128, 218), (150, 262), color="#7F93A8")
    _fill(painter, (60, 262), (170, 96), (300, 262), color="#6A8097")
    _fill(painter, (170, 96), (138, 145), (160, 138), (176, 152), (190, 136), (206, 144),
          color="#F4F7FA")  # fmt: skip
    _fill(painter, (230, 262), (340, 140), (448, 238), (448, 262), color="#8397AB")
    _fill(painter, (340, 140), (318, 165), (336, 160), (350, 170), (364, 162), color="#F4F7FA")


def _water(painter: QPainter, chance: random.Random) -> None:
    painter.fillRect(0, 258, SIDE, 190, _ramp(258, 400, "#8FB9CF", "#3F7FA3", "#2B6286"))
    for _ in range(70):
        y = 264 + 120 * chance.random() ** 1.4
        x, long = chance.uniform(0, SIDE), 6 + (y - 258) * 0.16
        painter.fillRect(QRectF(x, y, long, 1.2), QColor(255, 255, 255, 110))


def _tree(painter: QPainter, x: float, foot: float, high: float, color: str) -> None:
    painter.fillRect(QRectF(x - high * 0.04, foot - high * 0.2, high * 0.08, high * 0.2),
                     QColor("#5B4632"))  # fmt: skip
    for layer in range(3):
        top = foot - high + layer * high * 0.24
        wide = high * (0.16 + 0.07 * layer)
        _fill(painter, (x, top), (x - wide, top + high * 0.36), (x + wide, top + high * 0.36),
              color=color)  # fmt: skip


def _shore(painter: QPainter, chance: random.Random) -> None:
    land = QPainterPath(QPointF(0, 300))
    land.cubicTo(90, 288, 150, 330, 182, 372)
    land.cubicTo(220, 420, 330, 392, SIDE, 412)
    land.lineTo(SIDE, SIDE)
    land.lineTo(0, SIDE)
    painter.fillPath(land, _ramp(300, SIDE, "#8DAE5C", "#5E8A3C"))
    for x, foot, high in ((30, 322, 92), (64, 330, 70), (14, 352, 112), (400, 428, 66),
                          (428, 436, 96), (372, 424, 44)):  # fmt: skip
        _tree(painter, x, foot, high, chance.choice(("#2F5D3A", "#3A6B41", "#274F33")))
    for _ in range(130):
        x, y = chance.uniform(0, SIDE), chance.uniform(420, SIDE)
        painter.setBrush(QColor(chance.choice(("#F4D35E", "#EE6C4D", "#FFFFFF", "#C77DFF"))))
        painter.drawEllipse(QPointF(x, y), 1.7, 1.7)


def _house(painter: QPainter) -> None:
    painter.fillRect(96, 326, 66, 46, QColor("#E9DCC3"))
    _fill(painter, (88, 328), (129, 296), (170, 328), color="#9C3D2E")
    painter.fillRect(150, 298, 9, 20, QColor("#7C2F24"))
    painter.fillRect(122, 346, 14, 26, QColor("#5B4632"))
    for x in (102, 142):
        painter.fillRect(x, 336, 14, 13, QColor("#FFF6D6"))
        painter.fillRect(QRectF(x + 6.4, 336, 1.2, 13), QColor("#5B4632"))
        painter.fillRect(QRectF(x, 341.9, 14, 1.2), QColor("#5B4632"))


def _boat(painter: QPainter) -> None:
    _fill(painter, (262, 318), (330, 318), (316, 334), (274, 334), color="#6E3B23")
    painter.fillRect(QRectF(294, 250, 2.6, 68), QColor("#5B4632"))
    _fill(painter, (298, 252), (298, 312), (338, 312), color="#FFFFFF")
    _fill(painter, (292, 260), (292, 312), (266, 312), color="#E4572E")
    painter.fillRect(QRectF(270, 336, 52, 2), QColor(255, 255, 255, 150))


def _birds(painter: QPainter) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor("#33414F"), 1.8))
    for x, y, size in ((214, 62, 7), (232, 52, 6), (250, 66, 5), (222, 82, 4)):
        path = QPainterPath(QPointF(x - size, y - size * 0.5))
        path.quadTo(x - size * 0.4, y - size, x, y)
        path.quadTo(x + size * 0.4, y - size, x + size, y - size * 0.5)
        painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)


def main() -> int:
    """Draw and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    application = QGuiApplication([])
    given = parser.parse_args()
    image = draw()
    if not image.save(str(given.file), "PNG"):
        raise OSError(f"{given.file} can't be written")
    del application
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Memory over time, drawn as SVG that reads well on a light page and on a dark one."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]

WIDTH, HEIGHT = 860, 230
LEFT, RIGHT, TOP, BOTTOM = 64, 32, 34, 34
INK = "#808080"
COLOURS = ("#2f7ed8", "#d9822b", "#3a9d5d", "#b34fa5")


def picture(panels: Sequence[tuple[str, Sequence[tuple[str, Sequence[Point]]]]]) -> str:
    """One panel below the other: a title with its unit, and lines of seconds and values."""
    drawn = "".join(
        f'<g transform="translate(0 {number * HEIGHT})">{_panel(title, lines)}</g>'
        for number, (title, lines) in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT * len(panels)}" '
        f'font-family="sans-serif" font-size="12" fill="{INK}">{drawn}</svg>\n'
    )


def _panel(title: str, lines: Sequence[tuple[str, Sequence[Point]]]) -> str:
    points = [point for _, line in lines for point in line]
    if not points:
        return f'<text x="{LEFT}" y="18">{title}: nothing was seen</text>'
    last = max(at for at, _ in points) or 1.0
    top = nice(max(value for _, value in points))
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(point: Point) -> str:
        return f"{LEFT + across * point[0] / last:.1f},{TOP + down * (1 - point[1] / top):.1f}"

    parts = [f'<text x="{LEFT}" y="18" font-weight="bold">{title}</text>']
    for step in range(5):
        y = TOP + down * (1 - step / 4)
        parts.append(
            f'<path d="M{LEFT} {y:.1f}h{across}" stroke="{INK}" stroke-opacity=".25"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{top * step / 4:g}</text>'
        )
    minutes = last / 60
    gap = next((gap for gap in (1, 5, 10, 15, 30, 60) if minutes / gap <= 13), 120)
    for minute in range(0, int(minutes) + 1, gap):
        x = LEFT + across * minute * 60 / last
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - 14}" text-anchor="middle">{minute} min</text>'
        )
    for number, (name, line) in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(place(point) for point in line)
        x = WIDTH - RIGHT - 150 * (len(lines) - number) + 20
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.4"/>'
        )
        if name:
            parts.append(
                f'<path d="M{x} 14h18" stroke="{colour}" stroke-width="3"/>'
                f'<text x="{x + 24}" y="18">{name}</text>'
            )
    return "".join(parts)


def nice(most: float) -> float:
    """The end of a scale from zero on: at least so much, with four even parts."""
    if most <= 0:
        return 1.0
    size = 10 ** math.floor(math.log10(most))
    return next(
        float(part * size)
        for part in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10)
        if part * size >= most
    )

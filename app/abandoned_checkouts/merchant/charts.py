"""Charts as SVG, drawn on the server. Colours are in overview.css, so that they follow the dark mode and print.

A chart is a picture with a text; the page has a table with the same numbers beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 12, 28
# At most this many labels fit below the chart.
_LABELS = 6


@dataclass(frozen=True, slots=True)
class Series:
    """`kind` is the class of the line in overview.css."""

    kind: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class DayChart:
    """A line for each series over the same days. `labels` name the days, `titles` describe each day with its numbers.

    `incomplete_from` is the index of the first day that is not complete.
    """

    text: str
    labels: Sequence[str]
    titles: Sequence[str]
    series: Sequence[Series]
    incomplete_from: int


def line_chart(chart: DayChart) -> Markup:
    """Lines over days, with a scale from zero."""
    count = len(chart.labels)
    top = scale_end(max((value for each in chart.series for value in each.values), default=0))
    parts = [
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(chart.text)}" '
        'direction="ltr">'
    ]
    parts += _incomplete(chart, count)
    parts += _scale(top)
    parts += _days(chart, count)
    for each in chart.series:
        points = [(_x(place, count), _y(value, top)) for place, value in enumerate(each.values)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline class="line {each.kind}" points="{path}"/>')
        if count <= 31:
            parts += [f'<circle class="dot {each.kind}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points]
    width = _x(1, count) - _x(0, count) if count > 1 else _WIDTH - _LEFT - _RIGHT
    for place, title in enumerate(chart.titles):
        x = max(_x(place, count) - width / 2, _LEFT)
        parts.append(
            f'<rect class="day" x="{x:.1f}" y="{_TOP}" width="{width:.1f}" height="{_HEIGHT - _TOP - _BOTTOM}">'
            f"<title>{escape(title)}</title></rect>"
        )
    return Markup("".join([*parts, "</svg>"]))


def bar(share: float, kind: str) -> Markup:
    """A bar whose length is a share from 0 to 1. The number is beside it, so it is left out for screen readers."""
    width = 100 * min(max(share, 0.0), 1.0)
    return Markup(
        '<svg class="bar-chart" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="10"/>'
        f'<rect class="fill {escape(kind)}" width="{width:.1f}" height="10"/></svg>'
    )


def interval(low: float, value: float, high: float) -> Markup:
    """A value with its limits on a line with zero, for numbers from -1 to 1."""
    reach = max(abs(low), abs(high), 0.01) * 1.1
    x_low, x_value, x_high, zero = (50 + 50 * each / reach for each in (low, value, high, 0.0))
    return Markup(
        '<svg class="interval" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<line class="zero" x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="10"/>'
        f'<line class="range" x1="{x_low:.1f}" x2="{x_high:.1f}" y1="5" y2="5"/>'
        f'<rect class="value" x="{x_value - 1:.1f}" y="1" width="2" height="8"/></svg>'
    )


def shade(number: int, most: int) -> int:
    """The shade of a cell from 0 (nothing) to 5 (most)."""
    return 0 if number <= 0 or most <= 0 else min(5, 1 + 5 * (number - 1) // most)


def scale_end(most: int) -> int:
    """The end of the scale: 4 times 1, 2 or 5 times a power of ten, so that it has four equal steps."""
    step, power = 1, 1
    while step * 4 < most:
        digits = {1: 2, 2: 5, 5: 10}[step // power]
        step = digits * power
        power = power * 10 if digits == 10 else power
    return step * 4


def _x(place: int, count: int) -> float:
    inside = _WIDTH - _LEFT - _RIGHT
    return _LEFT + inside / 2 if count == 1 else _LEFT + inside * place / (count - 1)


def _y(value: int, top: int) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / top


def _scale(top: int) -> list[str]:
    parts = []
    for place in range(5):
        value = top * place // 4
        y = _y(value, top)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="label" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:,}</text>')
    return parts


def _days(chart: DayChart, count: int) -> list[str]:
    parts = []
    for place in shown_labels(count):
        anchor = "middle" if count == 1 else "start" if place == 0 else "end" if place == count - 1 else "middle"
        kind = "label" if place in (0, count - 1) else "label between"
        parts.append(
            f'<text class="{kind}" x="{_x(place, count):.1f}" y="{_HEIGHT - 8}" text-anchor="{anchor}">'
            f"{escape(chart.labels[place])}</text>"
        )
    return parts


def _incomplete(chart: DayChart, count: int) -> list[str]:
    if chart.incomplete_from >= count:
        return []
    x = (
        _LEFT
        if chart.incomplete_from <= 0
        else (_x(chart.incomplete_from - 1, count) + _x(chart.incomplete_from, count)) / 2
    )
    height = _HEIGHT - _TOP - _BOTTOM
    return [f'<rect class="incomplete" x="{x:.1f}" y="{_TOP}" width="{_WIDTH - _RIGHT - x:.1f}" height="{height}"/>']


def shown_labels(count: int) -> list[int]:
    """The days that have a label: the first, the last, and some between them at equal distances."""
    if count <= _LABELS:
        return list(range(count))
    places = [round(place * (count - 1) / (_LABELS - 1)) for place in range(_LABELS)]
    assert all(one < other for one, other in pairwise(places))
    return places

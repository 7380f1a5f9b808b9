"""Charts are well-formed SVG with a text, and their points are where the numbers are."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.merchant.charts import (
    DayChart,
    Series,
    bar,
    interval,
    line_chart,
    scale_end,
    shade,
    shown_labels,
)

SVG = "{http://www.w3.org/2000/svg}"


def chart(values: list[int], incomplete_from: int = 1000) -> ElementTree.Element:
    labels = [f"<{place}>" for place in range(len(values))]
    drawn = line_chart(DayChart('Days & "more"', labels, labels, [Series("abandoned", values)], incomplete_from))
    return ElementTree.fromstring(str(drawn).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=120))
def test_each_day_has_a_point_inside_of_the_picture(values: list[int]) -> None:
    found = chart(values)
    assert found.get("aria-label") == 'Days & "more"' and found.get("role") == "img"
    line = found.find(f"{SVG}polyline")
    assert line is not None
    points = [tuple(map(float, pair.split(","))) for pair in (line.get("points") or "").split()]
    assert len(points) == len(values) == len(found.findall(f"{SVG}rect/{SVG}title"))
    assert all(0 <= x <= 720 and 0 <= y <= 240 for x, y in points)
    assert points == sorted(points, key=lambda point: point[0])
    assert min(y for _, y in points) == points[values.index(max(values))][1]


def test_days_that_are_not_complete_are_marked() -> None:
    assert chart([1, 2, 3]).find(f"{SVG}rect[@class='incomplete']") is None
    part, whole = (chart([1, 2, 3], start).find(f"{SVG}rect[@class='incomplete']") for start in (2, 0))
    assert part is not None and whole is not None
    assert float(part.get("width") or 0) < float(whole.get("width") or 0) == 720 - 44 - 12


@given(st.integers(0, 10**9))
def test_the_scale_ends_above_the_greatest_number(most: int) -> None:
    end = scale_end(most)
    assert most <= end and end % 4 == 0
    assert end <= max(4, most * 5)


@given(st.integers(1, 4000))
def test_labels_include_the_first_and_the_last_day(count: int) -> None:
    places = shown_labels(count)
    assert (places[0], places[-1]) == (0, count - 1)
    assert places == sorted(set(places)) and len(places) <= 6


@pytest.mark.parametrize(("number", "most", "expected"), [(0, 9, 0), (1, 9, 1), (9, 9, 5), (1, 1, 1), (5, 10, 3)])
def test_shades(number: int, most: int, expected: int) -> None:
    assert shade(number, most) == expected


def test_bars_and_intervals_are_hidden_from_screen_readers() -> None:
    assert 'width="50.0"' in bar(0.5, "recovered") and 'width="100.0"' in bar(7, "recovered")
    for drawn in (bar(0.5, "recovered"), interval(-0.1, 0.02, 0.2)):
        assert ElementTree.fromstring(str(drawn)).get("aria-hidden") == "true"

"""Values against time in plain characters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flows.plots import MARKS, Point, plot

START = datetime(2024, 1, 1, tzinfo=UTC)


def point(day: float, value: float, half: float = 0.0, mark: str = "o") -> Point:
    return Point(START + timedelta(days=day), value, value - half, value + half, mark)


def test_a_rise_goes_from_the_lower_left_to_the_upper_right() -> None:
    lines = plot([point(0, 48), point(5, 73, mark="^"), point(10, 94, mark="x")], 40)
    assert lines[0] == " 94+" + " " * 35 + "x"
    assert lines[8] == " 48+ o"
    assert [line.strip() for line in lines[9:]] == [
        "+" + "-" * 36,
        "2024-01-01               2024-01-11",
        "o stands, ^ newer figure, x does",
        "not fit, | what it can mean",
    ]
    assert sum(line.count("^") for line in lines[:9]) == 1


def test_one_figure_told_again_is_a_flat_line_with_its_interval() -> None:
    lines = plot([point(0, 2.9e9, 5e7), point(1, 2.9e9, 5e7)], 40)
    assert lines[0].startswith(" 2.95 billion+ |")
    assert lines[1].startswith("  2.9 billion+ o")
    assert lines[1].endswith(" o")
    assert lines[2].startswith(" 2.85 billion+ |")


def test_nothing_is_drawn_of_one_moment_or_in_no_room() -> None:
    assert plot([], 80) == []
    assert plot([point(0, 1)], 80) == []
    assert plot([point(0, 1), point(0, 2)], 80) == []
    assert plot([point(0, 1), point(1, 2)], 15) == []


def test_a_slip_of_a_power_of_ten_does_not_flatten_the_rest() -> None:
    lines = plot([point(0, 6.4e9), point(1, 64e9, mark="x"), point(2, 7.2e9)], 60)
    assert plot([point(0, 1.0), point(1, 1000.0)], 60)[-1].endswith("logarithmic scale")
    assert lines[0].startswith("  64 billion+")


def test_the_graver_mark_is_seen_where_two_fall_on_one_spot() -> None:
    lines = plot([point(0, 5, mark="x"), point(0.001, 5), point(100, 6)], 40)
    assert any(line.endswith("+ x") for line in lines)


MOMENT = st.floats(0, 1000)
VALUE = st.floats(-1e15, 1e15, allow_nan=False)


@given(
    st.lists(st.tuples(MOMENT, VALUE, st.sampled_from(list(MARKS))), max_size=50),
    st.integers(1, 200),
)
def test_it_fits_and_holds_every_moment(rows: list[tuple[float, float, str]], width: int) -> None:
    points = [point(day, value, abs(value) / 10, mark) for day, value, mark in rows]
    lines = plot(points, width)
    assert all(len(line) <= width and line.isascii() for line in lines)
    if lines:
        assert len({len(line.split("+")[0]) for line in lines if "+" in line}) == 1

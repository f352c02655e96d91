import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.boxes import area, corners_of, intersection_over_union, shared_area
from schemas.photo import Box

CORNERS = st.builds(lambda x, y, w, h: (x, y, x + w, y + h), *(st.floats(0, 1) for _ in range(4)))


def test_half_of_each_of_two_equal_boxes_is_a_third_of_their_union() -> None:
    assert shared_area((0, 0, 2, 1), (1, 0, 3, 1)) == 1
    assert intersection_over_union((0, 0, 2, 1), (1, 0, 3, 1)) == pytest.approx(1 / 3)


def test_boxes_apart_or_touching_have_nothing_in_common() -> None:
    assert shared_area((0, 0, 1, 1), (2, 2, 3, 3)) == 0
    assert intersection_over_union((0, 0, 1, 1), (1, 0, 2, 1)) == 0


def test_empty_boxes_have_nothing_in_common() -> None:
    assert intersection_over_union((0.5, 0.5, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5)) == 0


def test_many_boxes_are_compared_at_once() -> None:
    boxes = np.array([(0, 0, 1, 1), (0, 0, 1, 2), (5, 5, 6, 6)])
    assert intersection_over_union(boxes[:, None], boxes[None]).tolist() == [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]]


def test_corners_are_shares_of_the_picture() -> None:
    assert corners_of(Box(x=0.25, y=0.5, width=0.5, height=0.25)) == (0.25, 0.5, 0.75, 0.75)


@given(CORNERS, CORNERS)
def test_the_overlap_is_symmetric_and_a_share(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> None:
    assert 0 <= intersection_over_union(one, other) <= 1 + 1e-9
    assert intersection_over_union(one, other) == intersection_over_union(other, one)
    assert shared_area(one, other) <= min(area(one), area(other)) + 1e-12

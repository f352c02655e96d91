import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.colours import dominant_colours
from tests.ml.scenes import Pixels, room


def stripes(*parts: tuple[tuple[int, int, int], int]) -> Pixels:
    """Vertical stripes of a colour and a width, 60 pixels high."""
    return np.concatenate([np.full((60, width, 3), colour, np.uint8) for colour, width in parts], axis=1)


def test_flat_colours_are_answered_exactly_the_largest_first() -> None:
    found = dominant_colours(stripes(((30, 60, 200), 20), ((240, 240, 240), 50), ((150, 90, 40), 20)))
    assert [colour.hex for colour in found] == ["#f0f0f0", "#1e3cc8", "#965a28"]
    assert [colour.share for colour in found] == pytest.approx([5 / 9, 2 / 9, 2 / 9], abs=1e-3)


def test_lightness_and_hue_are_those_of_cielab() -> None:
    (white,) = dominant_colours(stripes(((255, 255, 255), 80)))
    assert (white.lightness, white.share) == (100.0, 1.0)
    assert abs(white.a) < 0.1
    assert abs(white.b) < 0.1
    (red,) = dominant_colours(stripes(((255, 0, 0), 80)))
    assert (red.lightness, red.a, red.b) == pytest.approx((53.2, 80.1, 67.2), abs=0.3)


def test_shades_of_one_wall_are_one_colour() -> None:
    found = dominant_colours(stripes(((200, 190, 180), 30), ((206, 196, 186), 30), ((20, 40, 60), 30)))
    assert len(found) == 2


def test_specks_are_no_dominant_colour() -> None:
    found = dominant_colours(stripes(((200, 200, 200), 89), ((255, 0, 0), 1)))
    assert [colour.hex for colour in found] == ["#c8c8c8"]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), width=st.integers(32, 500), height=st.integers(32, 500))
def test_colours_are_few_apart_ordered_and_never_more_than_the_picture(seed: int, width: int, height: int) -> None:
    found = dominant_colours(room(seed, width, height))
    assert 1 <= len(found) <= 8
    shares = [colour.share for colour in found]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1.001
    assert all(re.fullmatch("#[0-9a-f]{6}", colour.hex) for colour in found)
    lab = np.array([(colour.lightness, colour.a, colour.b) for colour in found])
    apart = np.linalg.norm(lab[:, None] - lab[None], axis=2) + np.eye(len(lab)) * 1000
    assert apart.min() >= 9.8


def test_the_same_pixels_give_the_same_colours() -> None:
    assert dominant_colours(room(7)) == dominant_colours(room(7).copy())

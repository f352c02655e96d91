"""Transitions: symmetrical, and at their middle where the cut is."""

import numpy as np
import pytest

from render.transition import blend, moment
from schemas.video import TransitionKind


def mixed(kind: TransitionKind, t: float, one: int = 40, other: int = 200) -> list[int]:
    frame_a, frame_b = np.full(24, one, np.uint8), np.full(24, other, np.uint8)
    into = np.zeros(24, np.uint8)
    blend(kind, frame_a, frame_b, t, into)
    return [int(into[0]), int(into[17]), int(into[23])]


def test_a_dissolve_goes_from_one_to_the_other_in_a_straight_line() -> None:
    assert [mixed(TransitionKind.DISSOLVE, t)[0] for t in (0, 0.25, 0.5, 1)] == [40, 80, 120, 200]


def test_the_new_picture_is_the_stronger_one_from_the_middle_on() -> None:
    moments = [moment(frame, 12) for frame in range(12)]
    assert moments[5] < 0.5 < moments[6]
    assert moments == pytest.approx([1 - t for t in reversed(moments)])
    assert moments[0] > 0


@pytest.mark.parametrize(("kind", "luma"), [(TransitionKind.FADE_BLACK, 16), (TransitionKind.FADE_WHITE, 235)])
def test_a_fade_passes_through_its_colour(kind: TransitionKind, luma: int) -> None:
    assert mixed(kind, 0) == [40, 40, 40]
    assert mixed(kind, 0.5) == [luma, 128, 128]
    assert mixed(kind, 1) == [200, 200, 200]


def test_a_cut_mixes_nothing() -> None:
    with pytest.raises(ValueError, match="cut"):
        mixed(TransitionKind.CUT, 0.5)

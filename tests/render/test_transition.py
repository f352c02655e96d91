"""Transitions: all of the old picture at the start, all of the new one at the end, the change at the middle."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from render.clocks import SOFTNESS, clock
from render.frames import planes_of
from render.transition import STRONG, Blend, blend, moment
from schemas.video import TransitionKind

W, H = 192, 108
K = TransitionKind
MIXING = [kind for kind in K if kind not in {K.UNKNOWN, K.CUT}]
Frame = npt.NDArray[np.uint8]


def flat(level: int, chroma: int = 128) -> Frame:
    return np.concatenate([np.full(W * H, level, np.uint8), np.full(W * H // 2, chroma, np.uint8)])


def noise(seed: int) -> Frame:
    return np.random.default_rng(seed).integers(20, 230, W * H * 3 // 2, dtype=np.uint8)


def mixed(kind: TransitionKind, t: float, one: Frame | None = None, other: Frame | None = None) -> Frame:
    into = np.zeros(W * H * 3 // 2, np.uint8)
    Blend(kind, W, H).mix(flat(40, 100) if one is None else one, flat(200, 150) if other is None else other, t, into)
    return into


def luma(frame: Frame) -> npt.NDArray[np.float64]:
    return planes_of(frame, W, H)[0].astype(float)


def test_there_are_twenty_four() -> None:
    assert len(MIXING) == 23  # and the cut, which mixes nothing


@pytest.mark.parametrize("kind", MIXING)
def test_it_begins_with_the_old_picture_and_ends_with_the_new_one(kind: TransitionKind) -> None:
    one, other = noise(1), noise(2)
    assert np.abs(mixed(kind, 0.0, one, other).astype(int) - one).max() <= 1
    assert np.abs(mixed(kind, 1.0, one, other).astype(int) - other).max() <= 1


@pytest.mark.parametrize("kind", [kind for kind in MIXING if kind not in {K.FADE_BLACK, K.FADE_WHITE}])
def test_at_the_middle_half_of_the_picture_is_new_and_before_it_less(kind: TransitionKind) -> None:
    shares = [(luma(mixed(kind, t)).mean() - 40) / 160 for t in (0.1, 0.3, 0.45, 0.5, 0.55, 0.7, 0.9)]
    assert shares[3] == pytest.approx(0.5, abs=0.01)
    assert all(after >= before for before, after in pairwise(shares))
    assert shares[2] < 0.5 < shares[4]
    assert shares == pytest.approx([1 - share for share in reversed(shares)], abs=0.02)
    chroma = planes_of(mixed(kind, 0.5), W, H)[1].mean()
    assert chroma == pytest.approx(125, abs=1)  # colour changes with brightness


@pytest.mark.parametrize(("kind", "level"), [(K.FADE_BLACK, 16), (K.FADE_WHITE, 235)])
def test_a_fade_through_a_colour_is_that_colour_at_its_middle(kind: TransitionKind, level: int) -> None:
    middle = mixed(kind, 0.5)
    assert set(np.unique(middle[: W * H])) == {level}
    assert set(np.unique(middle[W * H :])) == {128}
    assert luma(mixed(kind, 0.25)).mean() == pytest.approx((40 + level) / 2, abs=1)


@pytest.mark.parametrize(
    ("kind", "new"),
    [
        (K.WIPE_LEFT, (slice(None), slice(100, None))),
        (K.WIPE_RIGHT, (slice(None), slice(0, 92))),
        (K.WIPE_UP, (slice(58, None), slice(None))),
        (K.WIPE_DOWN, (slice(0, 50), slice(None))),
        (K.SLIDE_LEFT, (slice(None), slice(100, None))),
        (K.SLIDE_RIGHT, (slice(None), slice(0, 92))),
        (K.SLIDE_UP, (slice(58, None), slice(None))),
        (K.SLIDE_DOWN, (slice(0, 50), slice(None))),
        (K.CIRCLE_OPEN, (slice(34, 74), slice(76, 116))),
        (K.VERT_OPEN, (slice(None), slice(56, 136))),
        (K.HORZ_OPEN, (slice(32, 76), slice(None))),
        (K.RADIAL, (slice(None), slice(100, None))),
    ],
)
def test_at_the_middle_the_new_picture_is_where_the_name_says(kind: TransitionKind, new: tuple[slice, slice]) -> None:
    middle = luma(mixed(kind, 0.5))
    assert set(np.unique(middle[new])) == {200}
    elsewhere = middle.copy()
    elsewhere[new] = 40
    least = 0.43 if kind is K.CIRCLE_OPEN else 0.1  # the square within the circle is not all of it
    assert (elsewhere > 120).mean() < least


def test_circle_close_leaves_the_old_picture_in_the_middle() -> None:
    middle = luma(mixed(K.CIRCLE_CLOSE, 0.5))
    assert middle[54, 96] == 40
    assert middle[0, 0] == middle[-1, -1] == 200


@pytest.mark.parametrize("kind", [K.SMOOTH_LEFT, K.SMOOTH_RIGHT, K.SMOOTH_UP, K.SMOOTH_DOWN])
def test_a_smooth_one_is_a_ramp_along_its_way(kind: TransitionKind) -> None:
    middle = luma(mixed(kind, 0.5))
    line = middle[54] if kind in {K.SMOOTH_LEFT, K.SMOOTH_RIGHT} else middle[:, 96]
    rising = line if kind in {K.SMOOTH_LEFT, K.SMOOTH_UP} else line[::-1]
    assert all(after >= before for before, after in pairwise(rising))
    assert 0.4 < np.isclose(line, 40).mean() + np.isclose(line, 200).mean() < 0.6  # the rest is between


@pytest.mark.parametrize(
    ("kind", "shift"),
    [(K.SLIDE_LEFT, (0, -1)), (K.SLIDE_RIGHT, (0, 1)), (K.SLIDE_UP, (-1, 0)), (K.SLIDE_DOWN, (1, 0))],
)
def test_a_slide_moves_both_pictures_whole(kind: TransitionKind, shift: tuple[int, int]) -> None:
    one, other = noise(3), noise(4)
    middle = mixed(kind, 0.5, one, other)
    for number, (a, b, found) in enumerate(
        zip(planes_of(one, W, H), planes_of(other, W, H), planes_of(middle, W, H), strict=True)
    ):
        halves = (H // 2, W // 2) if number == 0 else (H // 4 // 1, W // 4)
        rolled = np.roll(a, (shift[0] * halves[0], shift[1] * halves[1]), (0, 1))
        came = np.roll(b, (-shift[0] * (a.shape[0] - halves[0]), -shift[1] * (a.shape[1] - halves[1])), (0, 1))
        old = np.isclose(found, rolled)
        assert (old | (found == came)).all()


def test_zooming_in_enlarges_the_old_picture_around_its_middle() -> None:
    one = flat(40)
    y = planes_of(one, W, H)[0]
    y[34:74, 56:136] = 200
    early = luma(mixed(K.ZOOM_IN, 0.19, one, flat(40)))
    assert 80 < (early[54] > 120).sum() < 88
    assert (early[54] > 120)[::-1].tolist() == (early[54] > 120).tolist()


def test_a_blur_goes_along_the_rows_and_leaves_rows_alone() -> None:
    one = flat(40)
    planes_of(one, W, H)[0][40:60] = 200  # rows are even along themselves
    blurred = luma(mixed(K.HBLUR, 0.25, one, one))
    assert np.array_equal(blurred, luma(one))
    striped = flat(40)
    planes_of(striped, W, H)[0][:, ::2] = 200
    assert luma(mixed(K.HBLUR, 0.25, striped, striped)).std() < luma(striped).std() / 4


def test_a_dissolve_is_grain_and_not_a_fade() -> None:
    middle = luma(mixed(K.DISSOLVE, 0.5))
    assert ((middle < 60) | (middle > 180)).mean() > 0.6
    assert luma(mixed(K.FADE, 0.5)).std() == 0


@pytest.mark.parametrize("kind", sorted(SOFTNESS))
def test_clocks_go_from_zero_to_one_and_are_even(kind: TransitionKind) -> None:
    field = clock(kind, 256, 144)
    assert 0 <= field.min() < 0.03
    assert 0.97 < field.max() <= 1
    assert (field < 0.5).mean() == pytest.approx(0.5, abs=0.01)


def test_the_same_frame_comes_twice_the_same() -> None:
    for kind in MIXING:
        assert np.array_equal(mixed(kind, 0.37, noise(1), noise(2)), mixed(kind, 0.37, noise(1), noise(2)))


def test_the_new_picture_is_the_stronger_one_from_the_middle_on() -> None:
    moments = [moment(frame, 12) for frame in range(12)]
    assert moments[5] < 0.5 < moments[6]
    assert moments == pytest.approx([1 - t for t in reversed(moments)])
    assert moments[0] > 0


def test_what_draws_the_eye_is_strong() -> None:
    assert K.SLIDE_LEFT in STRONG
    assert K.CUT not in STRONG
    assert K.FADE not in STRONG


def test_a_cut_mixes_nothing() -> None:
    with pytest.raises(ValueError, match="cut"):
        blend(K.CUT, flat(1), flat(2), 0.5, flat(3), (W, H))

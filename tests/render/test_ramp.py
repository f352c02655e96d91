"""Speed ramps: from the start to the end, never backwards, as fast as they say."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.errors import PlanError
from render.ramp import PEAKED, check_ramp, progress, speed
from schemas.video import Ramp, SpeedPoint, SpeedRamp

NAMED = [SpeedRamp(kind=kind) for kind in Ramp if kind not in {Ramp.UNKNOWN, Ramp.CUSTOM}]


def custom(*points: tuple[float, float]) -> SpeedRamp:
    return SpeedRamp(kind=Ramp.CUSTOM, points=[SpeedPoint(at=at, speed=fast) for at, fast in points])


@st.composite
def ramps(draw: st.DrawFn) -> SpeedRamp:
    if draw(st.booleans()):
        ramp = draw(st.sampled_from(NAMED))
        return ramp.model_copy(update={"peak": draw(st.floats(0.1, 0.9))})
    times = sorted(draw(st.sets(st.integers(0, 100), min_size=2, max_size=8)))
    return custom(*((at / 100, draw(st.floats(0.1, 10))) for at in times))


@settings(max_examples=200, deadline=None)
@given(ramp=ramps())
def test_every_ramp_goes_from_the_start_to_the_end_and_never_back(ramp: SpeedRamp) -> None:
    check_ramp(ramp)
    way = [progress(ramp, k / 200) for k in range(201)]
    assert way[0] == pytest.approx(0, abs=1e-12)
    assert way[-1] == pytest.approx(1, abs=1e-12)
    assert all(after > before for before, after in pairwise(way))


@settings(max_examples=100, deadline=None)
@given(ramp=ramps(), t=st.floats(0.01, 0.99))
def test_progress_is_the_integral_of_the_speed(ramp: SpeedRamp, t: float) -> None:
    step = 1e-5
    slope = (progress(ramp, t + step) - progress(ramp, t - step)) / (2 * step)
    assert slope == pytest.approx(speed(ramp, t), rel=0.02, abs=0.02)


def test_constant_is_constant() -> None:
    assert [progress(SpeedRamp(), t / 8) for t in range(9)] == [t / 8 for t in range(9)]


@pytest.mark.parametrize(
    ("kind", "slow", "fast"),
    [(Ramp.EASE_IN, 0.02, 0.98), (Ramp.EASE_OUT, 0.98, 0.02), (Ramp.FLASH_IN, 0.9, 0.02), (Ramp.FLASH_OUT, 0.1, 0.98)],
)
def test_ramps_are_fast_where_their_names_say(kind: Ramp, slow: float, fast: float) -> None:
    ramp = SpeedRamp(kind=kind)
    assert speed(ramp, fast) > 2 * speed(ramp, slow)


@pytest.mark.parametrize("peak", [0.2, 0.5, 0.7])
def test_hero_and_bullet_are_slowest_and_montage_is_fastest_at_the_peak(peak: float) -> None:
    times = [k / 400 for k in range(401)]
    for kind in PEAKED:
        ramp = SpeedRamp(kind=kind, peak=peak)
        extreme = (max if kind is Ramp.MONTAGE else min)(speed(ramp, t) for t in times)
        assert speed(ramp, peak) == pytest.approx(extreme, rel=1e-6)


def test_custom_speeds_are_kept_in_their_proportion() -> None:
    ramp = custom((0, 0.1), (0.5, 10), (1, 0.1))
    assert speed(ramp, 0.5) / speed(ramp, 0) == pytest.approx(100)
    assert math.isclose(progress(ramp, 0.5), 0.5)


@pytest.mark.parametrize(
    ("ramp", "sentence"),
    [
        (custom((0, 1)), "1 points; 2 to 16"),
        (custom((0.5, 1), (0.5, 2)), "does not come after"),
        (custom((0.5, 1), (0.2, 2)), "does not come after"),
        (SpeedRamp(kind=Ramp.HERO, points=[SpeedPoint(at=0, speed=1)]), "takes no points"),
        (SpeedRamp(kind=Ramp.UNKNOWN), "no choice"),
    ],
)
def test_a_ramp_that_is_none_is_refused(ramp: SpeedRamp, sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence):
        check_ramp(ramp)


@pytest.mark.parametrize("value", [0.05, 10.5])
def test_speeds_beyond_ten_times_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        SpeedPoint(at=0.5, speed=value)

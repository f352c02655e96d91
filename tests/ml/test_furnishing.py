import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.furnishing import JUDGED, furnishing_of, share
from ml.segmentation import FURNITURE, Segmentation
from ml.store import FurnishingThresholds
from schemas.photo import Furnishing

LABELS = ("wall", "floor", *FURNITURE)
THRESHOLDS = FurnishingThresholds(empty_below=0.04, furnished_from=0.15)


def with_furniture(part: float) -> Segmentation:
    """A room of which a part is bed, the rest wall."""
    chances = np.zeros((len(LABELS), 10, 10), np.float32)
    chances[LABELS.index("wall")] = 1 - part
    chances[LABELS.index("bed")] = part
    return Segmentation(LABELS, chances)


@pytest.mark.parametrize(
    ("part", "expected"),
    [(0.0, Furnishing.EMPTY), (0.1, Furnishing.PARTLY_FURNISHED), (0.5, Furnishing.FURNISHED)],
)
def test_the_more_furniture_the_more_furnished(part: float, expected: Furnishing) -> None:
    assert furnishing_of("bedroom", with_furniture(part), THRESHOLDS) is expected


@given(st.floats(0, 1, width=32))
@settings(deadline=None, max_examples=30)
def test_the_share_is_the_summed_probability_of_furniture(part: float) -> None:
    assert share(with_furniture(part)) == pytest.approx(part, abs=1e-5)


@pytest.mark.parametrize("label", ["exterior", "pool", "floor_plan", "aerial", "stairs", "bathroom"])
def test_a_label_that_furniture_does_not_furnish_is_unknown(label: str) -> None:
    assert label not in JUDGED
    assert furnishing_of(label, with_furniture(0.0), THRESHOLDS) is Furnishing.UNKNOWN

"""The label and the link on pictures: legible at thumbnail size, the rest of the picture untouched."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.staging.disclosure import LegibilityError, OriginalLinkError, Policy, WordingError, draw, load_policy, settle
from ml.staging.disclosure.legibility import measure

URL = "https://listings.example.com/8841/original/02?size=full"


def picture(width: int = 640, height: int = 426, seed: int = 0) -> NDArray[np.uint8]:
    """Noise over all levels: the worst ground for letters."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def policy(name: str = "crmls", **label: object) -> Policy:
    found = load_policy(name).model_dump()
    return Policy.model_validate({**found, "label": {**found["label"], **label}})


@pytest.mark.parametrize("size", [(1600, 1200), (1024, 682), (600, 900), (320, 240)])
@pytest.mark.parametrize("name", ["ab723", "crmls"])
def test_the_label_is_legible_at_thumbnail_width_also_after_jpeg(name: str, size: tuple[int, int]) -> None:
    terms = settle(load_policy(name))
    found = draw(picture(*size), terms)
    assert found.words is not None
    assert found.legibility is not None
    assert found.legibility.cap_height_px >= 7
    _, coded = cv2.imencode(".jpg", found.pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 75])
    opened = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    assert opened is not None
    read = np.asarray(opened[:, :, ::-1], np.uint8)
    assert measure(read, found.words, 10).contrast >= 4.5


def test_pixels_outside_the_plaque_are_as_they_were() -> None:
    before = picture()
    kept = before.copy()
    found = draw(before, settle(load_policy("ab723"), None, URL))
    assert found.covered is not None
    assert found.strip_px > 0
    left, top, wide, high = found.covered
    outside = np.ones(before.shape[:2], bool)
    outside[top : top + high, left : left + wide] = False
    assert np.array_equal(found.pixels[: len(before)][outside], before[outside])
    assert np.array_equal(before, kept)
    assert not np.array_equal(found.pixels[: len(before)][~outside], before[~outside])


def test_below_the_picture_the_label_covers_none_of_it() -> None:
    before = picture()
    found = draw(before, settle(policy(placement="below")))
    assert found.covered is None
    assert np.array_equal(found.pixels[: len(before)], before)
    assert found.pixels.shape[0] == before.shape[0] + found.strip_px
    assert found.words is not None
    assert found.words[1] >= before.shape[0]


@pytest.mark.parametrize("corner", ["bottom_left", "bottom_right", "top_left", "top_right"])
def test_the_label_is_in_the_corner_that_the_policy_names(corner: str) -> None:
    found = draw(picture(), settle(policy(corner=corner)))
    assert found.covered is not None
    left, top, wide, high = found.covered
    assert ("top" in corner) == (top + high / 2 < 213)
    assert ("left" in corner) == (left + wide / 2 < 320)


@pytest.mark.parametrize("placement", ["on_picture", "below"])
def test_the_qr_code_reads_as_the_address(placement: str) -> None:
    base = load_policy("ab723").model_dump()
    linked = Policy.model_validate({**base, "original": {**base["original"], "link_placement": placement}})
    found = draw(picture(1024, 768), settle(linked, None, URL))
    assert found.code is not None
    left, top, wide, high = found.code
    read, *_ = cv2.QRCodeDetector().detectAndDecode(found.pixels[top : top + high, left : left + wide])
    assert read == URL


def test_no_policy_leaves_the_picture_as_it_is() -> None:
    before = picture()
    found = draw(before, settle(load_policy("none")))
    assert np.array_equal(found.pixels, before)
    assert (found.words, found.code, found.covered, found.strip_px, found.legibility) == (None, None, None, 0, None)


def test_a_label_that_is_not_legible_is_refused() -> None:
    with pytest.raises(LegibilityError, match="demands 21"):
        draw(picture(), settle(policy(least_contrast=21.0)))
    with pytest.raises(LegibilityError, match="more than half"):
        draw(picture(640, 80), settle(load_policy("crmls")))


def test_the_measure_sees_pale_letters() -> None:
    ground = np.full((200, 640, 3), 200, np.uint8)
    cv2.putText(ground, "STAGED", (20, 100), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (215, 215, 215), 6)
    assert measure(ground, (20, 50, 250, 60), 40).contrast < 1.5
    cv2.putText(ground, "STAGED", (20, 100), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (0, 0, 0), 6)
    assert measure(ground, (20, 50, 250, 60), 40).contrast > 7


def test_wording_or_address_too_long_for_the_picture_are_refused() -> None:
    with pytest.raises(WordingError, match="shorten it"):
        draw(picture(), settle(load_policy("crmls"), "Virtually staged and altered " * 10))
    with pytest.raises(OriginalLinkError, match="shorter address"):
        draw(picture(200, 300), settle(load_policy("ab723"), None, URL + "a" * 300))


@settings(max_examples=15, deadline=None)
@given(
    st.integers(240, 1200), st.integers(240, 900), st.text("abcdefgh WMÄß", min_size=1, max_size=60).filter(str.strip)
)
def test_any_wording_that_is_drawn_lies_within_its_plaque(width: int, height: int, wording: str) -> None:
    terms = settle(load_policy("crmls"), wording)
    try:
        found = draw(np.full((height, width, 3), 128, np.uint8), terms)
    except (WordingError, LegibilityError):
        return
    assert found.words is not None
    assert found.covered is not None
    left, top, wide, high = found.words
    assert left >= found.covered[0]
    assert top >= found.covered[1]
    assert left + wide <= found.covered[0] + found.covered[2]
    assert top + high <= found.covered[1] + found.covered[3]

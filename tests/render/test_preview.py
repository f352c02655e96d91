"""A preview: the same timeline, small."""

import pytest

from render.preview import preview_of
from render.timeline import PhotoSlot, plan_timeline
from schemas.video import Ratio


@pytest.mark.parametrize(
    ("ratio", "size"),
    [
        (Ratio.WIDE_16_9, (640, 360)),
        (Ratio.TALL_9_16, (360, 640)),
        (Ratio.SQUARE, (640, 640)),
        (Ratio.PORTRAIT_4_5, (512, 640)),
    ],
)
def test_a_preview_has_the_same_frames_on_640_pixels(ratio: Ratio, size: tuple[int, int]) -> None:
    timeline = plan_timeline([PhotoSlot("a"), PhotoSlot("b")], None, seconds=6, ratio=ratio)
    preview = preview_of(timeline)
    assert (preview.width, preview.height) == size
    same = {"width": timeline.width, "height": timeline.height}
    assert preview.model_copy(update=same) == timeline


def test_a_small_video_is_its_own_preview() -> None:
    timeline = plan_timeline([PhotoSlot("a")], None, seconds=3, height=180)
    assert preview_of(timeline) == timeline

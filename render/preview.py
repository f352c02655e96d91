"""A quick look at a video: the same timeline, frame by frame, on a small picture."""

from schemas.video import Timeline

PREVIEW_PIXELS = 640


def preview_of(timeline: Timeline) -> Timeline:
    """The timeline with a longer side of 640 pixels; shots, cuts, frames and texts are the same.

    What is small already stays as it is. Texts are set anew for the smaller picture.
    """
    longer = max(timeline.width, timeline.height)
    if longer <= PREVIEW_PIXELS:
        return timeline
    width, height = (2 * round(side * PREVIEW_PIXELS / longer / 2) for side in (timeline.width, timeline.height))
    return timeline.model_copy(update={"width": width, "height": height})

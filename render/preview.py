"""A quick look at a video: the same timeline, frame by frame, on a small picture; and whose music it is."""

from schemas.audio import MusicCredit
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


def as_asked(timeline: Timeline, credit: MusicCredit | None, preview: bool) -> Timeline:  # noqa: FBT001
    """A planned timeline with the music's credit in it, and small where a preview is asked for."""
    if credit is not None and timeline.music is not None:
        cue = timeline.music.model_copy(update={"credit": credit})
        timeline = timeline.model_copy(update={"music": cue})
    return preview_of(timeline) if preview else timeline

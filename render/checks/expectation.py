"""What a video should be, frame by frame: the plan as the quality checks read it. Pure data."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Coverage = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Span:
    """Frames `first` to `first + frames - 1`."""

    first: int
    frames: int

    @property
    def stop(self) -> int:
        """The first frame after it."""
        return self.first + self.frames


@dataclass(frozen=True, slots=True)
class PlannedCut:
    """A change of shots: the first frame on which the new shot is the stronger one, and the transition around it."""

    frame: int
    transition_frames: int  # 0 for a hard cut
    beat_s: float | None  # the beat that it was laid on, in seconds from the video's start; None: no beat


@dataclass(frozen=True, slots=True, eq=False)
class PlannedText:
    """A text on the picture, on the frames on which it is fully there.

    `coverage` is the text alone as it is drawn, (height, width) from 0 (none) to 255 (covered); its first pixel lies at
    (`left`, `top`) of the frame. What is drawn behind a text (a band, a shadow) is no part of it.
    """

    name: str  # what it is, for messages, such as `label of photo 3`
    left: int
    top: int
    coverage: Coverage
    span: Span
    size: int = 0  # height of its letters in pixels; 0: the coverage's height

    @property
    def letters(self) -> int:
        """Height of its letters in pixels."""
        return self.size or int(self.coverage.shape[0])


@dataclass(frozen=True, slots=True)
class StagedSpan:
    """Frames on which a staged photo shows, in any part, and the index in `Expectation.texts` of its labels there."""

    photo_id: str
    span: Span
    labels: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PlannedCamera:
    """The camera over one still photo, alone in the picture: its view on each frame of the span.

    `views` is (frames, 4): left, top, width, height of what fills the frame, in any unit that stays the same.
    """

    span: Span
    views: Floats


@dataclass(frozen=True, slots=True)
class Expectation:
    """A whole video as planned. Lists are empty where nothing of the kind is planned."""

    width: int
    height: int
    fps: int
    frames: int
    has_music: bool
    cuts: tuple[PlannedCut, ...] = ()
    still: tuple[Span, ...] = ()  # where nothing moves
    black: tuple[Span, ...] = ()  # where the picture may be black
    texts: tuple[PlannedText, ...] = ()
    logos: tuple[PlannedText, ...] = ()  # pictures that stand still over others: nothing to read
    staged: tuple[StagedSpan, ...] = ()
    cameras: tuple[PlannedCamera, ...] = ()
    loudness_lufs: float = -14.0
    true_peak_dbtp: float = -1.0
    loudness_excuse: str = field(default="")  # why the music cannot be brought to its loudness; empty: it can

"""Records about clips and videos: motions, transitions, the timeline, and what a check of a file found."""

from schemas.record import Symbol


class Motion(Symbol):
    """How the camera moves over a still photo."""

    UNKNOWN = "unknown"
    AUTO = "auto"
    HOLD = "hold"
    PUSH_IN = "push_in"
    PULL_OUT = "pull_out"
    PAN_LEFT = "pan_left"
    PAN_RIGHT = "pan_right"
    PAN_UP = "pan_up"
    PAN_DOWN = "pan_down"


class Ratio(Symbol):
    """Shape of a video, width to height."""

    UNKNOWN = "unknown"
    WIDE_16_9 = "r16_9"
    TALL_9_16 = "r9_16"
    SQUARE = "r1_1"
    PORTRAIT_4_5 = "r4_5"

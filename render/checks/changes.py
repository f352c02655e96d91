"""Where a change of shots is seen: its middle, read from how much each frame differs from the one before. Pure."""

from collections.abc import Sequence

import numpy as np

from render.checks.expectation import PlannedCut

_AROUND = 8  # frames looked at before and after a planned change
_OVER_MOTION = 2.5  # times what the camera's motion alone changes
_SHARE_OF_PEAK = 0.2
_CLEAR_CUT = 1.7  # times the next largest change around it: a camera may start fast
_LEAST_CHANGE = 1.0  # mean luma levels; two pictures that are so alike show no change


def seen_at(change: Sequence[float], cut: PlannedCut) -> float | None:
    """The frame at which a change is seen, in frames of the video, or None where it cannot be told from the motion.

    `change` is the mean difference of each frame to the one before. A hard cut is seen on the frame that differs most.
    A transition goes on from the first to the last frame that changes by more than the camera's motion does; it is seen
    in its middle, for all transitions are alike in both directions of time.
    """
    half = cut.transition_frames // 2
    first, last = cut.frame - half, cut.frame + half  # the first frame with any of it, the first after it
    low, high = max(1, first - _AROUND), min(len(change), last + _AROUND + 1)
    if high <= low:
        return None
    values = np.array(change[low:high])
    outside = np.concatenate([np.array(change[low:first]), np.array(change[last + 1 : high])])
    motion = float(np.median(outside)) if len(outside) else 0.0
    peak = float(values.max())
    if peak < _LEAST_CHANGE or peak < _OVER_MOTION * motion:
        return None
    if cut.transition_frames == 0:
        others = np.delete(values, int(values.argmax()))
        clear = not len(others) or peak >= _CLEAR_CUT * float(others.max())
        return float(low + int(values.argmax())) if clear else None
    level = max(_OVER_MOTION * motion, _SHARE_OF_PEAK * peak)
    over = np.flatnonzero(values >= level)
    long = over[-1] - over[0] + 1
    whole = over[0] > 0 and over[-1] < len(values) - 1
    if not whole or abs(long - cut.transition_frames) > max(2, cut.transition_frames / 3):
        return None
    # Change number k lies between frames k - 1 and k.
    return float(low + (over[0] + over[-1]) / 2)

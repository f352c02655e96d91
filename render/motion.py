"""The way of the camera over a still photo: pure geometry, in pixels of the photo, as floats.

A view is the rectangle of the photo that fills the frame. A path goes from one view to another; all views between lie
between, so a path whose two ends are inside the photo never leaves it.
"""

import math
from dataclasses import dataclass

from schemas.video import Motion

ZOOM_LIMIT = 1.25
ZOOM_PER_SECOND = 0.045
TRAVEL_PER_SECOND = 0.03
LONGEST_TRAVEL = 0.2
ZOOM_SHORT_OF_PIXELS = 1.10
PEAK_ACCELERATION = 0.02

_TURNS = (Motion.PUSH_IN, Motion.PAN_RIGHT, Motion.PULL_OUT, Motion.PAN_LEFT)
_PANS = {
    Motion.PAN_LEFT: (-1, 0),
    Motion.PAN_RIGHT: (1, 0),
    Motion.PAN_UP: (0, -1),
    Motion.PAN_DOWN: (0, 1),
}


@dataclass(frozen=True, slots=True)
class View:
    """The part of a photo that fills the frame, in its pixels; (0, 0) is the outer corner of the first pixel."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Move:
    """What a camera is to do in one shot.

    `frames` is the whole shot's length, `zoom` (factor) and `travel` (fraction of the frame's longer side) the most
    that it may do in that time.
    """

    motion: Motion
    frames: int
    zoom: float
    travel: float


@dataclass(frozen=True, slots=True)
class CameraPath:
    """A camera's way from `start` to `end` in `frames` frames.

    `ease` is how much slower the camera goes at both ends: 0 is constant speed, 1 stands still there.
    """

    start: View
    end: View
    frames: int
    ease: float

    def progress(self, frame: int) -> float:
        """How far the camera has come at `frame`, 0 to 1; the last frame is at 1.

        The speed is 1 - ease * cos(2 pi t): the raised cosine, whose acceleration is continuous inside the shot.
        """
        if self.frames == 1:
            return 0.5
        t = frame / (self.frames - 1)
        return t - self.ease * math.sin(2 * math.pi * t) / (2 * math.pi)

    def view(self, frame: int) -> View:
        """The view at `frame`. Zooms are exponential in time, which is the constant speed that the eye sees."""
        u = self.progress(frame)
        a, b = self.start, self.end
        ratio = b.width / a.width
        if abs(ratio - 1) < 1e-9:
            way, width, height = u, a.width, a.height
        else:
            scale = ratio**u
            way = (scale - 1) / (ratio - 1)  # so that the point that the camera zooms on stands still
            width, height = a.width * scale, a.height * scale
        return View(a.left + (b.left - a.left) * way, a.top + (b.top - a.top) * way, width, height)

    def bounds(self) -> View:
        """The smallest rectangle that holds every view of the path."""
        a, b = self.start, self.end
        left, top = min(a.left, b.left), min(a.top, b.top)
        return View(left, top, max(a.right, b.right) - left, max(a.bottom, b.bottom) - top)


def choose_motion(motion: Motion, place: int) -> Motion:
    """The motion of the photo at `place` (from 0): its own, or for auto one that changes from photo to photo."""
    return _TURNS[place % len(_TURNS)] if motion in {Motion.AUTO, Motion.UNKNOWN} else motion


def move_for(motion: Motion, frames: int, fps: int) -> Move:
    """The move of a shot of this length. Zoom and travel grow with time: long and short shots go at one pace."""
    seconds = frames / fps
    zoom = min(1 + ZOOM_PER_SECOND * seconds, ZOOM_LIMIT)
    travel = min(TRAVEL_PER_SECOND * seconds, LONGEST_TRAVEL)
    return Move(motion, frames, round(zoom, 4), round(travel, 4))


def widest_view(photo: tuple[float, float], frame: tuple[int, int]) -> View:
    """The largest view of the frame's shape inside a photo (both width, height), in its middle."""
    width = min(photo[0], photo[1] * frame[0] / frame[1])
    height = min(photo[1], photo[0] * frame[1] / frame[0])
    return View((photo[0] - width) / 2, (photo[1] - height) / 2, width, height)


def lay_path(photo: tuple[int, int], frame: tuple[int, int], move: Move) -> CameraPath:
    """The path of a move over a photo (width, height) for a frame (width, height).

    A photo that has fewer pixels than the frame at the move's zoom is zoomed to its own pixels only, or, where it has
    not even those, by ZOOM_SHORT_OF_PIXELS at most: it is soft already, and more zoom would show it. A pan takes the
    room that the photo's shape leaves before it zooms to make room. Raises ValueError for a motion that is not chosen
    yet (auto).
    """
    widest = widest_view(photo, frame)
    own = widest.width / frame[0]
    limit = min(move.zoom, max(own, ZOOM_SHORT_OF_PIXELS), ZOOM_LIMIT)
    if move.motion is Motion.HOLD:
        start = end = widest
    elif move.motion is Motion.PUSH_IN:
        start, end = widest, _zoomed(widest, limit)
    elif move.motion is Motion.PULL_OUT:
        start, end = _zoomed(widest, limit), widest
    elif move.motion in _PANS:
        start, end = _pan(photo, frame, move, limit)
    else:
        raise ValueError(f"{move.motion.value} is no motion that a camera can make")
    return CameraPath(start, end, move.frames, _ease(start, end, frame, move.frames))


def _zoomed(view: View, zoom: float) -> View:
    width, height = view.width / zoom, view.height / zoom
    return View(view.left + (view.width - width) / 2, view.top + (view.height - height) / 2, width, height)


def _pan(photo: tuple[int, int], frame: tuple[int, int], move: Move, limit: float) -> tuple[View, View]:
    widest, direction = widest_view(photo, frame), _PANS[move.motion]
    axis = 0 if direction[0] else 1
    side = (widest.width, widest.height)[axis]
    wanted = move.travel * max(frame) / frame[axis]  # in views
    # At zoom z the way is photo / (side / z) - 1 views long.
    zoom = min(max((1 + wanted) * side / photo[axis], 1.0), limit)
    view = _zoomed(widest, zoom)
    length = (view.width, view.height)[axis]
    way = min(wanted * length, photo[axis] - length)
    shift_x, shift_y = direction[0] * way / 2, direction[1] * way / 2
    start = View(view.left - shift_x, view.top - shift_y, view.width, view.height)
    end = View(view.left + shift_x, view.top + shift_y, view.width, view.height)
    return start, end


def _ease(start: View, end: View, frame: tuple[int, int], frames: int) -> float:
    """As much easing as keeps the picture's acceleration below PEAK_ACCELERATION (frame pixels per frame squared).

    The raised cosine accelerates by 2 pi * ease * way / frames^2 at most. Shots join in motion, by cuts and dissolves,
    so that constant speed is what looks right; easing takes the edge off where there is time for it.
    """
    scale = frame[0] / min(start.width, end.width)
    corners = (
        (start.left - end.left, start.top - end.top),
        (start.right - end.right, start.top - end.top),
        (start.left - end.left, start.bottom - end.bottom),
        (start.right - end.right, start.bottom - end.bottom),
    )
    way = max(math.hypot(x, y) for x, y in corners) * scale
    if way == 0:
        return 0.0
    return min(0.5, PEAK_ACCELERATION * frames**2 / (2 * math.pi * way))

"""The way of the camera over a still photo: pure geometry, in pixels of the photo, as floats.

A view is the rectangle of the photo that fills the frame. A path goes from one view to another; all views between lie
between, so a path whose two ends are inside the photo never leaves it.
"""

import math
from dataclasses import dataclass, replace

from render.ramp import CONSTANT, progress
from schemas.photo import Box, Point
from schemas.video import Motion, Ramp, SpeedRamp

ZOOM_LIMIT = 1.25
ZOOM_PER_SECOND = 0.045
TRAVEL_PER_SECOND = 0.03
LONGEST_TRAVEL = 0.2
REFRAME_PER_SECOND = 0.12
LONGEST_REFRAME = 0.6
STEPS_A_PIXEL = 2
LEAST_CROP = 0.25  # of the widest view: a smaller crop is a mistake, and shows nothing but pixels

_PANS = {
    Motion.PAN_LEFT: (-1, 0),
    Motion.PAN_RIGHT: (1, 0),
    Motion.PAN_UP: (0, -1),
    Motion.PAN_DOWN: (0, 1),
}
# Which way a zoom drifts: -1 left, 1 right.
_DRIFTS = {
    Motion.PUSH_IN: 0,
    Motion.PUSH_IN_LEFT: -1,
    Motion.PUSH_IN_RIGHT: 1,
    Motion.PULL_OUT: 0,
    Motion.PULL_OUT_LEFT: -1,
    Motion.PULL_OUT_RIGHT: 1,
}
_PULLS = frozenset({Motion.PULL_OUT, Motion.PULL_OUT_LEFT, Motion.PULL_OUT_RIGHT})
ZOOMS = frozenset({*_DRIFTS, Motion.FOCUS_PUSH})
PANS = frozenset(_PANS)


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
    that it may do in that time, `ramp` how fast it goes when. `focus` and `crop` are what the picture is about, in
    shares of the photo.
    """

    motion: Motion
    frames: int
    zoom: float
    travel: float
    ramp: SpeedRamp = CONSTANT
    focus: Point | None = None
    crop: Box | None = None


@dataclass(frozen=True, slots=True)
class CameraPath:
    """A camera's way from `start` to `end` in `frames` frames, as fast as `ramp` says."""

    start: View
    end: View
    frames: int
    ramp: SpeedRamp = CONSTANT

    def progress(self, frame: int) -> float:
        """How far the camera has come at `frame`, 0 to 1; the last frame is at 1."""
        if self.frames == 1:
            return 0.5
        return progress(self.ramp, frame / (self.frames - 1))

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

    @property
    def slides(self) -> bool:
        """Whether the camera keeps its distance: every view is as large as the first."""
        return abs(self.end.width / self.start.width - 1) < 1e-9

    def bounds(self) -> View:
        """The smallest rectangle that holds every view of the path."""
        a, b = self.start, self.end
        left, top = min(a.left, b.left), min(a.top, b.top)
        return View(left, top, max(a.right, b.right) - left, max(a.bottom, b.bottom) - top)

    def narrowest(self) -> float:
        """The width of the narrowest view, in pixels of the photo."""
        return min(self.start.width, self.end.width)


def move_for(
    motion: Motion,
    frames: int,
    fps: int,
    ramp: SpeedRamp = CONSTANT,
    focus: Point | None = None,
    crop: Box | None = None,
) -> Move:
    """The move of a shot of this length. Zoom and travel grow with time: long and short shots go at one pace."""
    seconds = frames / fps
    zoom = min(1 + ZOOM_PER_SECOND * seconds, ZOOM_LIMIT)
    if motion is Motion.REFRAME_PAN:
        travel = min(REFRAME_PER_SECOND * seconds, LONGEST_REFRAME)
    else:
        travel = min(TRAVEL_PER_SECOND * seconds, LONGEST_TRAVEL)
    return Move(motion, frames, round(zoom, 4), round(travel, 4), ramp, focus, crop)


def widest_view(photo: tuple[float, float], frame: tuple[int, int]) -> View:
    """The largest view of the frame's shape inside a photo (both width, height), in its middle."""
    width = min(photo[0], photo[1] * frame[0] / frame[1])
    height = min(photo[1], photo[0] * frame[1] / frame[0])
    return View((photo[0] - width) / 2, (photo[1] - height) / 2, width, height)


def framed_view(
    photo: tuple[float, float], frame: tuple[int, int], focus: Point | None = None, crop: Box | None = None
) -> View:
    """The view that shows what the picture is about: the smallest of the frame's shape around `crop`, else the widest
    with `focus` as near to its middle as the photo allows, else the widest in the middle.
    """  # noqa: D205
    widest = widest_view(photo, frame)
    if crop is not None and crop.width > 0 and crop.height > 0:
        aspect = frame[0] / frame[1]
        wanted = max(crop.width * photo[0], crop.height * photo[1] * aspect, LEAST_CROP * widest.width)
        width = min(wanted, widest.width)
        middle = ((crop.x + crop.width / 2) * photo[0], (crop.y + crop.height / 2) * photo[1])
        return _around(middle, width, width / aspect, photo)
    if focus is not None:
        return _around((focus.x * photo[0], focus.y * photo[1]), widest.width, widest.height, photo)
    return widest


def zoom_allowed(view: View, frame: tuple[int, int], zoom: float) -> float:
    """How far a view may be zoomed: as far as it has a pixel for each of the frame's, never past the limit."""
    return max(1.0, min(zoom, view.width / frame[0], ZOOM_LIMIT))


def lay_path(photo: tuple[float, float], frame: tuple[int, int], move: Move) -> CameraPath:
    """The path of a move over a photo (width, height) for a frame (width, height).

    A pan takes the room that the photo's shape leaves before it zooms to make room. Where a photo has no pixels to zoom
    into, a zoom stands still; see settle_motion. Raises ValueError for a motion that is not chosen yet (auto).
    """
    wide = framed_view(photo, frame, move.focus, move.crop)
    limit = zoom_allowed(wide, frame, move.zoom)
    if move.motion in {Motion.HOLD, Motion.PARALLAX}:
        start = end = wide
    elif move.motion in _DRIFTS:
        near = _zoomed(wide, limit)
        drift = _DRIFTS[move.motion]
        pulls = move.motion in _PULLS
        # The camera goes towards `drift`: a push ends on that side of the wide view, a pull begins on the other one.
        side = near.left + (-drift if pulls else drift) * (wide.width - near.width) / 2
        near = View(side, near.top, near.width, near.height)
        start, end = (near, wide) if pulls else (wide, near)
    elif move.motion is Motion.FOCUS_PUSH:
        focus = move.focus
        middle = (
            (wide.left + wide.width / 2, wide.top + wide.height / 2)
            if focus is None
            else (focus.x * photo[0], focus.y * photo[1])
        )
        start, end = wide, _around(middle, wide.width / limit, wide.height / limit, photo)
    elif move.motion in _PANS:
        start, end = _pan(photo, frame, move, wide)
    elif move.motion is Motion.REFRAME_PAN:
        start, end = _reframe(photo, frame, move, wide)
    else:
        raise ValueError(f"{move.motion.value} is no motion that a camera can make")
    return CameraPath(start, end, move.frames, move.ramp)


def settle_motion(photo: tuple[float, float], frame: tuple[int, int], move: Move) -> Motion:
    """The motion that a photo of this size allows in place of `move.motion`: itself, a pan, or hold.

    A photo without pixels to zoom into is not zoomed; where its shape leaves room in the frame's, the camera pans along
    it instead, else it stands still.
    """
    path = lay_path(photo, frame, move)
    moves = path.start != path.end or move.motion in {Motion.HOLD, Motion.PARALLAX}
    if moves:
        return move.motion
    wide = path.start
    if photo[1] - wide.height > photo[0] - wide.width:
        pan = Motion.PAN_UP if move.motion in _PULLS or move.motion is Motion.PAN_UP else Motion.PAN_DOWN
    else:
        leftwards = move.motion in {Motion.PAN_LEFT, Motion.PUSH_IN_LEFT, Motion.PULL_OUT_LEFT, Motion.PULL_OUT}
        pan = Motion.PAN_LEFT if leftwards else Motion.PAN_RIGHT
    path = lay_path(photo, frame, replace(move, motion=pan))
    return pan if path.start != path.end else Motion.HOLD


def source_px_per_output_px(path: CameraPath, frame: tuple[int, int]) -> float:
    """Pixels of the photo for one of the frame, along a side, where they are fewest."""
    return path.narrowest() / frame[0]


def _around(middle: tuple[float, float], width: float, height: float, photo: tuple[float, float]) -> View:
    """A view with its middle as near to `middle` as the photo allows."""
    left = min(max(middle[0] - width / 2, 0.0), max(photo[0] - width, 0.0))
    top = min(max(middle[1] - height / 2, 0.0), max(photo[1] - height, 0.0))
    return View(left, top, width, height)


def _zoomed(view: View, zoom: float) -> View:
    width, height = view.width / zoom, view.height / zoom
    return View(view.left + (view.width - width) / 2, view.top + (view.height - height) / 2, width, height)


def _pan(photo: tuple[float, float], frame: tuple[int, int], move: Move, wide: View) -> tuple[View, View]:
    direction = _PANS[move.motion]
    axis = 0 if direction[0] else 1
    side = (wide.width, wide.height)[axis]
    wanted = _whole_steps(move.travel * max(frame) / frame[axis], _step(move, frame[axis]))  # in views
    # At zoom z the way is photo / (side / z) - 1 views long.
    zoom = min(max((1 + wanted) * side / photo[axis], 1.0), zoom_allowed(wide, frame, move.zoom))
    return _slide(photo, _zoomed(wide, zoom), direction, wanted, _step(move, frame[axis]))


def _reframe(photo: tuple[float, float], frame: tuple[int, int], move: Move, wide: View) -> tuple[View, View]:
    """Along the side that is cut off, towards the focus point; right or down where there is none."""
    across = photo[0] - wide.width >= photo[1] - wide.height
    axis = 0 if across else 1
    focus = move.focus
    at = 0.5 if focus is None else (focus.x, focus.y)[axis]
    way = -1 if at < 0.45 else 1
    step = _step(move, frame[axis])
    wanted = _whole_steps(move.travel * max(frame) / frame[axis], step)
    return _slide(photo, wide, (way, 0) if across else (0, way), wanted, step)


def _step(move: Move, side: int) -> float:
    """The shortest way of a steady pan in views of `side` pixels, of which every other is a multiple; 0 for any way.

    At constant speed a camera goes a whole number of half pixels in each frame. H.264 predicts motion in quarters of a
    pixel: with any other speed it predicts now too much and now too little, by up to a tenth of a pixel, which trembles
    (measured on real photos: 0.1 px/frame^2 at any speed, 0.05 at quarters, below 0.005 at halves, at whose places no
    interpolation favours a side). Where the speed changes there is no such step.
    """
    steady = move.ramp.kind is Ramp.CONSTANT and move.frames > 1
    return (move.frames - 1) / STEPS_A_PIXEL / side if steady else 0.0


def _whole_steps(wanted: float, step: float) -> float:
    return max(1, round(wanted / step)) * step if step and wanted > 0 else wanted


def _slide(
    photo: tuple[float, float], view: View, direction: tuple[int, int], wanted: float, step: float
) -> tuple[View, View]:
    """Two views `wanted` view sides apart, or as far as the photo allows, `view` as near to midway as it allows.

    With a `step` the way is a multiple of it: none, where the photo has room for none.
    """
    axis = 0 if direction[0] else 1
    length, origin = ((view.width, view.left), (view.height, view.top))[axis]
    room = max(0.0, photo[axis] - length)
    way = min(wanted * length, room)
    if step:
        way = min(math.floor(way / length / step + 1e-6) * step * length, room)
    first = min(max(origin - way / 2, 0.0), photo[axis] - length - way)
    low, high = first, first + way
    begin, stop = (low, high) if direction[axis] > 0 else (high, low)
    if axis == 0:
        return View(begin, view.top, view.width, view.height), View(stop, view.top, view.width, view.height)
    return View(view.left, begin, view.width, view.height), View(view.left, stop, view.width, view.height)

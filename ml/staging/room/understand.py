"""From the pixels of one photo and what is where in it to the room in metres."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.lines import posture_of
from ml.segmentation import Segmentation
from ml.srgb import luma_of
from ml.staging.room.bareness import bare_share
from ml.staging.room.baselines import Baseline, baselines_of
from ml.staging.room.bending import barrel_of
from ml.staging.room.camera import Camera, Floats
from ml.staging.room.confidence import LensAndHold, confidence_of, doubts_of
from ml.staging.room.estimate import CameraFit, SharedFocal, camera_of
from ml.staging.room.features import features_in, focal_points_of, unlike_wall
from ml.staging.room.floor import floor_map, obstacles
from ml.staging.room.floor_pixels import classes_with, floor_chance, floor_mask
from ml.staging.room.geometry import Grid, Opening, OpeningKind, WallRun
from ml.staging.room.jambs import doors_by_frames
from ml.staging.room.light import light_of
from ml.staging.room.lines import at_analysis_size, lines_of
from ml.staging.room.openings import Hole, holes_in, opening_of, passages_of, with_frames
from ml.staging.room.scale import scale_of
from ml.staging.room.scan import scan_floor
from ml.staging.room.surfaces import CELL_M, Elevation, appearance_of, elevation_of, wall_run
from ml.staging.room.understanding import Room

REVISION = 2
"""Raise by hand whenever a room's content changes for the same photo and the same models: it is part of cache keys."""

_CASING_M = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A photo at analysis size, with its classes and its camera: what a second look at the same photo starts from."""

    pixels: NDArray[np.uint8]
    classes: NDArray[np.uint8]
    segmentation: Segmentation
    fit: CameraFit


def view_of(
    pixels: NDArray[np.uint8],
    segmentation: Segmentation,
    *,
    focal_35mm: float | None = None,
    lines: NDArray[np.float32] | None = None,
    shared_focal: SharedFocal | None = None,
) -> View:
    """The camera of a photo (sRGB, height x width x 3). Arguments as for `understand`."""
    small = at_analysis_size(pixels)
    height, width = small.shape[:2]
    classes = segmentation.class_map_at(width, height)
    found = lines_of(small, classes, segmentation.labels, lines)
    fit = camera_of(found, focal_35mm=focal_35mm, shared=shared_focal)
    return View(small, classes, segmentation, fit)


def understand(
    pixels: NDArray[np.uint8],
    segmentation: Segmentation,
    *,
    focal_35mm: float | None = None,
    ceiling_m: float | None = None,
    keep_out: Sequence[Floats] = (),
    lines: NDArray[np.float32] | None = None,
    shared_focal: SharedFocal | None = None,
) -> Room:
    """The room that a photo shows (sRGB, height x width x 3). Always an answer: its doubts say what it is worth.

    segmentation: of this photo. focal_35mm: what `focal_35mm_of` reads from the file. ceiling_m: height of the ceiling
    where the caller knows it. keep_out: polygons in pixels of the photo, n x 2, of floor that stays as it is. lines:
    further segments, n x 5, as `ml.models.readings.geometry.line_segments` gives them. shared_focal: of the shoot.
    """
    view = view_of(pixels, segmentation, focal_35mm=focal_35mm, lines=lines, shared_focal=shared_focal)
    return room_of(view, (pixels.shape[1], pixels.shape[0]), ceiling_m=ceiling_m, keep_out=keep_out)


def room_of(
    view: View, size: tuple[int, int], *, ceiling_m: float | None = None, keep_out: Sequence[Floats] = ()
) -> Room:
    """The room of a view, for a photo of that width and height; `keep_out` in its pixels."""
    labels, fit = view.segmentation.labels, view.fit
    chance = floor_chance(view.pixels, view.segmentation, fit.camera)
    floor = floor_mask(chance)
    classes = classes_with(view.classes, view.segmentation, chance)
    scan = scan_floor(fit.camera, floor, classes)
    units = baselines_of(scan, labels)
    scale, scale_sd = scale_of(scan, units, labels, fit, ceiling_m=ceiling_m)
    camera = replace(fit.camera, height_m=scale.camera_height_m)
    bases = tuple(_in_metres(base, scale.camera_height_m) for base in units)
    look = appearance_of(view.pixels)
    elevations = [elevation_of(base, camera, scan, look, classes, labels, scale.ceiling_m) for base in bases]
    holes = [hole for index, each in enumerate(elevations) for hole in holes_in(each, index, labels)]
    for index, base in enumerate(bases):
        framed = doors_by_frames(base, index, camera, fit.lines, scale.ceiling_m)
        holes = with_frames(holes, framed)
    holes += passages_of(bases, scan, camera, classes, labels, scale.ceiling_m)
    walls = tuple(_wall(elevation, index, holes) for index, elevation in enumerate(elevations))
    features = [(n, *span) for n, each in enumerate(elevations) for span in features_in(each, holes, n)]
    whole = [(n, *span) for n, each in enumerate(elevations) if (span := unlike_wall(each, holes, n)) is not None]
    given = [_on_floor(camera.at_size(*size), polygon) for polygon in keep_out]
    plan = floor_map(camera, floor, bases, holes, scan, labels, given, features)
    openings = tuple(opening_of(hole, bases[hole.wall], camera.at_size(*size)) for hole in holes)
    seen_openings = _at(openings, camera, size)
    bare = bare_share(camera, floor, walls, openings)
    confidence = confidence_of(fit, scale, scale_sd, walls, _decided(chance, floor), bare)
    shares = view.segmentation.shares()
    lens = LensAndHold(barrel_of(view.pixels), posture_of(luma_of(view.pixels)).roll_degrees)
    doubts = doubts_of(fit, scale, confidence, plan, walls, shares, floor, look.linear, lens)
    return Room(
        camera=camera.at_size(*size),
        scale=scale,
        floor=plan,
        walls=walls,
        openings=openings,
        keep_outs=obstacles(plan, given),
        light=light_of(look.linear, camera, classes, labels, floor, walls, seen_openings),
        labels=labels,
        classes=np.asarray(cv2.resize(classes, size, interpolation=cv2.INTER_NEAREST), np.uint8),
        floor_mask=_enlarged(floor, size),
        confidence=confidence,
        doubts=doubts,
        focal_points=focal_points_of(walls, [*features, *whole], openings),
    )


def _in_metres(base: Baseline, height: float) -> Baseline:
    return replace(base, offset=base.offset * height, start=base.start * height, end=base.end * height)


def _wall(elevation: Elevation, index: int, holes: Sequence[Hole]) -> WallRun:
    """The wall of an elevation, knowing its openings."""
    u = elevation.base.start + (np.arange(elevation.seen.shape[1]) + 0.5) * CELL_M
    closed, glazed = np.zeros(len(u), bool), np.zeros(len(u), bool)
    for hole in holes:
        if hole.wall != index:
            continue
        if hole.walked_through:
            closed |= (u > hole.u0 - _CASING_M) & (u < hole.u1 + _CASING_M)
        if hole.kind is OpeningKind.WINDOW:
            glazed |= (u > hole.u0 - _CASING_M) & (u < hole.u1 + _CASING_M)
    return wall_run(elevation, closed, glazed)


def _on_floor(camera: Camera, polygon: Floats) -> Floats:
    """A polygon of pixels on the floor; what lies at or above the horizon is put far away."""
    points = camera.floor_point(np.asarray(polygon, np.float64))
    return np.nan_to_num(points, nan=50.0)


def _at(openings: Sequence[Opening], camera: Camera, size: tuple[int, int]) -> list[Opening]:
    """The openings with their corners in pixels of the analysed photo."""
    scale = np.array([camera.width / size[0], camera.height / size[1]])
    return [replace(opening, pixels=opening.pixels * scale) for opening in openings]


def _decided(chance: NDArray[np.float32], floor: Grid) -> float:
    """How sure it is of what is called floor that it is: mean probability there, stretched from a half to one."""
    return float(np.clip((chance[floor].mean() - 0.5) * 2, 0, 1)) if floor.any() else 0.0


def _enlarged(mask: Grid, size: tuple[int, int]) -> Grid:
    if (mask.shape[1], mask.shape[0]) == size:
        return mask
    # Bytes, not floats: a photo may have fifty million pixels.
    return np.asarray(cv2.resize(mask.astype(np.uint8) * 255, size, interpolation=cv2.INTER_LINEAR) > 127)

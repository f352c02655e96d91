"""Checks on camera and scale: furniture can only stand right where both are right."""

from ml.staging.gate.checks import Check, at_least, at_most
from ml.staging.gate.reasons import UnstagedReason
from ml.staging.room import Room

NARROWEST_DEG, WIDEST_DEG = 32.0, 118.0
"""Angle across the longer side of the photo: from a phone's second lens to the widest that agents use."""

LOWEST_M, HIGHEST_M = 0.75, 2.1
"""Of the camera above the floor."""

LEAST_CONFIDENCE = 0.35
"""That the room is as understood, 0 to 1; what it says of errors: `ml.staging.room`."""

LEAST_VERTICAL = 0.2
SHORTEST_DOOR_M, TALLEST_DOOR_M = 1.75, 2.75
"""A door's height by the scale found: single doors are 1.9 to 2.1 m, old houses have taller ones."""

LEAST_CEILING_M, MOST_CEILING_M = 2.1, 4.2
MOST_DISAGREEMENT = 1.45


def plausibility_checks(room: Room) -> list[Check]:
    """What was found of camera and scale, against what cameras and rooms are."""
    camera, scale = room.camera, room.scale
    uncertain, sized = UnstagedReason.CAMERA_UNCERTAIN, UnstagedReason.SCALE_UNCERTAIN
    checks = [
        at_least("field_of_view_deg", camera.horizontal_fov_deg, NARROWEST_DEG, uncertain),
        at_most("field_of_view_widest_deg", camera.horizontal_fov_deg, WIDEST_DEG, uncertain),
        at_least("confidence", room.confidence.overall, LEAST_CONFIDENCE, uncertain),
        at_least("camera_height_m", camera.height_m, LOWEST_M, sized),
        at_most("camera_height_highest_m", camera.height_m, HIGHEST_M, sized),
        at_most("scale_cues_disagree", scale.disagreement, MOST_DISAGREEMENT, sized),
    ]
    if "vertical" in room.confidence.parts:
        checks.append(at_least("vertical_support", room.confidence.parts["vertical"], LEAST_VERTICAL, uncertain))
    if scale.door_m is not None:
        checks.append(at_least("door_height_m", scale.door_m, SHORTEST_DOOR_M, sized))
        checks.append(at_most("door_height_tallest_m", scale.door_m, TALLEST_DOOR_M, sized))
    if scale.ceiling_seen:
        checks.append(at_least("ceiling_m", scale.ceiling_m, LEAST_CEILING_M, sized))
        checks.append(at_most("ceiling_highest_m", scale.ceiling_m, MOST_CEILING_M, sized))
    return checks

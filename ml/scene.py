"""What a photo shows: scene label with calibrated confidence, abstaining where the model is not sure."""

from collections.abc import Sequence

import numpy as np

from ml.models.manifest import Task
from ml.models.tensors import picture_tensor
from ml.room_net import Floats, Pixels, RoomView, look
from ml.store import LoadedModel
from schemas.photo import LabelScore, Scene, Space

_TOP = 3

_DECIMALS = 4
"""Confidences are rounded, so that answers do not differ in what no one reads."""

_SPACES = {
    "exterior": Space.EXTERIOR,
    "yard_garden": Space.EXTERIOR,
    "patio": Space.EXTERIOR,
    "pool": Space.EXTERIOR,
    "garage_driveway": Space.EXTERIOR,
    "aerial": Space.AERIAL,
    "floor_plan": Space.NOT_A_PHOTO,
    "not_a_photo": Space.NOT_A_PHOTO,
} | dict.fromkeys(
    (
        "living_room",
        "bedroom",
        "kitchen",
        "bathroom",
        "dining_room",
        "home_office",
        "entry_foyer",
        "hallway",
        "stairs",
    ),
    Space.INTERIOR,
)

_RESO_IMAGE_OF = {
    "living_room": "LivingRoom",
    "bedroom": "Bedroom",
    "kitchen": "Kitchen",
    "bathroom": "Bathroom",
    "dining_room": "DiningRoom",
    "home_office": "Office",
    "entry_foyer": "EntranceFoyer",
    "hallway": "Hallway",
    "stairs": "Stairs",
    "pool": "Pool",
    "aerial": "AerialView",
    "floor_plan": "FloorPlan",
}
"""RESO Data Dictionary 2.0, lookup `ImageOf`. Labels that stand for several of its values (front or back of structure,
yard or garden, patio or courtyard, garage or driveway) have none."""


def space_of(label: str) -> Space:
    """Where the camera stood for a label; unknown for a label that this code has not met."""
    return _SPACES.get(label, Space.UNKNOWN)


def space_of_scene(scene: Scene) -> Space:
    """Where the camera stood: of the label, or, where the model abstained, what its three best guesses agree on."""
    spaces = {space_of(guess.label) for guess in (scene.top if scene.abstained else scene.top[:1])}
    return spaces.pop() if len(spaces) == 1 else Space.UNKNOWN


def reso_image_of(scene: Scene) -> str | None:
    """The RESO `ImageOf` value, where the label has one for sure and the model did not abstain."""
    return None if scene.abstained else _RESO_IMAGE_OF.get(scene.label)


def classify(photos: Sequence[Pixels], model: LoadedModel) -> list[Scene]:
    """Classify photos (sRGB, height x width x 3, any sizes), in their order.

    Where the segmentation is wanted too, look once with `ml.room_net.look` and use `scene_of`.
    """
    if model.spec.task is Task.ROOM:
        return [scene_of(view, model) for view in look(photos, model)]
    return [scene_alone(pixels, model) for pixels in photos]


def scene_alone(pixels: Pixels, model: LoadedModel) -> Scene:
    """The scene of a photo (sRGB, height x width x 3) by a model that answers nothing else.

    It sees the photo and its mirror image, and the answer is the mean of both. Raises ModelError.
    """
    views = (pixels, np.ascontiguousarray(pixels[:, ::-1]))
    found = [np.asarray(model.output(picture_tensor(view, model.spec.input), "scores"), np.float32) for view in views]
    return _scene(np.mean([scores.reshape(-1) for scores in found], axis=0), model)


def scene_of(view: RoomView, model: LoadedModel) -> Scene:
    """The scene of a photo that the network has looked at: calibrated, abstaining below the model's threshold."""
    return _scene(view.scores, model)


def _scene(scores: Floats, model: LoadedModel) -> Scene:
    scaled = scores.astype(np.float64) / model.spec.temperature
    raised = np.exp(scaled - scaled.max())
    chances = raised / raised.sum()
    best = np.argsort(-chances, kind="stable")[:_TOP]
    top = [LabelScore(label=model.labels[index], confidence=round(float(chances[index]), _DECIMALS)) for index in best]
    return Scene(
        label=top[0].label,
        confidence=top[0].confidence,
        top=top,
        abstained=top[0].confidence < model.spec.threshold,
    )

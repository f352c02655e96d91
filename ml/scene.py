"""What a photo shows: scene label with calibrated confidence, abstaining where the model is not sure."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.store import LoadedModel, PictureInput
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


def network_input(pixels: NDArray[np.uint8], wanted: PictureInput) -> NDArray[np.float32]:
    """A photo (sRGB, height x width x 3) as the model wants it, with its mirror image: 2 x 3 x height x width.

    The whole photo is squashed to the model's shape, as in training, so that nothing at its sides is lost.
    """
    small = cv2.resize(pixels, (wanted.width, wanted.height), interpolation=cv2.INTER_AREA)
    mean, std = np.array(wanted.mean, np.float32), np.array(wanted.std, np.float32)
    values = (np.asarray(small, np.float32) / np.float32(255) - mean) / std
    planes = values.transpose(2, 0, 1)
    return np.ascontiguousarray(np.stack([planes, planes[:, :, ::-1]]), dtype=np.float32)


def classify(photos: Sequence[NDArray[np.uint8]], model: LoadedModel) -> list[Scene]:
    """Classify photos (sRGB, height x width x 3, any sizes), in their order.

    The model sees one photo and its mirror image at a time: this fixed shape gives the same answer to a photo whatever
    stands beside it, and larger batches are less than a fifth faster on one core.
    """
    return [
        _scene(model.run(network_input(pixels, model.spec.input))["scores"].mean(axis=0), model) for pixels in photos
    ]


def _scene(scores: NDArray[np.float32], model: LoadedModel) -> Scene:
    scaled = scores.astype(np.float64) / model.spec.temperature
    raised = np.exp(scaled - scaled.max())
    chances = raised / raised.sum()
    best = np.argsort(-chances, kind="stable")[:_TOP]
    top = [
        LabelScore(label=model.spec.labels[index], confidence=round(float(chances[index]), _DECIMALS)) for index in best
    ]
    return Scene(
        label=top[0].label,
        confidence=top[0].confidence,
        top=top,
        abstained=top[0].confidence < model.spec.threshold,
    )

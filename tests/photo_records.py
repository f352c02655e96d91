"""Records of photos that were never taken, for tests: say what matters, the rest is there."""

from typing import Any

from ml.scene import space_of
from schemas.photo import (
    Analysis,
    AnalysisName,
    AnalysisState,
    Furnishing,
    ImageFormat,
    LabelScore,
    ModelRef,
    PhotoRecord,
    Quality,
    Scene,
)

MODEL = ModelRef(name="scene", version="1", sha256="2" * 64)


def scene(label: str = "kitchen", confidence: float = 0.9, *, abstained: bool = False) -> Scene:
    rest = [LabelScore(label="hallway", confidence=round(1 - confidence, 4))]
    return Scene(
        label=label,
        confidence=confidence,
        top=[LabelScore(label=label, confidence=confidence), *rest],
        abstained=abstained,
    )


def quality(overall: float = 80.0, **numbers: Any) -> Quality:
    return Quality(
        **{
            "overall": overall,
            "reasons": [],
            "hints": [],
            "sharpness": 0.5,
            "noise_sigma": 1.0,
            "shadows_clipped": 0.0,
            "highlights_clipped": 0.0,
            "mean_luma": 140.0,
            "contrast": 150.0,
            "blockiness": 0.0,
            "megapixels": 4.0,
            "window_blowout": None,
            "cast_delta_e": None,
            "roll_degrees": None,
            "vertical_convergence_degrees": None,
            **numbers,
        }
    )


def photo_fields(label: str = "kitchen", **fields: Any) -> dict[str, Any]:
    """The fields of a PhotoRecord, for it and for what extends it."""
    return {
        "width": 1200,
        "height": 800,
        "bytes": 100_000,
        "format": ImageFormat.JPEG,
        "sha256": "1" * 64,
        "analyses": [Analysis(name=AnalysisName.SCENE, state=AnalysisState.DONE, reason=None, model=MODEL)],
        "scene": scene(label),
        "space": space_of(label),
        "reso_image_of": None,
        "furnishing": Furnishing.UNKNOWN,
        "quality": quality(),
        "colours": [],
        "lighting": None,
        "regions": [],
        "objects": [],
        "focus_point": None,
        "crops": [],
        "compliance": None,
        "perceptual_hash": "00",
        "room_signature": None,
        **fields,
    }


def photo_record(label: str = "kitchen", **fields: Any) -> PhotoRecord:
    return PhotoRecord(**photo_fields(label, **fields))
